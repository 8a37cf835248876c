"""The command line: what may be typed, what is said, and the code that comes back."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import types
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console

import optimizer
from optimizer.by_hand import by_hand
from optimizer.checker import complete
from optimizer.cli import figures, live, summary
from optimizer.cli.commands import app
from optimizer.cli.exits import count_issues, printable
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.plan import Plan, Run, ScenarioRef
from optimizer.exceptions import EngineError, Issue, Sentence, Severity
from optimizer.first_fit import first_fit
from optimizer.formats.reason_text import sentence
from optimizer.formats.save import save

ROOT = Path(__file__).parents[1]
COMMANDS = [
    "validate",
    "plan",
    "check",
    "export",
    "template",
    "convert",
    "generate",
    "matrix",
    "geocode",
    "bench",
]


@pytest.fixture(scope="module")
def scenario():
    """Three units, eight venues, forty days; the first-fit plan of it serves somebody."""
    return optimizer.generate(3, 8, 40, 2, seed=1)


@pytest.fixture
def folder(scenario, tmp_path):
    """The scenario as a folder."""
    save(scenario, tmp_path / "small")
    return tmp_path / "small"


@pytest.fixture
def made(scenario):
    """A finished plan of the scenario: first fit, half a per cent below a claimed bound."""
    done = complete(scenario, first_fit(scenario))
    bound = round(done.score / 0.995, 3)
    from optimizer.checker import gap

    return Plan(
        scenario=ScenarioRef(name=scenario.name, sha256=scenario_sha256(scenario)),
        status="feasible",
        score=done.score,
        bound=bound,
        gap=gap(round(done.score * 1000), round(bound * 1000)),
        score_parts=done.score_parts,
        rotations=done.rotations,
        unserved=done.unserved,
        units=done.units,
        cities=done.cities,
        run=Run(seconds=1.5, version="0.1.0"),
    )


@pytest.fixture
def mtu(capsys):
    """Runs the command line; gives exit code, stdout and stderr."""

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            app([str(word) for word in words], prog_name="mtu")
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return run


@pytest.fixture
def planner(monkeypatch, made):
    """Stands in for the engine: remembers how it was asked, tells some news, gives the plan."""
    asked = types.SimpleNamespace(options={}, during=lambda options: None)

    def plan(scenario, **options):
        asked.options = options
        options["on_progress"](news(0.0, "compiling"))
        options["on_progress"](news(0.5, "improving", score=made.score, people=10, km=3.5))
        asked.during(options)
        return made

    monkeypatch.setattr(optimizer, "plan", plan)
    return asked


def news(seconds, phase, score=None, bound=None, gap=None, people=None, km=None):
    return types.SimpleNamespace(**locals())


# Help


def test_the_help_names_every_command_in_a_whole_sentence(mtu):
    """No sentence is cut off."""
    code, out, _ = mtu("--help")
    assert code == 0
    listed = out[out.index("Commands:") :]
    assert re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE) == COMMANDS
    assert "..." not in listed


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme_and_has_help(command, mtu):
    """A command that nobody can find is not there."""
    assert f"| `mtu {command} " in (ROOT / "README.md").read_text()
    code, out, _ = mtu(command, "--help")
    assert (code, out[: len("Usage: mtu ")]) == (0, "Usage: mtu ")


def test_the_version(mtu):
    """One line with the version of the package."""
    assert mtu("--version") == (0, f"mtu {optimizer.__version__}\n", "")


# Bad input


@pytest.mark.parametrize(
    "options",
    [
        ["--time-limit", "-1"],
        ["--time-limit", "nan"],
        ["--time-limit", "inf"],
        ["--time-limit", "soon"],
        ["--gap", "1.5"],
        ["--gap", "nan"],
        ["--seed", "-1"],
        ["--seed", "1.5"],
    ],
)
def test_an_option_out_of_range_is_named(options, folder, tmp_path, mtu, planner):
    """Exit code 2, the option's name, and nothing is planned or written."""
    code, out, err = mtu("plan", folder, "--out", tmp_path / "out", *options)
    assert (code, out) == (2, "")
    assert f"Invalid value for '{options[0]}'" in err
    assert not planner.options
    assert not (tmp_path / "out").exists()


