"""Kenli plans, runs and proves zero-carbon industrial parks from one park file."""

__version__ = "0.1.0"
