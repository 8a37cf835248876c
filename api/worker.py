"""A worker: takes plans from the queue, has them computed, and publishes each once."""

from __future__ import annotations

import json
import logging
import os
import resource
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from api import plan_life
from api.database import Database, fetch
from api.jobs import work
from api.plan_life import Claim
from api.settings import Settings
from optimizer.exceptions import InputError

if TYPE_CHECKING:
    from optimizer.domain.plan import Plan
    from optimizer.domain.scenario import Scenario
    from optimizer.planner import News

log = logging.getLogger("mtu.worker")

#: Seconds between two looks whether a plan shall stop.
WATCH = 0.2
#: Seconds before a plan is begun anew after storage failed.
AWAY = 1.0
#: Least seconds between two stored news of one plan, and between two stored best plans.
NEWS_EVERY = 0.5
BEST_EVERY = 2.0


def run(settings: Settings, leave: threading.Event) -> None:
    """
    Work until asked to leave; a plan under way is then left to the next worker.

    Parameters
    ----------
    settings
        The database must be migrated.
    leave
        Set it to end.
    """
    # The service answers first, then come the sums.
    os.nice(5)
    limit = settings.memory_per_plan_mb * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
    database = Database(settings.database)
    desk = Desk(database, settings.max_attempts, leave)
    work(database, desk.compute, leave)


class Desk:
    """
    Where one plan at a time is computed.

    Parameters
    ----------
    database
        Where plans stand.
    most_attempts
        How often a plan is begun.
    leave
        Set when this worker is to end.
    """

    def __init__(self, database: Database, most_attempts: int, leave: threading.Event) -> None:
        self._database = database
        self._most_attempts = most_attempts
        self._leave = leave

    def compute(self, plan: str) -> None:
        """
        Compute a plan and publish it; does nothing where the plan has ended meanwhile.

        Storage that fails is no end: an error that left here would end the plan for the
        queue, and nobody would take it up again. It is begun anew until storage answers.
        """
        while not self._leave.is_set():
            try:
                self._attempt(plan)
                return
            except sa.exc.DBAPIError:
                log.warning("plan %s waits for the storage", plan)
                self._leave.wait(AWAY)
        self._leave_to_the_next()

    def _attempt(self, plan: str) -> None:
        with self._database.writing() as connection:
            mine = plan_life.claim(connection, plan, self._most_attempts)
        if mine is None:
            return
        try:
            self._compute(mine)
        except sa.exc.DBAPIError:
            raise
        except InputError as error:
            self._fail(mine, f"The scenario cannot be planned: {error.issues[0].message}")
        except MemoryError:
            self._fail(mine, "The plan needs more memory than a plan may take.")
        except Exception:
            log.exception("plan %s failed", plan)
            self._fail(mine, "A fault of the planner; the log has the details.")

    def _leave_to_the_next(self) -> None:
        """End this process's part as a crash would: the plan waits for the next worker."""
        threading.Event().wait()

    def _compute(self, mine: Claim) -> None:
        from optimizer.domain.scenario import Scenario

        with self._database.reading() as connection:
            scenario = Scenario.model_validate_json(fetch(connection, mine.row.content))
        if mine.row.operation == "check":
            self._check(mine, scenario)
        else:
            self._solve(mine, scenario)

    def _check(self, mine: Claim, scenario: Scenario) -> None:
        from api.judging import judge

        with self._database.reading() as connection:
            drafts = json.loads(fetch(connection, mine.row.drafts))
        plan, violations = judge(scenario, drafts)
        self._publish(mine, "completed", plan, violations)

    def _solve(self, mine: Claim, scenario: Scenario) -> None:
        import optimizer

        stop, over = threading.Event(), threading.Event()
        watcher = threading.Thread(target=self._watch, args=(mine, stop, over), daemon=True)
        watcher.start()
        reporter = Reporter(self._database, mine)
        try:
            options = json.loads(mine.row.options)
            plan = optimizer.plan(
                scenario,
                time_limit=options["time_limit"],
                gap=options["gap"],
                seed=options["seed"],
                deterministic=options["deterministic"],
                on_progress=reporter,
                stop=stop,
            )
        finally:
            over.set()
        watcher.join()
        if self._leave.is_set():
            self._leave_to_the_next()
        with self._database.reading() as connection:
            asked = plan_life.wish(connection, mine)
        if asked != "leave":
            status = "stopped" if asked == "stop" and plan.status != "optimal" else "completed"
            self._publish(mine, status, plan, None)

    def _watch(self, mine: Claim, stop: threading.Event, over: threading.Event) -> None:
        while not over.wait(WATCH):
            # A storage that does not answer for a while is no reason to stop.
            with suppress(sa.exc.DBAPIError), self._database.reading() as connection:
                if self._leave.is_set() or plan_life.wish(connection, mine):
                    stop.set()
                    return

    def _publish(self, mine: Claim, status: str, plan: Plan, violations: list[dict[str, Any]] | None) -> None:
        proof = "optimal" if plan.status == "optimal" else "none" if plan.bound is None else "gap"
        body = plan.to_json(facts=True).encode()
        for pause in (1, 2, 4, 8, 16, 32, 64, None):
            try:
                with self._database.writing() as connection:
                    plan_life.publish(
                        connection,
                        mine,
                        status,
                        body,
                        score=plan.score,
                        bound=plan.bound,
                        gap=plan.gap,
                        proof=proof,
                        violations=violations,
                        warning=plan.warning,
                    )
                return
            except sa.exc.DBAPIError:
                # Full or away for a while: what took minutes to compute is worth some patience.
                if pause is None or self._leave.is_set():
                    raise
                log.warning("plan %s cannot be stored; trying again in %d s", mine.plan, pause)
                time.sleep(pause)

    def _fail(self, mine: Claim, text: str) -> None:
        with self._database.writing() as connection:
            plan_life.fail(connection, mine, text)


class Reporter:
    """Stores a plan's news, not more often than somebody could read them."""

    def __init__(self, database: Database, mine: Claim) -> None:
        self._database = database
        self._mine = mine
        self._told = self._kept = -1e9
        self._phase: str | None = None
        self._score: float | None = None

    def __call__(self, news: News) -> None:
        """Take in news; storage that fails for a while costs only the news."""
        now = time.monotonic()
        first = self._score is None
        if news.phase == self._phase and now - self._told < NEWS_EVERY and not first:
            return
        self._told, self._phase = now, news.phase
        best = None
        if news.score != self._score and now - self._kept >= BEST_EVERY:
            self._kept = now
            best = _rotations(news)
        self._score = news.score
        with suppress(sa.exc.DBAPIError), self._database.writing() as connection:
            plan_life.tell(connection, self._mine, _as_dict(news), best)


def _as_dict(news: News) -> dict[str, Any]:
    return {
        "seconds": round(news.seconds, 3),
        "phase": news.phase,
        "score": news.score,
        "bound": news.bound,
        "gap": news.gap,
        "people": news.people,
        "km": round(news.km, 3),
    }


def _rotations(news: News) -> bytes:
    from optimizer.checker import complete

    drafts = news.compiled.rotations(news.result.solution)
    rows = [row.model_dump(mode="json") for row in complete(news.compiled.scenario, drafts).rotations]
    return json.dumps(rows).encode()
