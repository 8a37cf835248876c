"""
Routes of one kind of unit that are worth most at given prices, by labelling in order of time.

A label is a way that ends with a job: when the unit is free, what the way is worth, and which jobs it
remembers. With ng-memories (Baldacci, Mingozzi & Roberti 2011) a job is remembered only while the jobs
visited since keep it in theirs; with whole memories ways are elementary. Run on the reversed layout the
same loop gives completion bounds, which cut off ways that cannot become worth enough.

A way is charged for every second job that it does of three with a row of their own (`rows.py`). Which rows
wait for their second job is part of a label, and one that waits for more gives way only to what is better by
all that it might still be charged (Jepsen, Petersen, Spoorendonk & Pisinger 2008).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.core.windows import NEVER
from optimizer.solvers.windows.layout import Layout, finish
from optimizer.solvers.windows.rows import Charges

Flat = NDArray[np.int64]
Masks = NDArray[np.uint64]

EXACT, TIME_ONLY, SAME_SET = 0, 1, 2
"""
When a label gives way to one that is free no later and worth no less: where that remembers nothing
more (exact), always (heuristic: few labels), where it has done the same jobs (enumeration).
"""
SLOTS = 2048
"""Slices of time by which labels wait."""
HASHED = 1 << 16


class Ways(NamedTuple):
    """Labels as parallel arrays."""

    job: Flat
    free: Flat
    value: Flat
    """Without the way home."""
    before: Flat
    """Label that was extended; -1 at the first job."""
    settled: Flat
    """Labels that were not dominated, in order of time but for those of one slice."""
    home: Flat
    """Labels from which the way home is in time and worth more than asked for."""
    home_value: Flat
    """What such a route is worth in all."""
    complete: bool
    """Whether every way was looked at."""


class Completion(NamedTuple):
    """
    The most that may follow: from an arrival at job ``j`` no later than ``late[k]`` at most ``value[k]``.

    Steps ``at[j] .. at[j + 1] - 1`` are job ``j``'s, ``late`` falling and ``value`` rising.
    """

    at: Flat
    late: Flat
    value: Flat


@njit(cache=True, nogil=True)
def follow(completion: Completion, job: int, arrival: int) -> int:
    """The most that an arrival at a job may still lead to, the job included; ``-NEVER``: too late."""
    low, high = completion.at[job], completion.at[job + 1]
    begin = low
    # The last step whose arrival is late enough.
    while low < high:
        middle = (low + high) // 2
        if completion.late[middle] >= arrival:
            low = middle + 1
        else:
            high = middle
    return completion.value[low - 1] if low > begin else -NEVER


@njit(cache=True, nogil=True)
def label_ways(
    layout: Layout,
    kind: int,
    price: Flat,
    fine: int,
    every: bool,
    memory: Masks,
    charges: Charges,
    completion: Completion,
    more_than: int,
    rule: int,
    most: int,
    stop: NDArray[np.bool_],
) -> Ways:
    """
    Every way of one kind of unit that may become worth more than ``more_than``.

    Parameters
    ----------
    price
        What doing each job is worth, shape (jobs,).
    fine
        Units of ``price`` in a millipoint.
    every
        Whether jobs count that are worth less than any detour saves (see `Layout.shortcut`). No route is
        worth more with one than without.
    memory
        Per job the set of jobs that a visit to it keeps remembered, itself included; shape (jobs, words).
    charges
        What ways are charged for. Heuristic labels take no notice of it when they give way.
    completion
        Bounds on what may follow, as if nothing was charged; without steps, none are used.
    rule
        ``EXACT``, ``TIME_ONLY`` or ``SAME_SET``.
    most
        Labels after which to give up.
    """
    jobs, kinds = len(layout.prize), len(layout.leave)
    words = memory.shape[1]
    bounded = len(completion.at) > 0
    size = min(most, 4096)
    node = np.empty(size, np.int64)
    free = np.empty(size, np.int64)
    value = np.empty(size, np.int64)
    before = np.empty(size, np.int64)
    waits = np.empty(size, np.int64)
    better = np.empty(size, np.int64)
    known = np.empty((size, words), np.uint64)
    row_words = (len(charges.charge) + 63) // 64
    waits_for = np.empty((size, row_words), np.uint64)
    open_rows = np.zeros(row_words, np.uint64)
    settled = np.empty(size, np.int64)
    home = np.empty(1024, np.int64)
    home_value = np.empty(1024, np.int64)
    count, settled_count, home_count = 0, 0, 0
    complete = True
    able = np.empty(jobs, np.int64)
    able_count = 0
    for job in range(jobs):
        if layout.eligible[kind, job] and (every or price[job] > -layout.shortcut * fine):
            able[able_count] = job
            able_count += 1
    origin, destination = jobs + kind, jobs + kinds + kind
    leave, back = layout.leave[kind], layout.back[kind]
    width = max(1, (back - leave) // SLOTS + 1)
    slot = np.full(SLOTS + 1, -1, np.int64)
    # Settled labels of each job: a list from the most worth down, or by hash of the set of jobs.
    lists = HASHED if rule == SAME_SET else jobs
    head = np.full(lists, -1, np.int64)
    own = np.zeros(words, np.uint64)
    waiting = np.empty(1024, np.int64)
    at_slot = -1
    current = -1
    queue_count, queue_at = 0, 0
    looked = 0
    while True:
        # Extend the current label (-1: the origin) to every job.
        if current < 0:
            here, now, worth = origin, leave, 0
        else:
            here, now, worth = node[current], free[current], value[current]
        for number in range(able_count):
            job = able[number]
            word, bit = job >> 6, np.uint64(1) << np.uint64(job & 63)
            if current >= 0 and known[current, word] & bit:
                continue
            arrival = now + layout.travel[here, job]
            end = finish(layout, job, arrival)
            if end == NEVER or end + layout.nearest[job, destination] > back:
                continue
            gained = worth - layout.cost[here, job] * fine
            for w in range(row_words):
                open_rows[w] = waits_for[current, w] if current >= 0 else np.uint64(0)
            for each in range(charges.at[job], charges.at[job + 1]):
                row = charges.row[each]
                mask = np.uint64(1) << np.uint64(row & 63)
                if open_rows[row >> 6] & mask:
                    gained -= charges.charge[row]
                open_rows[row >> 6] ^= mask
            if bounded:
                rest = follow(completion, job, arrival)
                if rest == -NEVER or gained + rest <= more_than:
                    continue
            gained += price[job]
            for w in range(words):
                own[w] = np.uint64(0)
            if current >= 0:
                for w in range(words):
                    own[w] = known[current, w] & memory[job, w]
            own[word] |= bit
            if rule == EXACT:
                # What cannot be reached any more counts as remembered: it makes no difference.
                for other in range(jobs):
                    mask = np.uint64(1) << np.uint64(other & 63)
                    forgotten = memory[job, other >> 6] & mask and not own[other >> 6] & mask
                    if forgotten and end + layout.nearest[job, other] > layout.closing[other]:
                        own[other >> 6] |= mask
                # Dominated already by a settled label?
                at = head[job]
                dominated = False
                steps = 0
                while at >= 0 and value[at] >= gained and steps < 24:
                    steps += 1
                    subset = free[at] <= end
                    for w in range(words):
                        if known[at, w] & ~own[w]:
                            subset = False
                            break
                    if subset and value[at] - _owed(waits_for[at], open_rows, charges.charge) >= gained:
                        dominated = True
                        break
                    at = better[at]
                if dominated:
                    continue
            if count == size:
                if size >= most:
                    complete = False
                    break
                grown = min(most, size * 2)
                node = _grown(node, grown)
                free = _grown(free, grown)
                value = _grown(value, grown)
                before = _grown(before, grown)
                waits = _grown(waits, grown)
                better = _grown(better, grown)
                settled = _grown(settled, grown)
                wider = np.empty((grown, words), np.uint64)
                wider[:size] = known
                known = wider
                wider = np.empty((grown, row_words), np.uint64)
                wider[:size] = waits_for
                waits_for = wider
                size = grown
            node[count], free[count], value[count], before[count] = job, end, gained, current
            for w in range(words):
                known[count, w] = own[w]
            for w in range(row_words):
                waits_for[count, w] = open_rows[w]
            place = min((end - leave) // width, SLOTS)
            # A stay of no length must not fall behind what is being worked at.
            place = max(place, at_slot)
            waits[count] = slot[place]
            slot[place] = count
            count += 1
        if not complete:
            break
        # The next label that is not dominated.
        current = -1
        while current < 0:
            if queue_at == queue_count:
                at_slot = max(at_slot, 0)
                while at_slot <= SLOTS and slot[at_slot] < 0:
                    at_slot += 1
                if at_slot > SLOTS:
                    break
                queue_count, queue_at = 0, 0
                at = slot[at_slot]
                slot[at_slot] = -1
                while at >= 0:
                    if queue_count == len(waiting):
                        waiting = _grown(waiting, 2 * queue_count)
                    waiting[queue_count] = at
                    queue_count += 1
                    at = waits[at]
                # Earliest first, of equals the one worth most.
                by_value = waiting[:queue_count][np.argsort(-value[waiting[:queue_count]], kind="mergesort")]
                waiting[:queue_count] = by_value[np.argsort(free[by_value], kind="mergesort")]
            candidate = waiting[queue_at]
            queue_at += 1
            job = node[candidate]
            entry = job
            if rule == SAME_SET:
                mixed = np.uint64(job + 1) * np.uint64(0x9E3779B97F4A7C15)
                for w in range(words):
                    mixed = (mixed ^ known[candidate, w]) * np.uint64(0xFF51AFD7ED558CCD)
                    mixed ^= mixed >> np.uint64(33)
                entry = np.int64(mixed & np.uint64(HASHED - 1))
            at, last = head[entry], -1
            dominated = False
            while at >= 0 and (rule == SAME_SET or value[at] >= value[candidate]):
                if free[at] > free[candidate]:
                    pass
                elif rule == TIME_ONLY:
                    dominated = True
                elif rule == EXACT:
                    dominated = True
                    for w in range(words):
                        if known[at, w] & ~known[candidate, w]:
                            dominated = False
                            break
                    if dominated and row_words:
                        owed = _owed(waits_for[at], waits_for[candidate], charges.charge)
                        dominated = value[at] - owed >= value[candidate]
                elif node[at] == job and value[at] >= value[candidate]:
                    dominated = True
                    for w in range(words):
                        if known[at, w] != known[candidate, w]:
                            dominated = False
                            break
                if dominated:
                    break
                last = at
                at = better[at]
            if dominated:
                continue
            better[candidate] = at
            if last < 0:
                head[entry] = candidate
            else:
                better[last] = candidate
            current = candidate
        if current < 0:
            break
        settled[settled_count] = current
        settled_count += 1
        if free[current] + layout.travel[node[current], destination] <= back:
            total = value[current] - layout.cost[node[current], destination] * fine
            if total > more_than:
                if home_count == len(home):
                    home = _grown(home, 2 * home_count)
                    home_value = _grown(home_value, 2 * home_count)
                home[home_count], home_value[home_count] = current, total
                home_count += 1
        looked += 1
        if looked & 255 == 0 and stop[0]:
            complete = False
            break
    return Ways(
        node[:count],
        free[:count],
        value[:count],
        before[:count],
        settled[:settled_count],
        home[:home_count],
        home_value[:home_count],
        complete,
    )


@njit(cache=True, nogil=True)
def _owed(one: NDArray[np.uint64], other: NDArray[np.uint64], charge: Flat) -> int:
    """What the first label may still be charged more than the second."""
    total = 0
    for w in range(len(one)):
        more = one[w] & ~other[w]
        if more:
            for bit in range(min(64, len(charge) - 64 * w)):
                if more >> np.uint64(bit) & np.uint64(1):
                    total += charge[64 * w + bit]
    return total


@njit(cache=True, nogil=True)
def _grown(array: Flat, size: int) -> Flat:
    wider = np.empty(size, np.int64)
    wider[: len(array)] = array
    return wider


@njit(cache=True, nogil=True)
def completions(backward: Ways, end: int, jobs: int) -> Completion:
    """Completion bounds from the ways of the reversed layout that turns at ``end``."""
    # Within a slice of time a label may have been settled before one that is free earlier.
    in_time = backward.settled[np.argsort(backward.free[backward.settled], kind="mergesort")]
    counts = np.zeros(jobs + 1, np.int64)
    top = np.full(jobs, -NEVER, np.int64)
    for label in in_time:
        job = backward.job[label]
        if backward.value[label] > top[job]:
            top[job] = backward.value[label]
            counts[job + 1] += 1
    at = np.cumsum(counts)
    late = np.empty(at[jobs], np.int64)
    value = np.empty(at[jobs], np.int64)
    top[:] = -NEVER
    filled = at[:-1].copy()
    for label in in_time:
        job = backward.job[label]
        if backward.value[label] > top[job]:
            top[job] = backward.value[label]
            late[filled[job]] = end - backward.free[label]
            value[filled[job]] = backward.value[label]
            filled[job] += 1
    return Completion(at, late, value)


@njit(cache=True, nogil=True)
def best_start(layout: Layout, kind: int, fine: int, completion: Completion) -> int:
    """The most that a whole route may be worth."""
    origin = len(layout.prize) + kind
    best = -NEVER
    for job in range(len(layout.prize)):
        rest = follow(completion, job, layout.leave[kind] + layout.travel[origin, job])
        if rest > -NEVER:
            best = max(best, rest - layout.cost[origin, job] * fine)
    return best
