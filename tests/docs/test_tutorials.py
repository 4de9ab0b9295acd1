"""Tutorials are run as they are written: every `$ kenli ...` line, with the lines shown below it.

A line shown must occur in what the command prints (white space and line breaks aside); the page need not
show all. `FIRST` and `SECOND` stand for the runs in the order of their making, and a comment
`<!-- test: in FILE replace "A" with "B" -->` is the edit that the text asks the reader to make.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs" / "tutorials").glob("*.md")), ROOT / "docs" / "zh" / "first-steps.md"]
STEP = re.compile(
    r"^```console\n(?P<block>.*?)^```|<!-- test: in (?P<file>\S+) replace \"(?P<old>.*?)\" with \"(?P<new>.*?)\" -->",
    re.DOTALL | re.MULTILINE,
)


def steps(page: Path) -> list[tuple[str, list[str]] | tuple[str, str, str]]:
    """Return commands with the lines shown, and edits, in the order of the page."""
    found: list = []
    for match in STEP.finditer(page.read_text(encoding="utf-8")):
        if match["file"]:
            found.append((match["file"], match["old"], match["new"]))
            continue
        for line in match["block"].splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.strip():
                found[-1][1].append(line)
    return found


def squeeze(text: str) -> str:
    return " ".join(text.split())


def run(command: str, folder: Path) -> str:
    """Run a kenli command of a page in a folder; returns all that it printed."""
    runs = sorted((folder / "runs").glob("*/manifest.json"), key=lambda path: path.stat().st_mtime)
    for word, path in zip(("FIRST", "SECOND"), runs, strict=False):
        command = command.replace(word, path.parent.name)
    words = shlex.split(command)
    assert words[0] == "kenli", f"'{command}': a tutorial runs kenli and nothing else"
    environment = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    environment.pop("KENLI_RUNS", None)
    done = subprocess.run(
        [sys.executable, "-m", "kenli.show.cli", *words[1:]],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_pages_have_commands():
    for page in PAGES:
        commands = [step[0] for step in steps(page) if len(step) == 2]
        assert sum(command.startswith("kenli plan") for command in commands) >= 1, page
        assert len(commands) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT / "docs").as_posix())
def test_a_tutorial_runs_as_written(page, tmp_path):
    shutil.copytree(ROOT / "parks" / "first-steps", tmp_path / "parks" / "first-steps")
    for step in steps(page):
        if len(step) == 3:
            name, old, new = step
            file = tmp_path / name
            text = file.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"'{old}' must stand once in {name}"
            file.write_text(text.replace(old, new), encoding="utf-8")
            continue
        command, shown = step
        printed = squeeze(run(command, tmp_path))
        for line in shown:
            assert squeeze(line) in printed, f"{command}\nshould print: {line}\nprinted: {printed}"


def test_the_park_on_the_page_is_the_shipped_one(tmp_path):
    """The YAML of the tutorial leaves out labels, comments and the height of the place only."""
    from kenli.park.load import read_park

    shipped = read_park(ROOT / "parks" / "first-steps").park
    page = ROOT / "docs" / "tutorials" / "first-steps.md"
    block = re.search(r"```yaml\n(kenli: 1\n.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    shutil.copy(ROOT / "parks" / "first-steps" / "sun.csv", tmp_path)
    (tmp_path / "park.yaml").write_text(block[1], encoding="utf-8")
    shown = read_park(tmp_path).park
    assert set(shown.components) == set(shipped.components)
    for name, item in shown.components.items():
        assert item.model_dump(exclude={"label"}) == shipped.components[name].model_dump(exclude={"label"})
    assert shown.contracts == shipped.contracts
    assert shown.horizon == shipped.horizon
    assert shown.finance == shipped.finance