def test_an_unknown_command_is_bad_input(mtu):
    """Exit code 2."""
    code, _, err = mtu("plam")
    assert code == 2
    assert "No such command 'plam'" in err


@pytest.mark.parametrize("command", ["validate", "plan", "check", "export", "convert"])
def test_a_path_where_nothing_is_is_bad_input(command, tmp_path, mtu):
    """Every command that reads a scenario says so, without a traceback."""
    nothing = tmp_path / "nothing"
    words = {
        "plan": ["--out", tmp_path / "out"],
        "check": [nothing],
        "export": [nothing, "--out", tmp_path / "out"],
        "convert": [tmp_path / "there"],
    }
    code, out, err = mtu(command, nothing, *words.get(command, []))
    assert (code, out) == (2, "")
    assert str(nothing) in err
    assert "Traceback" not in err


def test_every_problem_of_a_scenario_is_told_at_once(folder, mtu):
    """Two mistakes in two files: both on stderr, with file and row, and counted."""
    _spoil(folder / "units.csv", "depot", "nowhere")
    _spoil(folder / "requests.csv", "people", "many")
    code, out, err = mtu("validate", folder)
    assert (code, out) == (2, "")
    assert re.search(r"^error +units\.csv row 2, depot: ", err, re.MULTILINE)
    assert re.search(r"^error +requests\.csv row 2, people: ", err, re.MULTILINE)
    assert re.search(r"^2 errors(, \d+ warnings?)?\.$", err, re.MULTILINE)


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_problems_as_json(command, folder, tmp_path, mtu):
    """The same for programs: one object on stdout."""
    _spoil(folder / "units.csv", "depot", "nowhere")
    options = ["--out", tmp_path / "out"] if command == "plan" else []
    code, out, _ = mtu(command, folder, *options, "--json")
    told = json.loads(out)
    assert (code, told["valid"]) == (2, False)
    (issue,) = (issue for issue in told["issues"] if issue["severity"] == "error")
    assert (issue["source"], issue["row"], issue["column"]) == ("units.csv", 2, "depot")


def test_a_sound_scenario_can_be_planned(folder, mtu):
    """Exit code 0, in words and as JSON."""
    code, out, _ = mtu("validate", folder)
    assert (code, out) == (0, f"{folder} can be planned.\n")
    code, out, _ = mtu("validate", folder, "--json")
    assert (code, json.loads(out)["valid"]) == (0, True)


