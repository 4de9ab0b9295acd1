"""The reference is what the code says, and nothing of the code is missing in it."""

import re
from pathlib import Path

import pytest

from kenli.park.components import KINDS as COMPONENTS
from kenli.park.contracts import KINDS as CONTRACTS
from kenli.park.park import Park
from kenli.park.rules import shipped_rules
from kenli.park.time_of_use import shipped_schemes
from kenli.runs.schema import TABLES

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def text(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def headings(name: str) -> list[str]:
    return [re.sub(r"\s*\{.*\}$", "", line.lstrip("#").strip()).strip("`")
            for line in text(name).splitlines() if line.startswith("#")]  # fmt: skip


def test_no_page_has_drifted(generator):
    old = generator.drifted(REFERENCE)
    assert not old, f"{old} are not what the code says; run python tools/generate_docs.py"


def test_drift_is_found_and_repaired(generator, tmp_path, monkeypatch):
    few = {name: generator.PAGES[name] for name in ("cli.md", "rules.md")}
    monkeypatch.setattr(generator, "PAGES", few)
    assert generator.drifted(tmp_path) == ["cli.md", "rules.md"]
    generator.write(tmp_path)
    assert generator.drifted(tmp_path) == []
    page = tmp_path / "rules.md"
    page.write_text(page.read_text(encoding="utf-8") + "by hand\n", encoding="utf-8")
    assert generator.drifted(tmp_path) == ["rules.md"]
    assert generator.write(tmp_path) == ["rules.md"]


def test_no_page_lies_about_that_no_generator_writes(generator):
    assert {path.name for path in REFERENCE.glob("*.md")} == set(generator.PAGES)


def test_every_command_has_a_heading():
    import typer

    from kenli.show.cli import app

    def walk(name, command):
        inner = getattr(command, "commands", None)
        if not inner:
            yield name
        for key, below in (inner or {}).items():
            yield from walk(f"{name} {key}", below)

    commands = list(walk("kenli", typer.main.get_command(app)))
    assert "kenli weather fetch" in commands
    assert set(commands) <= set(headings("cli.md"))


@pytest.mark.parametrize("kind", [*COMPONENTS, *CONTRACTS])
def test_every_kind_has_a_heading(kind):
    assert kind in headings("park-file.md")


def test_every_section_of_the_file_is_named():
    page = text("park-file.md")
    for name, field in Park.model_fields.items():
        assert f"`{field.alias or name}`" in page


def test_every_table_of_a_run_has_a_heading():
    assert set(TABLES) <= set(headings("run-folder.md"))


def test_every_rule_and_scheme_has_a_heading():
    assert set(shipped_rules()) <= set(headings("rules.md"))
    assert set(shipped_schemes()) <= set(headings("schemes.md"))


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in (ROOT / "src/kenli/engine/formulation").glob("*.py") if path.stem[0] != "_")
)
def test_every_formulation_file_is_on_the_page(name):
    assert name in headings("formulation.md")
    assert f"`src/kenli/engine/formulation/{name}.py`" in text("formulation.md")


def test_the_mathematics_is_on_the_page_as_it_stands_in_the_code():
    page = text("formulation.md")
    assert r"e_t = \lambda\,e_{t-1} + \eta^{in} h\,x^{in}_t" in page
    assert page.count("$$") % 2 == 0


def test_every_code_in_the_source_has_a_heading():
    known = set(headings("errors.md"))
    used = set()
    for path in (ROOT / "src" / "kenli").rglob("*.py"):
        used |= set(re.findall(r'\bcode="([a-z0-9-]+)"', path.read_text(encoding="utf-8")))
    assert used
    # Defaults of the classes themselves are no messages.
    assert used - known == set()


def test_codes_come_with_words():
    page = text("errors.md")
    assert "there is no rule set '…'" in page
    assert "is there already" in page
