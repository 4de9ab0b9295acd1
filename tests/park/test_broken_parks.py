"""Broken parks: every fault is named with its line, the fact and the remedy; never with a traceback."""

import copy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from kenli.core.errors import InputError, KenliError
from kenli.core.factors import load_register
from kenli.park.load import read_park, validate
from kenli.park.resolve import resolve
from kenli.park.yaml_file import YamlFile
from park.broken_cases import CASES
from park.conftest import BASE, SUN

FOREIGN = ("pydantic", "Input should", "Value error", "validation error", "could not convert", "Traceback", "<class")


def test_the_base_park_is_right(bench):
    loaded, resolved, built = bench.read_all()
    assert loaded.warnings == ()
    assert resolved.power["pv"].capex > 0.0
    assert built.profiles.array("demand/works").sum() * 365 == pytest.approx(40_000.0)


@pytest.mark.parametrize("name", CASES)
def test_one_fault_gives_one_helpful_problem(bench, name):
    edits, fragment, code, what, fix = CASES[name]
    problems = bench.problems(*edits)
    assert len(problems) == 1, [str(problem) for problem in problems]
    problem = problems[0]
    rows = bench.path.read_text(encoding="utf-8")
    line = rows[: rows.index(fragment)].count("\n") + 1
    assert problem.where.startswith(f"park.yaml:{line}")
    assert problem.code == code
    assert problem.severity == "error"
    for word in what:
        assert word in f"{problem.where}\n{problem.what}"
    assert problem.fix
    for word in fix:
        assert word in problem.fix
    for word in FOREIGN:
        assert word not in str(problem)


# ------------------------------------------------------------------ all at once


def test_six_faults_are_told_at_once_in_the_order_of_the_file(bench):
    problems = bench.problems(
        ("discount_rate: 6 %", "discount_rate: 6 MW"),
        ("    kind: storage", "    kind: store"),
        ("    out: power", "    out: pwer"),
        ("{series: sun}", "{series: son}"),
        ("import: 30 MW", "imports: 30 MW"),
        ("peak: [16-22]", "peak: [14-22]"),
        ("hourly: {min: 30 %}", "hourly: {minimum: 30 %}"),
    )
    text = "\n".join(str(problem) for problem in problems)
    for word in ("'6 MW' is a power", "'store'", "'pwer'", "'son'", "'imports'", "overlap at 14:00", "'minimum'"):
        assert word in text
    assert len(problems) == 7
    lines = [int(problem.where.partition(":")[2].partition(" ")[0]) for problem in problems]
    assert lines == sorted(lines)


def test_an_invalid_component_is_not_called_missing_by_others(bench):
    problems = bench.problems(
        ("    import: 30 MW", "    import: thirty"), ("    capacity: {max: 50 MW}", "    capacity: big")
    )
    assert [problem.code for problem in problems] == ["unit", "unit"]


# ------------------------------------------------------------------ the file itself


