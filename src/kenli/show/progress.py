"""Progress of long work: a line that moves in a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PHASES = {
    "read": "read the park",
    "profile": "weather and profiles",
    "compile": "write the program",
    "solve": "solve",
    "certify": "certify",
    "write": "write the run",
}

OnPhase = Callable[[str], None]
OnProgress = Callable[[Any], None]


@contextmanager
def show_progress(*, quiet: bool = False) -> Iterator[tuple[OnPhase, OnProgress | None]]:
    """Show phases and the solver's progress on standard error.

    Yields:
        Two callbacks: the name of a phase that begins, and the solver's sign of life.
    """
    if quiet:
        yield (lambda _: None), None
        return
    if not sys.stderr.isatty():
        started = time.perf_counter()

        def say(phase: str) -> None:
            sys.stderr.write(f"[{time.perf_counter() - started:6.1f} s] {PHASES.get(phase, phase)}\n")
            sys.stderr.flush()

        yield say, _slow_lines(started)
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description:<24}"), TextColumn("{task.fields[detail]}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("start", detail="", total=None)

        def begin(phase: str) -> None:
            bar.update(task, description=PHASES.get(phase, phase), detail="")

        def life(sign: Any) -> None:
            bar.update(task, detail=_detail(sign))

        yield begin, life


def _detail(sign: Any) -> str:
    text = f"{sign.phase}, iteration {sign.iteration}"
    if sign.primal is not None and sign.dual is not None and abs(sign.primal) < 1e30:
        gap = abs(sign.primal - sign.dual) / max(1.0, abs(sign.primal))
        text += f", gap {gap:.1e}"
    return text


def _slow_lines(started: float) -> OnProgress:
    last = [time.perf_counter()]

    def life(sign: Any) -> None:
        now = time.perf_counter()
        if now - last[0] >= 15.0:
            last[0] = now
            sys.stderr.write(f"[{now - started:6.1f} s]   {_detail(sign)}\n")
            sys.stderr.flush()

    return life
