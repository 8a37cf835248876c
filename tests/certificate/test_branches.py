"""Cases in a certificate: proven one by one, and nobody leaves one out or talks one down."""

import json
from copy import deepcopy
from functools import cache
from random import Random

import pytest

from optimizer import certificate
from optimizer.certificate import verify
from optimizer.compile import compile_scenario
from optimizer.solvers.branching import Group
from optimizer.solvers.groups import independent_groups
from optimizer.solvers.parts import Together, independent_parts
from optimizer.solvers.search import Search
from optimizer.solvers.tighten import Tightening
from tests.checker.worlds import day, request, unit, world
from tests.oracles.exact import optimum
from tests.oracles.relations_same import agencies_side_by_side
from tests.oracles.tiny import tiny, with_pins

pytestmark = pytest.mark.usefixtures("compiled_loops")


def branched(scenario, most=4):
    """A certificate with cases, as it comes back from a file, its bound and that without them."""
    compiled = compile_scenario(scenario)
    result = told_apart(compiled.problem, most)
    written = json.loads(json.dumps(certificate.write(compiled, result)))
    return written, result.proven, result.proof.value


def told_apart(problem, most):
    """A result with cases."""
    search = Search(problem, lambda: False, -1.0, lambda progress: None)
    Tightening(search, 2).step()
    groups = [Group(search, search.proof, segments) for segments in independent_groups(problem)]
    for group in groups:
        while group.cases < most and group.split(-(1 << 60)):
            pass
    search.offer_branches(tuple(branch for group in groups if (branch := group.branch()) is not None))
    return search.result()


def trees(written):
    return [(branch, branch["tree"]) for branch in written["branches"] if "limit" in branch["tree"]]


@pytest.mark.parametrize("part", range(4))
def test_what_the_engine_tells_apart_is_proven_anew(part):
    """120 tiny scenarios, every third with pins: the bound by cases is recomputed, and no plan is better."""
    lowered = split = 0
    for seed in range(part, 120, 4):
        scenario = tiny(seed)
        if seed % 3 == 0:
            scenario = with_pins(scenario, Random(seed))
        written, bound, before = branched(scenario)
        verdict = verify(scenario, written)
        assert verdict.faults == (), seed
        assert verdict.bound is not None
        assert verdict.bound <= bound == verdict.stated, seed
        assert verdict.bound >= optimum(scenario).score, seed
        lowered += bound < before
        split += bool(written.get("branches") and trees(written))
    assert lowered >= 10
    assert split >= 5


def test_cases_of_parts_are_proven_anew_in_the_whole():
    """Two agencies alike side by side: twice the bound, cases of both among it."""
    split = 0
    for seed in range(60):
        pair = agencies_side_by_side(tiny(seed), Random(seed))
        assert pair.before is not None
        compiled = compile_scenario(pair.after)
        parts = independent_parts(compiled.problem)
        results = [told_apart(part.problem, 4) for part in parts]
        result = Together(compiled.problem, parts, results).result(())
        written = json.loads(json.dumps(certificate.write(compiled, result)))
        verdict = verify(pair.after, written)
        assert verdict.faults == (), seed
        assert verdict.bound is not None
        assert verdict.bound <= result.proven == verdict.stated, seed
        assert verdict.bound >= 2 * optimum(pair.before).score, seed
        assert abs(result.proven - sum(part.proven for part in results)) <= len(parts)
        split += len(trees(written)) > 1 if written.get("branches") else 0
    assert split >= 3


@cache
def first_with_a_split():
    """The first tiny scenario whose certificate tells cases apart, and that certificate."""
    for seed in range(200):
        scenario = tiny(seed)
        written, _, _ = branched(scenario)
        if written.get("branches") and trees(written):
            return scenario, written
    raise AssertionError("No tiny scenario is split.")


@pytest.fixture
def sound():
    """A scenario, and its certificate with a split, to be spoilt."""
    scenario, written = deepcopy(first_with_a_split())
    return scenario, written, trees(written)[0]


def limit(**changes):
    return {"segments": [], "instructors": [], "day": None, **changes}


