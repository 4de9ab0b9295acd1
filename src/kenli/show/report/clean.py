"""How clean the electricity of a step is, as the figures draw it."""

from __future__ import annotations

import numpy as np

from kenli.show.report.view import View


def clean_share(view: View) -> np.ndarray | None:
    """Return the clean share of electricity supply per timestep (0-1), None without supply.

    What the components marked clean and the storages give to the electricity buses, over all that is given
    there. Transport between the buses counts on neither side. This is a picture of the flows; the share
    that decides is the run's own indicator.
    """
    clean = np.zeros(view.count)
    everything = np.zeros(view.count)
    for (component, bus, way), values in view.flows.items():
        if way != "out" or bus not in view.electricity_buses or view.kind(component) == "connection":
            continue
        everything += values
        if view.kind(component) == "storage" or bool(view.component_rows[component]["clean"]):
            clean += values
    if not everything.any():
        return None
    found: np.ndarray = np.divide(clean, everything, out=np.full(view.count, np.nan), where=everything > 1e-9)
    return found
