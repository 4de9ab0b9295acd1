"""Chapter: the numbers that went in, with their sources; and the files, the horizon, the money."""

from __future__ import annotations

from kenli.show.report.blocks import Block, Cell, Chapter, Column, Prose, Table, empty
from kenli.show.report.texts import Both, Text, both, say, word
from kenli.show.report.view import View, records
from kenli.show.report.words import is_missing, number, share, unit

_ORDER = {"low": 0, "medium": 1, "high": 2}


def build(view: View) -> Chapter:
    """Write the chapter."""
    blocks: list[Block] = [Prose([_horizon(view), _weather(view), _finance(view)], style="list")]
    remarks = _remarks(view)
    if remarks:
        rows = [(Cell(note),) for note in remarks]
        blocks.append(
            Table(
                "remark-table", say("assumptions.remarks"), (Column(say("assumptions.remark")),), rows, is_folded=True
            )
        )
    factors = view["factors"]
    if factors.empty:
        blocks.append(empty(say("assumptions.none")))
    else:
        low = int((factors["confidence"] == "low").sum())
        unknown = int(factors["value"].isna().sum())
        blocks.append(Prose((say("assumptions.count", count=len(factors), low=low, unknown=unknown),), style="note"))
        blocks.append(_factors(view))
    blocks.append(_inputs(view))
    return Chapter("assumptions", say("assumptions.title"), blocks, lead=say("assumptions.lead"))


def _horizon(view: View) -> Both:
    horizon = view.manifest["horizon"]
    kind = word("horizon", str(horizon["kind"]))
    text = say("assumptions.horizon", kind=kind, steps=f"{horizon['timesteps']:,}", hours=number(horizon["step_hours"]))
    if horizon.get("representative"):
        text = text + say("assumptions.representative", count=horizon["representative"], kind=kind)
    return text


def _weather(view: View) -> Both:
    weather = view.manifest["weather"]
    label = str(weather.get("label") or "–")
    named = Both(label, str(weather.get("label_zh") or label))
    return say("assumptions.weather", kind=word("weather", str(weather["kind"])), label=named)


def _finance(view: View) -> Both:
    finance = view.manifest["finance"]
    rate = finance.get("discount_rate")
    return say(
        "assumptions.finance",
        rate=share(rate),
        cost_set=finance.get("cost_set") or "–",
        year=finance.get("cost_year") or "–",
        currency=finance.get("currency") or view.currency,
    )


def _remarks(view: View) -> list[str]:
    """Return what the run remarks about its horizon, weather and series; it does so in English."""
    horizon, weather = view.manifest["horizon"], view.manifest["weather"]
    notes = [horizon.get("note"), weather.get("note"), *(horizon.get("profile_notes") or [])]
    return [str(note) for note in notes if note and not is_missing(note)]


def _factors(view: View) -> Table:
    rows = []
    for row in records(view["factors"]):
        is_unknown = is_missing(row["value"])
        value: Text = say("assumptions.unknown") if is_unknown else number(row["value"], 4)
        confidence = str(row["confidence"])
        names = [str(name) for name in ([] if row["used_by"] is None else row["used_by"])]
        used = both("")
        for place, name in enumerate(names):
            used = used + (Both(", ", "、") if place else "") + view.label(name)
        note = "" if is_missing(row["note"]) else str(row["note"])
        year = None if is_missing(row["year"]) else int(row["year"])
        rows.append(
            (
                Cell(Both(row["name_en"], row["name_zh"])),
                Cell(value, -1e300 if is_unknown else row["value"], "unknown" if is_unknown else ""),
                Cell(unit(row["unit"], view.currency)),
                Cell("–" if year is None else str(year), year or 0),
                Cell("–" if is_missing(row["region"]) else str(row["region"])),
                Cell(word("confidence", confidence), _ORDER.get(confidence, 3), f"confidence-{confidence}"),
                Cell(str(row["source"]) + (f" — {note}" if note else "")),
                Cell(used),
                Cell(str(row["id"]), mark="code"),
            )
        )  # fmt: skip
    columns = (
        Column(say("assumptions.name"), is_wide=True),
        Column(say("assumptions.value"), True),
        Column(say("table.unit")),
        Column(say("assumptions.year"), True),
        Column(say("assumptions.region")),
        Column(say("assumptions.confidence")),
        Column(say("assumptions.source"), is_wide=True),
        Column(say("assumptions.used_by"), is_wide=True),
        Column(say("assumptions.id")),
    )
    return Table("factor-table", say("assumptions.table"), columns, rows, searchable=True)


def _inputs(view: View) -> Table:
    rows = [
        (
            Cell(str(row["path"])),
            Cell(str(row.get("role") or "")),
            Cell("–" if row.get("rows") is None else f"{row['rows']:,}", row.get("rows") or 0),
            Cell(str(row["sha256"]), mark="code"),
        )
        for row in view.manifest["inputs"]
    ]
    columns = (
        Column(say("inputs.path")),
        Column(say("inputs.role")),
        Column(say("inputs.rows"), True),
        Column("SHA-256", is_wide=True),
    )
    return Table("input-table", say("inputs.table"), columns, rows)
