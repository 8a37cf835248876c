"""Plan files: complete, by hand, and broken."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from optimizer.domain.plan import (
    CitySummary,
    Draft,
    Plan,
    Reason,
    Rotation,
    Run,
    ScenarioRef,
    ScoreParts,
    UnitSummary,
    Unserved,
)
from optimizer.exceptions import InputError
from optimizer.formats.plan_file import parse_plan, read_plan, write_plan

PLAN = Plan(
    scenario=ScenarioRef(name="Kecamatan Cengkareng – é", sha256="ab" * 32),
    status="feasible",
    score=12345.678,
    bound=12350.0,
    gap=0.00035,
    score_parts=ScoreParts(people=12400.0, km=-54.322),
    rotations=(
        Rotation(
            id="K3-1", request="K3", unit="U07", venue="V012", course="pastry", start=date(2026, 1, 12),
            end=date(2026, 1, 21), people=20,
        ),
    ),
    unserved=(Unserved(request="K9", people=34, reasons=(Reason(code="E1", rule="R4", text="too short"),)),),
    units=(UnitSummary(unit="U07", rotations=1, people=20, km=93.4, days_taught=8, days_idle=9),),
    cities=(CitySummary(city="Jakarta Utara", requested=900, served=520, coverage=0.577778),),
    run=Run(seconds=8.1, version="0.1.0", versions={"holidays": "0.109"}),
)  # fmt: skip


def document(**changes: Any) -> str:
    whole = json.loads(PLAN.to_json())
    whole.update(changes)
    return json.dumps({key: value for key, value in whole.items() if value is not ...})


def by_hand(**changes: Any) -> str:
    rotation = {"request": "K1", "unit": "U1", "start": "2026-01-05", **changes}
    return json.dumps({"rotations": [{key: value for key, value in rotation.items() if value is not ...}]})


def test_reading_and_writing_gives_the_same_bytes(tmp_path):
    """Written, read and written again: byte for byte; floats, order and signs stay."""
    write_plan(PLAN, tmp_path / "out" / "plan.json")
    read = read_plan(tmp_path / "out" / "plan.json")
    assert read == PLAN
    assert isinstance(read, Plan)
    write_plan(read, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "out" / "plan.json").read_bytes()
    text = (tmp_path / "again.json").read_text(encoding="utf-8")
    assert text.startswith('{\n  "format": 1,\n  "scenario": {\n')
    assert text.endswith("}\n")
    assert "é" in text


def test_facts_of_reasons_are_kept_for_the_service_and_judged():
    """A plan file holds no facts; where they are kept, they are so byte for byte, and wrong ones are told."""
    facts = {"kind": "class", "course": {"id": "sew", "name": "Sewing"}, "asked": 8, "class_min": 10}
    reason = {"code": "too-few-people", "rule": "R8", "text": "few", "facts": facts}

    def left(**changes: Any) -> str:
        return document(
            unserved=[{"request": "K9", "people": 8, "reasons": [{**reason, "facts": {**facts, **changes}}]}]
        )

    plan = parse_plan(left())
    assert isinstance(plan, Plan)
    assert json.loads(plan.to_json(facts=True))["unserved"][0]["reasons"] == [reason]
    del reason["facts"]
    assert json.loads(plan.to_json())["unserved"][0]["reasons"] == [reason]
    reason["facts"] = facts
    for wrong in ({"kind": "guess"}, {"asked": "8"}, {"course": None}):
        with pytest.raises(InputError) as caught:
            parse_plan(left(**wrong))
        assert all("/unserved/0/reasons/0/facts" in str(issue) for issue in caught.value.issues)


def test_a_plan_without_bound_is_read(tmp_path):
    """bound and gap are null while nothing is proven."""
    plan = parse_plan(document(bound=None, gap=None))
    assert isinstance(plan, Plan)
    assert plan.bound is None


def test_a_plan_by_hand_is_drafts(tmp_path):
    """Only request, unit and start; more may be given; a byte order mark does no harm."""
    (tmp_path / "plan.json").write_text(by_hand(people=12), encoding="utf-8-sig")
    assert read_plan(tmp_path / "plan.json") == (
        Draft(request="K1", unit="U1", start=date(2026, 1, 5), people=12),
    )
    assert parse_plan('{"rotations": []}') == ()


@pytest.mark.parametrize(
    ("text", "code", "pointer"),
    [
        ("", "P02", None),
        ("{", "P02", None),
        ("{'rotations': []}", "P02", None),
        ('{"rotations": [],}', "P02", None),
        ('{"rotations": []} {}', "P02", None),
        ("[" * 100_000, "P02", None),
        ('{"rotations": ' + "[" * 50 + "]" * 50 + "}", "P02", "/rotations" + "/0" * 20),
        ("[]", "P03", None),
        ("7", "P03", None),
        ("{}", "P03", None),
        ('{"rotations": {}}', "P08", "/rotations"),
        ('{"rotations": [7]}', "P08", "/rotations/0"),
        ('{"rotations": [{"request": NaN}]}', "P04", "/rotations/0/request"),
        ('{"rotations": [], "score": 1e999}', "P04", "/score"),
        ('{"rotations": [], "score": -Infinity}', "P04", "/score"),
        ('{"rotations": [], "score": ' + "9" * 5000 + "}", "P04", "/score"),
        ('{"rotations": [], "rotations": []}', "P05", None),
        ('{"rotations": [{"unit": "a", "unit": "b"}]}', "P05", "/rotations/0"),
        (by_hand(unit="U\0"), "P04", "/rotations/0/unit"),
        (by_hand(unit="\ud800"), "P04", "/rotations/0/unit"),
        (by_hand(unit=7), "P08", "/rotations/0/unit"),
        (by_hand(unit=...), "P03", "/rotations/0/unit"),
        (by_hand(start="05/01/2026"), "P08", "/rotations/0/start"),
        (by_hand(start="2026-02-30"), "P08", "/rotations/0/start"),
        (by_hand(start=20260105), "P08", "/rotations/0/start"),
        (by_hand(end="2026-01-05T00:00:00"), "P08", "/rotations/0/end"),
        (by_hand(people="20"), "P08", "/rotations/0/people"),
        (by_hand(people=20.5), "P08", "/rotations/0/people"),
        (by_hand(people=True), "P08", "/rotations/0/people"),
        (by_hand(peple=20), "P07", "/rotations/0/peple"),
        ('{"rotations": [], "format": 2}', "P06", "/format"),
        ('{"rotations": [], "format": true}', "P06", "/format"),
        ('{"rotations": [], "scenario": 7}', "P08", "/scenario"),
        ('{"rotations": [], "a/b~c": 7}', "P07", "/a~1b~0c"),
        (document(format=2), "P06", "/format"),
        (document(score=...), "P03", None),
        (document(score="1"), "P08", "/score"),
        (document(status="done"), "P08", "/status"),
        (document(unserved=[{"request": "K1"}]), "P03", "/unserved/0/people"),
        (document(run={"speed": 1}), "P07", "/run/speed"),
        (document(certificate={}), "P07", "/certificate"),
    ],
)
def test_broken_plans_are_told_with_their_pointer(text, code, pointer):
    """Each has its code and the JSON pointer of the spot; nothing else is raised."""
    with pytest.raises(InputError) as caught:
        parse_plan(text)
    told = [(issue.code, issue.column) for issue in caught.value.issues]
    assert (code, pointer) in told, caught.value


def test_every_problem_is_told_in_one_go():
    """Two rotations with three mistakes: three issues."""
    text = (
        '{"rotations": [{"request": "K1", "unit": 7, "start": 3}, {"request": "K2", "start": "2026-01-05"}]}'
    )
    with pytest.raises(InputError) as caught:
        parse_plan(text)
    assert [issue.column for issue in caught.value.issues] == [
        "/rotations/0/unit",
        "/rotations/0/start",
        "/rotations/1/unit",
    ]


def test_files_that_are_no_plans(tmp_path):
    """Nothing there, a folder, UTF-16, too many bytes: issues of the file."""
    (tmp_path / "utf16.json").write_text("{}", encoding="utf-16")
    (tmp_path / "huge.json").write_bytes(b" " * 65_000_000)
    for name, code in (("none.json", "F03"), (".", "F03"), ("utf16.json", "F04"), ("huge.json", "F06")):
        with pytest.raises(InputError) as caught:
            read_plan(tmp_path / name)
        assert caught.value.issues[0].code == code


def test_a_plan_that_cannot_be_written_is_told(tmp_path):
    """Below a plain file there is no room; a half-written file never appears."""
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as caught:
        write_plan(PLAN, tmp_path / "file" / "plan.json")
    assert caught.value.issues[0].code == "F07"
    write_plan(PLAN, tmp_path / "plan.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "plan.json"]
