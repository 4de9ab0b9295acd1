"""Solvers, certificates and explanations of a program; this room knows no energy."""

from kenli.engine.solve.options import Progress, SolverOptions
from kenli.engine.solve.session import SolverSession, solve
from kenli.engine.solve.solution import Solution, SolveStatus

__all__ = ["Progress", "Solution", "SolveStatus", "SolverOptions", "SolverSession", "solve"]
