"""Fetching against a server on this machine: what is asked, kept, found again and refused."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import numpy as np
import pandas as pd
import pytest
from pvlib.location import Location

from kenli.core.errors import InputError, KenliError
from kenli.park.resource.fetch import SERVICES, fetch_weather, is_fetched, read_fetched
from kenli.park.resource.gaps import GapPolicy
from kenli.park.resource.readers import detect_format, read_weather
from kenli.park.resource.weather import check_weather

SITE = Location(37.59, 118.55, altitude=5)
POWER = {
    "ALLSKY_SFC_SW_DWN": "Wh/m^2",
    "ALLSKY_SFC_SW_DNI": "Wh/m^2",
    "ALLSKY_SFC_SW_DIFF": "Wh/m^2",
    "T2M": "C",
    "PS": "kPa",
    "RH2M": "%",
    "WS10M": "m/s",
    "WS50M": "m/s",
}


def power_answer(query: dict[str, list[str]], holes: int = 0) -> dict[str, object]:
    """NASA POWER's JSON for the days that were asked for."""
    start, end = pd.Timestamp(query["start"][0], tz="UTC"), pd.Timestamp(query["end"][0], tz="UTC")
    stamps = pd.date_range(start, end + pd.Timedelta(days=1), freq="h", inclusive="left")
    light = SITE.get_clearsky(stamps + pd.Timedelta(minutes=30))
    values = {
        "ALLSKY_SFC_SW_DWN": light["ghi"].to_numpy(),
        "ALLSKY_SFC_SW_DNI": light["dni"].to_numpy(),
        "ALLSKY_SFC_SW_DIFF": light["dhi"].to_numpy(),
        "T2M": np.linspace(-5, 30, len(stamps)),
        "PS": np.full(len(stamps), 101.5),
        "RH2M": np.full(len(stamps), 60.0),
        "WS10M": np.full(len(stamps), 4.0),
        "WS50M": np.full(len(stamps), 5.5),
    }
    values["T2M"][100 : 100 + holes] = -999.0
    keys = stamps.strftime("%Y%m%d%H")
    return {
        "geometry": {"coordinates": [118.55, 37.59, 5.0]},
        "properties": {
            "parameter": {
                name: dict(zip(keys, np.round(column, 3).tolist(), strict=True)) for name, column in values.items()
            }
        },
        "header": {"fill_value": -999.0, "time_standard": "UTC"},
        "parameters": {name: {"units": unit} for name, unit in POWER.items()},
        "times": {"data": 0.1},
    }


@dataclass
class Server:
    url: str
    requests: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    answer: str = "power"
    holes: int = 0


@pytest.fixture
def server() -> Iterator[Server]:
    """A loopback service that answers like NASA POWER or PVGIS, or breaks as told."""
    state = Server("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parsed = urlparse(self.path)
            query = parse_qs(parsed.query)
            state.requests.append((parsed.path, query))
            status, body = 200, b"{}"
            if state.answer == "power":
                body = json.dumps(power_answer(query, state.holes)).encode()
            elif state.answer == "pvgis":
                body = (Path(__file__).parent / "data" / "synthetic_pvgis_hourly.json").read_bytes()
            elif state.answer == "refuse":
                status, body = 400, b'{"message": "Location over the sea"}'
            elif state.answer == "garbage":
                body = b"<html>maintenance</html>"
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    service = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=service.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{service.server_address[1]}/"
    yield state
    service.shutdown()
    service.server_close()
    thread.join()


def test_a_year_is_fetched_checked_and_kept(server: Server, tmp_path: Path) -> None:
    weather = fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path / "cache", url=server.url)
    assert check_weather(weather) == []
    assert weather.wind_height == 50.0
    assert weather.index[0] == pd.Timestamp("2022-12-31", tz="UTC")
    year = weather.to_year(2023, "Asia/Shanghai")
    assert len(year) == 8760
    assert year.index[0] == pd.Timestamp("2022-12-31 16:00", tz="UTC")
    query = server.requests[0][1]
    assert query["time-standard"] == ["utc"]
    assert query["start"] == ["20221231"]
    assert query["end"] == ["20231231"]
    assert "WS50M" in query["parameters"][0]

    stored = list((tmp_path / "cache").iterdir())
    assert sorted(path.suffix for path in stored) == [".json", ".parquet"]
    papers = json.loads(next(path for path in stored if path.suffix == ".json").read_text())
    assert papers["licence"] == SERVICES["nasa-power"].licence
    assert papers["sha256"] == weather.provenance.sha256
    assert papers["sha256"][:12] in stored[0].name
    assert papers["request"]["latitude"] == 37.59
    assert any("licence" in note for note in weather.provenance.notes)


