"""Arguments by name: an act gets the principals and facts that its signature asks for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

from simulator.errors import ScenarioError, did_you_mean


def cast(function: Callable[..., Any], available: Mapping[str, Any]) -> Any:
    """Call `function` with what its parameters name.

    A parameter with a default may be missing.

    Raises:
        ScenarioError: it asks for somebody or something unknown.
    """
    arguments = {}
    for name, needed in parameters(function).items():
        if name in available:
            arguments[name] = available[name]
        elif needed:
            raise ScenarioError(
                f"{function.__name__}() in {function.__module__} asks for {name!r}, which is neither "
                f"a principal nor a fact here.{did_you_mean(name, available)}"
            )
    return function(**arguments)


def parameters(function: Callable[..., Any]) -> dict[str, bool]:
    """What a function asks for, and whether it must have it.

    It is looked up once for a piece of code, not for each of the functions that run it: an act is
    made anew by each fix that performs it.
    """
    if not isinstance(function, FunctionType) or hasattr(function, "__wrapped__"):
        return _parameters(function)
    known = (
        function.__code__,
        len(function.__defaults__ or ()),
        frozenset(function.__kwdefaults__ or ()),
    )
    if known not in _known:
        _known[known] = _parameters(function)
    return _known[known]


def _parameters(function: Callable[..., Any]) -> dict[str, bool]:
    told = inspect.signature(function).parameters.items()
    return {name: each.default is inspect.Parameter.empty for name, each in told}


_known: dict[tuple[CodeType, int, frozenset[str]], dict[str, bool]] = {}


def steps(returned: Any) -> Iterator[Callable[[], Any]]:
    """The callables that a generator act yields; none of an act that is done."""
    if inspect.isgenerator(returned):
        yield from returned
