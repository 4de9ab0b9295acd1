"""Tables that say what there is: time, buses, components, series, factors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from kenli.engine.results.answer import Answer
from kenli.park.components import Converter, Source
from kenli.park.park import Park

CARRIER_NAMES = {
    "electricity": ("Electricity", "电力"),
    "heat": ("Heat", "热"),
    "cold": ("Cold", "冷"),
    "hydrogen": ("Hydrogen", "氢气"),
    "gas": ("Natural gas", "天然气"),
    "natural_gas": ("Natural gas", "天然气"),
    "co2": ("Carbon dioxide", "二氧化碳"),
    "steam": ("Steam", "蒸汽"),
    "biomass": ("Biomass", "生物质"),
    "coal": ("Coal", "煤"),
}


def timesteps(answer: Answer) -> pa.Table:
    """Return the steps of the horizon; the weights stand for a whole year."""
    horizon = answer.build.horizon
    return pa.table(
        {
            "timestep": np.arange(horizon.steps, dtype=np.int32),
            "start": pa.array(horizon.start, pa.timestamp("us", tz="UTC")),
            "duration": np.full(horizon.steps, horizon.duration),
            "weight": answer.build.yearly / horizon.duration,
            "period": np.asarray(horizon.period, dtype=np.int32),
            "local": horizon.local_labels,
            "month": np.asarray(horizon.month, dtype=np.int8),
            "hour": np.floor(horizon.hour_of_day).astype(np.int8),
        }
    )


def original_periods(answer: Answer) -> pa.Table:
    """Return which representative period stands for which part of the year."""
    import pandas as pd

    horizon = answer.build.horizon
    local = pd.DatetimeIndex(horizon.original_start).tz_localize("UTC").tz_convert(horizon.timezone)
    return pa.table(
        {
            "original": np.arange(horizon.originals.size, dtype=np.int32),
            "period": np.asarray(horizon.originals, dtype=np.int32),
            "start": pa.array(horizon.original_start, pa.timestamp("us", tz="UTC")),
            "local": [stamp.isoformat() for stamp in local],
        }
    )


def carrier_label(park: Park, carrier: str) -> tuple[str, str]:
    """Return the carrier's name in both languages."""
    options = park.carriers.get(carrier)
    if options is not None and (options.label.en or options.label.zh):
        return options.label.pair(carrier)
    return CARRIER_NAMES.get(carrier, (carrier, carrier))


def buses(answer: Answer) -> pa.Table:
    """Return every bus with its carrier and unit."""
    park = answer.build.park
    labels = [carrier_label(park, bus.carrier) for bus in park.buses.values()]
    return pa.table(
        {
            "bus": list(park.buses),
            "carrier": [bus.carrier for bus in park.buses.values()],
            "unit": [park.rate_unit(bus.carrier) for bus in park.buses.values()],
            "carrier_name_en": [label[0] for label in labels],
            "carrier_name_zh": [label[1] for label in labels],
        }
    )


def components(answer: Answer) -> pa.Table:
    """Return every component in the order of the park file."""
    park = answer.build.park
    rows: list[dict[str, Any]] = []
    for name, item in park.components.items():
        english, chinese = item.label.pair(name)
        rows.append(
            {
                "component": name,
                "kind": item.kind,
                "technology": item.technology,
                "label_en": english,
                "label_zh": chinese,
                "buses": item.buses(),
                "clean": isinstance(item, Source | Converter) and item.clean,
                "direct": name in park.direct_sources,
                "latitude": item.place.latitude if item.place else None,
                "longitude": item.place.longitude if item.place else None,
            }
        )
    return from_rows(rows, components_schema())


def components_schema() -> pa.Schema:
    """Return the Arrow types of `components`, which nulls alone would not give."""
    text, number = pa.string(), pa.float64()
    return pa.schema(
        [
            ("component", text), ("kind", text), ("technology", text), ("label_en", text), ("label_zh", text),
            ("buses", pa.list_(text)), ("clean", pa.bool_()), ("direct", pa.bool_()), ("latitude", number),
            ("longitude", number),
        ]
    )  # fmt: skip


def series(answer: Answer) -> pa.Table:
    """Return every time series that went into the plan, in long form."""
    profiles, park = answer.build.profiles, answer.build.park
    steps = np.arange(answer.build.steps, dtype=np.int32)
    parts = []
    for name, values in profiles.arrays.items():
        parts.append(
            pa.table(
                {
                    "timestep": steps,
                    "series": pa.array([name] * len(steps)),
                    "value": np.asarray(values, dtype=np.float64),
                    "unit": pa.array([_unit(park, name)] * len(steps)),
                }
            )
        )
    if not parts:
        return pa.table(
            {
                "timestep": pa.array([], pa.int32()),
                "series": pa.array([], pa.string()),
                "value": pa.array([], pa.float64()),
                "unit": pa.array([], pa.string()),
            }
        )
    return pa.concat_tables(parts)


def _unit(park: Park, name: str) -> str:
    kind, _, rest = name.partition("/")
    owner = rest.split("/")[0]
    item = park.components.get(owner)
    carrier = park.carrier_of(item.buses()[0]) if item is not None else "electricity"
    amount = park.amount_unit(carrier)
    return {
        "demand": park.rate_unit(carrier),
        "price": f"{park.park.currency}/{amount}",
        "emission": f"tCO2e/{amount}",
    }.get(kind, "1")


def factors(answer: Answer) -> pa.Table:
    """Return every row of the register that the plan used."""
    rows = []
    used = dict(answer.build.resolved.factors)
    for factor in answer.formulation.coal_factors:
        used.setdefault(factor.id, (factor, ("indicators",)))
    for factor, users in used.values():
        rows.append(
            {
                "id": factor.id, "name_en": factor.name_en, "name_zh": factor.name_zh, "value": factor.value,
                "unit": factor.unit, "year": factor.year, "region": factor.region or None, "source": factor.source,
                "confidence": factor.confidence, "note": factor.note or None, "used_by": list(users),
            }
        )  # fmt: skip
    text = pa.string()
    schema = pa.schema(
        [
            ("id", text), ("name_en", text), ("name_zh", text), ("value", pa.float64()), ("unit", text),
            ("year", pa.int32()), ("region", text), ("source", text), ("confidence", text), ("note", text),
            ("used_by", pa.list_(text)),
        ]
    )  # fmt: skip
    return from_rows(rows, schema)


def from_rows(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return a table of rows with given types, also when there are no rows."""
    return pa.table({field.name: pa.array([row[field.name] for row in rows], field.type) for field in schema})
