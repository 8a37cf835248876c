"""Many issues of one kind are counted, however they are added."""

from __future__ import annotations

from optimizer.domain.issue_list import MOST_KEPT, IssueList
from optimizer.exceptions import Issue, Sentence, Severity


def issues(count: int, code: str = "C01", severity: Severity = Severity.ERROR) -> list[Issue]:
    return [Issue(code, Sentence("x"), severity, "a.csv", row, "id") for row in range(count)]


def test_the_first_are_kept_and_the_rest_is_counted():
    """1,500 of one kind: 1,000 kept; another kind is not crowded out."""
    found = IssueList(issues(MOST_KEPT + 500))
    found.append(issues(1, "C02")[0])
    assert len(found) == MOST_KEPT + 1
    assert [(issue.code, issue.source, issue.column) for issue in found.counted()] == [("C01", "a.csv", "id")]
    assert "500 more" in found.counted()[0].message


def test_lists_of_lists_count_together():
    """800 and 1,300 of one kind, by extend and by +=: 2,100 in all."""
    for add in (IssueList.extend, IssueList.__iadd__):
        found = IssueList(issues(800))
        add(found, IssueList(issues(1_300)))
        assert len(found) == MOST_KEPT
        assert "1,100 more" in found.counted()[0].message


def test_what_would_not_be_kept_need_not_be_made():
    """full() says so, and counts."""
    found = IssueList(issues(MOST_KEPT - 1))
    assert not found.full("C01", "a.csv", "id")
    found += issues(1)
    assert found.full("C01", "a.csv", "id")
    assert not found.full("C01", "b.csv", "id")
    assert "1 more" in found.counted()[0].message


def test_warnings_alone_are_not_severe():
    """One error is enough."""
    found = IssueList(issues(3, "W01", Severity.WARNING))
    assert not found.severe
    found += issues(1)
    assert found.severe
