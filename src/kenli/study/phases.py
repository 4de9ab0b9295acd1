"""How long each phase took, and how much memory the process has needed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Phases:
    """Measures named phases; usable as `with phases("solve"): ...`."""

    def __init__(self, on_phase: Callable[[str], None] | None = None) -> None:
        self._on_phase = on_phase
        self._seconds: dict[str, float] = {}
        self._open: tuple[str, float] | None = None

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Measure one phase; the same name may come again and adds up."""
        if self._on_phase is not None:
            self._on_phase(name)
        self._open = (name, time.perf_counter())
        try:
            yield
        finally:
            self.read_clock()
            self._open = None

    def read_clock(self) -> None:
        """Add the time of the open phase so far, so that a phase can report about itself."""
        if self._open is not None:
            name, started = self._open
            now = time.perf_counter()
            self._seconds[name] = self._seconds.get(name, 0.0) + now - started
            self._open = (name, now)

    @property
    def table(self) -> list[dict[str, object]]:
        """Return name and seconds of each phase in the order of their beginning."""
        return [{"name": name, "seconds": round(seconds, 4)} for name, seconds in self._seconds.items()]


def peak_memory_mb() -> float:
    """Return the largest memory that the process has held [MB]."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / 1e6 if sys.platform == "darwin" else float(peak) * 1024 / 1e6
