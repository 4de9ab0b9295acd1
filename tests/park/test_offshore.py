"""Wind over the sea: its own weather, or none."""

from pathlib import Path

import numpy as np
import pytest

from kenli.core.errors import InputError
from kenli.core.factors import load_register
from kenli.core.horizon import Horizon
from kenli.park.load import read_park
from kenli.park.profiles import build_profiles
from kenli.park.resolve import resolve

PARK = """
kenli: 1
park: {name: Sea, site: {latitude: 37.59, longitude: 118.55, timezone: Asia/Shanghai}, currency: CNY}
horizon: {year: 2027, step: 1 h}
weather: %s
finance: {discount_rate: 6 %%}
buses: {power: electricity}
components:
  town: {kind: demand, bus: power, power: 10 MW}
  land: {kind: source, out: power, capacity: 10 MW, availability: {wind: {hub_height: 100 m}}}
  sea: {kind: source, out: power, capacity: 10 MW, availability: {wind: {hub_height: 100 m, site: offshore}}}
"""


def _profiles(folder: Path, weather: str) -> object:
    (folder / "park.yaml").write_text(PARK % weather, encoding="utf-8")
    loaded = read_park(folder / "park.yaml")
    return build_profiles(loaded, resolve(loaded.park, load_register()), Horizon.year(2027, 1.0, "Asia/Shanghai"))


def test_wind_over_the_sea_is_stronger_and_follows_the_coast(tmp_path: Path) -> None:
    built = _profiles(tmp_path, "{synthetic: {seed: 1}}")
    land, sea = (built.profiles.arrays[f"availability/{name}"] for name in ("land", "sea"))
    assert sea.mean() > 1.2 * land.mean()
    assert 0.7 < np.corrcoef(land, sea)[0, 1] < 0.95
    assert any("offshore" in note for note in built.profiles.notes)


def test_a_measured_coast_says_nothing_about_the_sea(tmp_path: Path) -> None:
    import pvlib

    file = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"
    with pytest.raises(InputError, match="wind over the sea cannot be derived") as caught:
        _profiles(tmp_path, f"{{file: {file}}}")
    assert "weather > offshore" in str(caught.value)


def test_options_of_a_file_do_not_belong_to_a_synthetic_year(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="belongs to a weather file"):
        _profiles(tmp_path, "{synthetic: {seed: 1}, timezone: UTC}")


def test_another_site_gives_its_own_statistics(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing") as caught:
        _profiles(tmp_path, "{synthetic: {seed: 1, targets: {annual_ghi: 1700 kWh/m2}}}")
    assert len(caught.value.problems) > 3
