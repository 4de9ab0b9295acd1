"""The page as a whole: every chapter, true numbers, no network, nothing broken by odd runs."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from kenli.runs.read import open_run
from kenli.show.report import answer, write_report
from kenli.show.report.blocks import Table
from kenli.show.report.build import chapters, label_text, render
from kenli.show.report.texts import both
from kenli.show.report.view import TABLES, View
from kenli.show.report.words import money, quantity, share
from show.large_park import large_park
from support.sample_run import make_sample_run

CHAPTERS = [
    "answer", "park", "capacities", "energy", "dispatch", "year", "cost", "carbon", "limits", "indicators",
    "assumptions", "certificate",
]  # fmt: skip


class Page(HTMLParser):
    """What a test asks of a page: its elements with their attributes, and the text outside of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        # The library's five megabytes are not what a test reads.
        self.feed(re.sub(r"(<script[^>]*>).*?</script>", r"\1</script>", text, flags=re.DOTALL))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in {"script", "style"} and self.open:
            self.open.pop()

    def handle_data(self, data):
        if not self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def view() -> View:
    return View(*large_park())


@pytest.fixture(scope="module")
def page(view) -> Page:
    return Page(render(view))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return open_run(make_sample_run(tmp_path_factory.mktemp("runs"), days=12))


def test_a_run_becomes_one_file_that_is_small_enough(run, tmp_path):
    path = write_report(run, tmp_path / "new" / "report.html", "zh")
    assert path == tmp_path / "new" / "report.html"
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < 12e6
    assert text.startswith("<!DOCTYPE html>")
    assert '<html lang="zh-Hans" data-language="zh">' in text


def test_an_unknown_language_is_refused_before_anything_is_written(run, tmp_path):
    with pytest.raises(ValueError, match="'de'"):
        write_report(run, tmp_path / "report.html", "de")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_every_chapter_is_there_with_a_title_in_both_languages(view, page):
    found = chapters(view)
    assert [chapter.id for chapter in found] == CHAPTERS
    for chapter in found:
        assert chapter.title.en != chapter.title.zh
        assert chapter.title.en in page.text
        assert chapter.title.zh in page.text
    sections = [attributes["id"] for tag, attributes in page.elements if tag == "section"]
    assert sections == CHAPTERS
    links = [attributes["href"] for tag, attributes in page.elements if tag == "a" and attributes.get("href")]
    skip, *contents = links
    assert skip == "#answer"
    assert contents == [f"#{name}" for name in CHAPTERS]


