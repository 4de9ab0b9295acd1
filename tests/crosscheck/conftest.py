"""Cross-checks with independent tools: their own warnings are theirs, Kenli's stay errors."""

from pathlib import Path

import pytest

_HERE = Path(__file__).parent

# Warnings that PyPSA and linopy raise about their own insides; each line names one.
_THEIRS = [
    "ignore::DeprecationWarning:pypsa",
    "ignore::DeprecationWarning:linopy",
    "ignore::FutureWarning:pypsa",
    "ignore::FutureWarning:linopy",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tools' own deprecations pass in this folder only."""
    for item in items:
        if _HERE in item.path.parents and "pypsa" in item.path.name:
            for line in _THEIRS:
                item.add_marker(pytest.mark.filterwarnings(line))
