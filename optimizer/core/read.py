"""
Published instances as core problems in ticks.

TOPTW (Righini & Salani 2009; Montemanni & Gambardella 2009): team orienteering with time windows on the
customers of Solomon (``c``, ``r``, ``rc``) and Cordeau (``pr``). STRSP (Kovacs, Parragh, Doerner & Hartl
2012): technicians with skills, and a price for each task left to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from pathlib import Path

import numpy as np

from optimizer.core.problem import Ints
from optimizer.core.windows import WindowProblem
from optimizer.exceptions import InputError, Issue, Sentence

POINT = 1000
"""Millipoints of one point."""


@dataclass(frozen=True, slots=True)
class Instance:
    """
    A published instance.

    Parameters
    ----------
    name
        Of the file, without ending.
    problem
        What the engine sees.
    costs
        Whether the publication minimizes: what it reports is then minus the score.
    """

    name: str
    problem: WindowProblem
    costs: bool = False

    def published(self, score: int) -> float:
        """A score, or a bound on it, as the publication counts."""
        return (-score if self.costs else score) / POINT


def read_toptw(path: Path, units: int) -> Instance:
    """
    A TOPTW file for so many routes.

    A tick is 0.1, in the files ``pr*`` 0.01, and distances are rounded down to ticks.

    Raises
    ------
    InputError
        When the file is not laid out like a TOPTW file.
    """
    ticks = 100 if path.stem.lower().startswith("pr") else 10
    vertices = list(_rows(path))[2:]
    if not vertices or any(len(row) < 9 for row in vertices):
        raise _unreadable(
            path, Sentence("expected two lines, then per vertex: number, x, y, duration, score, ...")
        )
    x, y = [row[1] for row in vertices], [row[2] for row in vertices]
    opening = _ticks([row[-2] for row in vertices], ticks)
    closing = _ticks([row[-1] for row in vertices], ticks)
    travel = _distances(x, y, ticks)
    jobs = len(vertices) - 1
    return Instance(
        name=path.stem,
        problem=WindowProblem(
            travel=travel,
            cost=np.zeros_like(travel),
            place=np.arange(1, jobs + 1),
            segment_at=np.arange(jobs + 1),
            first=opening[1:],
            last=closing[1:],
            stay=_ticks([row[3] for row in vertices[1:]], ticks),
            prize=_ticks([row[4] for row in vertices[1:]], POINT),
            origin=np.zeros(units, np.int64),
            destination=np.zeros(units, np.int64),
            leave=np.full(units, opening[0]),
            back=np.full(units, closing[0]),
            eligible=np.ones((units, jobs), np.bool_),
        ),
    )


def read_strsp(tasks: Path, technicians: Path) -> Instance:
    """
    An STRSP instance without teams: ``tasks_NAME.txt`` and ``technicians_NAME.txt``.

    A tick is 0.1 of distance and of time; one unit per technician, at home at the first task. A task
    left out costs 200 + (sum of its skill matrix) ^ 1.5.

    Raises
    ------
    InputError
        When a file is not laid out like an STRSP file.
    """
    ticks = 10
    levels = _levels(technicians)
    width = {len(row) for row in levels}
    rows = [row for row in _rows(tasks) if len(row) > 8]
    if len(rows) < 1 or len(width) != 1:
        raise _unreadable(
            tasks, Sentence("expected one line per task: number, x, y, demand, ready, due, service, ...")
        )
    skills = width.pop()
    needs = np.array([[int(value) for value in row[8:]] for row in rows])
    if needs.shape[1] % skills:
        raise _unreadable(
            tasks,
            Sentence(
                "{columns} skill columns do not fit {skills} skills", columns=needs.shape[1], skills=skills
            ),
        )
    matrix = needs.reshape(len(rows), skills, -1)
    # The highest level of each skill that somebody is needed for; 0 where nobody is.
    required = (np.where(matrix > 0, np.arange(1, matrix.shape[2] + 1), 0)).max(axis=2)
    eligible = (np.array(levels)[:, None, :] >= required[None, 1:, :]).all(axis=2)
    travel = _distances([row[1] for row in rows], [row[2] for row in rows], ticks)
    jobs, units = len(rows) - 1, len(levels)
    ready = _ticks([row[4] for row in rows], ticks)
    due = _ticks([row[5] for row in rows], ticks)
    left_out = np.rint(POINT * (200 + needs[1:].sum(axis=1) ** 1.5)).astype(np.int64)
    return Instance(
        name=tasks.stem.removeprefix("tasks_"),
        problem=WindowProblem(
            travel=travel,
            cost=travel * (POINT // ticks),
            place=np.arange(1, jobs + 1),
            segment_at=np.arange(jobs + 1),
            first=ready[1:],
            last=due[1:],
            stay=_ticks([row[6] for row in rows[1:]], ticks),
            prize=left_out,
            origin=np.zeros(units, np.int64),
            destination=np.zeros(units, np.int64),
            leave=np.full(units, ready[0]),
            back=np.full(units, due[0]),
            eligible=eligible,
            base_value=-int(left_out.sum()),
        ),
        costs=True,
    )


def _levels(path: Path) -> list[list[int]]:
    """The level of each technician in each skill."""
    if not path.exists():
        raise _unreadable(path, Sentence("expected a file of technicians beside the tasks"))
    text = path.read_text(encoding="utf-8", errors="replace")
    told = re.search(r"domains:\s*(\d+)", text)
    skills = int(told[1]) if told else 0
    levels = [[int(value) for value in row[1:]] for row in _rows(path) if len(row) == skills + 1]
    if not levels or skills == 0:
        raise _unreadable(path, Sentence("expected 'domains: N', then per technician: number, N levels"))
    return levels


def _rows(path: Path) -> Iterator[list[Fraction]]:
    """Every line that holds nothing but numbers, exactly as written."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = [Fraction(cell) for cell in line.split()]
        except (ValueError, ZeroDivisionError):
            continue
        if row:
            yield row


def _ticks(values: list[Fraction], per_unit: int) -> Ints:
    """Whole ticks, halves to even."""
    return np.array([round(value * per_unit) for value in values], np.int64)


def _distances(x: list[Fraction], y: list[Fraction], ticks: int) -> Ints:
    """Euclidean distances in ticks, rounded down, exactly."""
    scale = 1000
    places = [(round(a * scale), round(b * scale)) for a, b in zip(x, y, strict=True)]
    return np.array(
        [[isqrt(((a - c) ** 2 + (b - d) ** 2) * ticks**2) // scale for c, d in places] for a, b in places],
        np.int64,
    )


def _unreadable(path: Path, expected: Sentence) -> InputError:
    return InputError(
        [
            Issue(
                "B01",
                Sentence("This cannot be read as an instance; {expected}.", expected=expected),
                source=path.name,
            )
        ]
    )
