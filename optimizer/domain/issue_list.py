"""Issues as they are found: of one kind in one column the first are kept, the rest is counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from optimizer.exceptions import Issue, Sentence, Severity

#: Issues of one code in one column of one source that are kept.
MOST_KEPT = 1_000

_Kind = tuple[str, str, str | None]


class IssueList(list[Issue]):
    """
    A list that stays short whatever is added to it: 200,000 broken rows are not worth a gigabyte.

    Parameters
    ----------
    issues
        What it starts with.
    """

    def __init__(self, issues: Iterable[Issue] = ()) -> None:
        super().__init__()
        self._counts: dict[_Kind, int] = {}
        self._severities: dict[str, Severity] = {}
        self.extend(issues)

    def append(self, issue: Issue) -> None:
        """Add an issue, or count it where there are enough of its kind."""
        kind = (issue.code, issue.source, issue.column)
        count = self._counts.get(kind, 0) + 1
        self._counts[kind] = count
        if count <= MOST_KEPT:
            self._severities[issue.code] = issue.severity
            super().append(issue)

    def extend(self, issues: Iterable[Issue]) -> None:
        """Add issues one by one; what another list has only counted is counted here too."""
        for issue in issues:
            self.append(issue)
        if isinstance(issues, IssueList):
            for kind, count in issues._counts.items():
                self._counts[kind] += max(0, count - MOST_KEPT)

    def __iadd__(self, issues: Iterable[Issue]) -> Self:  # type: ignore[misc, override]
        self.extend(issues)
        return self

    def full(self, code: str, source: str, column: str | None) -> bool:
        """Whether another issue would only be counted; then it is counted, and need not be made."""
        kind = (code, source, column)
        if self._counts.get(kind, 0) < MOST_KEPT:
            return False
        self._counts[kind] += 1
        return True

    @property
    def severe(self) -> bool:
        """Whether there is an error among them."""
        return Severity.ERROR in self._severities.values()

    def counted(self) -> list[Issue]:
        """For each kind of which not all are kept, an issue that tells how many more there are."""
        return [
            Issue(
                code,
                Sentence("{count:,} more of this kind are not listed.", count=count - MOST_KEPT),
                self._severities[code],
                source,
                None,
                column,
            )
            for (code, source, column), count in self._counts.items()
            if count > MOST_KEPT
        ]