def test_results_that_cannot_be_written_are_told_before_planning(folder, tmp_path, mtu, planner):
    """A file stands where the folder should be: nobody waits for a plan that cannot be kept."""
    (tmp_path / "out").write_text("in the way")
    code, out, err = mtu("plan", folder, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert str(tmp_path / "out") in err
    assert not planner.options


# Planning


def test_a_plan_is_made_written_and_shown(scenario, folder, made, tmp_path, mtu, planner):
    """The table holds the people of each city beside first fit's; the results are where it says."""
    code, out, err = mtu("plan", folder, "--out", tmp_path / "out", "--time-limit", "7", "--seed", "3")
    assert code == 0
    asked = {name: planner.options[name] for name in ("time_limit", "gap", "seed", "deterministic")}
    assert asked == {"time_limit": 7.0, "gap": 0.0001, "seed": 3, "deterministic": False}
    for city in made.cities:
        row = next(line for line in out.splitlines() if city.city in line)
        assert re.findall(r"[\d,.]+", row.removeprefix(f" {city.city}"))[:2] == [
            f"{city.requested:,}",
            f"{city.served:,}",
        ]
    assert "within 0.51 % of the best" in out
    assert f"{made.score:,.3f}" in out
    assert f"Results in {tmp_path / 'out'}" in out
    assert "plan.json" in out
    assert json.loads((tmp_path / "out" / "plan.json").read_text())["score"] == made.score
    assert "improving" in err


def _stays(rotations) -> str:
    """A plan file with so much of each rotation as somebody writes by hand."""
    keys = ("request", "unit", "start")
    return json.dumps({"rotations": [{key: str(getattr(row, key)) for key in keys} for row in rotations]})


def test_what_is_kept_of_a_base_plan_is_told(folder, made, tmp_path, mtu, planner):
    """All but one of the rotations that there were, and one that is no longer."""
    gone = made.rotations[0].model_copy(update={"request": "K999"})
    (tmp_path / "base.json").write_text(_stays([*made.rotations[1:], gone]))
    words = ("--out", tmp_path / "out", "--base-plan", tmp_path / "base.json")
    code, out, _ = mtu("plan", folder, *words)
    assert code == 0
    assert [row.request for row in planner.options["base_plan"]][-1] == "K999"
    kept, of = len(made.rotations) - 1, len(made.rotations)
    assert f"Of the base plan {kept} of {of} rotations kept." in out


def test_a_plan_is_judged_and_exported_beside_the_one_that_it_changes(scenario, made, tmp_path, mtu):
    """At 2.5 points for a rotation that is not kept; one is not."""
    objective = scenario.objective.model_copy(update={"change": Decimal("2.5")})
    save(scenario.model_copy(update={"objective": objective}), tmp_path / "changing")
    gone = made.rotations[0].model_copy(update={"request": "K999"})
    (tmp_path / "base.json").write_text(_stays([*made.rotations, gone]))
    (tmp_path / "plan.json").write_text(_stays(made.rotations))
    words = (tmp_path / "changing", tmp_path / "plan.json", "--base-plan", tmp_path / "base.json")
    code, out, _ = mtu("check", *words)
    assert code == 0
    assert "change -2.5" in out
    assert mtu("export", *words, "--out", tmp_path / "out")[0] == 0
    exported = json.loads((tmp_path / "out" / "plan.json").read_text())
    assert exported["score_parts"]["change"] == -2.5
    code, _, err = mtu("check", tmp_path / "changing", tmp_path / "out" / "plan.json")
    assert code == 1
    assert "Note: the plan changes another one; name that with --base-plan." in err
    (tmp_path / "base.json").write_text(_stays([*made.rotations, gone, gone]))
    code, _, err = mtu("check", *words)
    assert code == 2
    assert "holds K999 by" in err


def test_a_plan_as_json_is_one_object(folder, made, tmp_path, mtu, planner):
    """Progress goes to stderr; stdout is for the other program alone."""
    code, out, _ = mtu("plan", folder, "--out", tmp_path / "out", "--json", "--deterministic")
    told = json.loads(out)
    assert code == 0
    assert (told["score"], told["bound"], told["gap"]) == (made.score, made.bound, made.gap)
    assert told["people"]["served"] == sum(rotation.people for rotation in made.rotations)
    assert told["first_fit"]["score"] == made.score
    assert told["stopped"] is False
    assert planner.options["deterministic"] is True


def test_ctrl_c_keeps_the_best_plan(folder, tmp_path, mtu, planner):
    """The planner is asked to stop, the results are written, and the exit code is 0."""

    def press(options):
        os.kill(os.getpid(), signal.SIGINT)
        assert options["stop"].wait(5)

    # A program that was started in the background may have been told to ignore it.
    before = signal.getsignal(signal.SIGINT)
    planner.during = press
    code, _, err = mtu("plan", folder, "--out", tmp_path / "out")
    assert code == 0
    assert "Stopped on request: this is the best plan found until then." in err
    assert (tmp_path / "out" / "plan.json").exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_who_presses_ctrl_c_three_times_wants_out(folder, tmp_path, mtu, planner):
    """The third one ends the command at once, with the code of an interruption."""

    def press(options):
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)

    planner.during = press
    code, out, err = mtu("plan", folder, "--out", tmp_path / "out")
    assert (code, out) == (130, "")
    assert "Interrupted" in err


