"""Declared series: what is read and how it meets the horizon. Refusals are in test_series_refused.py."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def table(start="2027-05-01 00:00", count=24, minutes=60, value=str):
    stamps = pd.date_range(start, periods=count, freq=f"{minutes}min")
    return "time,load\n" + "".join(f"{stamp:%Y-%m-%d %H:%M},{value(k)}\n" for k, stamp in enumerate(stamps))


@pytest.fixture
def read(tmp_path):
    """Return a function that writes a file into the park's folder and reads it as declared."""

    def go(text, horizon=DAY, wanted="MW", *, written="utf-8", **declared):
        options = SeriesOptions.model_validate({**STAMPED, **declared})
        (tmp_path / options.file).write_text(text, encoding=written)
        return read_series(options, tmp_path, horizon, wanted, where="series > load")

    return go


# ------------------------------------------------------------------ values and units


def test_a_plain_file_arrives_in_order_with_its_hash(read):
    found = read(table())
    assert found.values.tolist() == list(range(24))
    assert found.sha256 == hashlib.sha256(table().encode()).hexdigest()
    assert (found.rows, found.unit, found.file, found.gaps, found.notes) == (24, "MW", "load.csv", (), ())
    with pytest.raises(ValueError, match="read-only"):
        found.values[0] = 1


@pytest.mark.parametrize(
    ("unit", "wanted", "factor"),
    [("kW", "MW", 1e-3), ("GW", "MW", 1e3), ("CNY/kWh", "CNY/MWh", 1e3), ("%", "", 0.01), ("", "", 1.0)],
)
def test_units_are_converted_once(read, unit, wanted, factor):
    assert read(table(), wanted=wanted, unit=unit).values == pytest.approx(np.arange(24) * factor)


def test_temperatures_are_shifted_not_only_scaled(read):
    found = read(table(value=lambda k: 32 + 1.8 * k), wanted="degC", unit="degF")
    assert found.values == pytest.approx(np.arange(24))
    assert read(table(), wanted="degC", unit="degC").values.tolist() == list(range(24))


def test_amounts_of_a_quarter_of_an_hour_become_mean_power(read):
    quarters = Horizon.span("2027-05-01T00:00", 96, 0.25, "Asia/Shanghai")
    found = read(table(count=96, minutes=15, value=lambda _: 250), quarters, unit="kWh", values="amount")
    assert found.values == pytest.approx(np.ones(96))  # 250 kWh in 15 min are 1 MW
    # the energy is the same in hours: averaging comes after the division
    assert read(table(count=96, minutes=15, value=lambda _: 250), unit="kWh", values="amount").values.sum() == (
        pytest.approx(24.0)
    )


def test_a_factor_and_a_shape_in_any_unit(read):
    assert read(table(), scale="50 %").values == pytest.approx(np.arange(24) / 2)
    shape = read(table(), wanted=None, unit="kJ")
    assert shape.unit == "kJ"
    assert shape.values.tolist() == list(range(24))


# ------------------------------------------------------------------ files


def test_separators_decimals_byte_order_marks_and_encodings(read):
    german = table().replace(",", ";").replace("3\n", "3,5\n")
    assert read(german, decimal=",").values[3] == 3.5
    assert read(table().replace(",", "\t")).values[3] == 3.0
    assert read(table(), written="utf-8-sig").values.tolist() == list(range(24))
    chinese = table().replace("load", "负荷")
    assert read(chinese, column="负荷").values[-1] == 23
    assert read(chinese, column="负荷", written="gb18030", encoding="gb18030").values[-1] == 23


def test_the_only_column_needs_no_name_and_a_header_may_be_empty(read):
    assert read(table(), column=None).values[5] == 5
    assert read(table().replace("time,", ","), time_column="").values[5] == 5


@pytest.mark.parametrize("stamps", ["naive", "aware", "text"])
def test_parquet(tmp_path, stamps):
    times = pd.date_range("2027-05-01", periods=24, freq="1h", tz=None if stamps == "naive" else "Asia/Shanghai")
    frame = pd.DataFrame({"time": times, "load": np.arange(24.0), "other": "x"})
    if stamps == "text":
        frame["time"] = [time.isoformat() for time in times]
    frame.to_parquet(tmp_path / "load.parquet")
    options = SeriesOptions.model_validate({**STAMPED, "file": "load.parquet"})
    found = read_series(options, tmp_path, DAY, "MW")
    assert found.values.tolist() == list(range(24))
    assert len(found.notes) == (0 if stamps == "naive" else 1)  # timezone was not needed


