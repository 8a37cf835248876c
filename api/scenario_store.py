"""Stored scenarios: every version is kept, a change names the version that it changes."""

from __future__ import annotations

import json
import secrets
from typing import Any

import sqlalchemy as sa

from api import audit
from api.database import Connection, fetch, keep, stamp
from api.errors import Problem, changed
from api.keys import Principal
from api.tables import scenario_versions, scenarios
from optimizer.domain.scenario import Scenario

TABLES = ("depots", "units", "courses", "venues", "requests", "calendar", "instructors", "pins")


def create(connection: Connection, who: Principal, name: str, content: bytes) -> Any:
    """Store a new scenario; gives its row."""
    row = {
        "id": f"sc_{secrets.token_hex(12)}",
        "workspace": who.workspace,
        "name": name,
        "version": 1,
        "content": keep(connection, content),
        "created_at": stamp(),
    }
    row["updated_at"] = row["created_at"]
    connection.execute(sa.insert(scenarios).values(**row))
    _note_version(connection, who, row)
    audit.record(connection, who.workspace, who.actor, "scenario.create", str(row["id"]))
    return find(connection, who, str(row["id"]))


def change(
    connection: Connection, who: Principal, scenario: str, version: int, name: str, content: bytes
) -> Any:
    """
    Store a scenario's next version; gives its row.

    Raises
    ------
    Problem
        ``changed`` when the stored version is another than the one to be changed.
    """
    row = connection.execute(
        sa.update(scenarios)
        .where(
            scenarios.c.id == scenario,
            scenarios.c.workspace == who.workspace,
            scenarios.c.version == version,
        )
        .values(name=name, version=version + 1, content=keep(connection, content), updated_at=stamp())
        .returning(scenarios)
    ).first()
    if row is None:
        raise changed(find(connection, who, scenario).version)
    _note_version(connection, who, dict(row._mapping))
    audit.record(connection, who.workspace, who.actor, "scenario.change", scenario, version=version + 1)
    return row


def delete(connection: Connection, who: Principal, scenario: str, version: int) -> None:
    """
    Delete a scenario and its versions; plans made for it keep what they were made for.

    Raises
    ------
    Problem
        ``changed`` as for `change`.
    """
    condition = (scenarios.c.id == scenario, scenarios.c.workspace == who.workspace)
    gone = connection.execute(sa.delete(scenarios).where(*condition, scenarios.c.version == version))
    if gone.rowcount == 0:
        raise changed(find(connection, who, scenario).version)
    connection.execute(sa.delete(scenario_versions).where(scenario_versions.c.scenario == scenario))
    audit.record(connection, who.workspace, who.actor, "scenario.delete", scenario)


def find(connection: Connection, who: Principal, scenario: str) -> Any:
    """
    A scenario's row.

    Raises
    ------
    Problem
        ``not-found`` when there is none in this workspace.
    """
    condition = (scenarios.c.id == scenario, scenarios.c.workspace == who.workspace)
    row = connection.execute(sa.select(scenarios).where(*condition)).first()
    if row is None:
        raise Problem("not-found", "There is no such scenario here.")
    return row


def info(connection: Connection, row: Any) -> dict[str, Any]:
    """What is told about a scenario without its tables."""
    content = json.loads(fetch(connection, row.content))
    return {
        "id": row.id,
        "name": row.name,
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "sizes": {table: len(content.get(table, ())) for table in TABLES},
    }


def sizes(scenario: Scenario) -> dict[str, int]:
    """Rows per table."""
    return {table: len(getattr(scenario, table)) for table in TABLES}


def _note_version(connection: Connection, who: Principal, row: dict[str, Any]) -> None:
    connection.execute(
        sa.insert(scenario_versions).values(
            scenario=row["id"],
            version=row["version"],
            content=row["content"],
            created_at=row["updated_at"],
            created_by=who.actor,
        )
    )