@pytest.mark.parametrize("error", [RuntimeError("two\nlines"), EngineError("a bound below its plan")])
def test_a_fault_of_ours_is_one_line_and_how_to_report_it(error, folder, tmp_path, mtu, planner, monkeypatch):
    """Exit code 3; the traceback comes only with MTU_DEBUG."""

    def fail(options):
        raise error

    planner.during = fail
    monkeypatch.delenv("MTU_DEBUG", raising=False)
    code, out, err = mtu("plan", folder, "--out", tmp_path / "out")
    assert (code, out) == (3, "")
    internal, report = err.splitlines()[-2:]
    assert internal.startswith("Internal error: ")
    assert " ".join(str(error).split()) in internal
    assert "report it" in report
    assert "Traceback" not in err

    monkeypatch.setenv("MTU_DEBUG", "1")
    code, _, err = mtu("plan", folder, "--out", tmp_path / "out")
    assert code == 3
    assert "Traceback" in err


def test_memory_that_runs_out_is_told(folder, tmp_path, mtu, planner):
    """Exit code 3 without a traceback."""

    def fail(options):
        raise MemoryError

    planner.during = fail
    code, _, err = mtu("plan", folder, "--out", tmp_path / "out")
    assert code == 3
    assert "The memory of this machine does not suffice" in err


# Checking


def test_a_valid_plan_is_valid(folder, made, tmp_path, mtu):
    """Exit code 0, with the score recomputed."""
    (tmp_path / "plan.json").write_text(made.to_json())
    code, out, err = mtu("check", folder, tmp_path / "plan.json")
    assert (code, err) == (0, "")
    assert out.startswith(f"Valid: {len(made.rotations)} rotations, no rule broken.\n")
    assert f"Score {made.score:,.3f} = people " in out


def test_a_plan_that_breaks_rules_is_told_by_rule(folder, made, tmp_path, mtu):
    """One rotation ten days earlier: exit code 1 and the rule's number, in words and as JSON."""
    first, *others = json.loads(made.to_json())["rotations"]
    stays = [{"request": row["request"], "unit": row["unit"], "start": row["start"]} for row in others]
    stays.append({"request": first["request"], "unit": first["unit"], "start": "2025-12-01"})
    (tmp_path / "plan.json").write_text(json.dumps({"rotations": stays}))
    code, out, _ = mtu("check", folder, tmp_path / "plan.json")
    assert code == 1
    assert re.search(r"^R4: ", out, re.MULTILINE)
    assert re.search(r"^Not valid: \d+ violations?\.$", out, re.MULTILINE)
    code, out, _ = mtu("check", folder, tmp_path / "plan.json", "--json")
    told = json.loads(out)
    assert (code, told["valid"]) == (1, False)
    assert "R4" in {found["rule"] for found in told["violations"]}


def test_a_number_that_is_not_true_is_a_violation(folder, made, tmp_path, mtu):
    """A plan that claims one point more than it is worth: exit code 1."""
    boast = json.loads(made.to_json())
    boast["score"] = round(boast["score"] + 1, 3)
    (tmp_path / "plan.json").write_text(json.dumps(boast))
    code, out, _ = mtu("check", folder, tmp_path / "plan.json")
    assert code == 1
    assert re.search(r"^score: The plan states score ", out, re.MULTILINE)


def test_a_plan_of_another_scenario_is_noted(folder, made, tmp_path, mtu):
    """Still checked, but the planner hears that something has changed since."""
    other = made.model_copy(update={"scenario": ScenarioRef(name="Other", sha256="0" * 64)})
    (tmp_path / "plan.json").write_text(other.to_json())
    code, _, err = mtu("check", folder, tmp_path / "plan.json")
    assert code == 0
    assert "made for another state of the scenario" in err


