"""Solvers, certificates and explanations of a program; this room knows no energy."""

from kenli.engine.solve.certificate import Certificate, FamilyCheck, certify
from kenli.engine.solve.explain import (
    Conflict,
    ConflictEntry,
    RayEntry,
    Shortfall,
    find_conflict,
    find_ray,
)
from kenli.engine.solve.options import Progress, SolverOptions
from kenli.engine.solve.session import SolverSession, solve
from kenli.engine.solve.solution import Solution, SolveStatus

__all__ = [
    "Certificate",
    "Conflict",
    "ConflictEntry",
    "FamilyCheck",
    "Progress",
    "RayEntry",
    "Shortfall",
    "Solution",
    "SolveStatus",
    "SolverOptions",
    "SolverSession",
    "certify",
    "find_conflict",
    "find_ray",
    "solve",
]
