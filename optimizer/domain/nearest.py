"""Which known name was probably meant: case, blanks and dashes go wrong before letters do."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from optimizer.exceptions import SILENCE, Sentence

#: Comparisons of names that one table is worth: a thousand wrong names are no misspellings.
BUDGET = 20_000

#: No name that was meant is longer.
MAX_LENGTH = 200


def folded(text: str) -> str:
    """A text without case, blanks, dashes and invisible characters: equal for names that look alike."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(
        char
        for char in plain
        if not char.isspace() and char != "_" and unicodedata.category(char) not in ("Pd", "Cf", "Cc")
    )


class Names:
    """
    Known names, and which of them is nearest to an unknown one.

    Parameters
    ----------
    known
        The names that exist.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self.known = tuple(dict.fromkeys(known))
        self._folded: dict[str, str] | None = None
        self._set = set(self.known)
        self._budget = BUDGET

    def __contains__(self, text: object) -> bool:
        return text in self._set

    def __len__(self) -> int:
        return len(self.known)

    def nearest(self, text: str) -> str | None:
        """The known name that was probably meant, None where nothing is near."""
        if len(text) > MAX_LENGTH or self._budget <= 0:
            return None
        self._budget -= 1
        if self._folded is None:
            self._folded = {}
            for name in self.known:
                self._folded.setdefault(folded(name), name)
        found = self._folded.get(folded(text))
        if found is not None or len(self.known) > self._budget:
            return found
        self._budget -= len(self.known)
        close = difflib.get_close_matches(folded(text), self._folded, n=1, cutoff=0.75)
        return self._folded[close[0]] if close else None

    def hint(self, text: str) -> Sentence:
        """The nearest name as a question, empty where nothing is near."""
        found = self.nearest(text)
        return Sentence("Did you mean {found}?", found=found) if found else SILENCE