def test_a_file_that_is_no_plan_is_bad_input(folder, tmp_path, mtu):
    """Exit code 2."""
    (tmp_path / "plan.json").write_text("[1,")
    code, out, err = mtu("check", folder, tmp_path / "plan.json")
    assert (code, out) == (2, "")
    assert "plan.json" in err


# The other commands


def test_results_can_be_written_anew(folder, made, tmp_path, mtu):
    """`mtu export` writes what `mtu plan` wrote, with the same plan file."""
    (tmp_path / "plan.json").write_text(made.to_json())
    code, out, _ = mtu("export", folder, tmp_path / "plan.json", "--out", tmp_path / "out")
    assert code == 0
    assert f"Results in {tmp_path / 'out'}" in out
    assert (tmp_path / "out" / "plan.json").read_bytes() == (tmp_path / "plan.json").read_bytes()


@pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")
def test_reasons_are_told_anew_in_another_language(scenario, folder, made, tmp_path, mtu):
    """A plan file holds English sentences; an Indonesian report tells all reasons in Indonesian."""
    short = by_hand(scenario, made.rotations[:1])
    (tmp_path / "plan.json").write_text(short.to_json())
    assert mtu("export", folder, tmp_path / "plan.json", "--out", tmp_path / "id", "--language", "id")[0] == 0
    told = [reason.facts for left in short.unserved for reason in left.reasons]
    assert told
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "id" / "plan.xlsx").read_bytes()))
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    for facts in told:
        assert facts is not None
        assert any(sentence(facts, "id") in cell for cell in cells if isinstance(cell, str))
    assert (tmp_path / "id" / "plan.json").read_bytes() == (tmp_path / "plan.json").read_bytes()


def test_the_proof_beside_a_plan_goes_along(folder, made, tmp_path, mtu):
    """A certificate of the plan's bound is kept, even in the plan's own folder; another's is not."""
    proof = {"scenario": made.scenario.model_dump(), "bound": made.bound}
    home = tmp_path / "home"
    home.mkdir()
    (home / "plan.json").write_text(made.to_json())
    (home / "certificate.json").write_text(json.dumps(proof))
    assert mtu("export", folder, home / "plan.json", "--out", home)[0] == 0
    assert json.loads((home / "certificate.json").read_text()) == proof

    (home / "certificate.json").write_text(json.dumps({**proof, "bound": made.bound + 1}))
    assert mtu("export", folder, home / "plan.json", "--out", home)[0] == 0
    assert not (home / "certificate.json").exists()


def test_a_plan_by_hand_can_be_exported(folder, made, tmp_path, mtu):
    """What is missing is computed; no bound is claimed."""
    stays = [{"request": row.request, "unit": row.unit, "start": str(row.start)} for row in made.rotations]
    (tmp_path / "hand.json").write_text(json.dumps({"rotations": stays}))
    code, _, _ = mtu("export", folder, tmp_path / "hand.json", "--out", tmp_path / "out")
    assert code == 0
    written = json.loads((tmp_path / "out" / "plan.json").read_text())
    assert (written["score"], written["bound"], written["gap"]) == (made.score, None, None)


def test_a_template_can_be_validated(tmp_path, mtu):
    """The empty start is a sound scenario, with warnings that it is empty."""
    code, out, _ = mtu("template", tmp_path / "start")
    assert code == 0
    assert f"mtu validate {tmp_path / 'start'}" in out
    assert mtu("validate", tmp_path / "start")[0] == 0


def test_a_scenario_goes_into_a_workbook_and_back(scenario, folder, tmp_path, mtu):
    """Nothing is lost on the way."""
    assert mtu("convert", folder, tmp_path / "book.xlsx")[0] == 0
    assert mtu("convert", tmp_path / "book.xlsx", tmp_path / "back")[0] == 0
    assert optimizer.load(tmp_path / "back") == scenario


