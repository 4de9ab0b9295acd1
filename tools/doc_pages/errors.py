"""The codes of problems, found in the source: what each says, and where it is said.

Problems are made by a handful of calls (`Problem`, `*.at`, `unknown_word`, `PydanticCustomError`), so the
syntax tree knows every code with the words that go with it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from doc_pages.markdown import page, table

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "kenli"

INTRODUCTION = """
A problem says **where** it is, **what** is wrong with the value that was found, and **how to fix it**.
Its `code` is stable: tests, scripts (`kenli check --json`) and this page name problems by it. The words
below are those of the source, with `…` where the message puts your names and values. All problems of a
park file are collected and shown at once.
"""

PLACES = {"Problem": (0, 1, 2), "at": (0, 1, 2), "_problem": (0, 1, 2), "PydanticCustomError": (None, None, None)}


def render() -> str:
    """Return the page."""
    parts = [INTRODUCTION]
    for code, found in sorted(collect().items()):
        parts.append(f"## {code}")
        rows = sorted({(what, fix, f"`{place}`") for what, fix, place in found})
        parts.append(table(("what", "fix", "said by"), rows))
    return page("Problem codes", *parts)


def collect() -> dict[str, set[tuple[str, str, str]]]:
    """Return code -> {(what, fix, module)} over the whole package."""
    found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE).with_suffix("").as_posix().removesuffix("/__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                code = _code(node)
                if code:
                    found[code].add((*_words(node), place))
    return found


def _name(call: ast.Call) -> str:
    target = call.func
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""


def _code(call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            return keyword.value.value
    if _name(call) == "PydanticCustomError" and call.args and isinstance(call.args[0], ast.Constant):
        return str(call.args[0].value)
    return ""


def _words(call: ast.Call) -> tuple[str, str]:
    name = _name(call)
    if name == "unknown_word":
        kind = _text(call.args[1]) if len(call.args) > 1 else "…"
        return f"there is no {kind} '…'", "did you mean '…'? or the list of what there is"
    if name == "PydanticCustomError":
        given = call.args[2] if len(call.args) > 2 else None
        if isinstance(given, ast.Dict):
            keys = {key.value: value for key, value in zip(given.keys, given.values, strict=True)
                    if isinstance(key, ast.Constant)}  # fmt: skip
            return _text(keys.get("what")), _text(keys.get("fix"))
        return "…", "…"
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    what = named.get("what") or (call.args[1] if len(call.args) > 1 else None)
    fix = named.get("fix") or (call.args[2] if len(call.args) > 2 else None)
    return _text(what), _text(fix)


def _text(node: ast.expr | None) -> str:
    """Return a message with `…` for what is only known when it is said."""
    match node:
        case None:
            return ""
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(part) for part in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left) + _text(right)
        case ast.IfExp(body=body, orelse=otherwise):
            return f"{_text(body)} / {_text(otherwise)}"
        case _:
            return "…"
