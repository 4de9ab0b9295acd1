"""From a resolved park and its profiles to a program: the formulation's table of contents."""

from __future__ import annotations

from dataclasses import dataclass

from kenli.core.factors import Factor, Register
from kenli.engine.formulation.agreements import add_certificates, add_direct_line, add_power_purchase
from kenli.engine.formulation.balance import add_balances
from kenli.engine.formulation.budget import add_budget
from kenli.engine.formulation.clean_share import ElectricityYear, add_share_policies, electricity_year
from kenli.engine.formulation.connection import add_connection
from kenli.engine.formulation.context import Build
from kenli.engine.formulation.converter import add_converter
from kenli.engine.formulation.demand import add_demand
from kenli.engine.formulation.emissions import add_carbon_policy
from kenli.engine.formulation.grid import add_grid
from kenli.engine.formulation.market import add_market
from kenli.engine.formulation.source import add_source
from kenli.engine.formulation.standard_coal import CALORIFIC, EQUIVALENT, HEAT, add_coal_policies
from kenli.engine.formulation.storage import add_storage
from kenli.engine.formulation.tariff import add_feed_in, add_tariff
from kenli.engine.program import Program
from kenli.park.components import Connection, Converter, Demand, Grid, Market, Source, Storage
from kenli.park.contracts import DirectLine, FeedIn, PowerPurchase, Tariff
from kenli.park.profiles import Profiles
from kenli.park.resolve import ResolvedPark

COAL_FACTORS = (CALORIFIC, EQUIVALENT, HEAT)


@dataclass(frozen=True)
class Formulation:
    """A program with the registers that give its columns and rows their meaning."""

    build: Build
    electricity: ElectricityYear
    coal: dict[str, float]
    """Standard-coal coefficients by factor id [tce/MWh]."""
    coal_factors: tuple[Factor, ...]

    @property
    def program(self) -> Program:
        """Return the program."""
        return self.build.program


def formulate(resolved: ResolvedPark, profiles: Profiles, register: Register) -> Formulation:
    """Write the program of a park.

    Args:
        resolved: the park with all costs and efficiencies.
        profiles: everything that changes over time, on one horizon.
        register: factor register, for the standard-coal coefficients.

    Raises:
        InputError: a component asks for what the horizon or its own fields do not allow.
    """
    build = Build(Program(profiles.horizon.steps, profiles.horizon.previous), resolved, profiles)
    for name, item in resolved.park.components.items():
        match item:
            case Source():
                add_source(build, name, item)
            case Converter():
                add_converter(build, name, item)
            case Storage():
                add_storage(build, name, item)
            case Connection():
                add_connection(build, name, item)
            case Demand():
                add_demand(build, name, item)
            case Grid():
                add_grid(build, name, item)
            case Market():
                add_market(build, name, item)
    add_balances(build)
    for name, contract in resolved.park.contracts.items():
        match contract:
            case Tariff():
                add_tariff(build, name, contract)
            case FeedIn():
                add_feed_in(build, name, contract)
            case DirectLine():
                add_direct_line(build, name, contract)
            case PowerPurchase():
                add_power_purchase(build, name, contract)
            case _:
                pass
    certificates = add_certificates(build)
    electricity = electricity_year(build, certificates)
    coal = {identifier: register.value(identifier, "tce/MWh") for identifier in COAL_FACTORS}
    add_carbon_policy(build)
    add_share_policies(build, electricity)
    add_coal_policies(build, coal)
    add_budget(build)
    return Formulation(build, electricity, coal, tuple(register.get(identifier) for identifier in COAL_FACTORS))
