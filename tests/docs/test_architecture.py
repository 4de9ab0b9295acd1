"""ARCHITECTURE.md describes the tree as it is: its paths exist, and no package is missing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def paths_of_tree() -> list[str]:
    """Return every path that the tree names: two spaces of indent are one level, a comment follows two spaces."""
    block = re.search(r"```text\n(.*?)```", TEXT, re.DOTALL)
    assert block is not None
    found, parents = [], []
    for line in block[1].splitlines():
        indent = len(line) - len(line.lstrip())
        head = re.split(r"\s{2,}", line.strip())[0]
        names = [name.strip() for name in head.split(",") if re.fullmatch(r"[\w.\-/]+", name.strip())]
        parents = [(depth, name) for depth, name in parents if depth < indent]
        for name in names:
            path = "".join(parent for _, parent in parents) + name
            found.append(path)
            if name.endswith("/"):
                parents.append((indent, name))
    return found


def test_the_tree_is_read():
    paths = paths_of_tree()
    assert "src/kenli/core/factors/data/" in paths
    assert "src/kenli/park/policy.py" in paths
    assert "src/kenli/engine/solve/bound.py" in paths
    assert "docs/" in paths


@pytest.mark.parametrize("path", paths_of_tree())
def test_every_named_path_exists(path):
    target = ROOT / path
    assert target.is_dir() if path.endswith("/") else target.is_file()


def packages() -> list[str]:
    folder = ROOT / "src" / "kenli"
    return sorted(path.parent.relative_to(ROOT).as_posix() + "/" for path in folder.rglob("__init__.py"))


@pytest.mark.parametrize("package", packages())
def test_every_package_is_named(package):
    assert package in paths_of_tree()


def test_functions_of_the_numbers_way_exist():
    way = TEXT.split("## A number's way")[1].split("##")[0]
    named = [dotted for dotted in re.findall(r"`((?:park|engine|runs)\.[a-z_.]+)`", way) if dotted != "park.yaml"]
    assert len(named) >= 6
    for dotted in named:
        module, name = dotted.rsplit(".", 1)
        file = ROOT / "src" / "kenli" / Path(*module.split("."))
        source = file.with_suffix(".py") if file.with_suffix(".py").is_file() else file / "__init__.py"
        assert name in source.read_text(encoding="utf-8"), dotted


def test_layers_are_those_that_the_linter_holds():
    config = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.search(r"layers = \[(.*?)\]", config, re.DOTALL)
    assert layers is not None
    names = re.findall(r'"kenli\.(\w+)"', layers[1])
    assert " > ".join(f"`{name}`" for name in names) in TEXT
