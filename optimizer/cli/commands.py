"""The commands of ``mtu`` and what may be typed after them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from math import isfinite
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.exits import (
    BAD_INPUT,
    DONE,
    RULES_BROKEN,
    as_dict,
    guarded,
    print_json,
    printable,
    say,
    show_issues,
)

if TYPE_CHECKING:
    from optimizer.domain.plan import Draft, Rotation

# Plain help: the coloured one takes three times as long to come.
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _finite(value: float) -> float:
    if not isfinite(value):
        raise typer.BadParameter("expected a finite number.")
    return value


def _version(wanted: bool) -> None:
    if wanted:
        from optimizer import __version__

        typer.echo(f"mtu {__version__}")
        raise typer.Exit


ScenarioPath = Annotated[
    Path,
    typer.Argument(help="Folder with scenario.toml and CSV files, or a workbook (.xlsx)."),
]
PlanPath = Annotated[
    Path,
    typer.Argument(
        help="Plan file (plan.json). By hand, rotations with request, unit and start are enough.",
    ),
]
Out = Annotated[
    Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the results; made if missing.")
]


BasePlan = Annotated[
    Path | None,
    typer.Option(
        "--base-plan",
        metavar="FILE",
        help="The plan that holds until now (plan.json): what is not kept costs the scenario's change.",
    ),
]


class Tongue(StrEnum):
    """Languages of the results."""

    EN = "en"
    ID = "id"


In = Annotated[Tongue, typer.Option("--language", help="Language of the results.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for other programs.")]


@app.callback()
def mtu(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """
    Plan rotations of Mobile Training Units, and prove how good each plan is.

    Exit codes: 0 done, 1 the plan breaks rules, 2 bad input, 3 a fault of this program,
    130 interrupted before there was anything to keep.
    """


@app.command()
@guarded
def validate(scenario: ScenarioPath, as_json: AsJson = False) -> int:
    """Tell every problem of a scenario at once."""
    import optimizer

    issues = optimizer.validate(scenario)
    valid = all(issue.severity != "error" for issue in issues)
    if as_json:
        print_json({"valid": valid, "issues": [as_dict(issue) for issue in issues]})
    elif issues:
        show_issues(issues)
    if valid and not as_json:
        typer.echo(f"{scenario} can be planned.")
    return DONE if valid else BAD_INPUT


@app.command()
@guarded
def plan(
    scenario: ScenarioPath,
    out: Out,
    time_limit: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            min=0,
            callback=_finite,
            help="Longest time to solve; reading and compiling come before.",
        ),
    ] = 30.0,
    gap: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            min=0,
            max=1,
            callback=_finite,
            help="Stop as soon as the plan is proven to be this close to the best.",
        ),
    ] = 0.0001,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Another seed takes another way.")] = 1,
    deterministic: Annotated[
        bool,
        typer.Option("--deterministic", help="The same seed gives the same plan, byte for byte."),
    ] = False,
    base_plan: BasePlan = None,
    language: In = Tongue.EN,
    as_json: AsJson = False,
) -> int:
    """Make a plan and write the results. Ctrl-C stops and keeps the best plan so far."""
    import optimizer
    from optimizer.checker import complete
    from optimizer.cli import live, summary
    from optimizer.first_fit import first_fit

    loaded = optimizer.load(scenario)
    base = _rotations(base_plan)
    _writable(out)
    requested = sum(request.people for request in loaded.requests)
    with _stop_on_ctrl_c() as stop, live.progress(time_limit, requested, stop) as tell:
        made = optimizer.plan(
            loaded,
            base_plan=base,
            time_limit=time_limit,
            gap=gap,
            seed=seed,
            deterministic=deterministic,
            on_progress=tell,
            stop=stop,
        )
        tell.busy("writing the results")
        written = optimizer.export(loaded, made, out, language=language.value)
        plain = complete(loaded, first_fit(loaded, base), base)
    if as_json:
        print_json(
            {
                "scenario": loaded.name,
                "status": made.status,
                "bound": made.bound,
                "gap": made.gap,
                **summary.as_dict(made),
                "first_fit": summary.as_dict(plain),
                **({"kept": {"of": len(base), "rotations": summary.kept(made, base)}} if base else {}),
                "seconds": made.run.seconds,
                "seconds_to_get_ready": round(tell.getting_ready, 3),
                "stopped": stop.is_set(),
                "directory": str(out),
                "files": [str(path.relative_to(out)) for path in written],
            }
        )
        return DONE
    summary.show_plan(loaded, made, plain, tell.getting_ready, base)
    if stop.is_set():
        say("Stopped on request: this is the best plan found until then.")
    summary.show_files(out, written)
    return DONE


@app.command()
@guarded
def check(
    scenario: ScenarioPath,
    plan: PlanPath,
    certificate: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Recompute the bound from this certificate (certificate.json), without any solver.",
        ),
    ] = None,
    base_plan: BasePlan = None,
    as_json: AsJson = False,
) -> int:
    """Judge a plan by the rules alone, whoever made it."""
    import optimizer
    from optimizer.cli import proof, summary
    from optimizer.domain.fingerprint import scenario_sha256
    from optimizer.domain.plan import Plan
    from optimizer.formats.plan_file import read_plan

    loaded = optimizer.load(scenario)
    stated = read_plan(plan)
    base = _rotations(base_plan)
    report = optimizer.check(loaded, stated, base)
    verdict = proof.recompute(loaded, certificate, stated, report, base) if certificate else None
    if isinstance(stated, Plan) and stated.scenario.sha256 != scenario_sha256(loaded):
        say("Note: the plan was made for another state of the scenario, or with other holidays.")
    if isinstance(stated, Plan) and stated.score_parts.change and not base:
        say("Note: the plan changes another one; name that with --base-plan.")
    if as_json:
        print_json(
            {
                "valid": report.valid,
                "violations": [
                    {"rule": found.rule, "message": found.message, "rotations": found.rotations}
                    for found in report.violations
                ],
                "score": report.score / 1000,
                **({"certificate": proof.as_dict(verdict, report.score)} if verdict else {}),
            }
        )
    else:
        rotations = stated.rotations if isinstance(stated, Plan) else stated
        summary.show_check(report, len(rotations), proof.told(verdict, report.score) if verdict else "")
    return DONE if report.valid and (verdict is None or verdict.supported) else RULES_BROKEN


@app.command()
@guarded
def export(
    scenario: ScenarioPath,
    plan: PlanPath,
    out: Out,
    base_plan: BasePlan = None,
    language: In = Tongue.EN,
) -> int:
    """Write the results of a plan anew."""
    import optimizer
    from optimizer.by_hand import by_hand
    from optimizer.cli import proof, summary
    from optimizer.domain.plan import Plan
    from optimizer.formats.plan_file import read_plan

    loaded = optimizer.load(scenario)
    stated, base = read_plan(plan), _rotations(base_plan)
    report = optimizer.check(loaded, stated, base)
    if not report.valid:
        summary.show_check(report, len(stated.rotations if isinstance(stated, Plan) else stated), "")
        say("A plan that breaks rules is not exported.")
        return RULES_BROKEN
    finished = proof.beside(plan, stated) if isinstance(stated, Plan) else by_hand(loaded, stated, base)
    if language is not Tongue.EN:
        # A plan file tells its reasons in English alone.
        finished = finished.model_copy(update={"unserved": optimizer.explain(loaded, finished, base)})
    summary.show_files(out, optimizer.export(loaded, finished, out, language=language.value))
    return DONE


def _rotations(base_plan: Path | None) -> Sequence[Rotation | Draft]:
    """The rotations of the plan that holds until now; none without a file."""
    from optimizer.checker.base import rotations_once
    from optimizer.formats.plan_file import read_plan

    return rotations_once(read_plan(base_plan)) if base_plan else ()


@app.command()
@guarded
def template(
    target: Annotated[Path, typer.Argument(help="Folder or workbook to write.")],
) -> int:
    """Write an empty, commented scenario to start from."""
    import optimizer

    optimizer.template(target)
    typer.echo(f"An empty scenario is in {target}. Fill it in, then: mtu validate {target}")
    return DONE


@app.command()
@guarded
def convert(
    source: Annotated[Path, typer.Argument(help="Folder or workbook to read.")],
    target: Annotated[Path, typer.Argument(help="Folder or workbook to write.")],
) -> int:
    """Turn a folder into a workbook or back, without loss."""
    import optimizer

    lost = optimizer.convert(source, target)
    if lost:
        show_issues(lost)
    typer.echo(f"{source} is now also {target}.")
    return DONE


@app.command()
@guarded
def generate(
    target: Annotated[Path, typer.Argument(help="Folder or workbook to write.")],
    units: Annotated[int, typer.Option(min=0, help="Number of units.")] = 23,
    venues: Annotated[int, typer.Option(min=0, help="Number of venues.")] = 125,
    days: Annotated[int, typer.Option(min=1, help="Calendar days of the horizon.")] = 90,
    cities: Annotated[int, typer.Option(min=1, help="Number of cities.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives another scenario.")] = 1,
) -> int:
    """Invent a realistic scenario of any size."""
    import optimizer
    from optimizer.formats.save import save

    try:
        made = optimizer.generate(units, venues, days, cities, seed)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    save(made, target)
    typer.echo(f"{made.name}: {len(made.requests):,} requests, written to {target}.")
    return DONE


Cache = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Where answers of a server are kept; else in your cache folder."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Ask the server again for what is kept.")]


@app.command()
@guarded
def matrix(
    scenario: ScenarioPath,
    roads: Annotated[
        str,
        typer.Option(
            metavar="SOURCE",
            help="URL of an OSRM server, or OSRM's files (java.osrm); Valhalla's tiles or configuration.",
        ),
    ],
    cache: Cache = None,
    fresh: Fresh = False,
) -> int:
    """Ask a road engine for all distances and write the matrix file."""
    import optimizer

    pairs, kept = optimizer.matrix(scenario, roads, cache=cache, fresh=fresh)
    typer.echo(f"{pairs:,} distances by road are now in {scenario}.")
    if kept:
        answers = "answer of the server was" if kept == 1 else "answers of the server were"
        typer.echo(f"{kept:,} {answers} kept from before; --fresh asks again.")
    return DONE


@app.command()
@guarded
def geocode(
    scenario: ScenarioPath,
    server: Annotated[
        str, typer.Option(metavar="URL", help="A Nominatim server; asked once a second at most.")
    ] = "https://nominatim.openstreetmap.org",
    cache: Cache = None,
    fresh: Fresh = False,
) -> int:
    """Find coordinates for depots and venues that have none."""
    import optimizer

    result = optimizer.geocode(scenario, server=server, cache=cache, fresh=fresh)
    for hit in result.found:
        match = hit.match
        typer.echo(printable(f"{hit.table} {hit.id}: {match.latitude}, {match.longitude} {match.name}"))
    if result.found:
        them = "it" if len(result.found) == 1 else "them"
        typer.echo(
            f"{len(result.found):,} found and written; look {them} over in the column x_geocoded. "
            "Data © OpenStreetMap contributors, ODbL."
        )
    if result.undecided:
        show_issues(result.undecided)
    elif not result.found:
        typer.echo(f"All depots and venues of {scenario} have coordinates.")
    return BAD_INPUT if result.undecided else DONE


@app.command()
@guarded
def bench(
    data: Annotated[
        Path, typer.Option(metavar="PATH", exists=True, help="Folder or file of TOPTW or STRSP instances.")
    ],
    time_limit: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, callback=_finite, help="Longest time to solve an instance."),
    ] = 30.0,
    routes: Annotated[
        list[int] | None,
        typer.Option(min=1, help="Number of routes of TOPTW instances; may be given again. Default: 1 to 4."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Another seed takes another way.")] = 1,
    as_json: AsJson = False,
) -> int:
    """Solve published instances (TOPTW, STRSP)."""
    from optimizer.cli import bench as benchmark
    from optimizer.solvers.warm import is_compiled
    from optimizer.solvers.windows.warm import LOOPS, compile_loops

    if not is_compiled(LOOPS):
        say("Compiling the loops for time windows, once ...")
    compile_loops()
    rows = []
    if not as_json:
        typer.echo(benchmark.line(benchmark.HEAD))
    for instance, best_known in benchmark.instances(
        data, routes or [1, 2, 3, 4], lambda error: say(str(error))
    ):
        rows.append(benchmark.run(instance, best_known, time_limit, seed))
        if not as_json:
            typer.echo(benchmark.line(rows[-1].cells()))
    if as_json:
        print_json({"instances": [row.as_dict() for row in rows]})
    else:
        typer.echo(benchmark.summary(rows))
    return DONE


def _writable(directory: Path) -> None:
    """Find out before the work, not after it, that the results cannot be written."""
    directory.mkdir(parents=True, exist_ok=True)
    probe = directory / ".mtu-can-write"
    probe.write_bytes(b"")
    probe.unlink()


@contextmanager
def _stop_on_ctrl_c() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets; who presses three times wants out, plan or no plan."""
    stop = threading.Event()
    presses = 0

    def press(_number: int, _frame: FrameType | None) -> None:
        nonlocal presses
        presses += 1
        stop.set()
        if presses == 3:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, press)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
