"""The house keeps its promises: light doors, pinned locks, contracts that bite."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

import optimizer

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
HEAVY = {
    "alembic", "dbos", "fastapi", "geopy", "holidays", "icalendar", "llvmlite", "numba", "numpy",
    "openpyxl", "ortools", "pandas", "plotly", "pydantic", "sqlalchemy", "uvicorn", "xlsxwriter",
}  # fmt: skip


def cost(*command: str, runs: int = 5) -> float:
    """
    CPU seconds of the cheapest of some runs.

    On a quiet machine that is how long one waits; on a busy one it is still what the command costs.
    """
    best = float("inf")
    for _ in range(runs):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        best = min(best, used.ru_utime + used.ru_stime)
    return best


def test_the_public_names_are_these():
    """What `import optimizer` offers; a name more or less is a decision, not an accident."""
    assert sorted(optimizer.__all__) == [
        "InputError",
        "Plan",
        "PlannerError",
        "Scenario",
        "__version__",
        "check",
        "convert",
        "explain",
        "export",
        "generate",
        "geocode",
        "load",
        "matrix",
        "plan",
        "template",
        "validate",
    ]


@pytest.mark.parametrize("name", sorted(set(optimizer.__all__) - {"__version__"}))
def test_each_public_name_is_there_and_says_what_it_is(name):
    """Every name can be loaded and has a docstring."""
    assert getattr(optimizer, name).__doc__


def test_the_names_for_type_checkers_are_the_names_at_run_time():
    """The imports under TYPE_CHECKING and the lazy table cannot drift apart."""
    tree = ast.parse((ROOT / "optimizer" / "__init__.py").read_text())
    (guarded,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == optimizer._HOMES


def test_an_unknown_name_is_told_like_python_tells_it():
    """A slip of the pen gives an AttributeError, not an ImportError from inside."""
    with pytest.raises(AttributeError, match="module 'optimizer' has no attribute 'plam'"):
        _ = optimizer.plam


@pytest.mark.parametrize("code", ["import optimizer", "import optimizer.cli.commands", "import api.cli"])
def test_nothing_heavy_is_imported_at_the_door(code):
    """Neither the package nor the command line's help loads tables, solvers or validators."""
    code += "; import sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert HEAVY.isdisjoint(run.stdout.split())


def test_importing_costs_less_than_150_ms():
    """Against an empty Python in the same run."""
    nothing = cost(sys.executable, "-c", "pass")
    assert cost(sys.executable, "-c", "import optimizer") - nothing < 0.15


def test_help_answers_in_less_than_300_ms():
    """Against an empty Python in the same run."""
    nothing = cost(sys.executable, "-c", "pass")
    command = "from api.cli import main; main()"
    assert cost(sys.executable, "-c", command, "--help") - nothing < 0.3


def test_the_command_and_the_version_are_the_packages():
    """`mtu` starts the command line, and there is one version number."""
    (command,) = entry_points(group="console_scripts", name="mtu")
    assert command.value == "api.cli:main"
    assert version("mtu-planner") == optimizer.__version__


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_and_hashes_everything_and_names_no_address(lock):
    """Each requirement has one version and a hash; no index, no local path."""
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|^-|(^|\s)[./~]*/\w", text, re.MULTILINE)
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) > 30
    for block in blocks:
        assert re.match(
            r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+( ; .+)? \\\n    --hash=sha256:[0-9a-f]{64}", block
        ), block


def test_the_locks_hold_what_the_project_asks_for_and_agree():
    """Every direct requirement is locked, and the development lock repeats the other's pins."""
    project = PYPROJECT["project"]
    plain, dev = (_pins(name) for name in ("requirements.lock", "requirements-dev.lock"))
    extras = project["optional-dependencies"]
    assert {_name(line) for line in project["dependencies"] + extras["build"]} <= {name for name, _ in plain}
    assert {_name(line) for line in extras["dev"]} <= {name for name, _ in dev}
    assert plain <= dev


def _pins(lock: str) -> set[tuple[str, str]]:
    return set(
        re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", (ROOT / lock).read_text(), re.MULTILINE)
    )


def _name(requirement: str) -> str:
    return re.split(r"[<>=~!\[; ]", requirement)[0].lower()


FORBIDDEN = {
    "checker/rules.py": "numba",
    "compile.py": "optimizer.planner",
    "core/problem.py": "optimizer.domain.plan",
    "domain/plan.py": "optimizer.core.problem",
    "formats/save.py": "optimizer.checker",
    "formats/tables.py": "geopy",
    "planner.py": "ortools",
    "reading.py": "fastapi",
    "solvers/child.py": "datetime",
    "travel/distances.py": "pandas",
}


def test_forbidden_imports_are_caught(tmp_path):
    """One forbidden import in each of ten files of a copy: all ten are told, and no contract is kept."""
    shutil.copytree(ROOT / "optimizer", tmp_path / "optimizer", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, forbidden in FORBIDDEN.items():
        room = tmp_path / "optimizer" / file
        room.write_text(f"{room.read_text()}\nimport {forbidden}\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from importlinter.cli import lint_imports; "
    code += "sys.exit(lint_imports(no_cache=True))"
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 1
    assert "Contracts: 0 kept," in run.stdout
    for file, forbidden in FORBIDDEN.items():
        room = "optimizer." + file.removesuffix(".py").replace("/", ".")
        assert f"{room} -> {forbidden} (l." in run.stdout


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_of_a_page_leads_somewhere(page):
    """Links to files of the project name files that are there."""
    text = (ROOT / page).read_text()
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_file_named_in_a_page_is_there(page):
    """Paths in code marks, like `optimizer/RULES.md`, are files or folders of the project."""
    named = re.findall(r"`((?:optimizer|tests|data|\.ci)/[\w./-]*)`", (ROOT / page).read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_file_is_small_enough_to_read():
    """A file past 500 lines holds more than one thing."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "optimizer").rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 500
    }
    assert long == {}
