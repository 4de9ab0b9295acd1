"""The command line: parse, call a study, print. Nothing is computed here.

Heavy modules are imported inside the commands, so that `kenli --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from kenli.core.errors import InputError, KenliError, Problem, suggest

app = typer.Typer(
    name="kenli",
    help="Plan, run and prove zero-carbon industrial parks from one park file. 零碳园区规划、运行与核证。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
weather_app = typer.Typer(help="Weather: fetch a real year, make a synthetic one, check either. 气象数据。")
app.add_typer(weather_app, name="weather", no_args_is_help=True)

ParkArgument = Annotated[str, typer.Argument(help="Park file, its folder, or the name of a shipped park.")]
RunArgument = Annotated[str, typer.Argument(help="Run folder, its name or the start of it, or `latest`.")]
RunsOption = Annotated[Path, typer.Option("--runs", "--out", envvar="KENLI_RUNS", help="Folder of the runs.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text.")]
LanguageOption = Annotated[str, typer.Option("--language", "-l", help="Language: en or zh.")]
FactorsOption = Annotated[list[Path] | None, typer.Option("--factors", help="Your own factor file (CSV), repeatable.")]


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        from kenli import __version__

        typer.echo(f"kenli {__version__}")
        raise typer.Exit


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder for the new park.")] = Path("my-park"),
    template: Annotated[str, typer.Option("--template", "-t", help="Template; `list` prints their names.")] = "minimal",
) -> None:
    """Write a commented park file to start from. 新建带注释的园区文件。"""
    from kenli.park.templates import template_names, template_text

    if template == "list":
        for name in template_names():
            typer.echo(name)
        return
    text = template_text(template)
    target = folder / "park.yaml"
    if target.exists():
        raise InputError(
            Problem(str(target), "is there already", "choose another folder; nothing was overwritten", code="exists")
        )
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    typer.echo(f"wrote {target}\nnext: kenli check {target} && kenli plan {target}")


@app.command()
def check(
    park: ParkArgument,
    expanded: Annotated[bool, typer.Option("--expanded", help="Print the park with every default filled in.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep/--quick", help="Read series and weather too (default), or the declaration alone.")
    ] = True,
    factors: FactorsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a park file; all problems at once, each with where, what and how to fix. 检查园区文件。"""
    from kenli.show.terminal import console, print_checked, print_problems
    from kenli.study.check import check as check_park

    try:
        checked = check_park(find_park(park), deep=deep, factors=tuple(factors or ()))
    except KenliError as error:
        if as_json:
            _print_json({"ok": False, "problems": [_problem(problem) for problem in error.problems]})
            raise typer.Exit(2) from None
        raise
    if expanded:
        typer.echo(checked.expanded)
        return
    if as_json:
        _print_json({"ok": True, "warnings": [_problem(problem) for problem in checked.warnings], **checked.summary})
        return
    print_problems(checked.warnings, console())
    print_checked(checked.summary, console())


