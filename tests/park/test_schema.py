"""The JSON Schema accepts every park that Kenli reads, refuses what it must, and documents every field."""

import json
import re
from pathlib import Path

import pytest

from kenli.park.components import KINDS as COMPONENTS
from kenli.park.contracts import KINDS as CONTRACTS
from kenli.park.schema import HIDDEN, park_schema, render_reference
from kenli.park.yaml_file import read_yaml
from park.broken_cases import CASES
from support.json_schema import complaints

ROOT = Path(__file__).parents[2]
PARKS = [
    *sorted(ROOT.glob("parks/*/park.yaml")),
    *sorted(ROOT.glob("src/kenli/park/templates/*.yaml")),
]
SCHEMA = park_schema()


def test_the_schema_is_closed_json_with_descriptions():
    assert json.loads(json.dumps(SCHEMA, allow_nan=False)) == SCHEMA
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    models = [SCHEMA, *SCHEMA["$defs"].values()]
    for model in models:
        assert model["additionalProperties"] is False
        assert model["description"]
        for name, field in model["properties"].items():
            assert field.get("description") or "$ref" in field, name  # a part says it itself
            assert name not in HIDDEN
    text = json.dumps(SCHEMA)
    assert all(f'"{name}"' in text for name in ("x-unit", "MWh or t", "currency/MWh or currency/t"))
    for reference in re.findall(r'"#/\$defs/(\w+)"', text):
        assert reference in SCHEMA["$defs"]


@pytest.mark.parametrize("path", PARKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_shipped_park_fits_the_schema(path):
    assert complaints(SCHEMA, read_yaml(path).data) == []


def test_the_short_and_long_forms_fit(bench):
    assert complaints(SCHEMA, read_yaml(bench.write()).data) == []
    edits = [
        ("  h2: hydrogen", "  h2: {carrier: hydrogen, label: H2}"),
        ("  hydrogen: t", "  hydrogen: {unit: t, label: {en: Hydrogen, zh: 氢}}"),
        ("in: {power: 52}", "in: power"),
        ("capacity: {max: 5 MW}", "capacity: unlimited"),
        ("energy: {max: 200 MWh}", "energy: {max: unlimited}"),
        ("efficiency: 90 %", "efficiency: {charge: 0.95, discharge: 0.95}\n    duration: 4 h"),
        ("months: 1-12", "months: [1-6, 7, 8-12]"),
    ]
    assert complaints(SCHEMA, read_yaml(bench.write(*edits)).data) == []


STRUCTURAL = [name for name, (_, _, code, _, _) in CASES.items() if code in {"unknown-key", "type", "missing-key"}]


@pytest.mark.parametrize("name", STRUCTURAL)
def test_what_is_wrong_in_structure_does_not_fit(bench, name):
    assert complaints(SCHEMA, read_yaml(bench.write(*CASES[name][0])).data)


def test_wrong_values_do_not_fit(bench):
    for edit in [
        ("currency: CNY", "currency: DM"),
        ("    kind: storage", "    kind: store"),
        ("latitude: 37.59", "latitude: [37.59]"),
        ("  works:", "  工厂:"),
        ("hydrogen: t", "hydrogen: kg"),
        ("sources: [pv]", "sources: []"),
    ]:
        assert complaints(SCHEMA, read_yaml(bench.write(edit)).data), edit


def test_the_reference_names_every_field_once_with_unit_and_meaning():
    text = render_reference()
    for kind, model in {**COMPONENTS, **CONTRACTS}.items():
        chapter = text.partition(f"{{ #kind-{kind} }}")[2].partition("\n### ")[0]
        for name, field in model.model_fields.items():
            assert chapter.count(f"\n| `{field.alias or name}` |") == 1, (kind, name)
    assert "| `annual` | MWh/yr or MWh or t/yr or t |" in text
    assert "| `price` | currency/MW/month | **required** |" in text
    assert "| `availability` | number or % or [Series ref](#series-ref)" in text
    assert "typing." not in text
    assert "fixed_om_basis" not in text
    anchors = set(re.findall(r"\{ #([\w-]+) \}", text))
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= anchors
    rows = [row for row in text.splitlines() if row.startswith("| `")]
    assert all(row.count(" | ") == 3 and not row.endswith("|  |") for row in rows)
    assert len(rows) > 200
