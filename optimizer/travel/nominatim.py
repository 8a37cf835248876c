"""
Nominatim, the geocoder of OpenStreetMap: coordinates of an address.

Asked once a second at most and never twice for the same, as the terms of the public server want:
https://operations.osmfoundation.org/policies/nominatim/
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from geopy.distance import geodesic
from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from pydantic import Field, TypeAdapter

from optimizer import __version__
from optimizer.exceptions import InputError, Issue, Sentence
from optimizer.travel.answers import Answers

# Without a handler of its own, Python would print what geopy logs of each try, with tracebacks.
logging.getLogger("geopy").addHandler(logging.NullHandler())

PUBLIC = "https://nominatim.openstreetmap.org"

#: Matches asked for; who finds five places of a name will not find the right one among fifty.
_MOST = 5

#: Matches no farther apart than this are one place told twice, a gate and its building say.
_SAME_METRES = 250


class Match(NamedTuple):
    """A place that Nominatim knows, by its full name; degrees with 6 decimals."""

    name: str
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


_MATCHES = TypeAdapter(list[Match])


def one_place(matches: Sequence[Match]) -> bool:
    """Whether all matches are the same place, told once or several times."""
    first, *others = matches
    return all(geodesic(first[1:], other[1:]).meters <= _SAME_METRES for other in others)


class Geocoder:
    """
    A Nominatim server.

    Parameters
    ----------
    url
        Where it listens.
    answers
        Where its answers are kept.
    country
        Two-letter code of the only country to look in; empty for all.
    pause
        Seconds from one question to the next, and a fifth of those after a failure.
    patience
        Seconds that one answer may take.
    """

    def __init__(
        self, url: str, answers: Answers, country: str = "", *, pause: float = 1.0, patience: float = 30.0
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise InputError(
                [
                    Issue(
                        "G04",
                        Sentence(
                            "{url} is not the address of a server, such as {public}.", url=url, public=PUBLIC
                        ),
                    )
                ]
            )
        self._url = url
        self._answers = answers
        self._country = country.lower()
        server = Nominatim(
            domain=parts.netloc + parts.path,
            scheme=parts.scheme,
            user_agent=f"mtu-planner/{__version__}",
            timeout=patience,
        )
        self._ask = RateLimiter(
            server.geocode,
            min_delay_seconds=pause,
            max_retries=2,
            error_wait_seconds=5 * pause,
            swallow_exceptions=False,
        )

    def find(self, question: str) -> list[Match]:
        """
        What the server knows under these words, the likeliest first.

        Raises
        ------
        InputError
            When it gives no answer, or one that cannot be read.
        """
        key = f"{self._url} {self._country} {question}"
        kept = self._answers.get(key)
        if kept is not None:
            return _MATCHES.validate_json(kept)
        try:
            found = self._ask(
                question, exactly_one=False, limit=_MOST, country_codes=self._country or None, language="id"
            )
            # Not from the location's own point, which is 0, 0 where the answer had none.
            matches = _MATCHES.validate_python(
                [
                    (spot.address, round(float(spot.raw["lat"]), 6), round(float(spot.raw["lon"]), 6))
                    for spot in found or ()
                ]
            )
        except (GeopyError, AttributeError, LookupError, TypeError, ValueError) as error:
            message = Sentence(
                '{url} gave no answer to "{question}": {kind} {error}.',
                url=self._url,
                question=question,
                kind=type(error).__name__,
                error=" ".join(str(error).split())[:200],
            )
            hint = Sentence("Answers had before are kept; the same command goes on from there.")
            raise InputError([Issue("G03", message, hint=hint)]) from error
        self._answers.keep(key, _MATCHES.dump_json(matches).decode())
        return matches
