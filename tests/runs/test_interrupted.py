"""Whatever ends a writer, a folder with a run's name is a whole run, and the rest can be cleared away."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from kenli.core.errors import RunError
from kenli.runs import partial, write
from kenli.runs.catalog import list_runs
from kenli.runs.partial import create_partial, find_partial, partial_path, remove_partial
from kenli.runs.read import open_run
from kenli.runs.write import write_run
from support.sample_run import make_sample_run, sample_parts

WRITER = Path(__file__).parents[1] / "support" / "write_forever.py"

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def start_writer(directory, pause=0.0, **more):
    process = subprocess.Popen(
        [sys.executable, str(WRITER), str(directory), str(pause)], stdout=subprocess.PIPE, text=True, **more
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end(process, how):
    process.send_signal(how)
    process.wait(timeout=20)
    process.stdout.close()


@posix_only
@pytest.mark.parametrize("trial", range(6))
def test_kill_9_at_a_random_moment_leaves_only_whole_runs_and_partial_folders(tmp_path, trial):
    wait = np.random.default_rng(trial).uniform(0.0, 0.25)
    process = start_writer(tmp_path, pause=0.002 if trial % 2 else 0.0)
    time.sleep(wait)
    end(process, signal.SIGKILL)
    left = [path for path in tmp_path.iterdir() if path.name.startswith(".partial-")]
    assert len(left) <= 1
    for path in tmp_path.iterdir():
        if path not in left:
            assert open_run(path).verify() == []
    assert all(run.status == "complete" for run in list_runs(tmp_path))
    for found in find_partial(tmp_path):
        assert found.alive is False
        assert found.pid == process.pid
        with pytest.raises(RunError, match="never finished"):
            open_run(found.path)
        remove_partial(found)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".partial-")]


@posix_only
def test_kill_9_in_the_middle_of_a_run_leaves_a_partial_folder_that_can_be_removed(tmp_path):
    process = start_writer(tmp_path, pause=0.2)
    while not list(tmp_path.glob(".partial-*/owner.json")) or not list(tmp_path.glob(".partial-*/*.parquet")):
        time.sleep(0.01)
    (living,) = find_partial(tmp_path)
    assert living.alive is True
    with pytest.raises(RunError, match="still writing"):
        remove_partial(living)
    end(process, signal.SIGKILL)
    (dead,) = find_partial(tmp_path)
    assert (dead.alive, dead.name, dead.pid) == (False, "run-0000", process.pid)
    assert dead.size > 0
    assert list_runs(tmp_path) == []
    with pytest.raises(RunError, match="no finished run"):
        open_run("latest", tmp_path)
    remove_partial(dead)
    assert names(tmp_path) == []


@posix_only
def test_control_c_leaves_nothing(tmp_path):
    process = start_writer(tmp_path, pause=0.2, stderr=subprocess.DEVNULL)
    while not list(tmp_path.glob(".partial-*/*.parquet")):
        time.sleep(0.01)
    end(process, signal.SIGINT)
    assert names(tmp_path) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, MemoryError, SystemExit])
@pytest.mark.parametrize("after", [0, 1, 7, 20])
def test_an_exception_at_any_file_leaves_nothing(tmp_path, monkeypatch, error, after):
    genuine, written = write._write_file, []

    def break_off(path, content):
        if len(written) == after:
            assert after < 20 or path.name == "manifest.json"  # 19 tables, the park file, the manifest last
            raise error
        written.append(path)
        return genuine(path, content)

    monkeypatch.setattr(write, "_write_file", break_off)
    with pytest.raises(error):
        make_sample_run(tmp_path, hours=24)
    assert names(tmp_path) == []


@pytest.mark.parametrize("place", ["create_partial", "_sync_folder", "_rename"])
def test_an_interrupt_between_the_files_leaves_nothing(tmp_path, monkeypatch, place):
    genuine = getattr(write, place)

    def interrupt(*arguments):
        if place == "create_partial":
            genuine(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(write, place, interrupt)
    with pytest.raises(KeyboardInterrupt):
        make_sample_run(tmp_path, hours=24)
    assert names(tmp_path) == []


LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from support.sample_run import sample_parts
from kenli.core.errors import RunError
from kenli.runs.write import write_run
parts = sample_parts(hours=24 * 60)
if {limit}:
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    write_run(Path({directory!r}), "full", *parts)
except RunError as error:
    (problem,) = error.problems
    print(problem.code, problem.what, problem.fix, sep="|")
"""


