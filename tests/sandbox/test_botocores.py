"""What is found out directly is what botocore finds out."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import pytest
from botocore.compat import accepts_kwargs

from simulator.sandbox import botocores


def refused(function: Any) -> Any:
    raise AssertionError(f"{function!r} was not found out directly")


def plain(one: int, *rest: int, only: int = 0) -> None: ...


def keywords(one: int, **told: int) -> None: ...


class Listener:
    def hear(self, **told: int) -> None: ...

    def deaf(self, told: int) -> None: ...

    def __call__(self, **told: int) -> None: ...


@functools.wraps(plain)
def wrapped(**told: int) -> None: ...


@pytest.mark.parametrize(
    "function",
    [plain, keywords, Listener().hear, Listener().deaf, Listener.hear, wrapped, lambda **_: 0],
)
def test_a_function_says_by_its_code_whether_it_takes_keywords(function: Any) -> None:
    assert botocores.accepting(refused)(function) == bool(accepts_kwargs(function))


def test_what_is_no_function_or_says_more_of_itself_is_left_to_botocore() -> None:
    def signed(**told: int) -> None: ...

    signed.__signature__ = inspect.signature(plain)  # type: ignore[attr-defined]
    ask = botocores.accepting(lambda left: ("left", left))
    for each in (Listener(), functools.partial(keywords, 1), signed):
        assert ask(each) == ("left", each)
