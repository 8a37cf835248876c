"""``mtu matrix``: the distances of a scenario by road, asked once and kept in its matrix file."""

from __future__ import annotations

from pathlib import Path

from optimizer.domain.place import Place
from optimizer.domain.scenario import Scenario
from optimizer.domain.validate import validate_scenario
from optimizer.exceptions import InputError, Issue, Sentence
from optimizer.formats.amend import amend
from optimizer.formats.columns import DISTANCES, tables
from optimizer.formats.parse import parse
from optimizer.formats.raw import RawTable
from optimizer.formats.source import read_raw
from optimizer.formats.tables import matrix_file
from optimizer.travel.answers import Answers, default_file
from optimizer.travel.roads import Roads, measure


def matrix(
    path: Path | str, roads: str, *, cache: Path | str | None = None, fresh: bool = False
) -> tuple[int, int]:
    """
    Ask a road engine for all distances of a scenario and write them to the file of ``travel.file``.

    Plans are made and checked with that file from then on; the engine is not asked again.

    Parameters
    ----------
    path
        A folder or an ``.xlsx`` file whose ``travel.provider`` is ``osrm`` or ``valhalla``. A matrix
        that is there already is replaced.
    roads
        For ``osrm`` the URL of a server, or the name of OSRM's files up to ``.osrm``; for
        ``valhalla`` a folder of tiles, a ``.tar`` of them, or a ``.json`` configuration.
    cache
        File where the answers of a server are kept; one in the user's cache folder by default.
    fresh
        Whether a server is asked again for what is kept.

    Returns
    -------
    tuple[int, int]
        Pairs written, and answers of the server that were taken from the file of kept ones.

    Raises
    ------
    InputError
        When the scenario has errors, or the engine gives no distances.
    """
    path = Path(path)
    scenario, table = _scenario(path)
    answers = Answers(Path(cache) if cache else default_file(), fresh=fresh)
    places = {
        **{f"depot:{row.id}": (row.latitude, row.longitude) for row in scenario.depots},
        **{f"venue:{row.id}": (row.latitude, row.longitude) for row in scenario.venues},
    }
    found = measure(places, _engine(scenario.travel.provider, roads, answers))
    table.rows = [[row.origin, row.destination, str(row.metres)] for row in found]
    table.numbers = list(range(2, len(found) + 2))
    amend(path, [table])
    return len(found), answers.found


def _scenario(path: Path) -> tuple[Scenario, RawTable]:
    """The scenario without its matrix, and the empty table to write."""
    raw = read_raw(path)
    raw.tables.pop(DISTANCES, None)
    raw.unread.add(DISTANCES)
    if raw.settings is None and not raw.tables:
        raise InputError(raw.issues)
    parsed = parse(raw)
    issues = parsed.issues
    issues.extend(validate_scenario(parsed.scenario, parsed.place, parsed.unread))
    if issues.severe:
        raise InputError([*issues])
    provider = parsed.scenario.travel.provider
    if provider not in ("osrm", "valhalla"):
        place: Place = parsed.place("scenario", None, "travel.provider")
        message = Sentence(
            "Provider {provider} asks no road engine; expected osrm or valhalla.", provider=provider
        )
        raise InputError([place.issue("T07", message)])
    file = matrix_file(raw, [f"{name}.csv" for name in tables()])
    assert file is not None
    source = file.removesuffix(".csv") if raw.workbook else file
    return parsed.scenario, RawTable(DISTANCES, source, ["from", "to", "metres"])


def _engine(provider: str, roads: str, answers: Answers) -> Roads:
    """The road engine behind a URL or a path."""
    url = roads.startswith(("http://", "https://"))
    if provider == "osrm":
        from optimizer.travel.osrm import OsrmFiles, OsrmServer

        return OsrmServer(roads, answers) if url else OsrmFiles(Path(roads))
    if url:
        raise InputError(
            [
                Issue(
                    "T07",
                    Sentence("{roads}: Valhalla is asked in this process; expected its tiles.", roads=roads),
                )
            ]
        )
    from optimizer.travel.valhalla import ValhallaTiles

    return ValhallaTiles(Path(roads))
