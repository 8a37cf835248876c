"""
OSRM, the road engine of the OpenStreetMap world: a server by its URL, or its files in this process.

https://project-osrm.org/docs/v26.5.0/http#table-service
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import urllib3
from pydantic import BaseModel, Field, ValidationError

from optimizer.exceptions import InputError, Issue, Sentence
from optimizer.travel.roads import Point, Table

if TYPE_CHECKING:
    from optimizer.travel.answers import Answers

Metres = Annotated[float, Field(ge=0, allow_inf_nan=False)]

#: Bytes that an answer may have; a table of 50 by 50 has about 50,000.
MAX_BYTES = 10_000_000

#: A busy server may ask to wait, but not longer than this many seconds.
MAX_WAIT = 60

#: What servers answer that are busy or being restarted; a later try may go through.
_PASSING = (429, 500, 502, 503, 504)


class _Waypoint(BaseModel):
    distance: Metres


class _Answer(BaseModel):
    """An answer of the table service."""

    code: str
    message: str = ""
    distances: list[list[Metres | None]] = []
    sources: list[_Waypoint] = []


class OsrmServer:
    """
    An OSRM server.

    Parameters
    ----------
    url
        Where it listens, for example ``http://localhost:5000``.
    answers
        Where its answers are kept.
    patience
        Seconds that one answer may take.
    tries
        How often a question is asked before it is given up; between tries it waits, as long as
        the server asks for or twice as long each time.
    """

    def __init__(self, url: str, answers: Answers, *, patience: float = 30.0, tries: int = 4) -> None:
        self._url = url.rstrip("/")
        self._answers = answers
        self._patience = patience
        self._again = urllib3.Retry(
            tries - 1,
            redirect=False,
            status_forcelist=_PASSING,
            allowed_methods={"GET"},
            backoff_factor=0.5,
            retry_after_max=MAX_WAIT,
            raise_on_status=False,
        )

    def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Table:
        """Distances by road; see `optimizer.travel.roads.Roads`."""
        points = ";".join(
            f"{longitude:.6f},{latitude:.6f}" for latitude, longitude in (*origins, *destinations)
        )
        middle, end = len(origins), len(origins) + len(destinations)
        question = (
            f"{self._url}/table/v1/driving/{points}?annotations=distance"
            f"&sources={';'.join(map(str, range(middle)))}"
            f"&destinations={';'.join(map(str, range(middle, end)))}"
        )
        kept = self._answers.get(question)
        text = kept or self._ask(question)
        table = self._read(text, len(origins), len(destinations))
        if kept is None:
            self._answers.keep(question, text)
        return table

    def _ask(self, question: str) -> str:
        try:
            with (
                urllib3.PoolManager(retries=self._again, timeout=self._patience) as pool,
                closing(pool.request("GET", question, preload_content=False)) as response,
            ):
                body = self._body(response)
        except urllib3.exceptions.HTTPError as error:
            reason = getattr(error, "reason", None) or error
            raise self._failed(str(reason).partition(">: ")[2] or str(reason)) from error
        # Refusals come with status 400 and an answer of the usual form, which says why.
        if response.status not in (200, 400):
            raise self._failed(Sentence("it answered with status {status}", status=response.status))
        return body.decode("utf-8", errors="replace")

    def _body(self, response: urllib3.BaseHTTPResponse) -> bytes:
        # A time-out of the socket begins anew with each byte; this one does not.
        deadline = time.monotonic() + self._patience
        body = bytearray()
        while part := response.read1(65_536):
            body += part
            if len(body) > MAX_BYTES:
                raise self._failed(
                    Sentence("its answer is longer than {max_bytes:,} bytes", max_bytes=MAX_BYTES)
                )
            if time.monotonic() > deadline:
                raise self._failed(
                    Sentence("its answer took longer than {patience:g} s", patience=self._patience)
                )
        return bytes(body)

    def _read(self, text: str, origins: int, destinations: int) -> Table:
        try:
            answer = _Answer.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            spot = ".".join(map(str, first["loc"])) or "the whole"
            raise self._failed(
                Sentence("its answer is no table ({spot}: {error})", spot=spot, error=first["msg"])
            ) from error
        if answer.code != "Ok":
            raise self._failed(
                Sentence("it refused with {code}: {message}", code=answer.code, message=answer.message[:200])
            )
        shape = [len(row) for row in answer.distances]
        if shape != [destinations] * origins or len(answer.sources) != origins:
            raise self._failed(
                Sentence(
                    "its table is not {origins} by {destinations}", origins=origins, destinations=destinations
                )
            )
        return Table(answer.distances, [source.distance for source in answer.sources])

    def _failed(self, why: str) -> InputError:
        return InputError(
            [
                Issue(
                    "T05",
                    Sentence("The OSRM server {url} gave no distances: {why}.", url=self._url, why=why),
                    hint=Sentence("Answers had before are kept; the same command goes on from there."),
                )
            ]
        )


class OsrmFiles:
    """
    OSRM in this process, from files that ``osrm-extract`` and its sisters have made.

    Parameters
    ----------
    files
        What they are called up to ``.osrm``, for example ``java.osrm``.

    Raises
    ------
    InputError
        When the package or the files are missing, or the files cannot be used.
    """

    def __init__(self, files: Path) -> None:
        try:
            import osrm
        except ImportError as error:
            raise InputError([package_missing("osrm-bindings")]) from error
        self._osrm = osrm
        self._files = files
        method = next(
            (name for suffix, name in ((".hsgr", "CH"), (".mldgr", "MLD")) if _beside(files, suffix)), None
        )
        if method is None:
            hint = Sentence("optimizer/ROADS.md says how to make them.")
            raise InputError(
                [
                    Issue(
                        "T04",
                        Sentence("{files}: there are no OSRM files of this name.", files=files),
                        hint=hint,
                    )
                ]
            )
        try:
            self._engine: Any = osrm.OSRM(
                storage_config=str(files), algorithm=method, use_shared_memory=False
            )
        except RuntimeError as error:
            raise self._failed(error) from error

    def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Table:
        """Distances by road; see `optimizer.travel.roads.Roads`."""
        middle, end = len(origins), len(origins) + len(destinations)
        question = self._osrm.TableParameters(
            coordinates=[(longitude, latitude) for latitude, longitude in (*origins, *destinations)],
            sources=list(range(middle)),
            destinations=list(range(middle, end)),
            annotations=["distance"],
        )
        try:
            answer = self._engine.Table(question)
        except RuntimeError as error:
            raise self._failed(error) from error
        return Table(
            [list(row) for row in answer["distances"]], [found["distance"] for found in answer["sources"]]
        )

    def _failed(self, error: RuntimeError) -> InputError:
        hint = Sentence("Were all of them made by the version of OSRM that is installed here?")
        return InputError(
            [
                Issue(
                    "T04",
                    Sentence(
                        "{files}: OSRM cannot use these files: {error}.", files=self._files, error=error
                    ),
                    hint=hint,
                )
            ]
        )


def package_missing(name: str) -> Issue:
    """The issue that an engine for this process is not installed."""
    return Issue(
        "T04",
        Sentence("The package {name} is not installed.", name=name),
        hint=Sentence(
            'With Python 3.12 or newer: pip install "mtu-planner[roads]". An OSRM server needs no package.'
        ),
    )


def _beside(files: Path, suffix: str) -> bool:
    return files.with_name(files.name + suffix).exists()
