"""The OpenAPI description, completed with what routes read by themselves."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.errors import ProblemDocument
from api.schemas import News, PlanRequest, PlanWhole, WebhookRequest
from optimizer.domain.scenario import Scenario
from optimizer.formats.column_help import HELP

_READ = (Scenario, PlanRequest, WebhookRequest)
_SENT = (ProblemDocument, PlanWhole, News)


def describe(app: FastAPI) -> None:
    """Let the app describe itself in full."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=_GUIDE,
                routes=app.routes,
                tags=_TAGS,
            )
            schemas = made["components"]["schemas"]
            schemas |= {**_schemas(_SENT, "serialization"), **schemas, **_schemas(_READ, "validation")}
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            for (table, column), meaning in HELP.items():
                part, _, key = column.rpartition(".")
                schemas[_SCHEMAS[part or table]]["properties"][key]["description"] = meaning
            # A credit may be written as a number too, which its type does not show.
            credit = schemas["CalendarRow"]["properties"]["credit"]
            credit["anyOf"] = [
                {"type": credit.pop("type")},
                {"type": "integer", "minimum": 0, "maximum": 100},
            ]
            made["components"]["schemas"] = dict(sorted(schemas.items()))
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _schemas(models: tuple[type[BaseModel], ...], mode: Literal["validation", "serialization"]) -> Any:
    pairs = [(model, mode) for model in models]
    return models_json_schema(pairs, ref_template="#/components/schemas/{model}")[1]["$defs"]


def text(app: FastAPI) -> str:
    """The description as it is committed."""
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


#: By the table or the dotted key's first word: the schema whose properties the help texts tell.
_SCHEMAS = {
    "scenario": "Scenario",
    "moves": "Moves",
    "travel": "Travel",
    "objective": "Objective",
    "depots": "Depot",
    "units": "Unit",
    "courses": "Course",
    "venues": "Venue",
    "requests": "Request",
    "calendar": "CalendarRow",
    "instructors": "Instructors",
    "pins": "Pin",
    "distances": "Distance",
}

_GUIDE = """
A client does five things:

1. **Upload**: `POST /v1/scenarios` with JSON, a workbook, or a zip of `scenario.toml` and the CSV files
   (`GET /v1/template` is an empty start; `GET /v1/demo-data/{name}` shows a full one). `?dry_run=true` only
   validates. What is wrong is answered with 422 and told in `errors`: code, pointer or cell, message, hint;
   in Indonesian with `language=id`.
2. **Plan**: `POST /v1/plans` with `{"scenario_id": "...", "time_limit": 30}` answers 202; `id` names the
   plan.
3. **Follow**: `GET /v1/plans/{plan}/events`, or read `GET /v1/plans/{plan}` every few seconds. A plan goes
   from `queued` to `running` and ends as `completed`, `stopped` (by `POST .../stop`, keeping the best),
   `failed` (`error` says why) or `cancelled`. Moments after it began, `best_rotations` hold a valid plan.
4. **Show**: `plan` of the finished plan holds rotations, scores, units and cities; `GET .../unserved` says
   who is left over and why, in English or Indonesian; `GET .../calendar` what each day is. Names and
   coordinates stand in `GET .../scenario`, by the ids that rotations speak of. A schedule is a row for each
   unit and a bar for each of its rotations, from `start` to the end of `end`. On a map a unit drives from its
   depot to its venues by `start`, and home after the last; also where a time `at_depot` lies between two.
   `GET .../figures/gantt`, `map` and `coverage` are the same ready drawn.
5. **Download**: `GET /v1/plans/{plan}.xlsx`, or `.html`, `.csv`, `.ics`, `.geojson`, `.json`.

To plan again around some rotations, post the scenario with them as `pins`.

Where the service asks for a key, each request carries `Authorization: Bearer ...`; roles are viewer,
planner and admin. Every error is a problem document. Days are ISO dates, both ends included; scores are in
points, shares and gaps between 0 and 1. `bound` is a proven limit that no plan can exceed.
""".strip()

_TAGS = [
    {"name": "plans", "description": "Asked for, followed, read in every form."},
    {"name": "scenarios", "description": "What is planned for."},
    {"name": "webhooks", "description": "Be told when a plan has ended."},
    {"name": "demo data", "description": "Scenarios to begin with."},
    {"name": "service", "description": "Health, figures, audit."},
]
