"""Errors that say where, what and how to fix it.

Two things leave this module: `Problem`, one finding about somebody's input, and the `KenliError`
family. Checks collect problems and raise them at once as `InputError`, so that a user repairs a
file in one round instead of ten.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it is, what is wrong, how to repair it.

    Attributes:
        where: place in the user's words, such as `park.yaml:14 > components > pv > capacity`.
        what: the fact that is wrong, with the value that was found.
        fix: what to write instead; empty only where the fact leaves no choice.
        severity: `error` stops the command, `warning` is shown and recorded.
        code: stable short name such as `unknown-key`, used by tests and documentation.
    """

    where: str
    what: str
    fix: str = ""
    severity: Severity = "error"
    code: str = "input"

    def __str__(self) -> str:
        text = f"{self.where}\n  {self.what}"
        return f"{text}\n  fix: {self.fix}" if self.fix else text


class KenliError(Exception):
    """Base of all errors that a user may meet; `problems` holds at least one finding."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def at(cls, where: str, what: str, fix: str = "", *, code: str = "input") -> Self:
        """Build the error from a single finding."""
        return cls(Problem(where, what, fix, code=code))


class InputError(KenliError):
    """The declaration (park file, series, factor, option) is wrong."""


class InfeasibleError(KenliError):
    """No plan satisfies every statement of the park; the problems name the conflict."""


class UnboundedError(KenliError):
    """The cost of the plan can fall without limit; the problems name the ray."""


class SolverError(KenliError):
    """The solver ended without an answer, for a reason that is not the park's."""


class RunError(KenliError):
    """A run folder is missing, unfinished, altered or of another format."""


class MissingExtraError(KenliError):
    """An optional library is not installed; the fix names the extra."""


def suggest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return `did you mean 'x'?` for the nearest known word, or an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"did you mean '{near[0]}'?" if near else ""


def unknown_word(where: str, kind: str, word: str, known: Iterable[str], *, code: str) -> Problem:
    """Describe a reference to a name that does not exist, with the nearest one or the list."""
    names = sorted(known)
    listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    hint = suggest(word, names) or (f"known: {listed}" if names else f"no {kind} is declared")
    return Problem(where, f"there is no {kind} '{word}'", hint, code=code)
