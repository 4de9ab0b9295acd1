"""The gate on file lengths finds what is too long, and this repository passes it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GATE = ROOT / "tools" / "check_lengths.py"


def run(*arguments):
    return subprocess.run([sys.executable, GATE, *arguments], capture_output=True, text=True, check=False)


def test_this_repository_passes():
    done = run()
    assert done.returncode == 0, done.stderr


def test_600_lines_pass_and_601_do_not(tmp_path):
    (tmp_path / "long.py").write_text("a = 1\n" * 600, encoding="utf-8")
    assert run(tmp_path).returncode == 0
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "longer.py").write_text("a = 1\n" * 600 + "b = 2", encoding="utf-8")
    done = run(tmp_path)
    assert done.returncode == 1
    assert "longer.py: 601 lines" in done.stderr
    assert "long.py: 600" not in done.stderr


def test_other_files_may_be_long(tmp_path):
    (tmp_path / "data.csv").write_text("1\n" * 900, encoding="utf-8")
    assert run(tmp_path).returncode == 0


def test_a_missing_folder_does_not_pass(tmp_path):
    done = run(tmp_path / "nowhere")
    assert done.returncode != 0
    assert "is not a folder" in done.stderr
