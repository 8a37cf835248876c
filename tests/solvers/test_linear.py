"""Linear programs that end in numerical trouble are solved once more, from the beginning."""

import pytest
from ortools.linear_solver import pywraplp

from optimizer.solvers.linear import solve_linear


class InTrouble:
    """A program that ends so many times without an optimum."""

    def __init__(self, program, times):
        self._program, self._times = program, times
        self.from_nothing = []

    def Solve(self, how):
        self._times -= 1
        kind = pywraplp.MPSolverParameters
        self.from_nothing.append(how.GetIntegerParam(kind.INCREMENTALITY) == kind.INCREMENTALITY_OFF)
        return pywraplp.Solver.ABNORMAL if self._times >= 0 else self._program.Solve(how)

    def Objective(self):
        return self._program.Objective()


def program():
    """The most of x + 2 y with x + y <= 3 and y <= 1: 4."""
    made = pywraplp.Solver.CreateSolver("CLP")
    made.Objective().SetMaximization()
    x, y = made.NumVar(0, 10, ""), made.NumVar(0, 1, "")
    made.Objective().SetCoefficient(x, 1)
    made.Objective().SetCoefficient(y, 2)
    row = made.Constraint(0, 3)
    row.SetCoefficient(x, 1)
    row.SetCoefficient(y, 1)
    return made


HOW = pywraplp.MPSolverParameters()


def test_a_solved_program_is_not_begun_anew():
    sound = InTrouble(program(), 0)
    assert solve_linear(sound, HOW) == pytest.approx(4)
    assert sound.from_nothing == [False]


def test_trouble_once_is_mended():
    """Also where the program has been solved before and has grown since."""
    made = program()
    assert solve_linear(made, HOW) == pytest.approx(4)
    z = made.NumVar(0, 2, "")
    made.Objective().SetCoefficient(z, 1)
    troubled = InTrouble(made, 1)
    assert solve_linear(troubled, HOW) == pytest.approx(6)
    assert troubled.from_nothing == [False, True]
    assert solve_linear(troubled, HOW) == pytest.approx(6)
    assert troubled.from_nothing[2:] == [False]


def test_trouble_twice_is_told():
    with pytest.raises(ArithmeticError, match="status 4"):
        solve_linear(InTrouble(program(), 2), HOW)
