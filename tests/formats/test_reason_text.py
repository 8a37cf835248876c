"""Reasons as sentences in both languages, made of their facts."""

import re
from datetime import date
from pathlib import Path

import pytest

from optimizer.domain.facts import (
    Absence,
    AbsenceFacts,
    Bilingual,
    Block,
    DriveFacts,
    Facts,
    Gone,
    InTheWay,
    Loss,
    Move,
    RestFacts,
    Span,
    SwapFacts,
    TakenFacts,
    Thing,
    Window,
    WindowFacts,
    Worth,
)
from optimizer.domain.plan import Reason
from optimizer.explainer import explain
from optimizer.formats import reason_text as teller
from optimizer.formats.reason_sentences import SENTENCES
from optimizer.formats.reason_text import reason_text, sentence
from tests.explainer.force import some_plan
from tests.oracles.tiny import tiny

SEW, HALL = Thing(id="sew", name="Sewing"), Thing(id="V1", name="Hall")
BUSY = InTheWay(rotation="K3-1", unit="U07", first=date(2026, 5, 28), last=date(2026, 8, 3))


def test_both_languages_fill_the_same_gaps():
    """Nobody reads {units} in one language because the other forgot it."""
    for key, texts in SENTENCES.items():
        english, indonesian = ({*re.findall(r"\{(\w+)", text)} for text in texts)
        assert english == indonesian, key


def test_every_sentence_is_said_somewhere():
    """A key that nobody uses is a sentence that nobody reads; those of rules are put together."""
    code = Path(teller.__file__).read_text("utf-8")
    assert [key for key in SENTENCES if f'"{key}"' not in code and not re.match(r"R\d_", key)] == []


