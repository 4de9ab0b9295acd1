"""What a chapter is made of: prose, facts, tables, figures and drawings, all in two languages.

A chapter module builds these; the template turns them into HTML. Neither knows the other's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from kenli.show.report.texts import Both, Text


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs; `style` is one of plain, lead, note, list, empty."""

    paragraphs: Sequence[Text]
    style: str = "plain"
    type: str = "prose"


@dataclass(frozen=True, slots=True)
class Fact:
    """One headline number with its name and an explanation below."""

    name: Text
    value: Text
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A row of headline numbers."""

    facts: Sequence[Fact]
    type: str = "facts"


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: what is shown and what it is sorted by."""

    text: Text
    sort: float | str | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One table column; numbers align right."""

    title: Text
    is_number: bool = False
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `foot` is its last row in bold, `searchable` gives it a search field."""

    id: str
    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    foot: Sequence[Cell] = ()
    searchable: bool = False
    is_folded: bool = False
    type: str = "table"


@dataclass(frozen=True, slots=True)
class Variant:
    """One state of a figure: the name on its button, the plot and a remark."""

    name: Text
    plot: dict[str, Any]
    remark: Text = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot with caption; several variants are chosen by buttons or a list."""

    id: str
    title: Text
    variants: Sequence[Variant]
    caption: Text = ""
    height: int = 420
    minimum_width: int = 0
    type: str = "figure"


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG of our own, once for wide and once for narrow pages."""

    title: Text
    wide: Markup
    narrow: Markup
    caption: Text = ""
    type: str = "drawing"


Block = Prose | Facts | Table | Figure | Drawing


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the report."""

    id: str
    title: Both
    blocks: Sequence[Block] = field(default_factory=tuple)
    lead: Text = ""


def empty(text: Both) -> Prose:
    """Say in words that there is nothing to draw."""
    return Prose((text,), style="empty")
