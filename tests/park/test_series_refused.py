"""Broken series: every fault is named with its place and its remedy."""

import pandas as pd
import pytest
from pydantic import ValidationError

from kenli.core.errors import InputError
from kenli.core.horizon import Horizon
from kenli.park.series import SeriesOptions, read_series

DAY = Horizon.span("2027-05-01T00:00", 24, 1.0, "Asia/Shanghai")
STAMPED = {
    "file": "load.csv",
    "column": "load",
    "time_column": "time",
    "timezone": "Asia/Shanghai",
    "unit": "MW",
}


def lines(start="2027-05-01 00:00", count=24, minutes=60):
    stamps = pd.date_range(start, periods=count, freq=f"{minutes}min")
    return ["time,load", *(f"{stamp:%Y-%m-%d %H:%M},{k}" for k, stamp in enumerate(stamps))]


@pytest.fixture
def refuse(tmp_path):
    """Return a function that writes a file, reads it as declared, and returns the problems."""

    def go(text, horizon=DAY, wanted="MW", *, written="utf-8", **declared):
        options = SeriesOptions.model_validate({**STAMPED, **declared})
        (tmp_path / "load.csv").write_text("\n".join(text) + "\n", encoding=written)
        with pytest.raises(InputError) as caught:
            read_series(options, tmp_path, horizon, wanted, where="series > load")
        for problem in caught.value.problems:
            assert problem.where.startswith("series > load")
            assert problem.fix
        return caught.value.problems

    return go


def one(problems, code):
    assert [problem.code for problem in problems] == [code]
    return str(problems[0])


def changed(row, text):
    table = lines()
    table[row] = text
    return table


# ------------------------------------------------------------------ files and columns


def test_a_missing_file_names_its_neighbour(refuse):
    assert "did you mean 'load.csv'?" in one(refuse(lines(), file="laod.csv"), "file")
    assert "the folder holds: load.csv" in one(refuse(lines(), file="prices_2027.parquet"), "file")
    assert "there is no folder" in one(refuse(lines(), file="data/load.csv"), "file")


def test_a_missing_column_names_its_neighbour(refuse):
    problems = refuse(lines(), column="laod", time_column="tme")
    assert sorted(str(problem).split("did you mean ")[1] for problem in problems) == ["'load'?", "'time'?"]
    assert "the columns are 'time', 'load'" in one(refuse(lines(), column="solar"), "column")


def test_a_column_that_is_not_clear(refuse):
    doubled = [f"{line},{number}" for number, line in enumerate(lines())]
    doubled[0] = "time,load,load"
    assert "occurs 2 times" in one(refuse(doubled), "column")
    doubled[0] = "time,load,more"
    assert "2 columns of values ('load', 'more')" in one(refuse(doubled, column=None), "column")


def test_rows_of_unequal_length(refuse):
    text = one(refuse(changed(7, "2027-05-01 06:00,6,9")), "uneven-rows")
    assert "line 8" in text
    assert "3 cells where the header has 2" in text
    assert "line 8" in one(refuse(changed(7, "")), "uneven-rows")


def test_files_that_are_no_tables(refuse, tmp_path):
    one(refuse(["time,load"]), "short")
    one(refuse([""]), "short")
    assert "gb18030" in one(refuse(["time,负荷", "2027-05-01,1"], written="gb18030", column="负荷"), "encoding")
    assert "UTF-8" in one(refuse(lines(), encoding="utf-99"), "encoding")
    (tmp_path / "load.parquet").write_bytes(b"this is not parquet")
    one(refuse(lines(), file="load.parquet"), "file")


