"""What a certificate proves: sums by hand, random prices against the optimum, the engine's proofs."""

import subprocess
import sys
from random import Random
from time import process_time

import pytest

import optimizer
from optimizer.certificate import verify
from optimizer.certificate.roads import Roads
from optimizer.checker import check
from optimizer.domain.plan import Draft
from tests.certificate.by_hand import at_random, blank
from tests.certificate.engine import proved
from tests.checker.worlds import course, day, matrix, request, row, unit, venue, world
from tests.oracles.compare import draft
from tests.oracles.exact import optimum
from tests.oracles.tiny import base_of, tiny


def one_unit(**changes):
    """Unit U1 and 20 people at A, 10 km from the depot: two classes of 10 points each, 0.1 a leg."""
    return world(**{"units": [unit("U1")], "requests": [request("RA", "A", 20)], **changes})


def segment(start, end, best):
    return {"unit": "U1", "from": str(day(start)), "to": str(day(end)), "best": best}


# Sums by hand. Prices are in thousandths of a millipoint: 4 points are 4,000,000.


def test_requests_and_routes_share_what_a_class_brings():
    """
    At 4 points a class RA keeps 6 of each, and the unit earns 4 of each and drives for 0.2.
    """
    # 2 x (10 - 4) + 2 x 4 - 0.2 = 19.8, which is also the best there is.
    priced = blank(
        one_unit(), bound=19.8, requests={"RA": 4_000_000}, segments=[segment("01-05", "02-01", 7_800_000)]
    )
    verdict = verify(one_unit(), priced)
    assert (verdict.bound, verdict.stated, verdict.faults) == (19_800, 19_800, ())
    assert verdict.proven


def test_a_price_of_a_room_counts_where_the_room_is_free():
    """A point for the room of A on one day adds a point; routes go round it; on a pinned day it adds none."""
    priced = blank(one_unit(), requests={"RA": 4_000_000}, rooms=[["A", "2026-01-06", 1_000_000]])
    assert verify(one_unit(), priced).bound == 20_800
    pinned = one_unit(pins=[{"request": "RA", "unit": "U1", "start": day("01-05")}])
    # Pinned: 10 points and one class more for 10 - 4. Driving to the pin costs 0.1; after it the
    # unit earns 4 and drives home for 0.1.
    priced = blank(pinned, requests={"RA": 4_000_000}, rooms=[["A", "2026-01-06", 1_000_000]])
    assert verify(pinned, priced).bound == 10_000 + 6_000 - 100 + 4_000 - 100


def test_a_price_of_an_instructor_is_paid_each_day_of_a_class():
    """Two instructors at half a point on a Tuesday: one point more, and a class that day earns less."""
    row = {"id": "I", "name": "I", "courses": ("cook",), "count": 2}
    short = one_unit(end=day("01-07"), instructors=[row])
    # Monday to Wednesday holds one class: the unit earns 4 - 0.5 - 0.2, the request keeps 6 once.
    priced = blank(short, requests={"RA": 4_000_000}, instructors=[["I", "2026-01-06", 500_000]])
    assert verify(short, priced).bound == 6_000 + 2 * 500 + 3_300


def test_shares_of_equity_go_to_the_people_of_a_city():
    """
    Of 100 points for equity 60 go to North, the cap gets 40: a class of 10 of 20 people brings 30 more.
    """
    fair = one_unit(objective={"equity": "100"})
    shares = {"cities": {"North": 60_000_000}, "cap": 40_000_000}
    # 40 + 2 x (10 + 30 - 4) + 2 x 4 - 0.2 = 119.8: everybody is served.
    assert verify(fair, blank(fair, requests={"RA": 4_000_000}, equity=shares)).bound == 119_800


def test_a_request_that_nobody_can_serve_needs_no_price():
    """At B only lorries' neighbours get in: RB has no price and adds nothing."""
    closed = world(
        units=[unit("U1", vehicle="L")],
        venues=[venue("A"), venue("B", access="S")],
        requests=[request("RA", "A", 20), request("RB", "B", 10)],
    )
    priced = blank(closed)
    assert set(priced["requests"]) == {"RA"}
    # Without prices the requests gain all they can, and no unit drives for nothing.
    assert verify(closed, priced).bound == 20_000
    priced["requests"]["RB"] = 0
    assert verify(closed, priced).faults == ("requests: RB has a price, but no unit can serve it.",)


def test_a_depot_day_parts_the_stretch():
    """A day at the depot makes two stretches, each driven out and home; no free day is asked of R5."""
    row = {"name": "x", "scope": "unit:U1", "from": day("01-08"), "to": day("01-08"), "credit": "0"}
    parted = one_unit(end=day("01-13"), calendar=[row])
    priced = blank(parted, requests={"RA": 4_000_000})
    assert [(part["from"], part["to"]) for part in priced["segments"]] == [
        ("2026-01-05", "2026-01-07"),
        ("2026-01-09", "2026-01-13"),
    ]
    assert verify(parted, priced).bound == 12_000 + 2 * (4_000 - 200)


def test_a_bound_is_rounded_down_and_equity_up_by_half():
    """4.9999 millipoints of gains prove 4; with equity the score may have been rounded up by half."""
    small = one_unit(courses=[course(value="0.00025")])
    assert verify(small, blank(small)).bound == 5
    priced = blank(small, requests={"RA": 1}, segments=[segment("01-05", "02-01", 0)], bound=0.004)
    # 20 people x 0.25 millipoints less twice a thousandth: 4.998.
    assert verify(small, priced).bound == 4
    fair = one_unit(courses=[course(value="0.00025")], objective={"equity": "0.000001"})
    shares = {"cities": {"North": 0}, "cap": 1}
    assert verify(fair, blank(fair, requests={"RA": 1}, equity=shares)).bound == 5


