"""Policy: limits and prices on carbon and on the origin of energy.

Every share has one definition, used by the plan and by the books:

hourly clean share      1 - sum(unclean supply in the hour) / sum(consumption): energy counts as clean
                        only if clean energy was there in that hour, straight or from storage.
annual clean share      (clean generation + certificates) / consumption, exports included in the year.
direct supply share     (generation of direct sources - exports) / consumption.
self-use of generation  (generation - exports) / available generation, of the park's clean sources.
self-use of consumption (generation - exports) / consumption.
export share            exports / available generation.
clean energy share      clean energy / all energy supplied, in tonnes of standard coal.
carbon intensity        tCO2 of energy / tonnes of standard coal.

Consumption is all electricity supplied less exports, so conversion and storage losses are in it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kenli.park.fields import Model, Money, MoneyPerAmount, Share, Unit


class LeastShare(Model):
    """A share that must be reached."""

    min: Share
    """Least value."""
    penalty: Annotated[MoneyPerAmount, Field(gt=0.0)] | None = None
    """Money per MWh that is missing; makes the limit a soft one."""


class GreatestShare(Model):
    """A share that must not be exceeded."""

    max: Share
    """Largest value."""
    penalty: Annotated[MoneyPerAmount, Field(gt=0.0)] | None = None
    """Money per MWh in excess; makes the limit a soft one."""


class CleanShare(Model):
    """How clean the electricity must be."""

    hourly: LeastShare | None = None
    """Share matched hour by hour, over the year."""
    every_hour: LeastShare | None = None
    """Share matched in each single hour."""
    annual: LeastShare | None = None
    """Share by volume over the year, certificates included."""


class SelfUse(Model):
    """How much of its own generation the park must use itself."""

    of_generation: LeastShare | None = None
    """Self-used over available generation."""
    of_consumption: LeastShare | None = None
    """Self-used over consumption."""


class CleanEnergyShare(LeastShare):
    """Share of clean energy in all energy, in standard coal."""

    basis: Literal["coal_equivalent", "calorific"] = "coal_equivalent"
    """How electricity is counted: by the coal of an average power plant, or by its heat value."""


class CarbonIntensity(Model):
    """Emission per tonne of standard coal consumed (the core indicator of notice 910)."""

    max: Annotated[float, Unit("tCO2e/tce", "tCO2e/MWh"), Field(ge=0.0)]
    """Largest value, such as `0.2 tCO2/tce`."""
    basis: Literal["coal_equivalent", "calorific"] = "coal_equivalent"
    """How electricity is counted in the denominator."""


class Carbon(Model):
    """Cap and price of the park's emissions."""

    cap: Annotated[float, Unit("tCO2e/yr", "tCO2e", "t/yr", "t"), Field(ge=0.0)] | None = None
    """Largest emission of a year."""
    price: Annotated[float, Unit("{currency}/tCO2e", "{currency}/t"), Field(ge=0.0)] | None = None
    """Money per tonne emitted."""
    scopes: list[Literal[1, 2, 3]] = Field(default=[1, 2], min_length=1)
    """Scopes that cap and price cover."""


class Policy(Model):
    """Limits and prices that the plan must respect."""

    carbon: Carbon = Carbon()
    """Cap and price of emissions."""
    clean_share: CleanShare = CleanShare()
    """How clean the electricity must be."""
    direct_supply_share: LeastShare | None = None
    """Directly supplied electricity over consumption."""
    self_use: SelfUse = SelfUse()
    """How much of its own generation the park must use."""
    export_share: GreatestShare | None = None
    """Exports over available generation."""
    clean_energy_share: CleanEnergyShare | None = None
    """Clean energy over all energy, in standard coal."""
    carbon_intensity: CarbonIntensity | None = None
    """Emission per tonne of standard coal consumed."""
    investment_max: Annotated[Money, Field(ge=0.0)] | None = None
    """Largest overnight investment of the plan."""
    rules: list[str] = Field(default_factory=list)
    """Shipped rule sets that fill in the limits above, such as `cn-650-direct-connection`."""

    @model_validator(mode="after")
    def _check(self) -> Policy:
        if len(set(self.rules)) != len(self.rules):
            raise ValueError("a rule is named twice under rules; name it once")
        return self
