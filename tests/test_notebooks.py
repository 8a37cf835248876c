"""The notebooks run from top to bottom, are kept without output, and use the library's public names."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import optimizer

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
STORIES = [
    "01_quickstart",
    "02_jakarta_quarter",
    "03_trade_offs",
    "04_season_2025",
    "05_jambi",
    "06_benchmarks",
]


def read(path: Path) -> nbformat.NotebookNode:
    """A notebook, checked against its format."""
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_all_are_there_and_told_in_the_readme():
    """Six, in this order."""
    assert [path.stem for path in NOTEBOOKS] == STORIES
    assert re.findall(r"^\| \[(\w+)\]\(\1\.ipynb\) \|", (FOLDER / "README.md").read_text(), re.M) == STORIES


@pytest.mark.slow
@pytest.mark.timeout(600)
# Of the libraries that start and talk to the kernel; what a notebook itself warns of is in its output.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path, compiled_loops):
    """Every cell, in a kernel of its own, in the folder of notebooks; nothing is said on stderr."""
    notebook = read(path)
    NotebookClient(
        notebook, timeout=500, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()
    said = [out for cell in notebook.cells for out in cell.get("outputs", []) if out.get("name") == "stderr"]
    assert said == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_output(path):
    """No results, no counts: they would differ at every run."""
    for cell in read(path).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_tells_a_story(path):
    """A title first; words before code; no cell longer than a screen."""
    cells = read(path).cells
    assert re.match(r"# \w", cells[0].source)
    assert {cell.cell_type for cell in cells} == {"markdown", "code"}
    for cell in cells:
        assert len(cell.source.splitlines()) <= 25


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_uses_public_names_alone(path):
    """Whatever it takes from the library stands in `optimizer.__all__`."""
    code = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "code")
    assert not re.search(r"from optimizer|import optimizer\.", code)
    assert set(re.findall(r"\boptimizer\.(\w+)", code)) <= set(optimizer.__all__)
