"""The OpenAPI description, completed with what routes read by themselves."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.errors import ProblemDocument
from api.schemas import PlanRequest, PlanWhole, WebhookRequest
from optimizer.domain.scenario import Scenario

_READ = (Scenario, PlanRequest, WebhookRequest)
_SENT = (ProblemDocument, PlanWhole)


def describe(app: FastAPI) -> None:
    """Let the app describe itself in full."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title, version=app.version, summary=app.summary, routes=app.routes, tags=_TAGS
            )
            schemas = made["components"]["schemas"]
            schemas |= {**_schemas(_SENT, "serialization"), **schemas, **_schemas(_READ, "validation")}
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
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


_TAGS = [
    {"name": "plans", "description": "Asked for, followed, read in every form."},
    {"name": "scenarios", "description": "What is planned for."},
    {"name": "webhooks", "description": "Be told when a plan has ended."},
    {"name": "demo data", "description": "Scenarios to begin with."},
    {"name": "service", "description": "Health, figures, audit."},
]
