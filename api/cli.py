"""
``mtu`` with the commands of the service beside those of the planner.

The planner's commands know nothing of the service; this one adds to them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer import cli
from optimizer.cli import commands
from optimizer.cli.exits import BAD_INPUT, DONE, guarded, print_json, say

if TYPE_CHECKING:
    from api.settings import Settings

# One of its own: the planner's own command line stays as it is.
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(commands.mtu)
app.registered_commands += commands.app.registered_commands
key_app = typer.Typer(no_args_is_help=True, help="Make, list and revoke API keys.", rich_markup_mode=None)
app.add_typer(key_app, name="key")

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="URL", help="sqlite:///FILE or postgresql://...; MTU_DATABASE says the same."
    ),
]


@app.command()
@guarded
def serve(
    database: DatabaseOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on [127.0.0.1].")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on [8080].")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that compute plans.")] = None,
) -> int:
    """Serve plans over HTTP; `mtu settings` lists every setting."""
    settings = _settings(database=database, host=host, port=port, workers=workers)
    if settings is None:
        return BAD_INPUT
    from api.migrate import SchemaError
    from api.serve import RefusedError, serve, set_up_logging

    # uvicorn raises the signal again once it has shut down; so all the rest is closed as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(DONE))
    set_up_logging(settings)
    try:
        serve(settings)
    except (RefusedError, SchemaError) as error:
        say(str(error))
        return BAD_INPUT
    return DONE


@app.command()
@guarded
def worker(
    database: DatabaseOption = None,
    tied: Annotated[bool, typer.Option("--tied", hidden=True)] = False,
) -> int:
    """Compute plans for a service, also on another machine."""
    settings = _settings(database=database)
    if settings is None:
        return BAD_INPUT
    leave = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leave.set())
    if tied:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    from api.serve import set_up_logging
    from api.worker import run

    set_up_logging(settings)
    run(settings, leave)
    # A plan under way waits in a thread for the next worker; nobody waits for the thread.
    sys.stderr.flush()
    os._exit(DONE)


@app.command()
@guarded
def backup(
    target: Annotated[Path, typer.Argument(help="File to write; must not be there yet.")],
    database: DatabaseOption = None,
) -> int:
    """Copy the database of a service that may go on meanwhile."""
    settings = _settings(database=database)
    if settings is None:
        return BAD_INPUT
    if settings.sqlite_file is None:
        say("On PostgreSQL use its own tool: pg_dump --format=custom --file=FILE DATABASE")
        return BAD_INPUT
    from api.backup import backup

    if not settings.sqlite_file.exists():
        say(f"{settings.sqlite_file}: there is no database.")
        return BAD_INPUT
    backup(settings.sqlite_file, target)
    typer.echo(f"The database is copied to {target}. To restore, put the copy in its place.")
    return DONE


@app.command()
@guarded
def settings() -> int:
    """List every setting of the service: name, default, meaning."""
    from api.settings import settings_table

    typer.echo(settings_table(), nl=False)
    return DONE


@key_app.command("create")
@guarded
def create_key(
    role: Annotated[str, typer.Option(help="viewer, planner or admin.")],
    workspace: Annotated[str, typer.Option(help="Whose plans; each sees only its own.")] = "default",
    name: Annotated[str, typer.Option(help="What the key is for.")] = "",
    days: Annotated[
        float | None, typer.Option(min=0.001, help="Days until it expires; never, if not given.")
    ] = None,
    database: DatabaseOption = None,
) -> int:
    """Make a key and show it, once."""
    from api import keys

    if role not in keys.ROLES:
        raise typer.BadParameter(f"expected one of {', '.join(keys.ROLES)}.")
    if not 1 <= len(workspace) <= 64 or not all(c.isalnum() or c in "-_" for c in workspace):
        raise typer.BadParameter("a workspace has 1 to 64 letters, digits, - and _.")
    opened = _open(database)
    if opened is None:
        return BAD_INPUT
    with opened.writing() as connection:
        number, key = keys.create(connection, workspace, role, name[:200], days)
    say(f"Key {number} for workspace {workspace}, role {role}. It is shown this once:")
    typer.echo(key)
    return DONE


@key_app.command("list")
@guarded
def list_keys(database: DatabaseOption = None) -> int:
    """Show all keys, without what opens."""
    from api import keys

    opened = _open(database)
    if opened is None:
        return BAD_INPUT
    with opened.reading() as connection:
        print_json(keys.listing(connection))
    return DONE


@key_app.command("revoke")
@guarded
def revoke_key(
    number: Annotated[str, typer.Argument(metavar="ID", help="The key's id, as `mtu key list` shows it.")],
    database: DatabaseOption = None,
) -> int:
    """Make a key worthless from the next request on."""
    from api import keys

    opened = _open(database)
    if opened is None:
        return BAD_INPUT
    with opened.writing() as connection:
        done = keys.revoke(connection, number)
    say(f"Key {number} is revoked." if done else f"There is no valid key {number}.")
    return DONE if done else BAD_INPUT


def _open(url: str | None) -> Any:
    """The database, migrated; None where the settings are wrong."""
    settings = _settings(database=url)
    if settings is None:
        return None
    from api.database import Database
    from api.migrate import SchemaError, migrate

    database = Database(settings.database)
    try:
        migrate(database)
    except SchemaError as error:
        say(str(error))
        return None
    return database


def _settings(**flags: object) -> Settings | None:
    from pydantic import ValidationError

    from api.settings import Settings

    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        for found in error.errors():
            say(f"Setting {'.'.join(str(part) for part in found['loc'])}: {found['msg']}.")
        return None


def _end_with_parent() -> None:
    # Not through sys.stdin, whose lock would be in the way when this process ends first.
    while os.read(0, 1):
        pass
    # A parent that can still ask does so by a signal. This one was killed, and who starts it
    # again needs the processors: what is under way is left as by a crash.
    os._exit(DONE)


def main() -> None:
    """Run the command line."""
    cli.main(app)


if __name__ == "__main__":
    main()
