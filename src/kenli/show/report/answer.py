"""Chapter: the answer in five sentences, made from the tables by rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from kenli.show.report.blocks import Chapter, Fact, Facts, Prose
from kenli.show.report.texts import Both, both, listing, say, say_count, word
from kenli.show.report.view import View, records
from kenli.show.report.words import is_missing, money, money_per, quantity, share


def build(view: View) -> Chapter:
    """Write the chapter."""
    return Chapter(
        "answer",
        say("answer.title"),
        (Prose(sentences(view), style="lead"), Facts(headline(view))),
    )


def indicator(view: View, *names: str) -> dict[str, Any] | None:
    """Return the row of the first of the indicators that the run has."""
    rows = view["indicators"]
    for name in names:
        hit = rows[rows["indicator"] == name]
        if len(hit) and not is_missing(hit["value"].iloc[0]):
            return dict(hit.iloc[0])
    return None


def total(view: View, name: str) -> float:
    """Return a total of the manifest, NaN where the run has none."""
    value = view.manifest.get("totals", {}).get(name)
    return float("nan") if value is None else float(value)


def cost(view: View) -> float:
    """Return the yearly cost: the sum of the objective table."""
    return float(view["objective"]["amount"].sum())


def levelised_cost(view: View) -> float:
    """Return the cost per MWh as the run states it."""
    row = indicator(view, "lcoe")
    return total(view, "lcoe") if row is None else float(row["value"])


def cost_text(view: View) -> Both:
    """Say what the plan costs a year, per MWh of energy delivered and levelised, as far as the run knows."""
    amount, per_mwh = cost(view), indicator(view, "cost_per_mwh")
    levelised = levelised_cost(view)
    values = {
        "cost": money(amount, view.currency),
        "delivered": money_per(None if per_mwh is None else per_mwh["value"], "MWh", view.currency),
        "levelised": money_per(levelised, "MWh", view.currency),
    }
    known = ([] if per_mwh is None else ["delivered"]) + ([] if is_missing(levelised) else ["levelised"])
    return say(".".join(["answer.cost", *known]), **values)


def sentences(view: View) -> list[Both]:
    """Return the five sentences."""
    return [_build(view), _cost(view), _clean(view), _carbon(view), _binds(view)]


def headline(view: View) -> list[Fact]:
    """Return the five headline numbers."""
    money_name = view.currency
    emissions = float(view["emissions"]["amount"].sum())
    clean = indicator(view, "clean_share_hourly", "clean_share_annual")
    facts = [
        Fact(
            say("fact.cost"),
            money(cost(view), money_name),
            say("fact.cost.note", value=money(investment(view), money_name)),
        ),
    ]
    for name in ("cost_per_mwh", "lcoe"):
        row = indicator(view, name)
        if row is not None:
            note = Both(row["label_en"], row["label_zh"])
            facts.append(Fact(say(f"fact.{name}"), money_per(row["value"], "MWh", money_name), note))
    if clean is not None:
        other = indicator(view, "clean_share_annual") if clean["indicator"] == "clean_share_hourly" else None
        note = both("") if other is None else say("fact.clean.note", value=share(other["value"]))
        facts.append(Fact(say(f"fact.{clean['indicator']}"), share(clean["value"]), note))
    facts.append(Fact(say("fact.carbon"), quantity(emissions, "tCO2e/yr"), say("fact.carbon.note")))
    worst = ranked_limits(view)
    if worst:
        facts.append(Fact(say("fact.limit"), worst[0]["label"], say("fact.limit.note", value=worst[0]["gain"])))
    return facts


def investment(view: View) -> float:
    """Return the overnight cost of all that is built."""
    return float(view["capacities"]["investment"].sum())


def built_items(view: View, count: int = 6) -> tuple[list[Both], int]:
    """Name what is built, the dearest first, and how many items are left unsaid."""
    rows = view["capacities"]
    rows = rows[rows["built"] > 1e-6 * rows["total"].clip(lower=1e-9)]
    rows = rows[rows["built"] > 1e-6]
    order = rows.groupby("component", sort=False)["investment"].sum().sort_values(ascending=False)
    items = []
    for component in order.index[:count]:
        sizes = [quantity(row["built"], row["unit"]) for row in records(rows[rows["component"] == component])]
        size = sizes[0]
        for more in sizes[1:]:
            size = size + " / " + more
        items.append(say("answer.build.item", size=size, what=view.label(component)))
    return items, max(len(order) - count, 0)


def _build(view: View) -> Both:
    items, rest = built_items(view)
    if not items:
        return say("answer.build.none")
    if rest:
        items.append(say_count("answer.build.rest", rest))
    return say("answer.build", items=listing(items), investment=money(investment(view), view.currency))


def _cost(view: View) -> Both:
    terms = view["objective"].groupby("term")["amount"].sum().sort_values(ascending=False)
    text = cost_text(view)
    spent = terms[terms > 0]
    if len(spent):
        largest = say(
            "answer.cost.largest",
            term=word("term.inline", spent.index[0]) if _has_inline(spent.index[0]) else word("term", spent.index[0]),
            share=share(spent.iloc[0] / spent.sum(), 0),
        )
        text = text + largest
    return text


def _has_inline(term: str) -> bool:
    from kenli.show.report.texts import knows

    return knows(f"term.inline.{term}")


def _clean(view: View) -> Both:
    hourly = indicator(view, "clean_share_hourly")
    annual = indicator(view, "clean_share_annual")
    if hourly is not None and annual is not None:
        return say("answer.clean.both", hourly=share(hourly["value"]), annual=share(annual["value"]))
    if hourly is not None:
        return say("answer.clean.hourly", hourly=share(hourly["value"]))
    if annual is not None:
        return say("answer.clean.annual", annual=share(annual["value"]))
    return say("answer.clean.none")


def _carbon(view: View) -> Both:
    rows = view["emissions"]
    amount = float(rows["amount"].sum())
    if rows.empty or abs(amount) < 1e-9:
        return say("answer.carbon.none")
    by_source = rows.groupby(["component", "scope"], observed=True)["amount"].sum().sort_values()
    component, scope = by_source.index[-1]
    return say(
        "answer.carbon",
        amount=quantity(amount, "tCO2e"),
        share=share(by_source.iloc[-1] / amount, 0),
        source=view.label(component),
        scope=word("scope", str(int(scope))),
    )


def ranked_limits(view: View) -> list[dict[str, Any]]:
    """Return what binds, what helps most first.

    Limits carry different units, so they are ranked by what one per cent of the bound is worth. Each
    entry holds label, unit, bound, sense, price (currency/yr per unit), gain (text) and worth (a number).
    """
    found: list[dict[str, Any]] = []
    for row in records(view["limits"]):
        price = 0.0 if is_missing(row["shadow_price"]) else float(row["shadow_price"])
        if row["binding"] and price > 0:
            found.append(
                {"label": Both(row["label_en"], row["label_zh"]), "unit": row["unit"], "bound": row["bound"]}
                | {"sense": row["sense"], "price": price, "component": row.get("component")}
            )
    for row in records(view["capacities"]):
        price = 0.0 if is_missing(row["price"]) else float(row["price"])
        if price > 0 and not is_missing(row["maximum"]):
            label = say("limit.capacity", what=view.label(row["component"]), quantity=word("quantity", row["quantity"]))
            found.append(
                {"label": label, "unit": row["unit"], "bound": row["maximum"], "sense": "<=", "price": price}
                | {"component": row["component"]}
            )
    for entry in found:
        entry["worth"] = entry["price"] * max(abs(float(entry["bound"])), 1e-9) * 0.01
        step, scale = step_of(str(entry["unit"]))
        entry["step"], entry["step_gain"] = step, money(entry["price"] * scale, view.currency)
        way = "point" if is_share(str(entry["unit"])) else ("more" if entry["sense"] == "<=" else "less")
        entry["gain"] = say(f"limit.gain.{way}", step=step, gain=entry["step_gain"])
    return sorted(found, key=lambda entry: -entry["worth"])


def is_share(unit: str) -> bool:
    """Tell whether a unit means a plain share."""
    return unit in {"1", "share", "", "-"}


def step_of(unit: str) -> tuple[Both, float]:
    """Return the step by which a bound is moved in words, and its size in the unit."""
    if is_share(unit):
        return say("limit.step.point"), 0.01
    text = quantity(1.0, unit)
    return Both(text.en.replace("1 ", "", 1), text.zh.replace("1 ", "", 1)), 1.0


def _binds(view: View) -> Both:
    ranked = ranked_limits(view)
    if not ranked:
        prices = np.concatenate([view["limits"]["shadow_price"].to_numpy(), view["capacities"]["price"].to_numpy()])
        unknown = len(prices) > 0 and all(is_missing(value) for value in prices)
        return say("answer.binds.unknown" if unknown else "answer.binds.none")
    first = ranked[0]
    text = say(
        "answer.binds.point"
        if is_share(str(first["unit"]))
        else ("answer.binds" if first["sense"] == "<=" else "answer.binds.less"),
        limit=first["label"],
        bound=quantity(first["bound"], str(first["unit"]), currency=view.currency),
        step=first["step"],
        gain=first["step_gain"],
    )
    if len(ranked) > 1:
        text = text + say("answer.binds.next", limits=listing([entry["label"] for entry in ranked[1:3]]))
    return text
