"""What all tests share."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, so that a failure is somebody's change and not the day's luck;
# KENLI_RANDOM=1 looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("random", deadline=None)
settings.load_profile("random" if os.environ.get("KENLI_RANDOM") else "steady")


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Return a function from a file name to its path among the real data that stand beside the project.

    The folder is `KENLI_SHARED_DATA`, or `../shared/data` beside the repository. The project does
    not depend on it: a test that asks for a file that is not there is skipped.
    """
    declared = os.environ.get("KENLI_SHARED_DATA")
    folder = Path(declared) if declared else Path(__file__).parents[2] / "shared" / "data"

    def find(name: str) -> Path:
        path = folder / name
        if not path.is_file():
            pytest.skip(f"'{name}' is not among the shared data (set KENLI_SHARED_DATA to its folder)")
        return path

    return find
