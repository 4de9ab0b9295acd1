"""Progress of long work: a line that moves in a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import threading
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
        lines = _Lines()
        try:
            yield lines.phase, lines.life
        finally:
            lines.stop()
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
    text = f"{sign.phase}, iteration {sign.iteration}" if sign.iteration else "the solver is at work"
    if sign.primal is not None and sign.dual is not None and abs(sign.primal) < 1e30:
        gap = abs(sign.primal - sign.dual) / max(1.0, abs(sign.primal))
        text += f", gap {gap:.1e}"
    return text


class _Lines:
    """Plain lines for a log: each phase, and every half minute that the work goes on."""

    EVERY = 30.0

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._last = ""
        self._phase = ""
        self._done = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True)
        self._heart.start()

    def phase(self, name: str) -> None:
        """Say that a phase begins."""
        self._phase, self._last = PHASES.get(name, name), ""
        self._write(self._phase)

    def life(self, sign: Any) -> None:
        """Remember what the solver said last; the next beat prints it."""
        self._last = _detail(sign)

    def stop(self) -> None:
        """End the beat."""
        self._done.set()
        self._heart.join()

    def _beat(self) -> None:
        while not self._done.wait(self.EVERY):
            self._write(f"  {self._phase} goes on{': ' if self._last else ''}{self._last}")

    def _write(self, text: str) -> None:
        sys.stderr.write(f"[{time.perf_counter() - self._started:6.1f} s] {text}\n")
        sys.stderr.flush()