def test_parquet_columns_of_the_wrong_kind(refuse, tmp_path):
    pd.DataFrame({"time": [1, 2], "load": ["a", "b"]}).to_parquet(tmp_path / "load.parquet")
    assert {problem.code for problem in refuse(lines(), file="load.parquet")} == {"text", "stamps"}
    assert "did you mean 'load'?" in str(refuse(lines(), file="load.parquet", column="loud")[0])
    frame = pd.DataFrame({"time": pd.date_range("2027-05-01", periods=24, freq="1h"), "load": [None] + [1.0] * 23})
    frame.to_parquet(tmp_path / "load.parquet")
    one(refuse(lines(), file="load.parquet"), "gap")


# ------------------------------------------------------------------ cells


@pytest.mark.parametrize("cell", ["about 6", "1_000", "6 MW", "--", "#REF!"])
def test_text_in_numbers(refuse, cell):
    text = one(refuse(changed(7, f"2027-05-01 06:00,{cell}")), "text")
    assert f"'{cell}' in line 8" in text


def test_a_decimal_comma_gets_the_right_advice(refuse):
    table = [line.replace(",", ";") for line in lines()]
    table[7] = "2027-05-01 06:00;6,5"
    assert "decimal: ','" in one(refuse(table), "text")


@pytest.mark.parametrize("cell", ["", "NaN", "nan", "N/A", "null"])
def test_a_missing_value_is_a_gap(refuse, cell):
    text = one(refuse(changed(7, f"2027-05-01 06:00,{cell}")), "gap")
    assert "1 values are missing in 1 gaps" in text
    assert "2027-04-30T22:00" in text
    assert "interpolate, max_hours: 1 h" in text


def test_infinite_values(refuse):
    assert "line 8" in one(refuse(changed(7, "2027-05-01 06:00,inf")), "infinite")


def test_bad_cells_of_both_columns_come_together(refuse):
    table = changed(7, "2027-05-01 06:00,six")
    table[9] = "yesterday,8"
    text = "\n".join(map(str, refuse(table, unit="EUR", timezone="Asia/Shanghi")))
    for said in (
        "'six' in line 8",
        "'yesterday' in line 10",
        "Asia/Shanghai",
        "'EUR' is not a unit of the kind 'MW'",
    ):
        assert said in text


# ------------------------------------------------------------------ time


def test_naive_stamps_need_a_clock(refuse):
    assert "timezone: Asia/Shanghai" in one(refuse(lines(), timezone=None), "naive-stamps")


@pytest.mark.parametrize("clock", ["Asia/Shanghi", "+25:00", "noon"])
def test_a_clock_that_does_not_exist(refuse, clock):
    one(refuse(lines(), timezone=clock), "timezone")


def test_stamps_that_the_clock_never_showed(refuse):
    summer = lines("2027-03-28 00:00")  # 02:00 was skipped in Berlin
    assert "'+01:00'" in one(refuse(summer, timezone="Europe/Berlin"), "clock")
    autumn = lines("2027-10-31 00:00")  # 02:00 is ambiguous
    one(refuse(autumn, timezone="Europe/Berlin"), "clock")


def test_mixed_stamps(refuse):
    assert "line 8" in one(refuse(changed(7, "2027-05-01 06:00Z,6")), "stamps")


def test_stamps_that_cannot_be_read(refuse):
    assert "time_format" in one(refuse([line.replace("2027-05-01", "01.05.2027") for line in lines()]), "stamps")
    assert "'%d.%m.%Y'" in one(refuse(lines(), time_format="%d.%m.%Y"), "stamps")


def test_repeated_and_unsorted_rows(refuse):
    assert "line 8" in one(refuse([*lines()[:7], *lines()[6:]]), "duplicate-stamps")
    table = lines()
    table[5], table[6] = table[6], table[5]
    assert "sort the file" in one(refuse(table), "unsorted")
    assert {p.code for p in refuse([*lines(), lines()[3]])} == {"duplicate-stamps", "unsorted"}


def test_irregular_rows(refuse):
    assert "line 8" in one(refuse(changed(7, "2027-05-01 06:10,6")), "irregular")


def test_one_row_is_no_series(refuse):
    one(refuse(lines()[:2]), "short")


