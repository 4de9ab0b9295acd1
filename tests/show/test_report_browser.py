"""The page in a real browser: drawn, switched, searched, narrow, printed, without a word on the console."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kenli.show.report.build import render
from kenli.show.report.view import View
from show.large_park import large_park

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield running
        running.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render(View(*large_park())), encoding="utf-8")
    return path


class Watched:
    """A page with what it said on the console and what it asked of the network."""

    def __init__(self, page: Any, file: Path) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(file.as_uri())

    def draw_all(self) -> None:
        self.page.evaluate("kenli.drawAll()")
        self.page.wait_for_function(
            "[...document.querySelectorAll('[data-figure]')].every((place) => place.dataset.drawn === 'yes')"
        )

    @property
    def is_quiet(self) -> bool:
        loaded = [url for url in self.asked if not url.startswith(("file:", "data:", "blob:"))]
        assert self.said == []
        assert loaded == []
        return True


@pytest.fixture
def wide(browser, file) -> Iterator[Watched]:
    page = browser.new_page(viewport={"width": 1360, "height": 900})
    yield Watched(page, file)
    page.close()


def test_all_plots_are_drawn_and_the_console_stays_silent(wide):
    wide.draw_all()
    count = wide.page.locator("[data-figure]").count()
    assert count >= 14
    assert wide.page.locator("[data-figure] .main-svg").count() >= count
    # Drawn means marks, not only axes.
    empty = wide.page.evaluate(
        "[...document.querySelectorAll('[data-figure]')]"
        ".filter((p) => !p.querySelector('.trace, .hm, .sankey-node, .heatmaplayer image, .point'))"
        ".map((p) => p.dataset.figure)"
    )
    assert empty == []
    assert wide.is_quiet


def test_plots_are_drawn_when_they_come_into_sight(wide):
    last = wide.page.locator('[data-figure="carbon-map"]')
    assert last.get_attribute("data-drawn") is None
    last.scroll_into_view_if_needed()
    wide.page.wait_for_selector('[data-figure="carbon-map"][data-drawn="yes"]')
    assert wide.is_quiet


def test_the_button_switches_every_text(wide):
    page = wide.page
    wide.draw_all()
    heading = page.locator("#title-answer")
    assert heading.inner_text() == "The answer"
    axis = page.locator('[data-figure="duration"] .xtitle')
    assert axis.text_content() == "Hours of the year"
    page.get_by_role("button", name="中文").click()
    page.wait_for_function("document.querySelector('[data-figure=duration] .xtitle').textContent === '全年小时数'")
    assert heading.inner_text() == "结论"
    assert page.title() == "Large made-up park：Kenli 规划报告"
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert page.get_by_role("button", name="中文").get_attribute("aria-pressed") == "true"
    assert page.locator('[data-legend="duration"] button').first.inner_text() == "剩余负荷"
    assert page.locator("#choose-year-map option").first.text_content() == "供电清洁占比"
    # No English sentence is left where a reader looks; names, units and ids remain.
    seen = page.locator("main").inner_text()
    for english in ("The plan costs", "Hour by hour", "is used up at", "Storage levels", "confidence"):
        assert english not in seen
    page.get_by_role("button", name="English").click()
    assert heading.inner_text() == "The answer"
    assert "结论" not in page.locator("body").inner_text()
    assert wide.is_quiet


@pytest.mark.parametrize("width", [380, 390, 768, 1920])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_width_makes_the_page_scroll_sideways(browser, file, width, language):
    page = browser.new_page(viewport={"width": width, "height": 844})
    watched = Watched(page, file)
    page.evaluate(f"kenli.setLanguage('{language}')")
    watched.draw_all()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.is_quiet
    page.close()


def test_the_keyboard_reaches_weeks_legends_and_languages(wide):
    page = wide.page
    wide.draw_all()
    week = page.locator('[data-choose="dispatch-base.power"]', has_text="Summer")
    week.focus()
    page.keyboard.press("Enter")
    assert week.get_attribute("aria-pressed") == "true"
    remark = page.locator('[data-remark="dispatch-base.power"]:not([hidden])')
    assert "nearest to the season" in remark.inner_text()
    entry = page.locator('[data-legend="dispatch-base.power"] button', has_text="Public grid")
    entry.focus()
    page.keyboard.press("Space")
    assert entry.get_attribute("aria-pressed") == "false"
    page.wait_for_function(
        "document.querySelector('[data-figure=\"dispatch-base.power\"]').data"
        ".filter((t) => t.name === 'Public grid').every((t) => t.visible === false)"
    )
    assert wide.is_quiet


def test_a_list_chooses_the_layer_of_the_year(wide):
    wide.draw_all()
    read = "document.querySelector('[data-figure=\"year-map\"]').data[0].colorbar.title.text"
    assert wide.page.evaluate(read) == "%"
    wide.page.locator("#choose-year-map").select_option(label="Residual load")
    wide.page.wait_for_function(f"{read} === 'MW'")
    assert wide.is_quiet


def test_factors_can_be_searched_and_sorted(wide):
    page = wide.page
    page.locator("#search-factor-table").fill("shandong high")
    assert page.locator("#factor-table tbody tr:visible").count() == 1
    assert page.locator('[data-count="factor-table"]').inner_text() == "1 / 34"
    page.locator("#search-factor-table").fill("")
    page.locator("#factor-table th button", has_text="Confidence").click()
    assert page.locator("#factor-table tbody tr").first.inner_text().count("low") == 1
    page.locator("#factor-table th button", has_text="Value").click()
    values = page.evaluate(
        "[...document.querySelectorAll('#factor-table tbody tr')].map((r) => Number(r.children[1].dataset.sort))"
    )
    assert values == sorted(values)
    assert wide.is_quiet


def test_paper_gets_every_plot_and_folded_table(wide, tmp_path):
    target = tmp_path / "report.pdf"
    wide.page.pdf(path=str(target), prefer_css_page_size=True, print_background=True)
    assert target.stat().st_size > 100_000
    drawn = wide.page.locator('[data-figure][data-drawn="yes"]').count()
    assert drawn == wide.page.locator("[data-figure]").count()
    assert wide.is_quiet
