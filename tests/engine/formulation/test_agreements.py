"""Power purchase agreements, direct lines, certificates."""

from __future__ import annotations

import pytest

from kenli.core.errors import InputError
from support.program_text import check_golden
from support.small_park import (
    capacity,
    cost,
    demand,
    feed_in,
    grid,
    indicator,
    limit,
    park,
    prepare_park,
    size,
    solve_park,
    source,
    tariff,
    terms,
)

SUN = {"sun": [0, 1, 1, 0]}


def farm(contract: dict[str, object], capacity: object = 20) -> dict[str, object]:
    """Sun of others, 0 20 20 0, for a load of 10 MW; the grid at 100."""
    return park(
        {
            "load": demand(10),
            "farm": source(capacity, availability={"series": "sun"}, capex=0),
            "grid": grid(20),
        },
        series=SUN,
        contracts={"retail": tariff(100), "deal": {"kind": "ppa", "source": "farm", **contract}},
    )


def test_only_what_is_taken_is_paid() -> None:
    """10 MW taken in two quarters at 60; 10 MW from the grid in the other two at 100."""
    answer = solve_park(farm({"price": "60 CNY/MWh"}))
    assert terms(answer) == pytest.approx({"power_purchase": 20 * 2190 * 60, "energy_purchase": 20 * 2190 * 100})


def test_take_or_pay_pays_the_curtailed_too() -> None:
    """20 MW are available and paid, 10 taken. If the farm may be chosen, it is 10 MW: 60 a MWh is below 100."""
    paid = {"price": "60 CNY/MWh", "pays_for": "available"}
    assert terms(solve_park(farm(paid)))["power_purchase"] == pytest.approx(40 * 2190 * 60)
    answer = solve_park(farm(paid, {"max": 20}))
    assert size(answer, "farm") == pytest.approx(10)
    assert terms(answer)["power_purchase"] == pytest.approx(20 * 2190 * 60)


def test_the_least_and_the_largest_amount_of_a_year() -> None:
    """At 160 nothing would be taken; 5000 MWh must be, each 60 dearer than the grid. At most 7000 at 60: 40 saved."""
    least = solve_park(farm({"price": "160 CNY/MWh", "annual_min": "5000 MWh/yr"}))
    assert terms(least)["power_purchase"] == pytest.approx(5000 * 160)
    assert limit(least, "annual_min/deal")["shadow_price"] == pytest.approx(60)
    most = solve_park(farm({"price": "60 CNY/MWh", "annual_max": "7000 MWh/yr"}))
    assert terms(most)["power_purchase"] == pytest.approx(7000 * 60)
    assert limit(most, "annual_max/deal")["shadow_price"] == pytest.approx(40)


def test_a_farm_without_size_has_nothing_that_is_available() -> None:
    with pytest.raises(InputError, match="unlimited"):
        prepare_park(farm({"price": "60 CNY/MWh", "pays_for": "available"}, "unlimited"))


def line(charge: dict[str, object], node: dict[str, object] | None = None) -> dict[str, object]:
    """Direct sun 0 20 20 0 for 10 MW; what is left is exported at 1; the grid at 0."""
    return park(
        {
            "load": demand(10),
            "sun": source(20, availability={"series": "sun"}),
            "grid": node or grid(12, 30),
        },
        series=SUN,
        contracts={
            "retail": tariff(0),
            "sale": feed_in(1),
            "line": {"kind": "direct_line", "sources": ["sun"], "grid": "grid", "network_charge": charge},
        },
    )


def test_scheme_1_charges_the_connected_capacity() -> None:
    """12 MW * 12 months * 730 h * load factor 0.5 * 30 CNY/MWh; a connection to choose shrinks to 10 MW."""
    charge = {"scheme": 1, "energy_price": "30 CNY/MWh", "load_factor": 0.5}
    answer = solve_park(line(charge))
    assert terms(answer)["network_charge"] == pytest.approx(12 * 12 * 730 * 0.5 * 30)
    node = grid({"max": 12}, 30, costs={"capex": "0 CNY/MW", "lifetime": "1 yr"})
    chosen = solve_park(line(charge, node))
    assert size(chosen, "grid", "import") == pytest.approx(10)
    assert terms(chosen)["network_charge"] == pytest.approx(10 * 12 * 730 * 0.5 * 30)


