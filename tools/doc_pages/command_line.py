"""The command line, from the Typer application: every command, argument and option."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from doc_pages.markdown import page, table
from kenli.show.cli import app

INTRODUCTION = """
`kenli COMMAND --help` says the same in the terminal. A park is named by its file, its folder, or the
name of a shipped park; a run by its folder, its name or the start of it, or `latest`.

Exit codes: 0 if all went well, 2 if the input is wrong or the park has no plan (the terminal says
where, what and how to fix it), 130 if you stopped it. Problems go to standard error, answers to
standard output, and `--json` makes the answer one for programs.
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Yield (full name, command) of every command, groups opened."""
    yield from _walk("kenli", typer.main.get_command(app))


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    for key, inner in getattr(command, "commands", {}).items():
        full = f"{name} {key}"
        if getattr(inner, "commands", None):
            yield from _walk(full, inner)
        else:
            yield full, inner


def render() -> str:
    """Return the page."""
    parts = [INTRODUCTION]
    for name, command in commands():
        visible = [item for item in command.params if not item.hidden]
        arguments = [item for item in visible if item.param_type_name == "argument"]
        options = [item for item in visible if item.param_type_name == "option"]
        shown = [item.name.upper() if item.required else f"[{item.name.upper()}]" for item in arguments]
        usage = " ".join([name, *shown, *(["[OPTIONS]"] if options else [])])
        parts += [f"## {name}", str(command.help), f"```text\n{usage}\n```"]
        rows = [(_names(item), item.help or "", _default(item)) for item in [*arguments, *options]]
        if rows:
            parts.append(table(("argument or option", "meaning", "default"), rows))
    return page("Command line", *parts)


def _names(item: Any) -> str:
    if item.param_type_name == "argument":
        return f"`{item.name.upper()}`"
    text = ", ".join(f"`{name}`" for name in [*item.opts, *item.secondary_opts])
    if item.envvar:
        text += f", or the environment variable `{item.envvar}`"
    return text + (", repeatable" if item.multiple else "")


def _default(item: Any) -> str:
    if item.required:
        return "must be given"
    if item.default is None:
        return ""
    if isinstance(item.default, bool):
        names = item.opts if item.default else item.secondary_opts
        return f"`{names[0]}`" if names else "off"
    return f"`{item.default}`"
