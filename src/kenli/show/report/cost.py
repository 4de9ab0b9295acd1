"""Chapter: the cost, term by term and component by component; its sum is the solver's objective."""

from __future__ import annotations

import pandas as pd

from kenli.show.report import plot
from kenli.show.report.answer import cost, cost_text
from kenli.show.report.blocks import Cell, Chapter, Column, Figure, Prose, Table, Variant, empty
from kenli.show.report.palette import ACCENT, INK
from kenli.show.report.texts import Both, Text, both, say, word
from kenli.show.report.view import View, records
from kenli.show.report.words import is_missing, money, number, share, unit

_ORDER = (
    "annuity", "fixed_om", "variable_om", "variable_cost", "start_cost", "fuel", "purchase", "energy_purchase",
    "power_purchase", "demand_charge", "network_charge", "adders", "standby_charge", "certificates", "carbon_price",
    "penalty", "shortage", "sales",
)  # fmt: skip
_TONES = (
    "#0b5d7a", "#5b8fa8", "#a9c6d3", "#cfdde4", "#88609b", "#6b4c35", "#8a6d3b", "#c9860a",
    "#e6bf6a", "#d55e00", "#f0a582", "#f5cdb6", "#a45fb0", "#6a7f3f", "#4d4d4d",
    "#a3231b", "#c1121f", "#009e73", "#949da6",
)  # fmt: skip


def build(view: View) -> Chapter:
    """Write the chapter."""
    if view["objective"].empty:
        return Chapter("cost", say("cost.title"), (empty(say("cost.none")),))
    return Chapter(
        "cost",
        say("cost.title"),
        (_waterfall(view), _components(view), _terms_table(view), _check(view), _detail_table(view)),
        lead=_lead(view),
    )


def terms(view: View) -> pd.Series:
    """Return the amount per objective term, in the order in which costs arise."""
    sums = view["objective"].groupby("term")["amount"].sum()
    rank = {name: place for place, name in enumerate(_ORDER)}
    names = sorted(sums.index, key=lambda name: (sums[name] < 0, rank.get(name, 50), name))
    return sums.reindex(names)


def holder(view: View, component: object) -> Both:
    """Return the label of the component that causes a cost, or the park's."""
    return say("cost.park") if is_missing(component) else view.label(component)


def _lead(view: View) -> Both:
    return cost_text(view) + say("cost.lead")


def _per_year(view: View) -> Both:
    currency = unit("currency", view.currency)
    return Both(f"million {currency.en}/yr", f"百万{currency.zh}/年")


def _waterfall(view: View) -> Figure:
    sums = terms(view) / 1e6
    names: list[Text] = [word("term", name) for name in sums.index]
    per_year = _per_year(view)
    places = list(range(len(sums) + 1))
    largest: list[Text] = []
    for name in sums.index:
        part = view["objective"][view["objective"]["term"] == name]
        by = part.groupby("component", dropna=False)["amount"].sum()
        by = by[by.abs().sort_values(ascending=False).index][:4]
        lines = [holder(view, component) + ": " + money(amount, view.currency) for component, amount in by.items()]
        text = both("")
        for line in lines:
            text = text + "<br>" + plot.safe(line)
        largest.append(text)
    data = [
        {
            "type": "waterfall", "orientation": "v", "x": places, "y": [*sums.tolist(), 0],
            "measure": ["relative"] * len(sums) + ["total"],
            "text": [number(value) for value in [*sums.tolist(), sums.sum()]],
            "textposition": "outside", "textfont": {"size": 12, "color": INK}, "cliponaxis": False,
            "customdata": [*largest, ""],
            "hovertemplate": both("%{x}: %{text} ") + per_year + "%{customdata}<extra></extra>",
            "connector": {"line": {"color": "#c3cad2", "width": 1}},
            "increasing": {"marker": {"color": "#c9860a"}}, "decreasing": {"marker": {"color": "#009e73"}},
            "totals": {"marker": {"color": ACCENT}}, "showlegend": False,
        }
    ]  # fmt: skip
    layout = plot.layout(
        xaxis=plot.axis(
            tickvals=places,
            ticktext=[*[plot.wrap(name) for name in names], say("cost.total")],
            showgrid=False,
            tickangle=0,
        ),
        yaxis=plot.axis(per_year, rangemode="tozero"),
        margin={"l": 56, "r": 16, "t": 28, "b": 60},
    )
    return Figure(
        "cost-waterfall", say("cost.waterfall"), (Variant("", {"data": data, "layout": layout}),),
        say("cost.waterfall.note"), height=430, minimum_width=780,
    )  # fmt: skip


