"""What a certificate proves, recomputed and told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.cli import figures
from optimizer.cli.exits import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.certificate import Verdict
    from optimizer.checker import Report
    from optimizer.domain.plan import Draft, Plan, Rotation
    from optimizer.domain.scenario import Scenario

# More faults than this nobody reads on a screen; --json lists all.
MOST_FAULTS = 20


def recompute(
    scenario: Scenario,
    certificate: Path,
    plan: Plan | Sequence[Draft],
    report: Report,
    base_plan: Sequence[Rotation | Draft] = (),
) -> Verdict:
    """
    The verdict on a certificate file; on a terminal one sees how far it has come.

    Raises
    ------
    InputError
        When the file cannot be read, or is no JSON.
    EngineError
        When the plan keeps all rules and scores more than the bound: checker or proof is wrong.
    """
    from rich.console import Console

    from optimizer.certificate import read_certificate, verify
    from optimizer.exceptions import EngineError

    content = read_certificate(certificate)
    with Console(stderr=True, highlight=False).status("Recomputing the bound") as status:

        def tell(done: int, of: int) -> None:
            status.update(f"Recomputing the bound: {done:,} of {figures.count(of, 'segment')}")

        verdict = verify(scenario, content, plan, base_plan=base_plan, on_progress=tell)
    if report.valid and verdict.bound is not None and verdict.bound < report.score:
        raise EngineError(f"A valid plan scores {report.score}, its proven bound is {verdict.bound}.")
    return verdict


def beside(path: Path, plan: Plan) -> Plan:
    """
    The plan with the certificate that lies beside its file, if that is one of its bound.

    Without it, writing the results anew would leave a bound without a proof.
    """
    from optimizer.certificate import read_certificate

    file = path.with_name("certificate.json")
    content = read_certificate(file) if file.is_file() else None
    if not isinstance(content, dict) or content.get("scenario") != plan.scenario.model_dump():
        return plan
    proven = content.get("enumerated") or content
    if not isinstance(proven, dict) or plan.bound is None or proven.get("bound") != plan.bound:
        return plan
    return plan.model_copy(update={"certificate": content})


def told(verdict: Verdict, score: int) -> str:
    """
    The verdict in words, to stand below the word on rules and score.

    Parameters
    ----------
    score
        What the plan is worth, in millipoints.
    """
    lines = []
    if verdict.bound is not None:
        bound = _points(verdict.bound)
        lines.append(f"Bound {bound}, recomputed from the certificate's prices without any solver")
        if verdict.stated != verdict.bound:
            lines.append(f"      (the certificate states {_points(verdict.stated)})")
        if (gap := _gap(verdict, score)) is not None:
            lines.append(f"Gap {figures.percent(gap)}")
    if verdict.rests_on_engine:
        lines.append(
            f"The plan's bound of {_points(verdict.claimed)} rests on the engine's word that it has looked at"
            " every route that could still improve the plan;"
            f" the prices alone prove {_points(verdict.bound)}."
        )
    elif verdict.proven:
        whose = "bound that the plan claims" if verdict.claimed is not None else "certificate's bound"
        lines.append(f"The {whose} is proven.")
    else:
        lines += [printable(fault) for fault in verdict.faults[:MOST_FAULTS]]
        if len(verdict.faults) > MOST_FAULTS:
            lines.append(f"... and {len(verdict.faults) - MOST_FAULTS:,} more; --json tells all.")
        lines.append("The certificate does not prove what is claimed.")
    return "\n".join(lines)


def as_dict(verdict: Verdict, score: int) -> dict[str, object]:
    """The verdict for ``--json``, in points."""
    return {
        "supported": verdict.supported,
        "proven": verdict.proven,
        "rests_on_engine": verdict.rests_on_engine,
        "bound": _in_points(verdict.bound),
        "gap": _gap(verdict, score),
        "stated": _in_points(verdict.stated),
        "enumerated": _in_points(verdict.enumerated),
        "claimed": _in_points(verdict.claimed),
        "faults": list(verdict.faults),
    }


def _gap(verdict: Verdict, score: int) -> float | None:
    from optimizer.checker import gap

    # A plan that breaks rules may score more than any valid one.
    return gap(score, verdict.bound) if verdict.bound is not None and verdict.bound >= score else None


def _in_points(value: int | None) -> float | None:
    return None if value is None else value / 1000


def _points(value: int | None) -> str:
    return figures.points(_in_points(value))
