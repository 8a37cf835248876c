"""Texts in two languages, numbers and dates as each writes them."""

import re
from datetime import date
from pathlib import Path

import pytest

from optimizer.explainer.codes import Code
from optimizer.formats import words
from optimizer.formats.texts import TEXTS
from tests.formats import results_world


def test_both_languages_fill_the_same_gaps():
    """Nobody reads {units} in one language because the other forgot it."""
    for key, (english, indonesian) in TEXTS.items():
        assert english.strip(), key
        assert indonesian.strip(), key
        assert sorted(re.findall(r"\{\w*\}", english)) == sorted(re.findall(r"\{\w*\}", indonesian)), key


def test_every_text_is_said_somewhere():
    """A key that no writer uses is a text that nobody reads."""
    folder = Path(words.__file__).parent
    code = "".join(
        path.read_text("utf-8") for path in folder.glob("*.py") if path.name not in ("words.py", "texts.py")
    )
    made = ("title_", "about_", "reason_")  # keys put together from a section's or a reason's name
    unused = [
        key for key in TEXTS if not key.startswith(made) and f'"{key}"' not in code and f"'{key}'" not in code
    ]
    assert [key for key in unused if f'say("{key}"' not in Path(words.__file__).read_text("utf-8")] == []


def test_every_reason_has_a_title():
    """Codes of reasons are told in words."""
    assert [code for code in Code if f"reason_{code.value}" not in TEXTS] == []


def test_numbers_are_grouped_as_the_language_does():
    """1,234.5 in English is 1.234,5 in Indonesian."""
    assert words.number(1234.5, "en", 1) == "1,234.5"
    assert words.number(1234.5, "id", 1) == "1.234,5"
    assert words.percent(0.578, "id", 1) == "57,8 %"


def test_a_limit_is_rounded_up():
    """3,482.01 points are not said as 3,482, which would not be proven; whole numbers stay."""
    assert words.limit(3482.01, "en") == "3,483"
    assert words.limit(3482.01, "id", 1) == "3.482,1"
    assert words.limit(60.0, "en") == "60"
    assert words.limit(0.3, "en", 1) == "0.3"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0.00 %"),
        (0.000001, "0.0001 %"),
        (0.000099, "0.0099 %"),
        (0.0001, "0.01 %"),
        (0.005, "0.50 %"),
        (0.038334, "3.84 %"),
        (0.12345, "12.35 %"),
    ],
)
def test_a_gap_is_never_said_smaller_than_it_is(share, said):
    """Rounded up to two digits; a gap below those keeps all that a plan holds."""
    assert words.gap(share, "en") == said
    assert words.gap(share, "id") == said.replace(".", ",")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 1, 5), date(2026, 1, 5), "5 Jan 2026"),
        (date(2026, 1, 5), date(2026, 1, 9), "5–9 Jan 2026"),
        (date(2026, 5, 28), date(2026, 8, 3), "28 Mei – 3 Agu 2026"),
        (date(2025, 12, 28), date(2026, 1, 3), "28 Des 2025 – 3 Jan 2026"),
    ],
)
def test_spans_of_dates_are_said_shortly(first, last, said):
    """What both dates share is said once."""
    assert words.period(first, last, "id") == said


def test_status_tells_proven_from_near_enough():
    """Optimal means bound = score, or a gap within the tolerance, which is then named."""
    assert words.status(results_world.plan(), "en") == "valid; a better plan may exist"
    best = results_world.plan(status="optimal", bound=57.7, gap=0.0)
    assert words.status(best, "en") == "optimal: proven best"
    run = best.run.model_copy(update={"tolerance": 0.05})
    near = results_world.plan(status="optimal", run=run)
    assert words.status(near, "en") == "optimal within the tolerance of 5.00 %"