def leaf(tree):
    while "limit" in tree:
        tree = tree["below"]
    return tree


def test_a_value_that_a_route_exceeds_is_told(sound):
    scenario, written, (_, tree) = sound
    case = leaf(tree)
    case["best"] = [value - 5_000_000 for value in case["best"]]
    assert any("is worth more than stated" in fault for fault in verify(scenario, written).faults)


def test_a_group_that_leaves_out_a_rival_is_no_group():
    """Two units that can do the same are told apart together, or not at all."""
    scenario = shared()
    written, _, _ = branched(scenario)
    (branch, _), *_ = trees(written)
    assert len(branch["segments"]) == 2
    branch["segments"].pop()
    assert "is not in it" in verify(scenario, written).faults[0]


def shared():
    """Two units of one sort, three classes each at A and at B, and one instructor for both units."""
    return world(
        units=[unit("U1"), unit("U2")],
        requests=[request("RA", "A", 30), request("RB", "B", 30)],
        instructors=[{"id": "I", "name": "I", "courses": ("cook",), "count": 1}],
        end=day("01-14"),
    )


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda branch, tree: tree.pop("above"), "is not an object with"),
        (lambda branch, tree: tree.update(limit=99), "not a limit and a number"),
        (lambda branch, tree: tree.update(most=-1), "not a limit and a number"),
        (lambda branch, tree: tree.update(most=True), "not a limit and a number"),
        (lambda branch, tree: leaf(tree)["requests"].clear(), "one whole price for each request"),
        (lambda branch, tree: leaf(tree)["best"].append(0), "one whole value for each segment"),
        (lambda branch, tree: leaf(tree)["charges"].append([77, 1]), "not a limit of the case"),
        (lambda branch, tree: leaf(tree)["charges"].append("x"), "expected a list"),
        (lambda branch, tree: leaf(tree)["instructors"].append(["nobody", "2026-01-01", 1]), "has no row"),
        (lambda branch, tree: branch["segments"].append(branch["segments"][0]), "stands twice"),
        (lambda branch, tree: branch["segments"].append(["nobody", "x", "y"]), "no unit has the stretch"),
        (lambda branch, tree: branch["segments"].append(["nobody"]), "is not a unit and two days"),
        (lambda branch, tree: branch["limits"].append(limit(segments=[99])), "not numbers"),
        (lambda branch, tree: branch["limits"].append(limit(instructors=["?"])), "not instructors"),
        (lambda branch, tree: branch["limits"].append(limit(day="soon")), "is no day"),
        (lambda branch, tree: branch.update(tree=3), "is not an object with"),
        (lambda branch, tree: branch.update(more=3), "is not an object with"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_told(sound, spoil, said):
    scenario, written, (branch, tree) = sound
    spoil(branch, tree)
    faults = verify(scenario, written).faults
    assert len(faults) == 1
    assert faults[0].startswith("branches, ")
    assert said in faults[0]


@pytest.mark.parametrize(
    ("value", "said"), [(3, "expected a list"), ([3], "is not an object"), ({}, "expected a list")]
)
def test_branches_are_a_list_of_objects(sound, value, said):
    scenario, written, _ = sound
    written["branches"] = value
    assert said in verify(scenario, written).faults[0]


def test_a_segment_is_in_one_branch_only(sound):
    scenario, written, (branch, _) = sound
    written["branches"].append(deepcopy(branch))
    assert "in two branches" in verify(scenario, written).faults[0]


def test_splits_within_splits_have_an_end(sound):
    scenario, written, (branch, tree) = sound
    for _ in range(300):
        branch["tree"] = {"limit": 0, "most": 1, "below": branch["tree"], "above": leaf(tree)}
    assert "splits within one another" in verify(scenario, written).faults[0]


def test_a_charge_without_a_limit_proves_nothing(sound):
    """On the side where a limit only asks for more, nobody may be made to pay for more."""
    scenario, written, (_, tree) = sound
    case = tree["above"]
    while "limit" in case:
        case = case["above"]
    case["charges"] = [[tree["limit"], 1_000_000]]
    assert "nothing limits what is charged" in verify(scenario, written).faults[0]
