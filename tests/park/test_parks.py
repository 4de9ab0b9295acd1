"""The shipped parks and templates: they read, they are in step, their arithmetic holds, and they can be planned."""

from __future__ import annotations

import re
import typing
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from kenli.core.errors import InputError
from kenli.core.factors import load_register
from kenli.core.horizon import Horizon
from kenli.engine.formulation import formulate
from kenli.engine.solve import solve
from kenli.park.components import KINDS, Converter, Demand, Source, Storage
from kenli.park.contracts import KINDS as CONTRACT_KINDS
from kenli.park.load import read_park
from kenli.park.park import Park
from kenli.park.profiles import aggregate_profiles, build_profiles
from kenli.park.resolve import resolve
from kenli.park.resource.geothermal import GeothermalOptions, geothermal_doublet
from kenli.park.templates import template_names, template_text
from kenli.runs.read import open_run
from kenli.study.plan import PlanOptions, plan

PARKS = Path(__file__).parents[2] / "parks"
BASE, ISLAND, FIRST = PARKS / "kenli-base", PARKS / "island", PARKS / "first-steps"


def data_of(folder: Path) -> dict:
    return YAML(typ="safe", pure=True).load((folder / "park.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def base() -> Park:
    return read_park(BASE).park


# ------------------------------------------------------------------ first steps, by hand (parks/first-steps/README.md)
@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    return open_run(plan(FIRST, PlanOptions(out=tmp_path_factory.mktemp("runs"))))


def test_first_steps_builds_what_the_hand_calculation_says(first_run):
    sizes = first_run.frame("capacities").set_index(["component", "quantity"])["total"]
    expected = {
        ("solar", "power"): 30.0,
        ("battery", "power"): 5.0,
        ("battery", "energy"): 40.0,
        ("grid", "import"): 8.0,
    }
    for key, value in expected.items():
        assert sizes[key] == pytest.approx(value, rel=1e-9)


def test_first_steps_costs_what_the_hand_calculation_says(first_run):
    amounts = first_run.frame("objective").groupby(["term", "component"])["amount"].sum()
    assert amounts["annuity", "solar"] == pytest.approx(30_000 * 146)
    assert amounts["annuity", "battery"] == pytest.approx(40_000 * 36.5 + 5_000 * 18.25)
    assert amounts["energy_purchase", "grid"] == pytest.approx(8 * 16 * 365 * 200)
    assert amounts.sum() == pytest.approx(15_275_250.0, rel=1e-12)
    totals = first_run.manifest["totals"]
    assert totals["cost"] == pytest.approx(15_275_250.0)
    assert totals["investment"] == pytest.approx(118_625_000.0)
    assert totals["emissions"] == pytest.approx(28_032.0)


def test_first_steps_uses_the_grid_only_at_night(first_run):
    flows = first_run.frame("flows")
    local = first_run.frame("timesteps").set_index("timestep")["hour"]
    bought = flows[(flows.component == "grid")].set_index("timestep")["value"]
    for step, value in bought.items():
        assert value == pytest.approx(0.0 if 8 <= local[step] < 16 else 8.0)


def test_first_steps_prices_the_grid_limit(first_run):
    price = first_run.frame("capacities").set_index(["component", "quantity"])["price"]
    assert price["grid", "import"] == pytest.approx(16 * 365 * (257.8125 - 200.0))
    assert price["solar", "power"] == pytest.approx(0.0)


def test_the_readme_of_first_steps_says_the_same():
    text = (FIRST / "README.md").read_text(encoding="utf-8")
    assert "**15 275 250**" in text
    assert "**337 625 CNY per MW" in text


# ------------------------------------------------------------------ the base
def test_the_demands_add_up_to_the_published_intensity(base):
    """Degen & Schuette 2022: 20.10 kWh of electricity and 21.38 of heat per kWh of cells, 40 GWh of cells a year."""
    demands = base.of_kind(Demand)
    cold = sum(d.annual for d in demands.values() if d.bus == "cold")
    heat = sum(d.annual for d in demands.values() if d.bus in {"dried", "heat_150", "heat_90", "heat_60"})
    power = sum(d.annual for d in demands.values() if d.bus in {"power", "formed"})
    cells = 40_000.0  # MWh/yr
    chiller = base.components["chiller"].efficiency
    assert power + cold / chiller == pytest.approx(20.10 * cells)
    assert heat == pytest.approx(21.38 * cells)
    assert sum(d.annual for d in demands.values()) - cold + cold / chiller == pytest.approx(41.48 * cells)


@pytest.mark.parametrize(
    ("demand", "steps"),
    [
        ("mixing", ["mixing/electricity"]),
        ("coating", ["coating-drying/electricity"]),
        ("calendering", ["calendering/electricity", "slitting/electricity"]),
        ("assembly", ["stacking/electricity", "assembly/electricity"]),
        ("vacuum_pumps", ["vacuum-drying/electricity"]),
        ("dry_room", ["dry-room/electricity"]),
        ("handling", ["material-handling/electricity"]),
        ("formation", ["formation/electricity"]),
        ("electrode_drying", ["coating-drying/heat"]),
        ("desiccant", ["dry-room/heat"]),
        ("vacuum_drying", ["vacuum-drying/heat"]),
        ("ageing", ["formation/heat"]),
    ],
)
def test_each_demand_is_its_cited_step_times_the_output(base, demand, steps):
    register = load_register()
    intensity = sum(register.value(f"battery-factory/step/{step}", "kWh/kWh") for step in steps)
    assert base.components[demand].annual == pytest.approx(intensity * 40_000.0, rel=1e-9)


def test_the_wells_are_twelve_doublets_of_the_model(base):
    wells = base.components["wells"]
    options = wells.inputs["power"].geothermal
    assert isinstance(options, GeothermalOptions)
    assert wells.capacity.max == pytest.approx(12 * geothermal_doublet(options).thermal_power, abs=0.05)


def test_the_fallbacks_keep_the_ratios_of_the_cost_set(base):
    """Heat of fuel cell and gas engine is electricity over c_b."""
    register = load_register()
    for name, technology, bus in (("fuel_cell", "fuel-cell", "heat_60"), ("gas_chp", "gas-chp", "heat_90")):
        costs = register.technology("china-2025", technology, 2025)
        assert base.components[name].outputs[bus] == pytest.approx(
            costs.efficiency / costs.other["c-b"].value, abs=5e-4
        )


def test_the_tariff_leaves_nothing_to_buy_and_sell_back(base):
    """In no period does the feed-in pay more than the tariff asks for."""
    from kenli.park.time_of_use import complete, period_prices

    bought = period_prices(complete(base.contracts["tariff"].energy.periods)[0])
    sold = period_prices(complete(base.contracts["feed_in"].price.periods)[0])
    assert set(bought) == set(sold)
    assert all(sold[period] < bought[period] for period in bought)


@pytest.mark.parametrize("folder", [BASE, ISLAND], ids=["base", "island"])
def test_every_component_has_both_names_and_a_place_near_kenli(folder):
    for name, item in read_park(folder).park.components.items():
        assert item.label.en, name
        assert re.search(r"[\u4e00-\u9fff]", item.label.zh), name
        assert item.place is not None, name
        assert abs(item.place.latitude - 37.75) < 0.5, name
        assert abs(item.place.longitude - 118.9) < 0.6, name


@pytest.mark.parametrize("folder", [BASE, ISLAND], ids=["base", "island"])
def test_every_assumption_of_the_list_is_marked_where_it_stands(folder):
    head, _, body = (BASE / "park.yaml").read_text(encoding="utf-8").partition("kenli: 1")
    listed = {int(number) for number in re.findall(r"\bA(\d+)  ?", head)}
    assert listed == set(range(1, 14))
    text = body if folder == BASE else (folder / "park.yaml").read_text(encoding="utf-8")
    used = {int(number) for number in re.findall(r"\bA(\d+)\b", text)}
    assert used <= listed
    if folder == BASE:
        assert used == listed


def test_nothing_that_may_grow_is_free(base):
    """A size without a price would make many plans equally good."""
    resolved = resolve(base, load_register())
    for name, item in base.components.items():
        if isinstance(item, Source | Converter) and item.capacity.can_grow:
            assert resolved.power[name].capex > 0.0, name
        if isinstance(item, Storage):
            assert resolved.energy[name].capex > 0.0, name
            if item.power.can_grow:
                assert resolved.power[name].capex > 0.0, name


def test_no_size_is_without_bounds_or_out_of_scale(base):
    for name, item in base.components.items():
        sizes = [getattr(item, key, None) for key in ("capacity", "energy", "power", "imports", "exports")]
        for size in sizes:
            if hasattr(size, "can_grow") and size.can_grow:
                assert 1.0 <= size.range[1] <= 20_000.0, name


# ------------------------------------------------------------------ the island is the base without its grid
def test_the_island_is_in_step_with_the_base():
    base, island = data_of(BASE), data_of(ISLAND)
    del base["components"]["grid"]
    for section in ("kenli", "horizon", "weather", "finance", "carriers", "buses", "components"):
        assert base[section] == island[section], f"'{section}' differs: change both parks together"
    assert base["park"]["site"] == island["park"]["site"]
    assert set(island["contracts"]) == {"direct_line"}
    line = base["contracts"]["direct_line"]
    assert island["contracts"]["direct_line"]["sources"] == line["sources"]
    for key in ("rules", "direct_supply_share", "carbon"):
        assert base["policy"][key] == island["policy"][key]
    assert base["policy"]["clean_share"]["hourly"] == island["policy"]["clean_share"]["hourly"]


# ------------------------------------------------------------------ planning (one or two weeks, so that it stays quick)
def solve_weeks(path: Path, weeks: int):
    """Plan some weeks of a park without writing a run."""
    loaded, register = read_park(path), load_register()
    resolved = resolve(loaded.park, register)
    options = loaded.park.horizon
    horizon = Horizon.year(options.year, options.step, loaded.park.park.site.timezone)
    built = aggregate_profiles(build_profiles(loaded, resolved, horizon), weeks, 168.0, None)
    formulation = formulate(resolved, built.profiles, register)
    return formulation, solve(formulation.program)


@pytest.mark.slow
@pytest.mark.parametrize("folder", [BASE, ISLAND], ids=["base", "island"])
def test_the_parks_can_be_planned(folder):
    formulation, solution = solve_weeks(folder, 1)
    assert solution.status == "optimal"
    for limit in formulation.build.limits:
        value = limit.numerator.value(solution.x)
        edge = limit.bound * (limit.denominator.value(solution.x) if limit.denominator else 1.0)
        scale = 1e-6 * max(1.0, abs(edge))
        assert value >= edge - scale if limit.sense == ">=" else value <= edge + scale, limit.name
    built = {key: size.total(solution.x) for key, size in formulation.build.sizes.items() if not size.unlimited}
    assert built["wind", "power"] + built["wind_large", "power"] + built["pv_ground", "power"] > 200.0


@pytest.mark.slow
def test_the_base_keeps_its_heat_balance():
    """What the heat of 150 degC costs the park in energy is what its makers gave, to the last let-down."""
    formulation, solution = solve_weeks(BASE, 1)
    build = formulation.build
    for bus in ("heat_150", "heat_90", "heat_60", "power", "hub"):
        total = np.zeros(build.steps)
        for flow in build.flows:
            if flow.bus == bus:
                total += (1.0 if flow.direction == "out" else -1.0) * flow.values(solution.x, build.steps)
        assert np.abs(total).max() < 1e-5, bus


# ------------------------------------------------------------------ templates
def test_templates_come_simplest_first():
    assert template_names() == ["minimal", "factory", "island", "full"]


def test_an_unknown_template_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'factory'") as caught:
        template_text("factry")
    assert caught.value.problems[0].code == "unknown-template"


@pytest.mark.parametrize("name", template_names())
def test_templates_read_without_findings_but_assumptions(name, tmp_path):
    path = tmp_path / "park.yaml"
    path.write_text(template_text(name), encoding="utf-8")
    loaded = read_park(path)
    assert {warning.code for warning in loaded.warnings} <= {"assumption"}


@pytest.mark.parametrize("name", template_names())
def test_templates_can_be_planned(name, tmp_path):
    path = tmp_path / "park.yaml"
    path.write_text(template_text(name), encoding="utf-8")
    _, solution = solve_weeks(path, 1)
    assert solution.status == "optimal"


def models_of(kind: object, found: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """Collect every model that a park file can hold."""
    for part in typing.get_args(kind):
        models_of(part, found)
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__name__ not in found:
        found[kind.__name__] = kind
        for field in kind.model_fields.values():
            models_of(field.annotation, found)
    return found


def test_the_full_template_shows_every_key_and_every_kind():
    text = template_text("full")
    filled_by_reader = {"fixed_om_basis", "unlimited"}  # `capacity: unlimited` is a word, not a key
    for model in models_of(Park, {}).values():
        for name, field in model.model_fields.items():
            key = field.alias or name
            assert key in filled_by_reader or re.search(rf"\b{key}:", text), f"{model.__name__}.{key} is not shown"
    for kind in (*KINDS, *CONTRACT_KINDS):
        assert re.search(rf"^    kind: {kind}$", text, re.MULTILINE), f"no {kind} in the full template"
