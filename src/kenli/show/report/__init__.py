"""The report: one HTML page in two languages that opens without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kenli.show.report.build import write_report

__all__ = ["write_report"]


def __getattr__(name: str) -> Any:
    """Load the chapters, and pandas with them, only when a report is written."""
    if name != "write_report":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kenli.show.report.build import write_report

    return write_report
