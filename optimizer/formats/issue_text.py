"""What an issue says, in English or Indonesian, from the pattern and the facts of its sentences."""

from __future__ import annotations

import json
import re
from functools import cache
from numbers import Number
from pathlib import Path

from optimizer.exceptions import Sentence
from optimizer.formats.words import Language

#: Points and commas of a number change places in Indonesian.
_SWAPPED = str.maketrans(",.", ".,")


def issue_text(sentence: Sentence, language: Language) -> str:
    """
    A sentence in one language, and with it the sentences among its facts.

    Raises
    ------
    KeyError
        When its pattern has no Indonesian words; a test looks at every pattern there is.
    """
    return sentence if language == "en" else _indonesian(sentence)


@cache
def sentences() -> dict[str, str]:
    """The Indonesian patterns by their English ones, of ``issue_sentences.json``."""
    found: dict[str, str] = json.loads(Path(__file__).with_name("issue_sentences.json").read_text("utf-8"))
    return found


def has_words(pattern: str) -> bool:
    """Whether a pattern says something beside its facts, and not punctuation alone."""
    return re.search(r"[^\W\d_]", re.sub(r"\{[^{}]*\}", "", pattern)) is not None


def _indonesian(sentence: Sentence) -> str:
    pattern = sentences()[sentence.pattern] if has_words(sentence.pattern) else sentence.pattern
    return pattern.format_map({name: _told(fact) for name, fact in sentence.facts.items()})


def _told(fact: object) -> object:
    if isinstance(fact, Sentence):
        return _indonesian(fact)
    return _Counted(fact) if isinstance(fact, Number) else fact


class _Counted:
    """A number; how it is written is asked for by a format, else it stands as in the files."""

    def __init__(self, value: Number) -> None:
        self._value = value

    def __format__(self, form: str) -> str:
        text = format(self._value, form)
        return text.translate(_SWAPPED) if form else text
