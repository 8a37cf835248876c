"""The most that a route is worth, against trying them all."""

from collections import Counter
from random import Random

import numpy as np
import pytest

from optimizer.certificate.network import Network, Visit
from optimizer.certificate.roads import TooLargeError
from optimizer.certificate.routes import most_worth
from optimizer.certificate.walk import Memory

FAR_BELOW = -(10**9)


def network(days, visits, often, cost, gap, **ends):
    """A network of places whose ends cost nothing, unless given."""
    places = len(cost)
    fields = {
        "out": [0] * places,
        "back": [0] * places,
        "ready": [0] * places,
        "close": [days] * places,
        **ends,
    }
    idle = fields.pop("idle", 0)
    arrays = {name: np.array(values, dtype=np.int64) for name, values in fields.items()}
    matrices = {"cost": np.array(cost, dtype=np.int64), "gap": np.array(gap, dtype=np.int64)}
    return Network(days=days, visits=tuple(visits), often=tuple(often), idle=idle, **matrices, **arrays)


def best_of_all(net):
    """Every route, one after the other."""
    best = net.idle

    def go_on(worth, place, free, done):
        nonlocal best
        if place is not None and free <= net.close[place]:
            best = max(best, worth - int(net.back[place]))
        for visit in net.visits:
            if done[visit.request] == net.often[visit.request]:
                continue
            if place is None:
                first, cost = net.ready[visit.place], net.out[visit.place]
            else:
                first, cost = free + net.gap[place, visit.place], net.cost[place, visit.place]
            if visit.start >= first:
                go_on(
                    worth - int(cost) + visit.earns, visit.place, visit.free, done + Counter([visit.request])
                )

    go_on(0, None, 0, Counter())
    return best


def wild(random):
    """
    Places with one-way costs and short cuts by detours, stays that may earn less than nothing.

    Half of them have few requests and many stays, so that routes without memory repeat themselves.
    """
    few = random.random() < 0.5
    places, requests, days = random.randint(1, 3), random.randint(1, 3 if few else 5), random.randint(3, 14)
    dear = random.choice((2, 30))
    where = [random.randrange(places) for _ in range(requests)]
    visits = [
        Visit(start, start + length, request, where[request], random.randint(-8, 30))
        for request in range(requests)
        for start in random.sample(range(days), min(days, random.randint(3, 6 if few else 4)))
        for length in [random.randint(1, 2 if few else 4)]
        if start + length <= days
    ]
    return network(
        days,
        sorted(visits),
        [random.choice((1, 1, 1, 2, 3)) for _ in range(requests)],
        [[random.randint(0, dear) * (a != b) for b in range(places)] for a in range(places)],
        [[random.choice((0, 1, 1, 2, 4)) * (a != b) for b in range(places)] for a in range(places)],
        out=[random.randint(0, dear) for _ in range(places)],
        back=[random.randint(0, dear) for _ in range(places)],
        ready=[random.choice((0, 0, 1, 3, days + 2)) for _ in range(places)],
        close=[days - random.choice((0, 0, 1, 3, days + 5)) for _ in range(places)],
        idle=random.choice((0, 0, -3)),
    )


@pytest.mark.parametrize("part", range(3))
def test_no_route_is_worth_more_and_one_is_worth_that_much(part):
    """Forwards and backwards, from any floor: the best of all routes, or the floor where that is higher."""
    for seed in range(70 * part, 70 * part + 70):
        random = Random(seed)
        net = wild(random)
        best = best_of_all(net)
        for floor in (FAR_BELOW, best - 1, best, best + 5, random.randint(-20, 40)):
            found = most_worth(net.mirrored() if seed % 2 else net, floor)
            assert (found.worth, found.settled) == (max(best, floor), True), (seed, floor)


def test_a_request_is_done_only_so_often():
    """
    Three stays of one request on end and one of another: 10 + 10 + 3 where it may be done twice.
    """
    visits = [Visit(0, 1, 0, 0, 10), Visit(1, 2, 0, 0, 10), Visit(1, 2, 1, 0, 3), Visit(2, 3, 0, 0, 10)]
    for often, worth in ((1, 13), (2, 23), (3, 30)):
        assert most_worth(network(3, visits, [often, 1], [[0]], [[0]]), FAR_BELOW).worth == worth


def test_a_detour_may_be_shorter_than_the_way():
    """From 0 to 2 costs 50, by way of 1 only 2: a stay at 1 that loses 5 is worth its while."""
    cost = [[0, 1, 50], [50, 0, 1], [50, 50, 0]]
    visits = [Visit(0, 1, 0, 0, 20), Visit(1, 2, 1, 1, -5), Visit(2, 3, 2, 2, 20)]
    net = network(3, visits, [1, 1, 1], cost, np.zeros((3, 3)))
    assert most_worth(net, FAR_BELOW).worth == 20 - 1 - 5 - 1 + 20


def test_no_route_at_all_is_worth_the_empty_one():
    """Between two pinned stays the unit drives all the same."""
    assert most_worth(network(4, [], [], np.zeros((0, 0)), np.zeros((0, 0)), idle=-7), FAR_BELOW).worth == -7


def test_too_much_work_is_told_with_a_value_that_holds():
    """Not settled, and no less than the best."""
    visits = [
        Visit(start, start + 1, request, 0, 10 + request) for start in range(12) for request in range(12)
    ]
    net = network(12, sorted(visits), [1] * 12, [[0]], [[0]])
    found = most_worth(net, FAR_BELOW, most_labels=50)
    assert not found.settled
    # All twelve, once each: 10 + 11 + ... + 21.
    assert found.worth >= sum(range(10, 22))


def test_numbers_beyond_64_bits_are_refused():
    """A price of 10^30 is not counted wrongly; it is not counted."""
    with pytest.raises(TooLargeError):
        network(2, [Visit(0, 1, 0, 0, 10**30)], [1], [[0]], [[0]]).guard()


def test_memory_counts_a_request_between_others():
    """Learnt from 0 1 0 2 0, where 0 may be done twice: 0 1 0 2 leaves no third time, 3 forgets."""
    memory = Memory([2, 1, 1, 1])
    assert memory.repeats([0, 1, 0, 2, 0])
    assert not memory.repeats([0, 1, 0, 2])
    memory.learn([0, 1, 0, 2, 0])

    def after(*route):
        held: int | None = 0
        for request in route:
            assert held is not None
            held = memory.after(held, request)
        assert held is not None
        return held

    assert memory.after(after(0, 1, 0, 2), request=0) is None
    assert memory.after(after(0, 1, 2), request=0) is not None
    assert memory.after(after(0, 1, 0, 3), request=0) is not None