def test_missing_rows_are_a_gap(refuse):
    table = lines()
    del table[4:9]
    text = one(refuse(table), "gap")
    assert "5 values are missing in 1 gaps; the longest has 5 h" in text
    text = one(refuse(table, gaps={"method": "interpolate", "max_hours": "3 h"}), "gap")
    assert "more than the declared 3 h" in text


@pytest.mark.parametrize("method", ["interpolate", "same_hour"])
def test_a_gap_at_the_edge_is_not_invented(refuse, method):
    table = changed(1, "2027-05-01 00:00,")
    assert "at the edge" in one(refuse(table, gaps={"method": method, "max_hours": "5 h"}), "gap")


def test_a_series_that_is_too_short(refuse):
    text = one(refuse(lines()[:-1]), "short")
    assert "1 steps are without a value" in text
    assert "to fill its ends" in text


def test_a_series_of_another_year_must_be_declared(refuse):
    text = one(refuse(lines("2018-05-01 00:00")), "short")
    assert "calendar: align to use another year" in text


def test_align_does_not_stretch_a_fragment(refuse):
    text = one(refuse(lines(), Horizon.year(2027, 1.0, "Asia/Shanghai"), calendar="align"), "short")
    assert "steps are without a value" in text


def test_coarse_data_must_be_declared(refuse):
    quarters = Horizon.span("2027-05-01T00:00", 96, 0.25, "Asia/Shanghai")
    assert "resample: hold" in one(refuse(lines(), quarters), "coarse")
    kathmandu = Horizon.span("2027-05-01T12:00", 6, 1.0, "Asia/Kathmandu")
    assert "begin at other minutes" in one(refuse(lines(), kathmandu, timezone="UTC"), "coarse")


@pytest.mark.parametrize("count", [24, 8759, 8784])
def test_rows_in_order_must_fill_the_year(refuse, count):
    table = ["load", *(str(k) for k in range(count))]
    declared = {"time_column": None, "timezone": None, "order": "hourly"}
    year = Horizon.year(2027, 1.0, "Asia/Shanghai")
    assert f"{count} rows, where 2027 has 8760 steps" in one(refuse(table, year, **declared), "length")
    if count != 8784:
        one(refuse(table, year, **declared, calendar="align"), "length")
    if count != 24:
        one(refuse(table, **declared), "length")


# ------------------------------------------------------------------ units and declarations


@pytest.mark.parametrize(
    ("unit", "wanted", "said"),
    [
        ("MWh", "MW", "not a unit of the kind 'MW'"),
        ("EUR/MWh", "CNY/MWh", "not a unit of the kind 'CNY/MWh'"),
        ("", "MW", "no unit, where 'MW' is needed"),
        ("megawat", "MW", "not known"),
        ("MW", "", "plain number"),
        ("furlongs per", None, "not known"),
    ],
)
def test_wrong_units(refuse, unit, wanted, said):
    assert said in one(refuse(lines(), wanted=wanted, unit=unit), "unit")


def test_amounts_need_a_unit_of_amount(refuse):
    one(refuse(lines(), unit="MW", values="amount"), "unit")
    one(refuse(lines(), unit="", values="amount"), "unit")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"time_column": None}, "either time_column, or order"),
        ({"order": "hourly"}, "either time_column, or order"),
        ({"year": 2027}, "year belongs to order"),
        ({"time_column": None, "order": "hourly", "label": "end"}, "belong to time_column"),
        ({"gaps": "interpolate"}, "refuse"),
        ({"gaps": {"method": "interpolate"}}, "max_hours"),
        ({"gaps": {"method": "interpolate", "max_hours": 3}}, "unit"),
        ({"calender": "align"}, "calender"),
        ({"label": "middle"}, "start"),
    ],
)
def test_contradictions_in_the_declaration(change, said):
    with pytest.raises(ValidationError, match=said):
        SeriesOptions.model_validate({**STAMPED, **change})
