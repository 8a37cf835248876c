"""Nothing malformed is believed, and nobody talks a bound down."""

import json
from copy import deepcopy
from datetime import timedelta
from random import Random

import pytest

from optimizer.certificate import read_certificate, verify
from optimizer.checker import complete, gap
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.plan import Plan, Run, ScenarioRef
from optimizer.exceptions import InputError
from tests.certificate.by_hand import blank
from tests.certificate.engine import proved
from tests.checker.worlds import request, stay, unit, world
from tests.oracles.exact import optimum
from tests.oracles.tiny import tiny

# One unit and 20 people at A: two classes of 10 points less 0.2 for the road is the best there is.
FAIR = world(
    units=[unit("U1")],
    requests=[request("RA", "A", 20), request("RC", "C", 4)],  # four people at C are too few for a class
    objective={"equity": "100"},
    instructors=[{"id": "I", "name": "I", "courses": ("cook",), "count": 2}],
)
SHARES = {"cities": {"North": 0, "South": 100_000_000}, "cap": 0}
SOUND = blank(
    FAIR,
    bound=19.8,
    requests={"RA": 4_000_000},
    equity=SHARES,
    segments=[{"unit": "U1", "from": "2026-01-05", "to": "2026-02-01", "best": 7_800_000}],
)
ROOM, GROUP = ["A", "2026-01-06", 0], ["I", "2026-01-06", 0]


def plan(bound, **changes):
    """The best plan of FAIR with a bound claimed for it."""
    done = complete(FAIR, [stay("RA", "U1", "01-05"), stay("RA", "U1", "01-08")])
    assert done.score == 19.8
    fields = {
        "scenario": ScenarioRef(name=FAIR.name, sha256=scenario_sha256(FAIR)),
        "status": "feasible",
        "score": done.score,
        "bound": bound,
        "gap": None if bound is None else gap(19_800, round(bound * 1000)),
        "score_parts": done.score_parts,
        "rotations": done.rotations,
        "unserved": done.unserved,
        "units": done.units,
        "cities": done.cities,
        "run": Run(),
    }
    return Plan(**{**fields, **changes})


def changed(path, value):
    """SOUND with one spot replaced; a path ending in ``del`` deletes."""
    certificate = deepcopy(SOUND)
    *way, last = path
    spot = certificate
    for step in way:
        spot = spot[step]
    if value is Ellipsis:
        del spot[last]
    else:
        spot[last] = value
    return certificate


def test_the_sound_one_is_proven():
    """Everything below spoils this one; it proves what it states, and the plan's bound."""
    assert verify(FAIR, SOUND).proven
    verdict = verify(FAIR, SOUND, plan(19.8))
    assert (verdict.proven, verdict.claimed, verdict.bound) == (True, 19_800, 19_800)
    assert verify(FAIR, SOUND, plan(25.0)).proven
    assert verify(FAIR, SOUND, plan(None)).proven
    assert verify(FAIR, SOUND, [stay("RA", "U1", "01-05")]).proven