@pytest.mark.parametrize(
    ("facts", "english", "indonesian"),
    [
        (
            RestFacts(course=SEW, asked=1012, left=1, classes=1, class_min=800, class_max=1011),
            # Two classes of 800 are 1,600.
            "1 person left after 1 class of at most 1,011. 2 classes of Sewing (sew) would need at least 2 "
            "× 800 = 1,600 people; 1,012 asked.",
            "Tersisa 1 orang setelah 1 kelas berisi paling banyak 1.011. 2 kelas Sewing (sew) memerlukan "
            "paling sedikit 2 × 800 = 1.600 orang; yang meminta 1.012.",
        ),
        (
            WindowFacts(
                course=SEW,
                venue=HALL,
                window=Window(
                    opens=date(2026, 8, 7),
                    opened_by="earliest",
                    lead_days=0,
                    closes=date(2026, 8, 12),
                    closed_by="horizon",
                ),
                training_days=3,
                offered=2.5,
                days=6,
                lost=(
                    Loss(name=Bilingual(en="not a working day", id="bukan hari kerja"), days=2),
                    Loss(name=Bilingual(en="Fair", id="Fair"), days=0.5),
                ),
                more=2,
            ),
            "Sewing (sew) takes 3 training days, but from 7 Aug 2026 (the request's earliest) to 12 Aug "
            "2026 (the horizon's end) Hall (V1) offers only 2.5. Of these 6 days the calendar takes: not a "
            "working day (2), Fair (0.5) and 2 more.",
            "Sewing (sew) memerlukan 3 hari pelatihan, tetapi dari 7 Agu 2026 (paling awal menurut "
            "permintaan) sampai 12 Agu 2026 (akhir periode) Hall (V1) hanya menyediakan 2,5. Dari 6 hari "
            "ini kalender mengambil: bukan hari kerja (2), Fair (0,5), dan 2 lagi.",
        ),
        (
            AbsenceFacts(
                span=Span(first=date(2025, 12, 30), last=date(2026, 1, 2)),
                days=1,
                units=(
                    Absence(unit="U1", comes=date(2026, 1, 5)),
                    Absence(unit="U2", at_depot=(Span(first=date(2025, 12, 30), last=date(2026, 1, 2)),)),
                ),
            ),
            "From 30 Dec 2025 to 2 Jan 2026 a stay takes at least 1 day, and no unit that fits is there so "
            "long: U1 comes on 5 Jan 2026 and U2 is at its depot 30 Dec 2025 to 2 Jan 2026.",
            "Pada 30 Des 2025 sampai 2 Jan 2026 satu singgah memerlukan paling sedikit 1 hari, dan tidak "
            "ada unit yang cocok tersedia selama itu: U1 datang pada 5 Jan 2026 dan U2 berada di "
            "pangkalannya 30 Des 2025 sampai 2 Jan 2026.",
        ),
        (
            TakenFacts(
                starts=1234,
                span=Span(first=date(2026, 5, 28), last=date(2026, 8, 3)),
                units=312,
                looked_at=40,
                blocks=(
                    Block(rule="R5", alone=1200, rotations=(BUSY,), more=3),
                    Block(rule="R7", of=HALL, limit=1, alone=30, rotations=(BUSY,)),
                ),
                shared=4,
            ),
            "Every possible start (1,234, by the nearest 40 of the 312 units that could teach it, 28 May to"
            " 3 Aug 2026) is blocked, 1,200 by R5 alone, 30 by R7 alone and 4 by more than one rule: the "
            "units teach or move for K3-1 (U07, 28 May to 3 Aug 2026) and 3 more (R5); the only room of "
            "Hall (V1) is taken by K3-1 (U07, 28 May to 3 Aug 2026) (R7).",
            "Setiap tanggal mulai yang mungkin (1.234, oleh 40 unit terdekat dari 312 unit yang mampu "
            "mengajarkannya, 28 Mei sampai 3 Agu 2026) terhalang, 1.200 oleh R5 saja, 30 oleh R7 saja, dan "
            "4 oleh lebih dari satu aturan: unit-unit itu mengajar atau berpindah untuk K3-1 (U07, 28 Mei "
            "sampai 3 Agu 2026), dan 3 lagi (R5); satu-satunya ruang di Hall (V1) terpakai oleh K3-1 (U07, "
            "28 Mei sampai 3 Agu 2026) (R7).",
        ),
        (
            DriveFacts(
                worth=Worth(classes=0, people=10, points=0.025),
                move=Move(unit="U1", first=date(2026, 1, 5), last=date(2026, 1, 5), gain=-1234.5),
                points=1234.525,
                km=1402.5,
            ),
            "A class of 10 people would bring 0.025 points, but of the free places the one with the least "
            "driving, U1 on 5 Jan 2026, costs 1,234.5 points (1,402.5 km more).",
            "Satu kelas berisi 10 orang akan menambah 0,025 poin, tetapi dari tempat yang luang, yang "
            "perjalanannya paling sedikit, U1 pada 5 Jan 2026, berbiaya 1.234,5 poin (1.402,5 km lebih "
            "banyak).",
        ),
        (
            SwapFacts(
                worth=Worth(classes=2, people=1, points=1),
                units=1,
                looked_at=1,
                best=Move(
                    unit="U1",
                    first=date(2026, 1, 5),
                    last=date(2026, 1, 7),
                    instead_of=(
                        Gone(rotation="K1-1", unit="U1", people=1),
                        Gone(rotation="K2-1", unit="U2", people=20),
                    ),
                    gain=-19.0,
                ),
            ),
            "One more class of 1 person would bring 1.0 points, but no swap at the one unit that could "
            "teach it gains. Best swap: U1 from 5 Jan to 7 Jan 2026 instead of K1-1 (1 person) and K2-1 "
            "(U2, 20 people), which loses 19.0 points.",
            "Satu kelas lagi berisi 1 orang akan menambah 1,0 poin, tetapi tidak ada pertukaran pada "
            "satu-satunya unit yang mampu mengajarkannya yang menguntungkan. Pertukaran terbaik: U1 dari 5 "
            "Jan sampai 7 Jan 2026 menggantikan K1-1 (1 orang) dan K2-1 (U2, 20 orang), yang mengurangi "
            "19,0 poin.",
        ),
    ],
    ids=lambda value: value.kind if hasattr(value, "kind") else "",
)
def test_facts_are_told_as_each_language_does(facts: Facts, english: str, indonesian: str):
    """Plurals, numbers, days and lists are those of the language."""
    assert sentence(facts, "en") == english
    assert sentence(facts, "id") == indonesian


def test_a_reason_made_elsewhere_is_told_as_it_stands():
    """Without facts there is nothing to translate."""
    assert reason_text(Reason(code="E1", rule="R4", text="too short"), "id") == "too short"


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_explained_is_told_in_both_languages(seed):
    """The English text of a reason is what its facts say; the Indonesian one names the same rotations."""
    scenario = tiny(seed)
    plan = some_plan(scenario, seed)
    for reason in (reason for one in explain(scenario, plan) for reason in one.reasons):
        assert reason_text(reason, "en") == reason.text
        told = reason_text(reason, "id")
        assert told != reason.text
        for rotation in plan:
            assert (f"{rotation.id} (" in told) == (f"{rotation.id} (" in reason.text)
