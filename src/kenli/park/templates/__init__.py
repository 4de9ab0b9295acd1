"""Commented park files to start from: `kenli new --template factory`."""

from __future__ import annotations

from importlib import resources

from kenli.core.errors import InputError, unknown_word

_ORDER = ("minimal", "factory", "island", "full")


def template_names() -> list[str]:
    """Return the names of the shipped templates, the simplest first."""
    found = {
        entry.name.removesuffix(".yaml")
        for entry in resources.files(__name__).iterdir()
        if entry.name.endswith(".yaml")
    }
    return [*(name for name in _ORDER if name in found), *sorted(found.difference(_ORDER))]


def template_text(name: str) -> str:
    """Return the text of a template.

    Args:
        name: one of `template_names()`.

    Raises:
        InputError: there is no such template; the message names the nearest one.
    """
    names = template_names()
    if name not in names:
        raise InputError(unknown_word("template", "template", name, names, code="unknown-template"))
    return (resources.files(__name__) / f"{name}.yaml").read_text(encoding="utf-8")
