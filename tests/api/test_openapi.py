"""The committed OpenAPI file is the service's, and every route is described in full."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.openapi import text
from tests.api.world import Service

FILE = Path(__file__).parents[2] / "api" / "openapi.json"


@pytest.fixture
def app(service: Service) -> FastAPI:
    """The app of the service."""
    return service.app


def test_the_committed_description_is_the_services(app: FastAPI):
    """Renew it with: python -m api.openapi_file"""
    assert FILE.read_text() == text(app)


def test_every_route_tells_its_errors_as_problems(app: FastAPI):
    """Each 4xx and 5xx of each route has the one shape."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            assert operation["operationId"], (method, path)
            for status, answer in operation["responses"].items():
                if status[0] in "45" and path != "/health/ready":
                    assert list(answer["content"]) == ["application/problem+json"], (method, path, status)


def test_a_client_needs_nothing_but_the_description(app: FastAPI):
    """Every parameter, every column of a scenario and every figure of a plan says what it is."""
    described = app.openapi()
    silent = [
        f"{method} {path} {parameter['name']}"
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]
    tables = ("Depot", "Unit", "Course", "Venue", "Request", "CalendarRow", "Instructors", "Pin", "Objective")
    silent += [
        f"{name}.{key}"
        for name in (*tables, "News")
        for key, field in described["components"]["schemas"][name]["properties"].items()
        if not field.get("description")
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/plans", "GET, POST"),
        ("/v1/plans/pl_1", "DELETE, GET"),
        ("/v1/plans/pl_1.csv", "GET"),
        ("/v1/scenarios/sc_1", "DELETE, GET, PUT"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(client: httpx.Client, path: str, allowed: str):
    """405 with what the description has for that address; a file is not the plan that it is of."""
    refused = client.patch(path)
    assert (refused.status_code, refused.headers["Allow"]) == (405, allowed)
