"""What all networks of the cross-checks share; nothing here reads a Kenli object."""

import logging
from collections.abc import Callable

import numpy as np
import pandas as pd
import pypsa

YEAR = 8760.0


def network(steps: int) -> pypsa.Network:
    """Return a network of hours, of which each stands for 8760 / steps hours of the year."""
    for name in ("pypsa", "linopy"):
        logging.getLogger(name).setLevel(logging.ERROR)
    pypsa.options.api.legacy_string_dtype = False  # its default will change, of which it warns
    n = pypsa.Network()
    n.set_snapshots(pd.RangeIndex(steps, name="snapshot"))
    n.snapshot_weightings["objective"] = YEAR / steps
    n.snapshot_weightings["generators"] = YEAR / steps
    n.snapshot_weightings["stores"] = 1.0  # the level moves by one hour, whatever the hour stands for
    return n


def optimise(n: pypsa.Network, extra: Callable | None = None, **options: object) -> float:
    """Solve and return PyPSA's objective: all yearly costs of extendable sizes and of operation."""
    status, condition = n.optimize(
        solver_name="highs",
        extra_functionality=extra,
        include_objective_constant=False,
        log_to_console=False,
        progress=False,
        **options,
    )
    assert (status, condition) == ("ok", "optimal")
    return float(n.objective)


def battery(
    n: pypsa.Network, name: str, bus: str, *, energy: float, power: float, charge: float, discharge: float,
    loss: float, wear: float, energy_max: float = np.inf, power_max: float = np.inf,
) -> Callable:  # fmt: skip
    """Add a store with a charging and a discharging link, both of the same power measured at the bus.

    The power's yearly cost is put on the charger; the returned function ties the discharger to it.
    """
    n.add("Bus", f"{name} content")
    n.add(
        "Store", name, bus=f"{name} content", e_nom_extendable=True, e_nom_max=energy_max, e_cyclic=True,
        capital_cost=energy, standing_loss=loss,
    )  # fmt: skip
    n.add(
        "Link", f"{name} charge", bus0=bus, bus1=f"{name} content", efficiency=charge, p_nom_extendable=True,
        p_nom_max=power_max, capital_cost=power,
    )  # fmt: skip
    # A link's size is measured where it begins, before the loss: wear per unit at the bus is scaled.
    n.add(
        "Link", f"{name} discharge", bus0=f"{name} content", bus1=bus, efficiency=discharge,
        p_nom_extendable=True, marginal_cost=wear * discharge,
    )  # fmt: skip

    def tie(n: pypsa.Network, _: object) -> None:
        size = n.model["Link-p_nom"]
        lhs = size.sel(name=f"{name} charge", drop=True) - discharge * size.sel(name=f"{name} discharge", drop=True)
        n.model.add_constraints(lhs == 0, name=f"{name}-one-power")

    return tie