def test_the_second_time_needs_no_network(server: Server, tmp_path: Path) -> None:
    one = fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url=server.url)
    two = fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url=server.url)
    assert len(server.requests) == 1
    np.testing.assert_array_equal(one.ghi, two.ghi)
    assert one.provenance.sha256 == two.provenance.sha256
    fetch_weather("nasa-power", 37.59, 118.55, 2022, tmp_path, url=server.url)
    fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url=server.url, refresh=True)
    assert len(server.requests) == 3


def test_a_fetched_file_is_a_weather_file(server: Server, tmp_path: Path) -> None:
    weather = fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url=server.url)
    path = next(tmp_path.glob("*.parquet"))
    assert is_fetched(path)
    assert detect_format(path) == "fetched"
    again = read_weather(path)
    np.testing.assert_array_equal(again.wind_speed, weather.wind_speed)
    assert again.index.equals(weather.index)


def test_an_altered_file_is_refused(server: Server, tmp_path: Path) -> None:
    fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url=server.url)
    path = next(tmp_path.glob("*.parquet"))
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(InputError) as caught:
        read_fetched(path)
    assert caught.value.problems[0].code == "altered-file"
    with pytest.raises(InputError, match="SHA-256"):
        fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url=server.url)


def test_lost_or_foreign_papers(server: Server, tmp_path: Path) -> None:
    fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url=server.url)
    path = next(tmp_path.glob("*.parquet"))
    papers = path.with_suffix(".json")
    text = papers.read_text()
    papers.write_text(text.replace('"kenli_weather": 1', '"kenli_weather": 9'))
    with pytest.raises(InputError, match="format 9"):
        read_fetched(path)
    papers.write_text("{")
    with pytest.raises(InputError, match="papers"):
        read_fetched(path)
    assert not is_fetched(path)
    papers.unlink()
    with pytest.raises(InputError, match="missing or unreadable"):
        read_fetched(path)


def test_holes_are_refused_and_nothing_is_kept(server: Server, tmp_path: Path) -> None:
    server.holes = 2
    with pytest.raises(InputError, match="2 values are missing"):
        fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url=server.url)
    assert list(tmp_path.iterdir()) == []
    gaps = GapPolicy("interpolate", max_hours=3)
    weather = fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url=server.url, gaps=gaps)
    assert any("2 missing values" in note for note in weather.provenance.notes)


def test_pvgis_asks_for_the_years_of_the_local_calendar(server: Server, tmp_path: Path) -> None:
    server.answer = "pvgis"
    fetch_weather("pvgis-hourly", 37.59, 118.55, 2023, tmp_path, url=server.url)
    path, query = server.requests[0]
    assert path == "/seriescalc"
    assert (query["startyear"], query["endyear"]) == (["2022"], ["2023"])
    assert query["components"] == ["1"]
    assert query["angle"] == ["0"]


def test_a_refusal_is_told_in_the_services_words(server: Server, tmp_path: Path) -> None:
    server.answer = "refuse"
    with pytest.raises(KenliError, match="Location over the sea") as caught:
        fetch_weather("pvgis-hourly", 37.59, 118.55, 2023, tmp_path, url=server.url)
    assert caught.value.problems[0].code == "service-refused"


def test_an_unreadable_answer(server: Server, tmp_path: Path) -> None:
    server.answer = "garbage"
    with pytest.raises(KenliError) as caught:
        fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url=server.url)
    assert caught.value.problems[0].code in ("service-answer", "network")
    assert "download the file by hand" in caught.value.problems[0].fix


