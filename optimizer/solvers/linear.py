"""How growing linear programs are solved."""

from __future__ import annotations

from ortools.linear_solver import pywraplp

OPTIMAL = pywraplp.Solver.OPTIMAL
Parameters = pywraplp.MPSolverParameters


def solve_linear(program: pywraplp.Solver, how: pywraplp.MPSolverParameters) -> float:
    """
    Solve a program from its last basis, and from none where that ends in numerical trouble.

    Programs of ours always have an optimum, so any other end is trouble.

    Returns
    -------
    value
        What the program is worth, in its own units.

    Raises
    ------
    ArithmeticError
        Neither way came to an optimum.
    """
    if program.Solve(how) != OPTIMAL:
        how.SetIntegerParam(Parameters.INCREMENTALITY, Parameters.INCREMENTALITY_OFF)
        status = program.Solve(how)
        how.SetIntegerParam(Parameters.INCREMENTALITY, Parameters.INCREMENTALITY_ON)
        if status != OPTIMAL:
            raise ArithmeticError(f"The linear program ended with status {status}.")
    return float(program.Objective().Value())