@pytest.mark.parametrize(
    ("text", "line", "what", "fix"),
    [
        ("", "park.yaml", "is empty", "kenli: 1"),
        ("# only a remark\n", "park.yaml", "is empty", "kenli: 1"),
        ("- a\n- b\n", "park.yaml", "is not a mapping", "kenli: 1"),
        ("kenli：1\n", "park.yaml:1", "is not a mapping", "write 'kenli: 1'"),
        ("kenli: 1\npark:\n\tname: x\n", "park.yaml:3", "indented with a tab", "spaces"),
        ("kenli: 1\npark: {name: x\nbuses: {}\n", "park.yaml:3", "is not valid YAML", "brackets"),
        ("kenli: 1\nbuses:\n  power：electricity\n  heat: heat\n", "park.yaml:3", "YAML", "write 'power: electricity'"),
        ("kenli: 1\nbuses:\n  power:electricity\n  heat: heat\n", "park.yaml:3", "YAML", "'power: electricity'"),
        ("park: {name: x}\n", "park.yaml", "has no format version", "`kenli: 1` as the first line"),
        ("kenli: 2\n", "park.yaml:1 > kenli", "has format 2", "update Kenli"),
        ("kenli: one\n", "park.yaml:1 > kenli", "has format 'one'", "write `kenli: 1`"),
        ("kenli: true\n", "park.yaml:1 > kenli", "has format True", "kenli: 1"),
        ("kenli: 1\n", "park.yaml", "the section 'park' is missing", "place and currency"),
        ("kenli: 1\n\x01", "park.yaml", "characters that no text has", "remove"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_park(tmp_path, text, line, what, fix):
    (tmp_path / "park.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_park(tmp_path)
    problem = caught.value.problems[0]
    assert problem.where == line
    assert what in problem.what
    assert fix in problem.fix


def test_a_deep_pit_of_brackets_is_refused(tmp_path):
    (tmp_path / "park.yaml").write_text("kenli: " + "[" * 700 + "]" * 700, encoding="utf-8")
    with pytest.raises(InputError, match="nested deeper"):
        read_park(tmp_path)


def test_aliases_that_multiply_are_refused(tmp_path):
    rows = ["kenli: 1", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]" for k in range(1, 9)]
    (tmp_path / "park.yaml").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError, match="more than 200000 values"):
        read_park(tmp_path)


def test_a_file_that_is_not_utf8_or_not_there(tmp_path):
    (tmp_path / "park.yaml").write_bytes(BASE.replace("Test park", "垦利").encode("gb18030"))
    with pytest.raises(InputError, match="is not UTF-8 text") as caught:
        read_park(tmp_path)
    assert caught.value.problems[0].fix == "save the file as UTF-8"
    with pytest.raises(InputError, match="no such file"):
        read_park(tmp_path / "prak.yaml")
    with pytest.raises(InputError, match=r"did you mean 'park.yaml'\?"):
        read_park(tmp_path / "prak.yaml")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        read_park(tmp_path / "empty")


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(bench):
    bench.path.write_bytes(b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").encode())
    assert read_park(bench.path).park.park.name == "Test park"


def test_the_same_name_with_chinese_punctuation(bench):
    problems = bench.problems(("    annual: 40 GWh/yr\n", "    annual: 40 GWh/yr\n    label: {en: Works，zh: 工厂}\n"))
    assert any("full-width" in f"{problem.what} {problem.fix}" for problem in problems), problems


# ------------------------------------------------------------------ series files


@pytest.mark.parametrize(
    ("content", "code", "what"),
    [
        (SUN.replace("1.0\n", ""), "length", "23 rows"),
        (SUN.replace("1.0", ""), "cells", "line 13"),
        (SUN.replace("1.0", "nan"), "gap", "missing"),
        (SUN.replace("1.0", "noon"), "text", "noon"),
        (SUN.replace("1.0", "1.7"), "range", "1.7"),
        (SUN.replace("sun", "son"), "column", "sun"),
    ],
)
def test_a_broken_series_is_named_with_the_line_that_declares_it(bench, content, code, what):
    (bench.folder / "sun.csv").write_text(content, encoding="utf-8")
    problems = bench.problems()
    assert len(problems) == 1
    place = "availability: {series" if code == "range" else "sun: {file"
    assert problems[0].where.startswith(f"park.yaml:{bench.line(place)} > ")
    assert what in f"{problems[0].where} {problems[0].what}"
    assert problems[0].fix


def test_a_missing_series_file_is_found_when_the_park_is_read(bench):
    (problem,) = bench.problems(("file: sun.csv", "file: son.csv"))
    assert (problem.code, problem.fix) == ("file", "did you mean 'sun.csv'?")
    assert problem.where == f"park.yaml:{bench.line('file: son')} > series > sun > file"
    with pytest.raises(InputError, match=r"there is no file 'son\.csv'"):
        read_park(bench.path)


def test_stamps_without_a_clock(bench):
    rows = [f"2027-06-21 {hour:02d}:00,0.5" for hour in range(24)]
    (bench.folder / "stamped.csv").write_text("time,sun\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (problem,) = bench.problems(
        ("{file: sun.csv, column: sun, order: hourly}", "{file: stamped.csv, time_column: time}")
    )
    assert problem.where.startswith(f"park.yaml:{bench.line('stamped')} > series > sun")
    assert "time zone" in problem.what or "offset" in problem.what
    assert "timezone" in problem.fix


# ------------------------------------------------------------------ anything at all


PLAIN = YAML(typ="safe", pure=True).load(BASE)
PLAIN["horizon"]["start"] = "2027-06-21"
WORDS = [
    "",
    "x",
    "power",
    "unlimited",
    "1 MW",
    "-3 MW",
    "95 %",
    "1e400 MW",
    "nan",
    "[]",
    "a: b",
    "50％",
    "\u0000",
    "é" * 300,
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=8,
)


def places(data, place=()):
    yield place
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield from places(value, (*place, key))


PLACES = [place for place in places(PLAIN) if place]


@st.composite
def mutated(draw):
    data = copy.deepcopy(PLAIN)
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3)):
        parent = data
        for key in place[:-1]:
            parent = parent[key] if isinstance(parent, dict | list) and key in _keys(parent) else None
        if parent is None or not isinstance(parent, dict | list) or place[-1] not in _keys(parent):
            continue
        how = draw(st.sampled_from(["drop", "swap", "wrap", "rename"]))
        if how == "drop":
            del parent[place[-1]]
        elif how == "swap":
            parent[place[-1]] = draw(VALUES)
        elif how == "wrap":
            parent[place[-1]] = {"deep": [[parent[place[-1]]]]}
        elif isinstance(parent, dict):
            parent[draw(st.text(max_size=5))] = parent.pop(place[-1])
    return data


def _keys(parent):
    return parent if isinstance(parent, dict) else range(len(parent))


def survive(data, folder):
    """Read mutated data: success, or an error whose problems say something."""
    file = YamlFile(Path(folder) / "park.yaml", data, {}, "", "")
    try:
        loaded = validate(file)
        resolve(loaded.park, load_register())
        problems = loaded.warnings
    except KenliError as error:
        problems = error.problems or (None,)
    for problem in problems:
        assert problem.what
        assert not any(word in str(problem) for word in FOREIGN), str(problem)


@pytest.fixture(scope="module")
def sunny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "sun.csv").write_text(SUN, encoding="utf-8")
    return folder


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_no_mutation_ends_in_a_traceback(sunny, data):
    survive(data, sunny)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_no_mutation_ends_in_a_traceback_thoroughly(sunny, data):
    survive(data, sunny)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(BASE) - 1), st.integers(0, 30), st.text(max_size=5))
def test_no_damaged_text_ends_in_a_traceback(sunny, start, length, inserted):
    text = BASE[:start] + inserted + BASE[start + length :]
    (sunny / "damaged.yaml").write_text(text, encoding="utf-8", errors="replace", newline="")
    try:
        problems = read_park(sunny / "damaged.yaml").warnings
    except KenliError as error:
        problems = error.problems or (None,)
    assert all(problem.what for problem in problems)