@app.command()
def plan(
    park: ParkArgument,
    horizon: Annotated[
        str | None, typer.Option("--horizon", help="year, weeks:N or days:N; default: what the park file says.")
    ] = None,
    out: RunsOption = Path("runs"),
    report: Annotated[bool, typer.Option("--report/--no-report", help="Write the HTML report too.")] = True,
    language: LanguageOption = "en",
    solver: Annotated[str, typer.Option("--solver", help="auto, simplex, ipx, hipo or pdlp.")] = "auto",
    crossover: Annotated[
        bool | None, typer.Option("--crossover/--no-crossover", help="Move an interior answer to a vertex.")
    ] = None,
    time_limit: Annotated[float | None, typer.Option("--time-limit", help="Seconds for the solver.")] = None,
    mip_gap: Annotated[float, typer.Option("--mip-gap", help="Relative gap at which an integer search stops.")] = 1e-4,
    factors: FactorsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan a park: what to build and how large, at least cost. 园区规划求解。"""
    from kenli.runs.read import open_run
    from kenli.show.progress import show_progress
    from kenli.show.terminal import console, print_plan

    with show_progress(quiet=as_json) as (on_phase, on_progress):
        from kenli.study.plan import PlanOptions, solver_options
        from kenli.study.plan import plan as plan_park

        options = PlanOptions(
            horizon=horizon,
            out=out,
            solver=solver_options(
                algorithm=solver,
                crossover="auto" if crossover is None else crossover,
                time_limit=time_limit,
                mip_gap=mip_gap,
                on_progress=on_progress,
            ),
            factors=tuple(factors or ()),
            command=" ".join(["kenli", *sys.argv[1:]]),
        )
        folder = plan_park(find_park(park), options, on_phase)
    run = open_run(folder)
    page = None
    if report:
        from kenli.show.report import write_report

        page = write_report(run, folder.parent / f"{folder.name}.html", language=_language(language))
    if as_json:
        keys = ("run", "status", "totals", "certificate", "horizon", "solver", "phases", "peak_memory_mb", "labels")
        found = {key: run.manifest[key] for key in keys if key in run.manifest}
        _print_json({"folder": str(folder), "report": str(page) if page else None, **found})
        return
    print_plan(run, console(), report=page)


@app.command()
def report(
    run: RunArgument = "latest",
    out: RunsOption = Path("runs"),
    to: Annotated[Path | None, typer.Option("--to", help="HTML file; default: beside the run folder.")] = None,
    language: LanguageOption = "en",
) -> None:
    """Write a run as one self-contained HTML file in English and Chinese. 生成报告。"""
    from kenli.runs.read import open_run
    from kenli.show.report import write_report

    opened = open_run(run, out)
    target = to or opened.path.parent / f"{opened.path.name}.html"
    typer.echo(write_report(opened, target, language=_language(language)))


@app.command()
def runs(
    out: RunsOption = Path("runs"),
    clean: Annotated[bool, typer.Option("--clean", help="Delete what interrupted plans left behind.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the runs of a folder, the newest first. 列出运行结果。"""
    import dataclasses

    from kenli.runs.catalog import list_runs
    from kenli.runs.partial import find_partial, remove_partial
    from kenli.show.terminal import console, print_runs

    found = list_runs(out)
    if as_json:
        _print_json([dataclasses.asdict(summary) for summary in found])
        return
    print_runs(found, console())
    for partial in find_partial(out):
        if clean and partial.alive is False:
            remove_partial(partial)
            typer.echo(f"deleted the unfinished {partial.path.name}", err=True)
        else:
            state = (
                "a plan is writing it" if partial.alive else "unfinished, never read; `kenli runs --clean` deletes it"
            )
            typer.echo(f"{partial.path.name}: {state}", err=True)


@app.command()
def show(
    run: RunArgument = "latest",
    out: RunsOption = Path("runs"),
    table: Annotated[str | None, typer.Option("--table", help="Print one table as CSV.")] = None,
    sql: Annotated[str | None, typer.Option("--sql", help="Query the run's tables with DuckDB; prints CSV.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a run in the terminal, one of its tables, or a query. 查看结果。"""
    from kenli.runs.read import open_run
    from kenli.show.terminal import console, print_plan

    opened = open_run(run, out)
    if sql is not None:
        typer.echo(opened.sql(sql).to_pandas(use_threads=False).to_csv(index=False), nl=False)
    elif table is not None:
        typer.echo(opened.frame(table).to_csv(index=False), nl=False)
    elif as_json:
        tables = ("capacities", "objective", "limits", "indicators")
        found = {name: opened.table(name).to_pylist() for name in tables}
        _print_json({"manifest": opened.manifest, **found})
    else:
        print_plan(opened, console())


@app.command()
def verify(run: RunArgument = "latest", out: RunsOption = Path("runs")) -> None:
    """Check that no file of a run was changed since it was written. 校验结果文件。"""
    from kenli.core.errors import RunError
    from kenli.runs.read import open_run

    opened = open_run(run, out)
    problems = opened.verify()
    if problems:
        raise RunError(problems)
    typer.echo(f"{opened.path.name}: every file is as it was written")


@app.command()
def diff(
    first: Annotated[str, typer.Argument(help="Run to compare from.")],
    second: Annotated[str, typer.Argument(help="Run to compare to.")],
    out: RunsOption = Path("runs"),
    as_json: JsonOption = False,
) -> None:
    """Compare two runs: inputs, sizes, costs, carbon, indicators. 比较两次结果。"""
    import dataclasses

    from kenli.runs.difference import compare_runs
    from kenli.runs.read import open_run
    from kenli.show.terminal import console, print_difference

    difference = compare_runs(open_run(first, out), open_run(second, out))
    if as_json:
        _print_json(dataclasses.asdict(difference))
        return
    print_difference(difference, console())


@app.command()
def export(
    run: RunArgument = "latest",
    out: RunsOption = Path("runs"),
    to: Annotated[Path | None, typer.Option("--to", help="File ending in .xlsx, or a folder for CSV.")] = None,
    language: LanguageOption = "en",
) -> None:
    """Export a run as a workbook (.xlsx) or as CSV files. 导出表格。"""
    from kenli.runs.read import open_run
    from kenli.show.export import export_csv, export_xlsx

    opened = open_run(run, out)
    target = to or opened.path.parent / f"{opened.path.name}.xlsx"
    if target.suffix.lower() == ".xlsx":
        written = export_xlsx(opened, target, language=_language(language))
    else:
        written = export_csv(opened, target)
    typer.echo(written or target)


@app.command()
def factors(
    search: Annotated[list[str] | None, typer.Argument(help="Words to look for, in any language.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the cited numbers: value, unit, year, region, source, confidence. 查询因子库。"""
    import dataclasses

    from kenli.core.factors import load_register
    from kenli.show.terminal import console, print_factors

    register = load_register()
    found = register.search(" ".join(search)) if search else list(register)
    if as_json:
        _print_json([dataclasses.asdict(factor) for factor in found])
        return
    if not found:
        raise InputError.at("factors", f"no row holds '{' '.join(search or [])}'", "try fewer or other words")
    print_factors(found, console())


@app.command()
def schema(to: Annotated[Path | None, typer.Option("--to", help="File; default: print it.")] = None) -> None:
    """Write the JSON Schema of the park file, which editors complete from. 导出JSON Schema。"""
    import json

    from kenli.park.schema import park_schema

    text = json.dumps(park_schema(), ensure_ascii=False, indent=2)
    if to is None:
        typer.echo(text)
    else:
        to.write_text(text + "\n", encoding="utf-8")
        typer.echo(to)


@weather_app.command("fetch")
def weather_fetch(
    service: Annotated[str, typer.Argument(help="nasa-power, pvgis-hourly, pvgis-tmy or era5.")],
    latitude: Annotated[float, typer.Option("--latitude", help="Degrees north.")],
    longitude: Annotated[float, typer.Option("--longitude", help="Degrees east.")],
    year: Annotated[int, typer.Option("--year", help="Calendar year.")],
    cache: Annotated[Path, typer.Option("--cache", help="Folder of fetched files.")] = Path("weather"),
    elevation: Annotated[float | None, typer.Option("--elevation", help="Metres above the sea, for era5.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Another address of the service, such as a mirror.")] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask again although the folder has the answer.")] = False,
) -> None:
    """Fetch a real weather year from a public service, cached and hashed. 下载真实气象年。"""
    from kenli.park.resource.fetch import fetch_weather

    story = fetch_weather(
        service, latitude, longitude, year, cache, elevation=elevation, url=url, refresh=refresh
    ).provenance
    typer.echo(f"{story.source_path}: {story.label_en}\n  sha256 {story.sha256}")
    for note in story.notes:
        typer.echo(f"  {note}")
    typer.echo(f"in the park file:\n  weather: {{file: {story.source_path}}}")


@weather_app.command("check")
def weather_check(
    park: ParkArgument,
    year: Annotated[int | None, typer.Option("--year", help="Calendar year; default: the park's.")] = None,
) -> None:
    """Check the weather that a park uses; a synthetic one against its published targets. 检查气象。"""
    from kenli.show.terminal import console, print_weather
    from kenli.study.check import check_weather_of

    print_weather(check_weather_of(find_park(park), year), console())


def find_park(name: str) -> Path:
    """Return a park by path, or by the name of a shipped park.

    Raises:
        InputError: a plain word that is neither; the message lists the parks that ship.
    """
    path = Path(name)
    if path.exists() or path.suffix in {".yaml", ".yml"} or len(path.parts) > 1:
        return path
    shipped = {entry.parent.name: entry for folder in shipped_parks() for entry in folder.glob("*/park.yaml")}
    if name in shipped:
        return shipped[name]
    hint = suggest(name, shipped) or f"parks that ship: {', '.join(sorted(shipped))}"
    raise InputError.at(name, "there is no such file, folder or shipped park", f"{hint}; `kenli new` writes your own")


def shipped_parks() -> list[Path]:
    """Return the folders that may hold shipped parks: inside the package, or beside a source tree."""
    package = Path(__file__).resolve().parents[1]
    return [package / "shipped_parks", package.parents[1] / "parks"]


def _language(text: str) -> Any:
    if text not in {"en", "zh"}:
        raise InputError.at("--language", f"'{text}' is not a language of the report", "write en or zh")
    return text


def _problem(problem: Problem) -> dict[str, str]:
    return {
        "where": problem.where, "what": problem.what, "fix": problem.fix, "severity": problem.severity,
        "code": problem.code,
    }  # fmt: skip


def _print_json(value: Any) -> None:
    import json

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def main() -> None:
    """Run the command line; a user's mistake ends in words, never in a traceback."""
    try:
        app()
    except KenliError as error:
        from kenli.show.terminal import error_console, print_problems

        print_problems(error.problems, error_console())
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; nothing was written\n")
        sys.exit(130)
    except BrokenPipeError:
        # `kenli factors | head`: the reader has enough; say nothing on the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