def test_scheme_2_charges_what_is_used_of_the_line() -> None:
    """20 MW generated, 10 exported in two quarters: 20 MW-quarters of own use at 30."""
    dear = line({"scheme": 2, "energy_price": "30 CNY/MWh"})
    dear["contracts"]["retail"] = tariff(100)
    answer = solve_park(dear)
    assert terms(answer)["network_charge"] == pytest.approx(20 * 2190 * 30)
    assert indicator(answer, "direct_supply_share") == pytest.approx(0.5)


def test_scheme_2_pays_nothing_back_for_power_that_comes_in_and_goes_out() -> None:
    """The grid gives at 0 and takes at 1: 30 MW go out all day, of which 12 came in; no charge is earned by it."""
    answer = solve_park(line({"scheme": 2, "energy_price": "30 CNY/MWh"}))
    assert terms(answer).get("network_charge", 0.0) == pytest.approx(0.0, abs=1e-6)


def test_scheme_1_without_a_connected_capacity_is_refused() -> None:
    charge = {"scheme": 1, "energy_price": "30 CNY/MWh", "load_factor": 0.5}
    with pytest.raises(InputError, match="unlimited"):
        prepare_park(line(charge, grid("unlimited", 30)))


def certified(**contract: object) -> dict[str, object]:
    return park(
        {"load": demand(10), "grid": grid(20), "sun": source({"max": 3}, capex=20 * 8760)},
        contracts={"retail": tariff(10), "green": {"kind": "certificates", "price": "7 CNY/MWh", **contract}},
        policy={"clean_share": {"annual": {"min": 0.5}}},
    )


def test_certificates_fill_the_annual_share() -> None:
    """Half of 87_600 MWh: certificates at 7 are cheaper than sun at 20 against a grid at 10."""
    answer = solve_park(certified())
    assert terms(answer)["certificates"] == pytest.approx(43_800 * 7)
    assert indicator(answer, "clean_share_annual") == pytest.approx(0.5)
    assert indicator(answer, "clean_share_hourly") == pytest.approx(0.0), "a certificate is no electricity"
    assert limit(answer, "clean_share_annual")["shadow_price"] == pytest.approx(87_600 * 7)


def test_certificates_that_run_out_leave_the_rest_to_the_sun() -> None:
    """30_000 certificates, 13_800 MWh of sun: 1.575 MW."""
    answer = solve_park(certified(annual_max="30000 MWh/yr"))
    assert size(answer, "sun") == pytest.approx(13_800 / 8760)
    assert cost(answer) == pytest.approx(30_000 * 7 + 13_800 * 20 + (87_600 - 13_800) * 10)
    assert capacity(answer, "sun")["price"] == pytest.approx(0.0)


def test_golden() -> None:
    declared = line({"scheme": 2, "energy_price": "30 CNY/MWh"})
    declared["contracts"]["deal"] = {
        "kind": "ppa", "source": "sun", "price": "6 CNY/MWh", "annual_min": "1 MWh/yr", "annual_max": "9 GWh/yr",
    }  # fmt: skip
    declared["contracts"]["green"] = {"kind": "certificates", "price": "7 CNY/MWh", "annual_max": "5 MWh/yr"}
    check_golden(prepare_park(declared).formulation.program, "agreements")


def test_golden_scheme_1_and_take_or_pay() -> None:
    node = grid({"existing": 2, "max": 12}, 30, costs={"capex": "5 CNY/MW", "lifetime": "1 yr"})
    declared = line({"scheme": 1, "energy_price": "30 CNY/MWh", "load_factor": 0.5}, node)
    declared["contracts"]["deal"] = {"kind": "ppa", "source": "sun", "price": "6 CNY/MWh", "pays_for": "available"}
    check_golden(prepare_park(declared).formulation.program, "agreements_scheme_1")
