"""Runs that the tests of this folder share; they are read, never changed."""

from __future__ import annotations

import pytest

from kenli.runs.read import Run, open_run
from support.sample_run import make_sample_run


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return open_run(make_sample_run(tmp_path_factory.mktemp("runs"), name="week"))


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return open_run(make_sample_run(tmp_path_factory.mktemp("runs"), name="year", hours=8760))


@pytest.fixture(scope="session")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return open_run(make_sample_run(tmp_path_factory.mktemp("runs"), name="three-days", days=3))
