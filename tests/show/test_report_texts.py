"""The two languages say the same: same keys, same placeholders, nothing left untranslated."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import kenli.show.report
from kenli.show.report.texts import Both, both, catalogue, hold, listing, say, say_count, word
from kenli.show.report.words import money, money_per, number, quantity, share, unit

FOLDER = Path(kenli.show.report.__file__).parent


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys():
    assert set(catalogue("en")) == set(catalogue("zh"))


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_a_sentence_has_the_same_placeholders_and_is_translated(key):
    english, chinese = catalogue("en")[key], catalogue("zh")[key]
    # `one more` needs no count in English; otherwise nothing may be told in one language only.
    if not key.startswith("window.dates.more"):
        assert _placeholders(english) == _placeholders(chinese)
    assert english.strip()
    assert chinese.strip()
    assert not re.search(r"[\u4e00-\u9fff]", english)
    if english == chinese:
        assert len(english) <= 7, f"{key} is not translated"


def test_chinese_sentences_use_chinese_punctuation():
    for key, text in catalogue("zh").items():
        assert not re.search(r"[\u4e00-\u9fff][,;:?]", text), key


def test_every_key_that_the_source_names_exists_and_no_key_is_orphaned():
    source = "".join(path.read_text(encoding="utf-8") for path in [*FOLDER.glob("*.py"), FOLDER / "template.html.j2"])
    terminal = (FOLDER.parent / "terminal.py").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![.\w])say\(\s*\"([a-z_.0-9]+[a-z_0-9])\"", source + terminal))
    assert named <= set(catalogue("en"))
    counted = set(re.findall(r"say_count\(\s*\"([^\"]+)\"", source))
    assert {f"{key}.{end}" for key in counted for end in ("one", "many")} <= set(catalogue("en"))
    # A key is used by its whole name, or by its group through a computed name.
    quoted = set(re.findall(r"\"([a-z_]+(?:\.[a-z_]+)*)\"", source))
    computed = set(re.findall(r"say\(\s*f\"([a-z_.]+)\.?\{", source)) | set(
        re.findall(r"word\(\s*\"([a-z_.]+)\"", source)
    )
    for key in catalogue("en"):
        groups = {key.rsplit(".", place)[0] for place in range(1, key.count(".") + 1)}
        prefixes = {prefix.rstrip(".") for prefix in computed} | counted
        assert key in named | quoted or groups & prefixes or key.split(".")[0] in prefixes or groups & quoted, key


def test_unknown_sentences_and_missing_values_are_mistakes_of_the_program():
    with pytest.raises(KeyError):
        say("no.such.sentence")
    with pytest.raises(KeyError):
        say("answer.cost")


def test_counts_have_their_own_grammar():
    assert say_count("page.warnings", 1).en.startswith("1 warning was")
    assert say_count("page.warnings", 3).en.startswith("3 warnings were")


def test_lists_read_as_people_write_them():
    items = [Both("wind", "风"), Both("sun", "光"), Both("heat", "热")]
    assert listing(items) == Both("wind, sun and heat", "风、光和热")
    assert listing(items[:1]) == items[0]
    assert listing([]) == both("")


def test_a_word_that_is_not_known_is_shown_as_it_is():
    assert word("term", "moon_tax") == both("moon tax")
    assert word("term", "annuity").zh == "投资年金"


def test_markup_is_escaped_in_both_languages():
    text = Both("<b>wind & sun</b>", "<i>风</i>").__html__()
    assert "<b>" not in text
    assert "&lt;b&gt;wind &amp; sun" in text
    assert 'lang="zh-Hans">&lt;i&gt;' in text


def test_a_number_does_not_part_from_its_unit():
    assert hold("CNY 12 million for 320 MW at 95 %") == "CNY\u00a012\u00a0million for 320\u00a0MW at 95\u00a0%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (12345.6, "12,346"), (123.4, "123"), (12.34, "12.3"), (1.0, "1"), (0.012345, "0.0123"),
        (-41.5, "−41.5"), (2e-9, "2.0e−9"), (None, "–"), (float("nan"), "–"), (float("inf"), "∞"),
    ],
)  # fmt: skip
def test_numbers(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.95, "95.0 %"), (1.0, "100 %"), (0.99999, "99.9 %"), (0.0, "0 %"), (1.216, "121.6 %"), (None, "–")],
)
def test_a_share_never_rounds_up_to_whole(value, text):
    assert share(value) == text


def test_money_steps_as_each_language_counts():
    assert money(1.234e9, "CNY") == Both("CNY 1.23 billion", "12.3 亿元")
    assert money(45.6e6, "CNY") == Both("CNY 45.6 million", "4,560 万元")
    assert money(-7890, "CNY") == Both("CNY −7,890", "−7,890 元")
    assert money_per(412.3, "MWh", "EUR") == Both("EUR 412/MWh", "412 欧元/MWh")


def test_units_are_written_in_both_languages():
    assert unit("CNY/MWh") == Both("CNY/MWh", "元/MWh")
    assert unit("tCO2e/yr") == Both("tCO₂e/yr", "tCO₂e/年")
    assert quantity(123_456, "MWh/yr") == Both("123 GWh/yr", "123 GWh/年")
    assert quantity(0.35, "1") == both("35.0 %")
    assert quantity(2400, "MWh") == both("2,400 MWh")
    assert quantity(2400, "MWh", is_short=True) == both("2.4 GWh")
