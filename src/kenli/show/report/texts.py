"""Text in two languages: every sentence of the report exists in English and in Chinese.

`say(key, ...)` looks a sentence up in `texts_en.json` and `texts_zh.json` and returns both versions at
once as a `Both`. Nothing downstream chooses a language: the page holds both and shows one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup, escape

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, Language] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Both:
    """One text in English and in Chinese."""

    en: str
    zh: str

    def pick(self, language: Language) -> str:
        """Return the text in one language."""
        return self.en if language == "en" else self.zh

    def __html__(self) -> str:
        """Return the markup that holds both texts; the style sheet shows one of them."""
        english, chinese = hold(self.en), hold(self.zh)
        if english == chinese:
            return str(escape(english))
        return str(Markup('<span lang="en">{}</span><span lang="zh-Hans">{}</span>').format(english, chinese))

    def __add__(self, other: Both | str) -> Both:
        """Append a text, language by language."""
        right = both(other)
        return Both(self.en + right.en, self.zh + right.zh)


Text = Both | str


def hold(text: str) -> str:
    """Keep numbers and their units on one line: the blank between them must not break."""
    return re.sub(r"(?<=\b[A-Z]{3}) (?=[−\d])|(?<=\d) (?=[A-Za-z%°万亿元])", "\u00a0", text)


def both(text: Text) -> Both:
    """Return the text as `Both`; a plain string reads the same in the two languages."""
    return text if isinstance(text, Both) else Both(text, text)


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Return all sentences of one language by key."""
    path = Path(__file__).with_name(f"texts_{language}.json")
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return texts


def knows(key: str) -> bool:
    """Tell whether the sentence exists."""
    return key in catalogue("en")


def say(key: str, **values: Any) -> Both:
    """Return the sentence `key` with its placeholders filled, in both languages.

    Args:
        key: name of the sentence in the text files.
        values: what the placeholders stand for; a `Both` gives each language its own value.

    Raises:
        KeyError: the sentence or a placeholder is unknown (a mistake in the program, not of the user).
    """
    texts = {}
    for language in LANGUAGES:
        filled = {name: value.pick(language) if isinstance(value, Both) else value for name, value in values.items()}
        texts[language] = catalogue(language)[key].format(**filled)
    return Both(texts["en"], texts["zh"])


def say_count(key: str, count: int, **values: Any) -> Both:
    """Return `key.one` or `key.many`, whichever the number asks for, with `{count}` filled in."""
    return say(f"{key}.{'one' if count == 1 else 'many'}", count=f"{count:,}", **values)


def word(group: str, name: str) -> Both:
    """Return the translation of a word of the run tables, such as an objective term or a kind.

    A word that a newer run uses and this page does not know is shown as it is, without underscores.
    """
    key = f"{group}.{name}"
    return say(key) if knows(key) else both(str(name).replace("_", " "))


def listing(items: Sequence[Text]) -> Both:
    """Join items into `A, B and C`, in Chinese into `A、B和C`."""
    texts = [both(item) for item in items]
    if not texts:
        return both("")
    if len(texts) == 1:
        return texts[0]
    head, last = texts[:-1], texts[-1]
    return Both(
        ", ".join(text.en for text in head) + " and " + last.en,
        "、".join(text.zh for text in head) + "和" + last.zh,
    )
