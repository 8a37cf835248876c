"""Issues are told in Indonesian too, whatever they say."""

from __future__ import annotations

import ast
import copy
import pickle
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import optimizer
from optimizer.exceptions import InputError, Issue, Sentence, chained
from optimizer.formats.issue_text import has_words, issue_text, sentences
from tests.formats.test_issues import listed

HOME = Path(optimizer.__file__).parent


def spoken() -> Iterator[tuple[str, set[str], str]]:
    """Every pattern of the program, with the facts that it is given and where it stands."""
    for path in (*HOME.rglob("*.py"), *(HOME.parent / "api").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
            if name in ("Sentence", "chained") and path.name != "exceptions.py":
                assert isinstance(call, ast.Call)
                pattern = ast.literal_eval(call.args[0])  # fails for what is not written out
                facts = {"left", "right"} if name == "chained" else {str(one.arg) for one in call.keywords}
                yield pattern, facts, f"{path.name}:{call.lineno}"


def gaps(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


def test_every_sentence_has_indonesian_words():
    """None is missing, none is left over, and a gap of the translation is a fact that is given."""
    used = set()
    for pattern, facts, place in spoken():
        assert gaps(pattern) <= facts, place
        if has_words(pattern):
            used.add(pattern)
            assert pattern in sentences(), place
            assert gaps(sentences()[pattern]) <= facts, place
    assert used == set(sentences())


@pytest.mark.parametrize("code", listed())
def test_every_code_is_told_in_both_languages(code: str):
    """The example of a code in ISSUES.md is a sentence of the program, and that one has Indonesian words."""
    _, example, _ = listed()[code]
    found = [pattern for pattern in sentences() if _matches(pattern, example)]
    assert found, example
    assert all(sentences()[pattern].strip() for pattern in found)


def _matches(pattern: str, example: str) -> bool:
    """Whether an example begins as a pattern does, up to its first pause: examples are cut short."""
    head = re.split(r"[;:]| \(R", re.sub(r"\{[^{}]*\}", "\0", pattern))[0]
    words = head.split("\0")
    return len("".join(words)) > 10 and re.search(".*".join(map(re.escape, words)), example) is not None


def test_a_sentence_is_told_with_its_facts():
    """Facts that are sentences are told too; numbers as each language writes them; the rest stays."""
    hint = Sentence("Did you mean {found}?", found="V 1")
    lacks = Sentence(
        "{venue} lacks {missing}, which {course} needs (R2).",
        venue="V1",
        missing=chained("{left} and {right}", ("water", "power", "shade")),
        course="cook",
    )
    whole = Sentence("No unit can serve this request: {message}", message=lacks)
    many = Sentence("{count:,} more of this kind are not listed.", count=1500)
    place = Sentence("Check latitude {latitude} and longitude {longitude}.", latitude=-6.19, longitude=106.84)
    assert issue_text(hint, "id") == "Maksud Anda V 1?"
    assert (
        whole == "No unit can serve this request: V1 lacks water and power and shade, which cook needs (R2)."
    )
    assert issue_text(whole, "en") == whole
    assert issue_text(whole, "id") == (
        "Tidak ada unit yang dapat melayani permintaan ini: V1 tidak memiliki water dan power dan shade, "
        "yang diperlukan cook (R2)."
    )
    assert (many, issue_text(many, "id")) == (
        "1,500 more of this kind are not listed.",
        "1.500 lagi yang sejenis tidak disebut.",
    )
    # Coordinates stand as they do in the files.
    assert issue_text(place, "id") == "Periksa lintang -6.19 dan bujur 106.84."


def test_text_of_a_file_is_no_pattern():
    """Braces in a name are a name's; a pattern's own are doubled."""
    assert Sentence('"{key}" is not an id of {target}.', key="{x}", target="venues") == (
        '"{x}" is not an id of venues.'
    )
    broken = Sentence('The file holds no plan; expected {{"rotations": [...]}}.')
    assert "{" in broken
    assert issue_text(broken, "id").endswith('{"rotations": [...]}.')


def test_a_sentence_survives_being_copied_and_sent():
    """Errors cross processes; what they say must not be filled in twice."""
    error = InputError(
        [Issue("V02", Sentence('"{key}" is not an id of {target}.', key="{0}", target="venues"))]
    )
    for again in (copy.deepcopy(error.issues), pickle.loads(pickle.dumps(error.issues))):
        assert again == error.issues
        assert issue_text(again[0].message, "id") == '"{0}" bukan id dalam tabel venues.'
