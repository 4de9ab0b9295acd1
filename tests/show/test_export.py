"""What leaves Kenli as CSV or as a workbook says the same as the run."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import datetime

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from kenli.core.errors import RunError
from kenli.runs.read import open_run
from kenli.runs.schema import TABLES
from kenli.runs.views import wide_dispatch
from kenli.runs.write import write_run
from kenli.show.export import export_csv, export_xlsx
from kenli.show.export_words import WORDS
from support.sample_run import make_sample_run, sample_parts

SHEETS = {
    "en": [
        "Summary",
        "Capacities",
        "Costs",
        "Emissions",
        "Indicators",
        "Limits",
        "Monthly balance",
        "Hourly dispatch",
        "Factors",
    ],
    "zh": ["概要", "装机容量", "成本", "碳排放", "指标", "约束", "月度平衡", "逐时运行", "因子"],
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return open_run(make_sample_run(tmp_path_factory.mktemp("runs"), name="sample", days=3))


@pytest.fixture(scope="module")
def books(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("books")
    return {
        language: openpyxl.load_workbook(export_xlsx(run, folder / f"{language}.xlsx", language=language))
        for language in ("en", "zh")
    }


def rows(sheet):
    """Return the rows below the line of units as mappings by header."""
    headers = [cell.value for cell in sheet[2]]
    return [dict(zip(headers, line, strict=True)) for line in sheet.iter_rows(min_row=4, values_only=True)]


class TestCsv:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def folder(cls, run, tmp_path_factory):
        return export_csv(run, tmp_path_factory.mktemp("out") / "csv")

    @pytest.mark.parametrize("name", TABLES)
    def test_every_table_comes_back_with_every_digit(self, run, folder, name):
        table = run.table(name)
        texts = {
            field.name: str
            for field in table.schema
            if not (pa.types.is_floating(field.type) or pa.types.is_integer(field.type))
        }
        frame = pd.read_csv(folder / f"{name}.csv", float_precision="round_trip", dtype=texts)
        assert len(frame) == table.num_rows
        for field, header in zip(table.schema, frame.columns, strict=True):
            unit = field.metadata[b"unit"].decode()
            assert header == (f"{field.name} [{unit}]" if unit else field.name)
            expected = table.column(field.name).to_pylist()
            found = [None if isinstance(value, float) and np.isnan(value) else value for value in frame[header]]
            if field.name in {"buses", "used_by"}:
                assert [value or "" for value in found] == [";".join(value) for value in expected]
            elif field.name == "start":
                assert [datetime.fromisoformat(value) for value in found] == expected
            elif pa.types.is_boolean(field.type):
                assert found == [str(value).lower() for value in expected]
            else:
                assert found == expected

    def test_another_reader_agrees(self, run, folder):
        (total,) = duckdb.sql(f"SELECT sum(\"amount [CNY/yr]\") FROM '{folder / 'objective.csv'}'").fetchall()[0]
        assert total == pytest.approx(run.manifest["totals"]["cost"], rel=1e-12)

    def test_the_readme_lists_every_column_and_what_must_be_said(self, run, folder):
        with (folder / "README.csv").open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        listed = {(line["file"], line["header"], line["unit"]) for line in lines if line["file"] != "*"}
        for name in TABLES:
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                for header in next(csv.reader(file)):
                    unit = header.split(" [")[1][:-1] if " [" in header else ""
                    assert (f"{name}.csv", header, unit) in listed
        assert [line["description"] for line in lines if line["column"] == "label"] == list(run.labels)
        assert all(line["description"] for line in lines)

    def test_nothing_is_replaced(self, run, folder, tmp_path):
        before = {file.name: file.read_bytes() for file in folder.iterdir()}
        with pytest.raises(RunError, match="something is there already"):
            export_csv(run, folder)
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
        file = tmp_path / "file"
        file.write_text("x")
        with pytest.raises(RunError, match="something is there already"):
            export_csv(run, file)

    def test_an_empty_folder_is_filled(self, run, tmp_path):
        assert len(list(export_csv(run, tmp_path).iterdir())) == len(TABLES) + 1

    def test_names_with_commas_quotes_and_lines_come_back(self, tmp_path):
        tables, manifest, files = sample_parts(hours=24)
        column = tables["components"].column_names.index("label_en")
        labels = ['a "b", c', "two\nlines", "=1+1", ";", "ä", "中", "", " x ", "\t"]
        tables["components"] = tables["components"].set_column(column, "label_en", [labels])
        odd = open_run(write_run(tmp_path, "odd", tables, manifest, files))
        with (export_csv(odd, tmp_path / "csv") / "components.csv").open(encoding="utf-8", newline="") as file:
            assert [line["label_en"] for line in csv.DictReader(file)] == labels
        book = openpyxl.load_workbook(export_xlsx(odd, tmp_path / "odd.xlsx"))
        names = [row["Name"] for row in rows(book["Capacities"])]
        assert names[0] == labels[0]
        # A label that looks like a formula stays a text.
        cells = [cell for row in book["Costs"].iter_rows() for cell in row if cell.value == "=1+1"]
        cells += [cell for row in book["Capacities"].iter_rows() for cell in row if cell.value == "=1+1"]
        assert cells
        assert {cell.data_type for cell in cells} == {"s"}


class TestWorkbook:
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_every_sheet_has_header_units_frozen_panes_and_what_must_be_said(self, run, books, language):
        book = books[language]
        assert book.sheetnames == SHEETS[language]
        for sheet in book:
            assert all(label in sheet["A1"].value for label in run.labels), sheet.title
            assert sheet.freeze_panes.endswith("4"), sheet.title
            assert sheet.freeze_panes[0] in "BCD"
            headers = [cell for cell in sheet[2] if cell.value]
            assert len(headers) == sheet.max_column
            assert all(cell.font.b for cell in headers)
            assert all(cell.font.i for cell in sheet[3])
            assert sheet.max_row >= 4

    def test_the_summary_says_synthetic_first_and_the_totals(self, run, books):
        lines = rows(books["en"]["Summary"])
        assert [line["Value"] for line in lines[:2]] == list(run.labels)
        values = {line["Item"]: (line["Value"], line["Unit"]) for line in lines}
        assert values["Cost"] == (pytest.approx(run.manifest["totals"]["cost"], rel=1e-12), "CNY/yr")
        assert values["Emissions"][1] == "tCO2e/yr"
        assert values["Run"][0] == "sample"
        assert values["Weather"][0] == "synthetic, seed 1"
        assert values["Horizon"][0] == "3 days, 72 steps of 1 h"
        assert values["Relative gap"][0] is None
        assert "nothing about it is optimal" in values["Certificate"][0]
        assert values["Warning"][0] == "weather: the weather is synthetic"

    def test_chinese_has_the_same_numbers_under_chinese_words(self, books):
        for english, chinese in zip(books["en"], books["zh"], strict=True):
            assert english.dimensions == chinese.dimensions
            headers = [cell.value for cell in chinese[2]]
            assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in headers), headers
            for one, two in zip(english.iter_rows(min_row=4), chinese.iter_rows(min_row=4), strict=True):
                for a, b in zip(one, two, strict=True):
                    assert (a.data_type == "n") == (b.data_type == "n")
                    if a.data_type == "n":
                        assert a.value == b.value
        names = [row["名称"] for row in rows(books["zh"]["装机容量"])]
        assert names[:2] == ["风电场", "光伏电站"]

    def test_capacities(self, run, books):
        lines = rows(books["en"]["Capacities"])
        stored = run.table("capacities").to_pylist()
        assert [line["Total"] for line in lines] == [row["total"] for row in stored]
        assert lines[0]["Worth of one more unit"] == 12_000
        assert lines[3]["Maximum"] == "unlimited"
        sheet = books["en"]["Capacities"]
        column = [cell.value for cell in sheet[2]].index("Annuity") + 1
        assert sheet.cell(3, column).value == "CNY/yr"
        assert sheet.cell(4, column).number_format == "#,##0"

    def test_costs_and_emissions_end_with_the_totals_of_the_run(self, run, books):
        cost, emission = rows(books["en"]["Costs"])[-1], rows(books["en"]["Emissions"])[-1]
        assert (cost["Term"], emission["Scope"]) == ("Sum", "Sum")
        assert cost["Amount"] == pytest.approx(run.manifest["totals"]["cost"], rel=1e-12)
        assert emission["Emission"] == pytest.approx(run.manifest["totals"]["emissions"], rel=1e-9)
        assert {row["Scope"] for row in rows(books["en"]["Emissions"])[:-1]} == {1, 2}

    def test_months_add_up_to_the_year(self, run, books):
        lines = rows(books["en"]["Monthly balance"])
        year = {
            (row["bus"], row["component"], row["direction"]): row["energy"] for row in run.table("balance").to_pylist()
        }
        assert len(lines) == len(year)
        for line in lines:
            direction = "in" if line["Direction"] == "taken from the bus" else "out"
            months = [line[month] for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun")]
            months += [line[month] for month in ("Jul", "Aug", "Sep", "Oct", "Nov", "Dec")]
            expected = pytest.approx(year[line["Bus"], line["Component"], direction], rel=1e-9)
            assert sum(months) == expected
            assert line["Sum"] == expected

    def test_dispatch_is_wide_signed_and_balanced(self, run, books):
        sheet = books["en"]["Hourly dispatch"]
        lines = np.array([line[4:] for line in sheet.iter_rows(min_row=4, values_only=True)])
        wide = wide_dispatch(run)
        sign = np.array([1.0 if key[2] == "out" else -1.0 for key in wide.columns])
        np.testing.assert_allclose(lines, wide.to_numpy() * sign, rtol=1e-12)
        power = [index for index, key in enumerate(wide.columns) if key[0] == "base.power"]
        np.testing.assert_allclose(lines[:, power].sum(axis=1), 0, atol=1e-9)
        assert sheet["B4"].value == "2027-01-01T00:00:00+08:00"
        assert sheet["E2"].value == "Wind farm\nbase.power (given to the bus)"
        assert sheet["E3"].value == "MW"
        assert "Positive: given to the bus" in sheet["A1"].value
        assert "first" not in sheet["A1"].value

    def test_indicators_limits_and_factors(self, books):
        assert rows(books["en"]["Indicators"])[1]["Unit"] == "CNY/MWh"
        limits = rows(books["en"]["Limits"])
        assert [(row["Sense"], row["Binding"]) for row in limits] == [(">=", "no"), ("<=", "yes")]
        factors = {row["Factor"]: row for row in rows(books["en"]["Factors"])}
        assert factors["gwp-unknown"]["Value"] == "not known"
        assert factors["grid-average"]["Value"] == 0.5
        assert factors["grid-average"]["Used by"] == "grid"

    def test_a_cut_dispatch_says_so(self, run, tmp_path):
        book = openpyxl.load_workbook(export_xlsx(run, tmp_path / "x.xlsx", dispatch_rows=10))
        sheet = book["Hourly dispatch"]
        assert sheet.max_row == 3 + 10
        assert "The first 10 of 72 steps" in sheet["A1"].value

    def test_one_run_gives_one_file(self, run, tmp_path):
        files = [export_xlsx(run, tmp_path / f"{number}.xlsx") for number in (1, 2)]
        assert len({hashlib.sha256(file.read_bytes()).digest() for file in files}) == 1

    def test_nothing_is_replaced_and_nothing_is_left(self, run, tmp_path):
        taken = tmp_path / "taken.xlsx"
        taken.write_text("mine")
        with pytest.raises(RunError, match="something is there already"):
            export_xlsx(run, taken)
        assert taken.read_text() == "mine"
        with pytest.raises(RunError, match="not speak"):
            export_xlsx(run, tmp_path / "new.xlsx", language="de")
        assert [path.name for path in tmp_path.iterdir()] == ["taken.xlsx"]

    def test_an_interrupt_leaves_nothing(self, run, tmp_path, monkeypatch):
        from kenli.show import export, export_sheets

        def interrupt(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(export_sheets, "_factors", interrupt)
        monkeypatch.setattr(export, "_write_readme", interrupt)
        with pytest.raises(KeyboardInterrupt):
            export_xlsx(run, tmp_path / "new.xlsx")
        with pytest.raises(KeyboardInterrupt):
            export_csv(run, tmp_path / "csv")
        assert list(tmp_path.iterdir()) == []

    def test_a_place_that_cannot_be_written_is_told(self, run, tmp_path):
        (tmp_path / "file").write_text("x")
        for export in (export_xlsx, export_csv):
            with pytest.raises(RunError) as error:
                export(run, tmp_path / "file" / "deeper")
            assert error.value.problems[0].code == "export"
            assert error.value.problems[0].fix

    def test_an_altered_run_is_not_exported(self, tmp_path):
        path = make_sample_run(tmp_path / "runs", hours=24)
        flows = bytearray((path / "flows.parquet").read_bytes())
        flows[100] ^= 1
        (path / "flows.parquet").write_bytes(flows)
        for export in (export_xlsx, export_csv):
            with pytest.raises(RunError, match="was changed"):
                export(open_run(path), tmp_path / "out" / "x")
        assert list((tmp_path / "out").iterdir()) == []

    def test_a_text_too_long_for_a_cell_is_cut_with_a_sign(self, tmp_path):
        tables, manifest, files = sample_parts(hours=24)
        manifest["park"]["description"] = "x" * 40_000
        run = open_run(write_run(tmp_path, "long", tables, manifest, files))
        book = openpyxl.load_workbook(export_xlsx(run, tmp_path / "x.xlsx"))
        text = next(line["Value"] for line in rows(book["Summary"]) if line["Item"] == "Description")
        assert len(text) == 32_767
        assert text.endswith("x…")

    @pytest.mark.slow
    def test_a_year_fits(self, tmp_path):
        year = open_run(make_sample_run(tmp_path, name="year", hours=8760))
        book = openpyxl.load_workbook(export_xlsx(year, tmp_path / "year.xlsx"), read_only=True)
        assert book["Hourly dispatch"].max_row == 3 + 8760
        book.close()


def test_every_word_is_there_in_both_languages():
    for key, (english, chinese) in WORDS.items():
        assert english.strip(), key
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese), key


def test_the_manifest_of_the_sample_is_plain_json(run):
    assert json.loads(json.dumps(run.manifest)) == run.manifest
