"""Read the solver's progress from its log lines and callbacks, and pass it on at a bearable rate."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from kenli.engine.solve.options import Progress

INTERVAL = 0.1
"""Least seconds between two reports of the same phase."""

_PHASES = (
    ("Presolving model", "presolve"),
    ("Running HiPO", "ipm"),
    ("Running IPX", "ipm"),
    ("IPX version", "ipm"),
    ("Running crossover", "crossover"),
    ("Crossover", "crossover"),
    ("Solving with cuPDLP", "pdlp"),
    ("Solving MIP model", "mip"),
    ("Performed postsolve", "postsolve"),
)
_NUMBER = r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
# iteration, primal objective, dual objective: the first columns of HiPO's, IPX's and PDLP's tables
_TABLE = re.compile(rf"^\s*(\d+)\*?\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s")


class ProgressReader:
    """Turn log lines and callback figures into `Progress` reports."""

    def __init__(self, report: Callable[[Progress], None] | None) -> None:
        self._report = report
        self._started = time.perf_counter()
        self._phase = ""
        self._last = -INTERVAL

    def line(self, text: str) -> None:
        """Read one log line: a change of phase, or a row of an interior-point table."""
        if self._report is None:
            return
        stripped = text.strip()
        for start, phase in _PHASES:
            if stripped.startswith(start):
                self.say(phase, 0, None, None)
                return
        row = _TABLE.match(text) if self._phase in ("ipm", "pdlp") else None
        if row:
            self.say(self._phase, int(row[1]), float(row[2]), float(row[3]))

    def say(self, phase: str, iteration: int, primal: float | None, dual: float | None) -> None:
        """Report, unless the same phase was reported a moment ago."""
        if self._report is None:
            return
        now = time.perf_counter() - self._started
        if phase == self._phase and now - self._last < INTERVAL:
            return
        # the first figures of a phase follow its name at once
        self._last = now if primal is not None or phase == self._phase else -INTERVAL
        self._phase = phase
        self._report(Progress(phase, now, iteration, primal, dual))
