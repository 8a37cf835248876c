"""``mtu check --certificate``: what is told, and the code that comes back."""

import json
from copy import deepcopy

import pytest

import optimizer
from optimizer.certificate import Verdict
from optimizer.cli import proof
from optimizer.cli.commands import app
from optimizer.formats.save import save
from tests.certificate.test_tampering import FAIR, SOUND, plan


@pytest.fixture
def files(tmp_path):
    """FAIR as a folder, its best plan, and the certificate that proves it."""
    save(FAIR, tmp_path / "fair")
    # The certificate is of the scenario in memory; what is read must be the same.
    assert optimizer.load(tmp_path / "fair") == FAIR
    (tmp_path / "plan.json").write_text(plan(19.8).to_json())
    (tmp_path / "certificate.json").write_text(json.dumps(SOUND))
    return tmp_path


@pytest.fixture
def check(files, capsys):
    """Runs ``mtu check`` on the files; gives exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        named = [files / "fair", files / "plan.json", "--certificate", files / "certificate.json", *words]
        with pytest.raises(SystemExit) as end:
            app(["check", *map(str, named)], prog_name="mtu")
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return run


def test_a_proven_bound_is_told(check):
    """Rules and score, the bound recomputed, the gap, the verdict; exit code 0."""
    code, out, _ = check()
    assert code == 0
    assert out.splitlines() == [
        "Valid: 2 rotations, no rule broken.",
        "Score 19.800 = people 20.000  km -0.200",
        "Bound 19.800, recomputed from the certificate's prices without any solver",
        "Gap 0.00 %",
        "The bound that the plan claims is proven.",
    ]


def test_the_verdict_as_json(check):
    """All of it, in points."""
    code, out, _ = check("--json")
    assert code == 0
    assert json.loads(out)["certificate"] == {
        "supported": True,
        "proven": True,
        "rests_on_engine": False,
        "bound": 19.8,
        "gap": 0.0,
        "stated": 19.8,
        "enumerated": None,
        "claimed": 19.8,
        "faults": [],
    }


def test_a_false_certificate_is_exit_code_1(check, files):
    """A bound talked down: the true one is told, with what is wrong."""
    (files / "certificate.json").write_text(json.dumps({**SOUND, "bound": 19.0}))
    code, out, _ = check()
    assert code == 1
    assert "Bound 19.800, recomputed from the certificate's prices without any solver\n" in out
    assert "(the certificate states 19.000)" in out
    assert out.endswith(
        "The certificate states a bound of 19.0; its prices prove 19.8.\n"
        "The certificate does not prove what is claimed.\n"
    )
    code, out, _ = check("--json")
    assert (code, json.loads(out)["certificate"]["proven"]) == (1, False)


def test_an_enumerated_bound_says_on_what_it_rests(check, files):
    """The prices prove a point more than the plan claims: told, exit code 0."""
    certificate = deepcopy(SOUND)
    certificate.update(rooms=[["A", "2026-01-06", 1_000_000]], bound=20.8, enumerated={"bound": 19.8})
    (files / "certificate.json").write_text(json.dumps(certificate))
    code, out, _ = check()
    assert code == 0
    assert "The plan's bound of 19.800 rests on the engine" in out
    assert "the prices alone prove 20.800." in out
    assert "is proven" not in out


def test_a_plan_by_hand_has_no_bound_but_a_gap(check, files):
    """One class of the two: a score of 9.8 against a bound of 19.8."""
    by_hand = {"rotations": [{"request": "RA", "unit": "U1", "start": "2026-01-05"}]}
    (files / "plan.json").write_text(json.dumps(by_hand))
    code, out, _ = check()
    assert code == 0
    # (19.8 - 9.8) / 19.8
    assert out.endswith("Gap 50.51 %\nThe certificate's bound is proven.\n")


def test_a_plan_that_breaks_rules_is_exit_code_1_whatever_is_proven(check, files):
    """Two stays at once: the certificate is sound, the plan is not."""
    twice = [{"request": "RA", "unit": "U1", "start": "2026-01-05"}] * 2
    (files / "plan.json").write_text(json.dumps({"rotations": twice}))
    code, out, _ = check()
    assert code == 1
    assert "Not valid" in out
    assert "The certificate's bound is proven." in out


def test_a_file_that_is_no_json_is_bad_input(check, files):
    """Exit code 2, with the file's name."""
    (files / "certificate.json").write_text("{")
    code, out, err = check()
    assert (code, out) == (2, "")
    assert "certificate.json" in err


def test_a_long_list_of_faults_is_cut_short():
    """Twenty on the screen, all of them as JSON."""
    verdict = Verdict(faults=tuple(f"fault {number}" for number in range(25)))
    told = proof.told(verdict, 0).splitlines()
    assert told[19:] == [
        "fault 19",
        "... and 5 more; --json tells all.",
        "The certificate does not prove what is claimed.",
    ]
    assert proof.as_dict(verdict, 0)["faults"] == [f"fault {number}" for number in range(25)]


def test_a_valid_plan_above_its_bound_is_our_fault(check, files, monkeypatch):
    """Then checker or proof is wrong, and neither may look right: exit code 3."""
    monkeypatch.setattr("optimizer.certificate.verify", lambda *args, **options: Verdict(bound=19_000))
    code, _, err = check()
    assert code == 3
    assert "A valid plan scores 19800, its proven bound is 19000." in err