def test_a_scenario_is_generated(tmp_path, mtu):
    """The numbers asked for are the numbers written."""
    words = ["--units", 4, "--venues", 9, "--days", 30, "--cities", 2, "--seed", 7, tmp_path / "made"]
    code, out, _ = mtu("generate", *words)
    assert code == 0
    assert str(tmp_path / "made") in out
    made = optimizer.load(tmp_path / "made")
    assert (len(made.units), len(made.venues), made.days) == (4, 9, 30)


def test_more_cities_than_venues_is_bad_input(tmp_path, mtu):
    """Exit code 2, with what is possible."""
    code, _, err = mtu("generate", "--venues", 3, "--cities", 4, tmp_path / "made")
    assert code == 2
    assert "4 cities; expected 1 to 3" in err


# Screen, lines and figures


def test_lines_tell_each_phase_and_not_every_step(capsys):
    """News within two seconds of the last line waits, a new phase does not."""
    with live.Lines(30, 100, threading.Event()) as lines:
        lines(news(0.0, "compiling"))
        lines(news(0.1, "improving", score=10.0, people=5, km=1.0))
        lines(news(0.2, "improving", score=11.0, people=6, km=1.0))
        lines(news(0.3, "bounding", score=11.0, bound=12.0, gap=0.0834, people=6, km=1.0))
    told = [" ".join(line.split()) for line in capsys.readouterr().err.splitlines()]
    assert told == [
        "0.0 s compiling",
        "0.1 s improving score 10.000 people 5 of 100 km 1.0",
        "0.3 s bounding score 11.000 bound 12.000 gap 8.34 % people 6 of 100 km 1.0",
    ]


def test_the_screen_shows_all_that_is_known():
    """Phase, clock and six figures; a dash for what is not known yet."""
    stop = threading.Event()
    screen = live.Screen(30, 100, stop)
    screen(news(0.0, "compiling"))
    assert "compiling" in _drawn(screen)
    screen(news(4.0, "improving", score=1234.5, people=60, km=12.34))
    shown = _drawn(screen)
    for words in (
        "improving",
        "4.0 s of 30.0 s",
        "score 1,234.500",
        "bound –",
        "people 60 of 100",
        "km 12.3",
    ):
        assert words in shown
    stop.set()
    assert "stopping" in _drawn(screen)


