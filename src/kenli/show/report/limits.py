"""Chapter: what binds, and what one more unit would be worth, in words."""

from __future__ import annotations

from typing import Any

from kenli.show.report.answer import is_share, ranked_limits, step_of
from kenli.show.report.blocks import Cell, Chapter, Column, Prose, Table, empty
from kenli.show.report.texts import Both, say
from kenli.show.report.view import View, records
from kenli.show.report.words import is_missing, money, quantity, unit

_MOST_SENTENCES = 10


def build(view: View) -> Chapter:
    """Write the chapter."""
    blocks: list[Any] = []
    ranked = ranked_limits(view)
    if ranked:
        blocks.append(Prose([sentence(view, entry) for entry in ranked[:_MOST_SENTENCES]], style="list"))
        blocks.append(Prose((say("limits.marginal"),), style="note"))
    else:
        blocks.append(empty(say("limits.nothing")))
    blocks.append(_table(view) if len(view["limits"]) else empty(say("limits.none")))
    return Chapter("limits", say("limits.title"), blocks, lead=say("limits.lead"))


def sentence(view: View, entry: dict[str, Any]) -> Both:
    """Say what relaxing one limit is worth."""
    way = "more" if entry["sense"] == "<=" else "less"
    return say(
        f"limits.sentence.{way}.{'point' if is_share(str(entry['unit'])) else 'unit'}",
        limit=entry["label"],
        bound=quantity(entry["bound"], str(entry["unit"]), currency=view.currency),
        step=entry["step"],
        gain=entry["step_gain"],
        worth=money(entry["worth"], view.currency),
    )


def _table(view: View) -> Table:
    rows = []
    for row in records(view["limits"].sort_values("binding", ascending=False, kind="stable")):
        name = str(row["unit"])
        price = row["shadow_price"]
        per = say("limits.per_point") if is_share(name) else unit(f"/{name}", view.currency)
        price_text: Any = say("table.unknown")
        if not is_missing(price):
            _, step = step_of(name)
            price_text = money(price * step, view.currency) + per if price > 0 else "–"
        rows.append(
            (
                Cell(Both(row["label_en"], row["label_zh"])),
                Cell(quantity(row["value"], name, currency=view.currency), row["value"]),
                Cell("≤" if row["sense"] == "<=" else "≥"),
                Cell(quantity(row["bound"], name, currency=view.currency), row["bound"]),
                Cell(quantity(row["slack"], name, currency=view.currency), row["slack"]),
                Cell(price_text, -1 if is_missing(price) else price),
                Cell(say("yes") if row["binding"] else say("no"), mark="binding" if row["binding"] else ""),
            )
        )
    columns = (
        Column(say("limits.limit"), is_wide=True),
        Column(say("limits.value"), True),
        Column(say("limits.sense")),
        Column(say("limits.bound"), True),
        Column(say("limits.slack"), True),
        Column(say("limits.price"), True),
        Column(say("limits.binding")),
    )
    return Table("limits-table", say("limits.table"), columns, rows, searchable=len(rows) > 15)


def indicators(view: View) -> Chapter:
    """Write the chapter of the indicators, each with the rule by which it is computed."""
    rows = view["indicators"]
    if rows.empty:
        return Chapter("indicators", say("indicators.title"), (empty(say("indicators.none")),))
    cells = [
        (
            Cell(Both(row["label_en"], row["label_zh"])),
            Cell(quantity(row["value"], str(row["unit"]), currency=view.currency), row["value"]),
            Cell(Both(row["basis_en"], row["basis_zh"])),
        )
        for row in records(rows)
    ]
    columns = (
        Column(say("indicators.name")),
        Column(say("indicators.value"), True),
        Column(say("indicators.rule"), is_wide=True),
    )
    table = Table("indicator-table", say("indicators.table"), columns, cells)
    return Chapter("indicators", say("indicators.title"), (table,), lead=say("indicators.lead"))