def run_limited(directory, *, limit=0, prefix=()):
    code = LIMITED.format(tests=str(WRITER.parents[1]), directory=str(directory), limit=limit)
    return subprocess.run(
        [*prefix, sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


@posix_only
def test_a_file_too_large_for_the_limit_is_told_and_leaves_nothing(tmp_path):
    result = run_limited(tmp_path, limit=20_000)
    assert result.returncode == 0, result.stderr
    code, what, fix = result.stdout.strip().split("|")
    assert (code, what) == ("disk-full", "the run could not be written: file too large")
    assert "free space" in fix
    assert "MB are free" in fix
    assert names(tmp_path) == []


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare(1) to mount a small disk apart")
@pytest.mark.parametrize(
    ("option", "code", "what"),
    [
        ("size=100k", "disk-full", "no space left on device"),
        ("ro", "permission", "read-only file system"),
    ],
)
def test_a_full_or_locked_disk_is_told_and_left_empty(tmp_path, option, code, what):
    """On a small disk that is mounted in a name space of its own, which ends with the process."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o {option} none '{disk}' || exit 77; \"$@\"; ls -A '{disk}'; exit 0"
    result = run_limited(disk, prefix=("unshare", "--mount", "--map-root-user", "sh", "-c", mount, "sh"))
    if result.returncode in {1, 77} and not result.stdout:
        pytest.skip(f"no disk can be mounted here: {result.stderr.strip()[:200]}")
    assert result.returncode == 0, result.stderr
    (line,) = result.stdout.splitlines()  # The second line would be a file that was left.
    assert line.split("|")[:2] == [code, f"the run could not be written: {what}"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EACCES, "permission"),
        (errno.EROFS, "permission"),
        (errno.EIO, "io"),
    ],
)
def test_an_error_of_the_disk_says_where_what_and_what_to_do(tmp_path, monkeypatch, number, code):
    genuine = os.fsync
    calls = []

    def fsync(descriptor):
        calls.append(descriptor)
        if len(calls) == 5:
            raise OSError(number, os.strerror(number))
        genuine(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(RunError) as error:
        make_sample_run(tmp_path, hours=24)
    (problem,) = error.value.problems
    assert problem.code == code
    assert os.strerror(number).lower() in problem.what
    assert str(tmp_path) in problem.where
    assert problem.fix
    assert names(tmp_path) == []


@posix_only
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_told(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(RunError, match="permission denied") as error:
            make_sample_run(tmp_path, hours=24)
    finally:
        tmp_path.chmod(0o700)
    assert error.value.problems[0].code == "permission"


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "runs").write_text("a file")
    for directory in (tmp_path / "runs", tmp_path / "runs" / "deeper"):
        with pytest.raises(RunError) as error:
            make_sample_run(directory, hours=24)
        assert error.value.problems[0].code == "not-a-folder"


class TestPartial:
    def test_the_folder_of_a_living_process_is_never_touched(self, tmp_path):
        path = partial_path(tmp_path, "one")
        create_partial(path)
        (found,) = find_partial(tmp_path)
        assert (found.alive, found.pid, found.name) == (True, os.getpid(), "one")
        for force in (False, True):
            with pytest.raises(RunError, match="still writing"):
                remove_partial(path, force=force)
        assert path.exists()

    def test_a_number_that_another_process_got_later_is_not_the_writer(self, tmp_path, monkeypatch):
        path = partial_path(tmp_path, "one")
        create_partial(path)
        genuine = partial._started
        monkeypatch.setattr(partial, "_started", lambda pid: genuine(pid) + 3600)
        assert find_partial(tmp_path)[0].alive is False
        remove_partial(path)
        assert not path.exists()

    def test_a_folder_whose_owner_was_not_written_goes_by_the_number_in_its_name(self, tmp_path):
        mine = partial_path(tmp_path, "one")
        mine.mkdir()
        process = subprocess.Popen([sys.executable, "-c", ""])
        process.wait()
        gone = tmp_path / f".partial-one-{process.pid}-00000000"
        gone.mkdir()
        assert {found.path.name: found.alive for found in find_partial(tmp_path)} == {
            mine.name: True,
            gone.name: False,
        }

    def test_a_folder_of_another_machine_is_left_unless_forced(self, tmp_path, monkeypatch):
        path = partial_path(tmp_path, "one")
        monkeypatch.setattr(partial.platform, "node", lambda: "elsewhere")
        create_partial(path)
        monkeypatch.undo()
        assert find_partial(tmp_path)[0].alive is None
        with pytest.raises(RunError, match="machine 'elsewhere'"):
            remove_partial(path)
        remove_partial(path, force=True)
        assert not path.exists()

    def test_a_run_or_another_folder_cannot_be_removed_this_way(self, tmp_path):
        run = make_sample_run(tmp_path, name="one", hours=24)
        for path in (run, tmp_path, tmp_path / ".partial-x"):
            with pytest.raises(RunError, match="not the folder of an unfinished run"):
                remove_partial(path)
        assert run.exists()

    def test_a_link_is_not_followed(self, tmp_path):
        run = make_sample_run(tmp_path / "runs", name="one", hours=24)
        link = tmp_path / ".partial-one-999999999-00000000"
        link.symlink_to(run, target_is_directory=True)
        with pytest.raises(RunError, match="not the folder"):
            remove_partial(link)
        assert open_run(run).verify() == []

    def test_where_nothing_is_there_is_nothing_to_find(self, tmp_path):
        assert find_partial(tmp_path) == []
        assert find_partial(tmp_path / "nowhere") == []
        remove_partial(tmp_path / ".partial-one-999999999-00000000")


def test_two_writers_at_once_do_not_disturb_each_other(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    parts = sample_parts(hours=24)

    def attempt(number):
        try:
            return write_run(tmp_path, f"run-{number % 4}", *parts)
        except RunError as error:
            return error.problems[0].code

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, range(16)))
    assert sorted(path.name for path in results if isinstance(path, Path)) == [f"run-{i}" for i in range(4)]
    assert [result for result in results if not isinstance(result, Path)] == ["run-exists"] * 12
    assert names(tmp_path) == [f"run-{i}" for i in range(4)]