def test_no_network_is_told_with_the_way_round(tmp_path: Path) -> None:
    with pytest.raises(KenliError) as caught:
        fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path, url="http://127.0.0.1:9/")
    problem = caught.value.problems[0]
    assert problem.code == "network"
    assert problem.where == "weather > fetch > nasa-power"
    assert SERVICES["nasa-power"].page in problem.fix
    assert list(tmp_path.iterdir()) == []


def test_unknown_service_and_missing_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="did you mean 'nasa-power'"):
        fetch_weather("nasa_power", 37.59, 118.55, 2023, tmp_path)
    monkeypatch.delenv("CDSAPI_KEY", raising=False)
    with pytest.raises(InputError, match="CDSAPI_KEY"):
        fetch_weather("era5", 37.59, 118.55, 2023, tmp_path, elevation=5.0)


def test_era5_light_ends_at_the_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pvlib's function is replaced: the service wants a key and a queue."""

    def answer(latitude: float, longitude: float, start: object, end: object, *_: object, **__: object):  # type: ignore[no-untyped-def]
        stamps = pd.date_range(pd.Timestamp(str(start)), pd.Timestamp(str(end)).tz_localize(None), freq="h", tz="UTC")
        light = SITE.get_clearsky(stamps - pd.Timedelta(minutes=30))
        cosine = np.cos(np.radians(SITE.get_solarposition(stamps - pd.Timedelta(minutes=30))["zenith"]))
        data = pd.DataFrame(
            {
                "ghi": light["ghi"].to_numpy(),
                "bhi": (light["dni"] * cosine.clip(lower=0)).to_numpy(),
                "temp_air": 10.0,
                "pressure": 101500.0,
                "u10": 3.0,
                "v10": 4.0,
                "u100": 6.0,
                "v100": 8.0,
            },
            index=stamps,
        )
        return data, {}

    monkeypatch.setattr("pvlib.iotools.get_era5", answer)
    weather = fetch_weather("era5", 37.59, 118.55, 2023, tmp_path, elevation=5.0, api_key="test")
    assert weather.wind_speeds[10.0][0] == 5.0
    assert weather.wind_speed[0] == 10.0
    year = weather.to_year(2023, "Asia/Shanghai")
    sky = SITE.get_clearsky(year.index + pd.Timedelta(minutes=30))
    np.testing.assert_allclose(year.ghi, sky["ghi"], atol=1e-6)
    high = sky["ghi"].to_numpy() > 300
    np.testing.assert_allclose(year.dni[high], sky["dni"][high], rtol=0.02)
    assert "test" not in next(tmp_path.glob("*.json")).read_text().replace("latest", "")
    with pytest.raises(InputError, match="elevation"):
        fetch_weather("era5", 37.59, 118.55, 2022, tmp_path, api_key="test")


@pytest.mark.needs_network
def test_nasa_power_itself(tmp_path: Path) -> None:
    weather = fetch_weather("nasa-power", 37.59, 118.55, 2023, tmp_path)
    assert 1200 < weather.to_year(2023, "Asia/Shanghai").ghi.sum() / 1000 < 1900


@pytest.mark.needs_network
def test_pvgis_itself(tmp_path: Path) -> None:
    weather = fetch_weather("pvgis-tmy", 37.59, 118.55, 2023, tmp_path)
    assert 1200 < weather.ghi.sum() / 1000 < 1900


def test_the_command_says_where_the_file_is_and_how_to_use_it(server, tmp_path):
    from typer.testing import CliRunner

    from kenli.show.cli import app

    place = ["--latitude", "37.59", "--longitude", "118.55", "--year", "2024"]
    command = ["weather", "fetch", "nasa-power", *place, "--cache", str(tmp_path), "--url", server.url]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.exception
    path = result.stdout.split("weather: {file: ")[1].split("}")[0]
    assert len(read_weather(path)) >= 8760
    assert "NASA POWER" in result.stdout
