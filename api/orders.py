"""What was asked for, made into an order that can be queued."""

from __future__ import annotations

import asyncio
import json
import re
from functools import partial

from api import demo, reading, scenario_store
from api.context import Context
from api.database import Connection, fetch
from api.errors import Problem
from api.keys import Principal
from api.plan_store import Order
from api.schemas import PlanRequest
from api.size_limits import check_size
from optimizer.domain.scenario import Scenario
from optimizer.formats.words import Language

_PIN = re.compile(r"^/scenario/pins/([0-9]+)")


async def order_of(
    parts: Context, who: Principal, asked: PlanRequest, operation: str, language: Language
) -> Order:
    """
    An order with its scenario found, its rates and pins put in, and all of it judged.

    Parameters
    ----------
    language
        In which issues are told.

    Raises
    ------
    Problem
        ``not-found`` without the scenario, ``too-big-to-plan``, ``invalid`` with all issues.
    """
    scenario, version = asked.scenario, None
    if asked.scenario_id is not None:
        stored = asked.scenario_id

        def look(connection: Connection) -> tuple[bytes, int]:
            row = scenario_store.find(connection, who, stored)
            return fetch(connection, row.content), row.version

        content, version = await parts.database.read(look)
        scenario = Scenario.model_validate_json(content)
    elif asked.demo is not None:
        scenario = await asyncio.to_thread(demo.scenario, asked.demo)
    assert scenario is not None
    if asked.objective is not None or asked.pins:
        scenario = scenario.replace(
            objective=asked.objective or scenario.objective, pins=(*scenario.pins, *asked.pins)
        )
    check_size(parts.settings, scenario, asked.time_limit, language)
    if asked.scenario is not None or asked.pins:
        await asyncio.to_thread(_judge, scenario, len(scenario.pins) - len(asked.pins), language)
    return Order(
        operation=operation,
        name=asked.name,
        tags=asked.tags,
        scenario_name=scenario.name,
        scenario=asked.scenario_id,
        scenario_version=version,
        content=await asyncio.to_thread(reading.packed, scenario),
        options={
            "time_limit": asked.time_limit,
            "gap": asked.gap,
            "seed": asked.seed,
            "deterministic": asked.deterministic,
            "objective": {name: str(value) for name, value in scenario.objective},
        },
        priority=asked.priority,
        drafts=None
        if asked.rotations is None
        else json.dumps([draft.model_dump(mode="json") for draft in asked.rotations]).encode(),
    )


def _judge(scenario: Scenario, own_pins: int, language: Language) -> None:
    """Whether all fits together; issues of pins that came beside the scenario point there."""
    try:
        reading.judged(scenario, "/scenario", language)
    except Problem as problem:
        problem.issues = [
            issue.model_copy(update={"pointer": _PIN.sub(partial(_beside, own_pins), issue.pointer)})
            for issue in problem.issues
        ]
        raise


def _beside(own_pins: int, pin: re.Match[str]) -> str:
    number = int(pin.group(1)) - own_pins
    return f"/pins/{number}" if number >= 0 else pin.group(0)
