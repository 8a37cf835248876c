"""Seeding a mistake: one piece of a module's text is read as another while a test runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

_PLAIN = (bool, int, float, str, tuple, frozenset, set, dict)


@dataclass(frozen=True, slots=True)
class Mistake:
    """
    One mistake.

    Parameters
    ----------
    fact
        What goes wrong, in a planner's words.
    module
        The module that errs.
    right
        A piece of its text that stands there once.
    wrong
        What is read in its place.
    """

    fact: str
    module: str
    right: str
    wrong: str


@contextmanager
def seeded(mistake: Mistake) -> Iterator[None]:
    """
    Make the mistake for a while.

    Functions and methods keep their identity and get the wrong code, so that whoever has imported them
    errs too; constants are put into the module.

    Raises
    ------
    AssertionError
        When the right text does not stand in the module exactly once, or the mistake changes nothing.
    """
    module = import_module(mistake.module)
    assert module.__file__ is not None
    text = Path(module.__file__).read_text(encoding="utf-8")
    if text.count(mistake.right) != 1:
        raise AssertionError(f"{mistake.module} holds {text.count(mistake.right)} times: {mistake.right}")
    wrong = ModuleType(module.__name__)
    wrong.__file__ = module.__file__
    code = compile(text.replace(mistake.right, mistake.wrong), module.__file__, "exec", dont_inherit=True)
    exec(code, vars(wrong))
    with pytest.MonkeyPatch.context() as patch:
        changes = 0
        for right_function, wrong_code in _codes(module, wrong):
            patch.setattr(right_function, "__code__", wrong_code)
            changes += 1
        for name, value in vars(wrong).items():
            if not name.startswith("__") and _plain(value) and vars(module)[name] != value:
                patch.setattr(module, name, value)
                changes += 1
        if not changes:
            raise AssertionError(f"{mistake.fact}: nothing changes")
        yield


def _codes(right: ModuleType, wrong: ModuleType) -> Iterator[tuple[FunctionType, CodeType]]:
    """Functions of the right module whose code the mistake changes, with the wrong code."""
    pairs: list[tuple[Any, Any]] = []
    for name, value in vars(wrong).items():
        if getattr(value, "__module__", None) != right.__name__:
            continue
        original = vars(right)[name]
        pairs.append((original, value))
        if isinstance(value, type):
            pairs += [
                (vars(original)[key], member) for key, member in vars(value).items() if key in vars(original)
            ]
    for original, value in pairs:
        function, other = _function(original), _function(value)
        if function and other and function.__code__ != other.__code__:
            yield function, other.__code__


def _function(member: object) -> FunctionType | None:
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, cached_property):
        member = member.func
    elif isinstance(member, (classmethod, staticmethod)):
        member = member.__func__
    return member if isinstance(member, FunctionType) else None


def _plain(value: object) -> bool:
    """Whether a value is made of numbers, texts and their collections alone."""
    if isinstance(value, dict):
        return all(_plain(item) for pair in value.items() for item in pair)
    if isinstance(value, (tuple, set, frozenset)):
        return all(_plain(item) for item in value)
    return isinstance(value, _PLAIN)
