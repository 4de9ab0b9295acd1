"""The report: one HTML page in two languages that opens without a network."""

from kenli.show.report.build import write_report

__all__ = ["write_report"]