# What is stated


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (["bound"], 19.799, "The certificate states a bound of 19.799; its prices prove 19.8."),
        (["bound"], "19.8", "bound: 19.8 is no number of points with 3 decimals."),
        (["bound"], True, "bound: True is no number"),
        (["bound"], float("nan"), "bound: nan is no number"),
        (["bound"], float("inf"), "bound: inf is no number"),
        (["bound"], 19.80001, "bound: 19.80001 is no number"),
        (["bound"], 10**400, "bound: 1000"),
        (["bound"], ..., "The certificate has no bound."),
        (["enumerated"], {"bound": "low"}, "enumerated, bound: low is no number"),
        (["enumerated"], [], "enumerated, bound: None is no number"),
        (["format"], 2, "The format is 2; this version reads format 1."),
        (["format"], True, "The format is True"),
        (["prices_in"], "points", "Prices are in points; expected thousandths of a millipoint."),
        (["colour"], "red", "colour is not a key of a certificate."),
        (["scenario", "sha256"], "0" * 64, "of another state of the scenario"),
        (["scenario"], None, "of another state of the scenario"),
        (["requests"], [], "requests: expected a price for each request"),
        (["requests", "RA"], ..., "requests: RA can be served and has no price."),
        (["requests", "RX"], 0, "requests: the scenario has no request RX."),
        (["requests", "RC"], 0, "requests: RC has a price, but no unit can serve it."),
        (["requests", "RA"], 4e6, "requests, RA: the price is 4000000.0; expected a whole number."),
        (["requests", "RA"], None, "requests, RA: the price is None"),
        (["requests", "RA"], 10**30, "Prices or distances are too large to be counted exactly."),
        (["rooms"], {}, "rooms: expected a list"),
        (["rooms"], [[*ROOM, 0]], "rooms: ['A', '2026-01-06', 0, 0] is not a venue, a day and a price."),
        (["rooms"], [["A", "2026-01-06", -1]], "rooms, A on 2026-01-06: the price is -1; expected"),
        (["rooms"], [["A", "2026-01-06", 0.5]], "rooms, A on 2026-01-06: the price is 0.5; expected"),
        (["rooms"], [["X", "2026-01-06", 1]], "rooms: the scenario has no venue X."),
        (["rooms"], [[["A"], "2026-01-06", 1]], "rooms: the scenario has no venue ['A']."),
        (["rooms"], [["A", "2026-02-02", 1]], "rooms, A on 2026-02-02: expected a day of the horizon"),
        (["rooms"], [["A", "2026-01-04", 1]], "rooms, A on 2026-01-04: expected a day of the horizon"),
        (["rooms"], [["A", "20260106", 1]], "rooms, A on 20260106: expected a day of the horizon"),
        (["rooms"], [["A", 6, 1]], "rooms, A on 6: expected a day of the horizon"),
        (["rooms"], [ROOM, ROOM], "rooms, A on 2026-01-06: this day has two prices."),
        (["instructors"], [["J", "2026-01-06", 1]], "instructors: the scenario has no row of instructors J."),
        (["instructors"], [["I", "2026-01-06", -5]], "instructors, I on 2026-01-06: the price is -5"),
        (["equity"], None, "equity: expected cities"),
        (["equity", "cities"], {"North": 0}, "equity: expected cities"),
        (["equity", "cities", "West"], 0, "equity: expected cities"),
        (["equity", "cap"], 1, "equity: the shares come to 100000001; the scenario's rate is 100000000."),
        (["equity", "cap"], ..., "equity: the share of a city or of the cap is not a whole number"),
        (["equity", "cities", "North"], -1, "equity: the share of a city or of the cap is not a whole"),
        (["segments"], {}, "segments: expected a list"),
        (["segments"], [], "segments: U1 2026-01-05 to 2026-02-01 is missing."),
        (["segments", 0], {"unit": "U1"}, "is not an object with unit, from, to and best."),
        (["segments", 0, "unit"], "U2", "segments, U2 2026-01-05 to 2026-02-01: the unit has no such"),
        (["segments", 0, "to"], "2026-01-31", "segments, U1 2026-01-05 to 2026-01-31: the unit has no"),
        (["segments", 0, "to"], 31, "segments, U1 2026-01-05 to 31: expected a unit's id and two dates."),
        (["segments", 0, "best"], "much", "best is much; expected a whole number."),
        (["segments", 0, "best"], 7_799_999, "has a route worth 7800000; the certificate says 7799999"),
        (["segments", 0, "best"], -(10**40), "has a route worth 7800000; the certificate says -1000"),
    ],
)
def test_what_is_malformed_or_false_is_told(path, value, fault):
    """Each in one sentence that names the spot; the certificate is not believed."""
    verdict = verify(FAIR, changed(path, value), plan(19.8))
    assert any(fault in told for told in verdict.faults), verdict.faults
    assert not verdict.supported
    assert not verdict.proven


@pytest.mark.parametrize("content", [None, 1, "x", [], {}, [[]], {"format": 1}])
def test_what_is_no_certificate_at_all_is_told(content):
    """Anything that JSON can hold, without a traceback."""
    assert verify(FAIR, content).faults


def test_a_segment_that_stands_twice_is_told():
    """Or one of them would count, and nobody knows which."""
    certificate = changed(["segments"], SOUND["segments"] * 2)
    assert verify(FAIR, certificate).faults == (
        "segments, U1 2026-01-05 to 2026-02-01: this stretch stands twice.",
    )


def test_a_rate_of_nothing_has_no_shares():
    """Without equity in the scenario the certificate has none either."""
    plain = world()
    assert verify(plain, blank(plain, equity=SHARES)).faults == (
        "equity: the scenario's rate is 0; expected null.",
    )


# Bounds that are too good