def _components(view: View) -> Figure:
    frame = view["objective"].copy()
    frame["holder"] = frame["component"].fillna("")
    table = frame.pivot_table(index="holder", columns="term", values="amount", aggfunc="sum").fillna(0.0)
    order = table.abs().sum(axis=1).sort_values(ascending=False)
    shown = table.loc[order.index[:14]].iloc[::-1]
    rest = table.loc[order.index[14:]].sum()
    names = [plot.safe(holder(view, name or None)) for name in shown.index]
    if len(order) > 14:
        shown = pd.concat([rest.to_frame("…").T, shown])
        names = [say("other"), *names]
    places = list(range(len(shown)))
    per_year = _per_year(view)
    data = [
        {
            "type": "bar", "orientation": "h", "name": word("term", term), "y": places,
            "x": (shown[term] / 1e6).tolist(), "marker": {"color": term_colour(str(term))},
            "customdata": names,
            "hovertemplate": both("%{customdata}<br>%{x:,.2f} ") + per_year,
        }
        for term in terms(view).index
    ]  # fmt: skip
    layout = plot.layout(
        barmode="relative",
        xaxis=plot.axis(per_year),
        yaxis=plot.axis(tickvals=places, ticktext=names, showgrid=False, fixedrange=True),
        margin={"l": 8, "r": 16, "t": 8, "b": 40},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "xanchor": "left", "traceorder": "normal"},
    )  # fmt: skip
    return Figure(
        "cost-components", say("cost.components"), (Variant("", {"data": data, "layout": layout}),),
        height=130 + 28 * len(places),
    )  # fmt: skip


def term_colour(term: str) -> str:
    """Return the colour of an objective term."""
    return _TONES[_ORDER.index(term) if term in _ORDER else len(_TONES) - 1]


def _terms_table(view: View) -> Table:
    sums = terms(view)
    positive = float(sums[sums > 0].sum())
    rows = [
        (
            Cell(word("term", str(name))), Cell(money(amount, view.currency), amount),
            Cell(share(amount / positive, 1) if positive else "–", amount),
        )
        for name, amount in sums.items()
    ]  # fmt: skip
    columns = (
        Column(say("table.term")),
        Column(say("table.per_year"), True),
        Column(say("cost.share"), True),
    )
    total = float(sums.sum())
    foot = (Cell(say("cost.total")), Cell(money(total, view.currency), total), Cell(""))
    return Table("cost-table", say("cost.table"), columns, rows, foot)


def _check(view: View) -> Prose:
    """State that the table's sum is the solver's objective, or that it is not."""
    total = cost(view)
    objective = view.manifest["certificate"].get("objective")
    if objective is None:
        return Prose((say("cost.check.none", total=f"{total:,.0f}", currency=unit("currency", view.currency)),))
    difference = abs(total - float(objective))
    relative = difference / max(abs(float(objective)), 1.0)
    return Prose(
        (
            say(
                "cost.check.equal" if relative < 1e-6 else "cost.check.different",
                total=f"{total:,.2f}",
                objective=f"{float(objective):,.2f}",
                difference=f"{difference:.2g}",
                currency=unit("currency", view.currency),
            ),
        ),
        style="note" if relative < 1e-6 else "alarm",
    )


def _detail_table(view: View) -> Table:
    rows = [
        (
            Cell(word("term", row["term"])),
            Cell(holder(view, row["component"])),
            Cell("" if is_missing(row["contract"]) else str(row["contract"])),
            Cell(money(row["amount"], view.currency), row["amount"]),
        )
        for row in records(view["objective"])
    ]
    columns = (
        Column(say("table.term")),
        Column(say("table.component"), is_wide=True),
        Column(say("table.contract")),
        Column(say("table.per_year"), True),
    )
    total = cost(view)
    foot = (Cell(say("cost.total")), Cell(""), Cell(""), Cell(money(total, view.currency), total))
    return Table("cost-detail", say("cost.detail"), columns, rows, foot, searchable=len(rows) > 12, is_folded=True)