def test_the_time_to_get_ready_is_told_apart(monkeypatch):
    """Solving began 2 s before the news of 5 s after the start: 3 s went into compiling."""
    clock = iter([100.0, 105.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    lines = live._Teller(30, 100, threading.Event())
    lines(news(2.0, "improving"))
    assert lines.getting_ready == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("gap", "shown"),
    [
        (None, "–"),
        (0.0, "0.00 %"),
        (0.000001, "0.01 %"),
        (0.0035, "0.35 %"),
        (0.003501, "0.36 %"),
        (1.5, "150.00 %"),
    ],
)
def test_a_gap_never_looks_better_than_it_is(gap, shown):
    """Rounded up to hundredths of a per cent; 0 only where it is 0."""
    assert figures.percent(gap) == shown


def test_figures_read_well():
    """Thousands apart, shares and changes in per cent, dashes where nothing can be said."""
    assert figures.points(-1234.5) == "-1,234.500"
    assert (figures.share(1, 3), figures.share(0, 0)) == ("33.3 %", "–")
    assert (figures.change(117.6, 100), figures.change(90, 100), figures.change(1, 0)) == (
        "+17.6 %",
        "-10.0 %",
        "–",
    )
    assert (figures.seconds(8.06), figures.seconds(125.9)) == ("8.1 s", "2 min 05 s")
    assert (figures.count(1, "rotation"), figures.count(1200, "rotation")) == (
        "1 rotation",
        "1,200 rotations",
    )


def test_what_a_file_says_cannot_steer_the_terminal():
    """An escape sequence in a name is shown, not obeyed; lines and accents stay."""
    assert printable("Café\n\x1b[2J\ud800") == "Café\n\\x1b[2J\\ud800"


def test_issues_are_counted_by_severity():
    """Singular and plural, errors before warnings."""
    error, warning = Issue("V1", Sentence("x")), Issue("V2", Sentence("x"), Severity.WARNING)
    assert count_issues([warning, error, error]) == "2 errors, 1 warning"
    assert count_issues([error]) == "1 error"


def _drawn(screen: live.Screen) -> str:
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(screen._draw())
    return " ".join(console.export_text().split())


def _spoil(file: Path, column: str, value: str) -> None:
    """Put a value into a column of the first row."""
    header, first, *rest = file.read_text().splitlines()
    cells = first.split(",")
    cells[header.split(",").index(column)] = value
    file.write_text("\n".join([header, ",".join(cells), *rest]) + "\n")


# The real thing


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_ctrl_c_in_a_terminal_keeps_what_the_real_engine_has(tmp_path):
    """Jakarta's quarter, interrupted at the first score: exit code 0, and the plan written is valid."""
    mtu = [sys.executable, "-m", "optimizer.cli"]
    out = tmp_path / "out"
    options = ["--out", str(out), "--time-limit", "120", "--json"]
    with subprocess.Popen(
        [*mtu, "plan", "data/jakarta", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        assert process.stderr is not None
        assert any("gap" in line for line in process.stderr)
        os.killpg(process.pid, signal.SIGINT)
        told = json.loads(process.communicate()[0])
    assert process.returncode == 0
    assert told["stopped"] is True
    assert told["seconds"] < 100
    assert told["score"] >= told["first_fit"]["score"]
    checked = subprocess.run([*mtu, "check", "data/jakarta", str(out / "plan.json")], cwd=ROOT, check=False)
    assert checked.returncode == 0


@pytest.mark.timeout(400)
def test_bench_prints_a_line_for_each_instance(mtu, tmp_path):
    """Another text file is named and passed over; values are those worked out in data/instances/README.md."""
    for path in (Path(__file__).parents[1] / "data" / "instances").glob("*hand*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "best_known.csv").write_text("instance,m,best_known\nhand01,1,50\nhand02,,300\n")
    (tmp_path / "notes.txt").write_text("Dear reader\n")
    code, out, err = mtu("bench", "--data", tmp_path, "--routes", 1, "--json")
    assert code == 0
    assert "notes.txt: This cannot be read as an instance" in err
    first, second = json.loads(out)["instances"]
    assert (first["instance"], first["value"], first["bound"], first["gap"]) == ("hand01", 60, 60, 0)
    # 10 points more than 50, and 37.172 of cost less than 300.
    assert first["gap_to_best_known"] == pytest.approx(-0.2)
    assert second["gap_to_best_known"] == pytest.approx(-37.172 / 300)


def test_bench_without_instances_is_bad_input(mtu, tmp_path):
    """Where nothing is, nothing is measured."""
    code, _, err = mtu("bench", "--data", tmp_path)
    assert code == 2
    assert "B02" in err


def test_of_many_cities_the_least_served_are_shown():
    """A screen has room for twenty, and for the sum of all."""
    scenario = optimizer.generate(3, 100, 30, 30, 1)
    completed = complete(scenario, first_fit(scenario))
    table = summary._cities(completed, completed)
    shown = [str(cell) for cell in table.columns[0].cells]
    shares = {city.city: city.served / max(city.requested, 1) for city in completed.cities}
    assert len(shares) > summary.MOST_CITIES
    assert [shares[city] for city in shown[:-1]] == sorted(shares.values())[: summary.MOST_CITIES]
    assert shown[-1] == "All"
    total = sum(city.requested for city in completed.cities)
    assert list(table.columns[1].cells)[-1] == f"{total:,}"