def test_nothing_is_loaded_from_anywhere(page, view):
    loading = {"src", "href", "srcset", "poster", "data", "action", "background"}
    for tag, attributes in page.elements:
        assert tag not in {"link", "iframe", "object", "embed", "base", "img"}
        for name, value in attributes.items():
            if name in loading:
                assert str(value).startswith("#"), (tag, name, value)
    policy = next(attributes for tag, attributes in page.elements if attributes.get("http-equiv"))
    assert str(policy["content"]).startswith("default-src 'none'")
    style = re.search(r"<style>(.*?)</style>", render(view), re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_ids_are_unique_and_labels_point_to_them(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "for"):
            for target in str(attributes.get(name) or "").split():
                assert target in ids, target


def test_labels_and_warnings_stand_at_the_top(page):
    text = page.text
    assert text.index("weather: synthetic") < text.index("The answer", text.index("Large made-up park"))
    assert "1 warning was raised" in text
    assert "the weather is synthetic — give a weather file" in text


def test_the_answer_says_what_the_tables_say(view):
    build, cost, clean, carbon, binds = answer.sentences(view)
    capacities, objective, emissions = view["capacities"], view["objective"], view["emissions"]
    assert money(capacities["investment"].sum()).en in build.en
    assert money(capacities["investment"].sum()).zh in build.zh
    largest = capacities.sort_values("investment").iloc[-1]
    assert quantity(largest["built"], "MW").en in build.en
    assert money(objective["amount"].sum()).en in cost.en
    assert money(objective["amount"].sum()).zh in cost.zh
    indicators = view["indicators"].set_index("indicator")["value"]
    assert share(indicators["clean_share_hourly"]) in clean.en
    assert share(indicators["clean_share_annual"]) in clean.zh
    assert quantity(emissions["amount"].sum(), "tCO2e").en in carbon.en
    by_source = emissions.groupby("component")["amount"].sum()
    assert share(by_source.max() / by_source.sum(), 0) in carbon.en
    assert "Public grid" in carbon.en
    assert "公共电网" in carbon.zh
    # Ranked by one per cent of the bound: 212e6 * 0.95 is worth more than 214e3 * 320.
    assert "Clean share, hour by hour" in binds.en
    assert money(212e6 * 0.01).en in binds.en


def test_sentences_end_as_sentences_and_hold_no_placeholder(view):
    for sentence in answer.sentences(view):
        assert sentence.en[0].isupper()
        assert sentence.en.endswith(".")
        assert sentence.zh.endswith("。")
        assert not re.search(r"[{}]|None|nan", sentence.en + sentence.zh)


def test_sums_under_tables_are_the_sums_of_their_rows(view):
    tables = {block.id: block for chapter in chapters(view) for block in chapter.blocks if isinstance(block, Table)}
    for name, place in (("cost-table", 1), ("cost-detail", 3), ("carbon-table", 5)):
        table = tables[name]
        assert sum(float(row[place].sort) for row in table.rows) == pytest.approx(float(table.foot[place].sort))
    for table in tables.values():
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert not table.foot or len(table.foot) == len(table.columns)


def test_the_cost_check_is_printed_and_fails_loudly(view):
    assert "they differ by 0" in Page(render(view)).text
    manifest = dict(view.manifest)
    manifest["certificate"] = manifest["certificate"] | {"objective": 1.0}
    assert "Check failed" in Page(render(View(manifest, view.frames))).text


def test_limits_are_told_in_words_with_their_direction(page):
    assert "“Clean share, hour by hour” is met with nothing to spare at 95.0 %" in page.text
    assert (
        "“Onshore wind, north coast: limit of power” is used up at 320 MW. One more MW is worth CNY 214,000 a year."
        in page.text
    )
    assert "每增加 1 MW，每年可节省 21.4 万元" in page.text


def test_low_confidence_and_unknown_factors_are_marked(page):
    marks = [str(attributes.get("class")) for tag, attributes in page.elements if tag == "span"]
    assert marks.count("mark-confidence-low") == 2
    assert marks.count("mark-unknown") == 1
    assert "34 factors; 2 of low confidence; 1 without a value." in page.text


def test_what_was_not_built_is_not_drawn_but_named(view, page):
    names = [attributes for tag, attributes in page.elements if tag == "svg"]
    assert len(names) == 2
    assert "not drawn: Fuel cell, Solar thermal field." in page.text


def test_names_with_markup_stay_text(view):
    frames = dict(view.frames)
    components = frames["components"].copy()
    components.loc[components["component"] == "grid", "label_en"] = '<img src=x onerror="alert(1)"> & </script>'
    manifest = dict(view.manifest) | {"labels": ["<b>label</b>"]}
    text = render(View(manifest, frames | {"components": components}))
    assert "<img" not in text
    assert text.count("</script>") == 3
    assert html.escape("<b>label</b>") in text


@pytest.mark.parametrize("days", [None, 12])
@pytest.mark.parametrize("hours", [24, 168])
def test_short_and_representative_runs_are_shown(tmp_path, days, hours):
    view = View.of(open_run(make_sample_run(tmp_path, days=days, hours=hours)))
    text = Page(render(view)).text
    assert ("Stands for 30 periods of the year" in text) == (days is not None)
    if days:
        assert len(view.chronology.timestep) == 8760
        assert view.chronology.hours.sum() == pytest.approx(view.year_weight.sum())


EMPTY = {
    "levels": ("The park has no storages in this run", ["levels", "chronological_levels"]),
    "emissions": ("No carbon emissions remain", ["emissions"]),
    "limits": ("The park declares no limits on the plan as a whole", ["limits"]),
    "indicators": ("The run has no indicators.", ["indicators"]),
    "factors": ("The run states no factors.", ["factors"]),
    "flows": ("The run has no flows to draw.", ["flows", "balance", "potentials"]),
    "capacities": ("The plan has no capacities.", ["capacities"]),
    "prices": ("Levelised cost", ["prices"]),
    "objective": ("The run has no cost terms.", ["objective"]),
}


@pytest.mark.parametrize("name", sorted(EMPTY))
def test_an_empty_table_is_told_in_words(view, name):
    sentence, tables = EMPTY[name]
    frames = {key: frame.iloc[:0] if key in tables else frame for key, frame in view.frames.items()}
    assert sentence in Page(render(View(view.manifest, frames))).text


def test_a_run_without_anything_still_opens(view):
    text = Page(render(View(view.manifest, {name: view[name].iloc[:0] for name in TABLES}))).text
    assert "The run has no components to draw." in text
    assert "Nothing new has to be built" in text


def test_a_park_without_heat_or_grid_says_so(view):
    gone = {bus for bus in view.bus_rows if bus in view.heat_buses}
    frames = dict(view.frames)
    for name in ("buses", "flows", "balance", "prices", "balance_residuals"):
        frames[name] = frames[name][~frames[name]["bus"].isin(gone)]
    kept = frames["components"]["buses"].map(lambda buses: not set(buses) & gone)
    frames["components"] = frames["components"][kept & (frames["components"]["component"] != "grid")]
    left = set(frames["components"]["component"])
    for name in ("flows", "balance", "potentials", "capacities", "chronological_levels", "levels"):
        frames[name] = frames[name][frames[name]["component"].isin(left)]
    text = Page(render(View(view.manifest, frames))).text
    assert "no heat or cooling in this run" in text


def test_missing_duals_are_unknown_not_zero(view):
    frames = dict(view.frames)
    frames["capacities"] = frames["capacities"].assign(price=float("nan"))
    frames["limits"] = frames["limits"].assign(shadow_price=float("nan"))
    frames["prices"] = frames["prices"].iloc[:0]
    text = Page(render(View(view.manifest, frames))).text
    assert "this run holds no dual values" in text
    assert "not known" in text


def test_coordinates_make_a_map(run):
    text = render(View.of(run))
    assert 'data-figure="park-map"' in text
    assert 'data-figure="park-map"' not in render(View(*large_park()))


def test_labels_are_translated_where_kenli_knows_them():
    weather = {"label": "synthetic weather year 2027, seed 1", "label_zh": "合成气象年 2027"}
    assert label_text("weather: synthetic weather year 2027, seed 1", weather).zh == "气象数据：合成气象年 2027"
    label = "horizon: 8 representative weeks with seasonal links, not the full year"
    assert label_text(label, weather).zh == "时间范围：8 个代表周（含跨季节联系），非全年逐时"
    assert label_text("a label of the user", weather) == both("a label of the user")


def test_the_page_is_the_same_each_time(view):
    assert render(view) == render(View(*large_park()))


def test_timestamps_are_local(run):
    view = View.of(run)
    assert list(view.local[:2].hour) == list(view["timesteps"]["hour"][:2])
    assert view.local.tz is None
    assert isinstance(view.chronology.local, pd.DatetimeIndex)


def test_the_template_ships_with_the_package():
    folder = Path(answer.__file__).parent
    for name in ("template.html.j2", "style.css", "script.js", "texts_en.json", "texts_zh.json"):
        assert (folder / name).is_file()