def test_a_share_of_equity_is_rounded_up():
    """Half a thousandth of a millipoint for half of the people counts as one whole."""
    fair = one_unit(courses=[course(value="0.00025")], objective={"equity": "0.000001"})
    shares = {"cities": {"North": 1}, "cap": 0}
    # One class: 10 x 0.25 millipoints, rounded to 3, less 2.501 and with the share 0.5; half more is 1.
    assert verify(fair, blank(fair, requests={"RA": 2_501}, equity=shares)).bound == 1


def test_a_leg_takes_days_by_whole_days_of_driving():
    """At 10 km a day 10 km take the usual days, 10.001 km two, and the usual days if these are more."""
    for usual, exactly, beyond in ((0, 0, 2), (1, 1, 2), (3, 3, 3)):
        near = world(moves={"days": usual, "km_per_day": 10}, distances=matrix(A_B=10_000, B_A=10_001))
        roads = Roads(near)
        cost, gap = roads.legs(["venue:A", "venue:B"], ["venue:A", "venue:B"])
        assert gap.tolist() == [[0, exactly], [beyond, 0]]
        # 10.001 km at 0.01 points are 100.01 millipoints.
        assert cost.tolist() == [[0, 100_000], [100_000, 0]]


def test_of_two_starts_with_one_end_the_kept_one_counts():
    """Tuesday is half a day: stays from Tuesday and from Wednesday on end on Wednesday. Kept is the first."""
    scenario = one_unit(
        courses=[course(training_days=1)],
        requests=[request("RB", "B", 10)],
        calendar=[row("all", "01-06", "01-06", "50")],
        objective={"km": "0.01", "change": 7},
    )
    base = [Draft(request="RB", unit="U1", start=day("01-06"))]
    # 7 points lost at first; the unit earns all of the class and what keeping brings, less 40 km.
    priced = blank(scenario, requests={"RB": 10_000_000}, base_rotations=1)
    assert verify(scenario, priced, base_plan=base).bound == -7_000 + 10_000 + 7_000 - 400
    assert check(scenario, base, base).score == 9_600


# Weak duality


@pytest.mark.parametrize("part", range(3))
def test_whatever_the_prices_the_bound_is_no_less_than_the_optimum(part):
    """Blind prices on tiny scenarios that use every table; the best plan comes from the exact model."""
    for seed in range(30 * part, 30 * part + 30):
        scenario, random = tiny(seed), Random(seed)
        best = optimum(scenario, base_of(seed)).score
        base = [draft(stay) for stay in base_of(seed)]
        for _ in range(2):
            stated = at_random(scenario, random) | {"base_rotations": len(base)}
            bound = verify(scenario, stated, base_plan=base).bound
            assert bound is not None
            assert bound >= best, seed


# The engine's proofs


@pytest.mark.usefixtures("compiled_loops")
@pytest.mark.parametrize("part", range(3))
def test_the_bound_of_the_engine_is_recomputed_to_the_millipoint(part):
    """Tiny scenarios: not a segment is worth more than stated, and the sum is the same."""
    for seed in range(500 + 30 * part, 500 + 30 * part + 30):
        base = [draft(stay) for stay in base_of(seed)]
        result, certificate = proved(tiny(seed), base=base)
        verdict = verify(tiny(seed), certificate, base_plan=base)
        assert verdict.proven, (seed, verdict)
        assert verdict.bound == verdict.stated == result.proof.value, seed


@pytest.mark.usefixtures("compiled_loops")
@pytest.mark.parametrize(("size", "steps"), [((3, 8, 40, 2), 6), ((8, 40, 120, 3), 2), ((2, 25, 365, 1), 0)])
def test_generated_scenarios_are_recomputed_too(size: tuple[int, int, int, int], steps: int):
    """A month and a season at good prices; a year at the weak ones that an engine starts from."""
    scenario = optimizer.generate(*size, seed=4)
    result, certificate = proved(scenario, steps=steps)
    verdict = verify(scenario, certificate)
    assert verdict.proven, verdict
    assert verdict.bound == result.proof.value


@pytest.mark.usefixtures("compiled_loops")
def test_a_quarter_of_a_small_agency_is_verified_in_seconds():
    """23 units and 125 venues: well under the 20 seconds that a planner would wait."""
    scenario = optimizer.generate(23, 125, 90, 5, seed=1)
    result, certificate = proved(scenario, rounds=100, steps=1)
    began = process_time()
    verdict = verify(scenario, certificate)
    assert process_time() - began < 10
    assert verdict.bound == result.proof.value


@pytest.mark.usefixtures("compiled_loops")
def test_a_proof_that_takes_too_long_is_not_claimed():
    """With next to no work allowed, some segments are told as not verified; the bound still holds."""
    scenario = optimizer.generate(8, 40, 90, 3, seed=2)
    result, certificate = proved(scenario, rounds=60, steps=6)
    verdict = verify(scenario, certificate, most_labels=0)
    assert any("is not verified: given up after 0 steps" in fault for fault in verdict.faults)
    assert not verdict.supported
    assert verdict.bound is not None
    assert verdict.bound > result.proof.value


def test_the_program_that_verifies_knows_no_engine():
    """Neither the core problem nor a solver nor compiled loops are loaded to verify."""
    code = "import optimizer.certificate, sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = run.stdout.split()
    assert not [
        name
        for name in loaded
        if name.startswith(("optimizer.core", "optimizer.solvers", "optimizer.compile", "ortools", "numba"))
    ]