# ------------------------------------------------------------------ clocks


def test_labels_of_the_end_are_moved_to_the_start(read):
    found = read(table("2027-05-01 01:00"), label="end")
    assert found.values.tolist() == list(range(24))


@pytest.mark.parametrize("clock", ["UTC", "+00:00", "UTC+0", "Asia/Tokyo", "+09:00", "Asia/Kathmandu"])
def test_a_file_in_another_time_zone_keeps_its_instants(read, clock):
    first = DAY.local[0].tz_convert(
        "UTC" if clock in ("UTC", "+00:00", "UTC+0") else {"+09:00": "Asia/Tokyo"}.get(clock, clock)
    )
    found = read(table(first.strftime("%Y-%m-%d %H:%M")), timezone=clock)
    assert found.values.tolist() == list(range(24))


def test_offsets_in_the_stamps_win_and_are_noted(read):
    text = table("2027-04-30 16:00").replace(":00,", ":00Z,")
    assert read(text, timezone=None).notes == ()
    found = read(text)
    assert found.values.tolist() == list(range(24))
    assert "was not needed" in found.notes[0]


def test_a_file_with_summer_time_in_its_own_clock(read):
    year = Horizon.year(2027, 1.0, "Europe/Berlin")
    stamps = year.local.strftime("%Y-%m-%d %H:%M")  # 02:00 is missing in March and there twice in October
    text = "time,load\n" + "".join(f"{stamp},{k}\n" for k, stamp in enumerate(stamps))
    found = read(text, year, timezone="Europe/Berlin")
    assert np.array_equal(found.values, np.arange(8760))


def test_stamps_in_a_declared_form(read):
    stamps = pd.date_range("2027-05-01", periods=24, freq="1h").strftime("%d.%m.%Y %H:%M")
    text = "time,load\n" + "".join(f"{stamp},{k}\n" for k, stamp in enumerate(stamps))
    assert read(text, time_format="%d.%m.%Y %H:%M").values.tolist() == list(range(24))