def test_a_plan_that_claims_a_lower_bound_is_not_supported():
    """One millipoint below what the prices prove."""
    verdict = verify(FAIR, SOUND, plan(19.799, score=19.7))
    assert not verdict.supported
    assert verdict.faults == ("The plan claims a bound of 19.799; the certificate supports 19.8.",)


def test_a_bound_by_enumeration_rests_on_the_engine_and_says_so():
    """Prices that prove 20.8 and an engine that claims 19.8: supported, not proven; 19.799 is neither."""
    certificate = changed(["enumerated"], {"bound": 19.8})
    certificate["rooms"] = [["A", "2026-01-06", 1_000_000]]
    certificate["bound"] = 20.8
    verdict = verify(FAIR, certificate, plan(19.8))
    assert (verdict.bound, verdict.enumerated, verdict.claimed) == (20_800, 19_800, 19_800)
    assert (verdict.supported, verdict.rests_on_engine, verdict.proven) == (True, True, False)
    assert verify(FAIR, certificate, plan(20.8)).proven
    assert not verify(FAIR, certificate, plan(19.799)).supported


def test_other_prices_prove_another_bound():
    """Half a point more for a class: the unit earns a point more, the request keeps one less."""
    certificate = changed(["requests", "RA"], 4_500_000)
    verdict = verify(FAIR, certificate)
    assert verdict.bound == 19_800
    (fault,) = verdict.faults
    assert fault.endswith("has a route worth 8800000; the certificate says 7800000 at most.")
    verdict = verify(FAIR, changed(["rooms"], [["A", "2026-01-06", 1_000_000]]))
    assert verdict.bound == 20_800
    assert verdict.faults == ("The certificate states a bound of 19.8; its prices prove 20.8.",)


def _spoil(scenario, certificate, random):
    """One number of a certificate changed, or a price added."""
    amount = random.choice((-1, 1)) * random.choice((1, 10, 1_000, 10**5, 10**7))
    what = random.choice(("requests", "rooms", "instructors", "segments", "equity"))
    if what == "requests" and certificate["requests"]:
        certificate["requests"][random.choice(list(certificate["requests"]))] += amount
    elif what == "equity" and certificate["equity"]:
        shares = certificate["equity"]["cities"]
        shares[random.choice(list(shares))] += amount
        if random.random() < 0.8:
            certificate["equity"]["cap"] -= amount
    elif what in ("rooms", "instructors") and certificate[what] and random.random() < 0.7:
        random.choice(certificate[what])[2] += amount
    elif what in ("rooms", "instructors"):
        rows = scenario.venues if what == "rooms" else scenario.instructors
        if rows:
            on = scenario.start + timedelta(days=random.randrange(scenario.days))
            certificate[what].append([random.choice(rows).id, on.isoformat(), amount])
    else:
        random.choice(certificate["segments"])["best"] += amount


@pytest.mark.usefixtures("compiled_loops")
@pytest.mark.parametrize("seed", [1, 5, 7, 8, 14, 43])
def test_no_tampering_makes_a_false_bound_pass(seed):
    """Certificates that prove the optimum or little more: one millipoint below it is always refused."""
    scenario = tiny(seed)
    best = optimum(scenario).score
    _, sound = proved(scenario, rounds=60, steps=30)
    random = Random(seed)
    for _ in range(60):
        certificate = deepcopy(sound)
        for _ in range(random.choice((1, 1, 2, 5))):
            _spoil(scenario, certificate, random)
        certificate["bound"] = (best - 1) / 1000
        verdict = verify(scenario, certificate)
        assert not verdict.supported
        assert verdict.bound is None or verdict.bound >= best


# The file


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no JSON that a certificate can hold: Expecting value."),
        (b'{"format": 1,', "is no JSON"),
        (b'{"format": 1, "format": 1}', "a key stands twice"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"bound": ' + b"9" * 5_000 + b"}", "is no JSON"),
        (b"\xff\xfe{}", "UTF-16"),
        (b"{}\0", "zero byte"),
    ],
)
def test_a_file_that_is_no_certificate_is_bad_input(content, message, tmp_path):
    """With the file's name."""
    (tmp_path / "certificate.json").write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read_certificate(tmp_path / "certificate.json")
    assert caught.value.issues[0].source == "certificate.json"


def test_a_certificate_comes_back_from_its_file(tmp_path):
    """And proves as much as before."""
    (tmp_path / "certificate.json").write_text(json.dumps(SOUND))
    assert verify(FAIR, read_certificate(tmp_path / "certificate.json")).proven
    with pytest.raises(InputError):
        read_certificate(tmp_path / "none.json")
