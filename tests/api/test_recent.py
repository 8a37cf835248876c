"""Answers kept in memory."""

from api.recent import Recent


def test_the_least_lately_asked_for_goes_first():
    """Ten bytes hold two bodies of four; a third takes the place of the one not asked for."""
    recent = Recent(10)
    recent.put("a", 1, b"aaaa")
    recent.put("b", 1, b"bbbb")
    assert recent.get("a", 1) == b"aaaa"
    recent.put("c", 1, b"cccc")
    assert (recent.get("a", 1), recent.get("b", 1), recent.get("c", 1)) == (b"aaaa", None, b"cccc")


def test_an_older_version_is_not_given():
    """A new body counts in place of the old one: six bytes leave room for four."""
    recent = Recent(10)
    recent.put("a", 1, b"aaaa")
    recent.put("a", 2, b"aaaaaa")
    assert (recent.get("a", 1), recent.get("a", 2)) == (None, b"aaaaaa")
    recent.put("b", 1, b"bbbb")
    assert recent.get("a", 2) == b"aaaaaa"
    recent.put("huge", 1, b"x" * 11)
    assert recent.get("huge", 1) is None