# ------------------------------------------------------------------ steps


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=96, max_size=96))
def test_averages_keep_the_energy_and_never_leave_the_range(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("park")
    text = table(count=96, minutes=15, value=lambda k: repr(values[k]))
    (folder / "load.csv").write_text(text)
    options = SeriesOptions.model_validate({**STAMPED, "scale": 1})
    found = read_series(options, folder, DAY, "MW")
    assert found.values.sum() == pytest.approx(sum(values) / 4, rel=1e-12)
    assert found.values.min() >= 0
    quarters = Horizon.span("2027-05-01T00:00", 96, 0.25, "Asia/Shanghai")
    assert read_series(options, folder, quarters, "MW").values.tolist() == values


def test_coarse_data_are_held_or_interpolated_as_declared(read):
    quarters = Horizon.span("2027-05-01T00:00", 96, 0.25, "Asia/Shanghai")
    held = read(table(), quarters, resample="hold")
    assert held.values.tolist() == np.repeat(np.arange(24.0), 4).tolist()
    line = read(table(), quarters, resample="interpolate").values
    # the hourly value is the middle of its interval, so 0.5 lies on the border of the first two
    assert line[2:6] == pytest.approx([0.125, 0.375, 0.625, 0.875])
    assert "hold" in held.notes[0]


def test_hours_that_begin_at_other_minutes_share_their_values(read):
    kathmandu = Horizon.span("2027-05-01T12:00", 6, 1.0, "Asia/Kathmandu")  # 06:15 UTC
    found = read(table("2027-05-01 00:00"), kathmandu, timezone="UTC", resample="hold")
    assert found.values == pytest.approx(np.arange(6, 12) + 0.25)


# ------------------------------------------------------------------ gaps


def test_gaps_are_filled_only_as_declared_and_are_reported(read):
    lines = table().splitlines()
    lines[5] = lines[5].split(",")[0] + ","  # an empty cell at 04:00
    del lines[10:12]  # two rows at 09:00 and 10:00
    found = read("\n".join(lines), gaps={"method": "interpolate", "max_hours": "2 h"})
    assert found.values == pytest.approx(np.arange(24))
    assert [gap.steps for gap in found.gaps] == [1, 2]
    assert found.gaps[0].start == np.datetime64("2027-04-30T20:00")
    assert "3 missing values in 2 gaps (up to 2 h) were filled by interpolate" in found.notes


def test_a_gap_takes_the_same_hour_of_the_neighbouring_days(read):
    three = Horizon.span("2027-05-01T00:00", 72, 1.0, "Asia/Shanghai")
    text = table(count=72, value=lambda k: "" if 30 <= k < 36 else (k % 24) + 10 * (k // 24))
    found = read(text, three, gaps={"method": "same_hour", "max_hours": "6 h"})
    assert found.values[30:36] == pytest.approx(np.arange(6, 12) + 10)


# ------------------------------------------------------------------ calendars


def by_weekday(year, timezone="Asia/Shanghai"):
    """Return a file of a year whose value is 100 x weekday (Monday 1) + hour."""
    stamps = pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", freq="1h", inclusive="left")
    return "time,load\n" + "".join(
        f"{stamp:%Y-%m-%d %H:%M},{100 * (stamp.dayofweek + 1) + stamp.hour}\n" for stamp in stamps
    )


@pytest.mark.parametrize(("source", "target"), [(2018, 2027), (2020, 2027), (2019, 2028), (2020, 2024), (2027, 2027)])
def test_another_year_keeps_weekday_and_hour(read, source, target):
    year = Horizon.year(target, 1.0, "Asia/Shanghai")
    found = read(by_weekday(source), year, calendar="align")
    assert np.array_equal(found.values, 100.0 * (year.weekday + 1) + year.hour_of_day)
    assert str(source) in found.notes[0]


def test_another_year_moves_dates_by_three_days_at_most(read):
    stamps = pd.date_range("2018-01-01", periods=365, freq="1D")
    text = "time,load\n" + "".join(f"{stamp:%Y-%m-%d},{k}\n" for k, stamp in enumerate(stamps))
    year = Horizon.year(2027, 24.0, "Asia/Shanghai")
    found = read(text, year, calendar="align")
    moved = found.values - np.arange(365)
    assert np.abs(moved[7:-7]).max() <= 3
    assert np.abs(moved).max() <= 7
    assert found.values.min() >= 0


def test_align_with_summer_time_keeps_the_local_clock(read):
    source = Horizon.year(2018, 1.0, "Europe/Berlin")
    stamps = source.local.strftime("%Y-%m-%d %H:%M")
    text = "time,load\n" + "".join(f"{stamp},{hour}\n" for stamp, hour in zip(stamps, source.hour_of_day, strict=True))
    year = Horizon.year(2027, 1.0, "Europe/Berlin")
    found = read(text, year, timezone="Europe/Berlin", calendar="align")
    assert np.array_equal(found.values, year.hour_of_day)


def test_rows_in_order_need_no_stamps(read):
    year = Horizon.year(2027, 1.0, "Asia/Shanghai")
    text = "load\n" + "".join(f"{k}\n" for k in range(8760))
    plain = {"time_column": None, "timezone": None, "order": "hourly"}
    found = read(text, year, **plain)
    assert np.array_equal(found.values, np.arange(8760))
    assert "laid from 2026-12-31T16:00" in found.notes[0]
    weeks = year.select([0, 30], [0] * 26 + [1] * 26, 168)
    assert np.array_equal(read(text, weeks, **plain).values, weeks.source_step)
    # with a declared span: from its first step, or out of a declared year
    assert read("load\n" + "7\n" * 24, **plain).values.tolist() == [7.0] * 24
    assert read(text, **plain, year=2027).values[0] == (31 + 28 + 31 + 30) * 24
    # a common year read as a leap year: declared, and the last day is said to be a repetition
    leap = read(text, Horizon.year(2028, 1.0, "Asia/Shanghai"), **plain, calendar="align")
    assert "24 steps beyond the ends" in leap.notes[-1]


def test_quarter_hours_in_order(read):
    plain = {"time_column": None, "timezone": None, "order": "quarter_hourly"}
    text = "load\n" + "".join(f"{k % 4}\n" for k in range(35040))
    found = read(text, Horizon.year(2027, 1.0, "Europe/Berlin"), **plain)
    assert np.all(found.values == 1.5)


# ------------------------------------------------------------------ real files


def test_shandong_capacity_factors_end_their_hours(shared_data):
    path = shared_data("shandong_2020_cf_hourly.csv")
    options = SeriesOptions(
        file=path.name, column="solar_pv_cf", time_column="time_local_utc8_assumed", timezone="+08:00",
        label="end", calendar="align",
    )  # fmt: skip
    year = Horizon.year(2020, 1.0, "Asia/Shanghai")
    found = read_series(options, path.parent, year, "")
    raw = pd.read_csv(path)["solar_pv_cf"].to_numpy()
    assert np.array_equal(found.values[:-1], raw[1:])  # the label 01:00 is the hour from 0 to 1
    assert found.values[-1] == raw[-168]  # the last hour is not in the file: a week before
    assert "1 steps beyond the ends" in found.notes[-1]
    # solar noon in Shandong (118 E) is 5 to 10 minutes after 12 at UTC+8: the hours 11 and 12 are alike
    noon = [found.values[year.hour_of_day == hour].mean() for hour in (10, 11, 12, 13)]
    assert max(noon) in noon[1:3]


def test_shandong_demand_has_no_stamps(shared_data):
    path = shared_data("shandong_hourly_demand_shape.csv")
    options = SeriesOptions(file=path.name, column="demand_MW", unit="MW", order="hourly")
    found = read_series(options, path.parent, Horizon.year(2027, 1.0, "Asia/Shanghai"), "MW")
    assert found.values.sum() == pytest.approx(591.7e6, rel=1e-3)


def test_shandong_heat_lacks_the_29th_of_february(shared_data):
    path = shared_data("shandong_2020_heat_demand_shape.csv")
    options = SeriesOptions.model_validate(
        {"file": path.name, "column": "heat_demand", "time_column": "", "unit": "MW", "calendar": "align",
         "gaps": {"method": "same_hour", "max_hours": "24 h"}}
    )  # fmt: skip
    found = read_series(options, path.parent, Horizon.year(2027, 1.0, "Asia/Shanghai"), None)
    assert [gap.steps for gap in found.gaps] == [24]
    assert found.values.min() > 0


def test_steel_mill_kilowatt_hours_of_a_quarter(shared_data):
    path = shared_data("steel_daewoo_2018_15min.csv")
    options = SeriesOptions(
        file=path.name, column="usage_kWh", time_column="period_end", timezone="Asia/Seoul", label="end",
        unit="kWh", values="amount",
    )  # fmt: skip
    own = read_series(options, path.parent, Horizon.year(2018, 1.0, "Asia/Seoul"), "MW")
    assert own.values.sum() == pytest.approx(959.6, rel=1e-3)
    quarters = read_series(options, path.parent, Horizon.year(2018, 0.25, "Asia/Seoul"), "MW")
    assert quarters.values.max() == pytest.approx(0.629, abs=1e-3)
    # in another year Sundays stay Sundays: they use about a fifth of a weekday
    later = Horizon.year(2027, 1.0, "Asia/Seoul")
    moved = read_series(options.model_copy(update={"calendar": "align"}), path.parent, later, "MW").values
    assert moved[later.weekday == 6].mean() < 0.4 * moved[later.weekday < 5].mean()


def test_german_prices_with_semicolons(shared_data):
    path = shared_data("de_oemof_2019_heat_gas_power_ef.csv")
    options = SeriesOptions(
        file=path.name, column="el_spot_price", time_column="date", timezone="+01:00", unit="EUR/MWh"
    )
    found = read_series(options, path.parent, Horizon.year(2019, 1.0, "Europe/Berlin"), "EUR/MWh")
    assert found.values.mean() == pytest.approx(37.67, abs=0.01)
    assert found.values.min() == pytest.approx(-90.01)
