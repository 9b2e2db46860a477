"""Arguments by name: an act gets the principals and facts that its signature asks for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator.errors import ScenarioError, did_you_mean


def cast(function: Callable[..., Any], available: Mapping[str, Any]) -> Any:
    """Call `function` with what its parameters name.

    A parameter with a default may be missing.

    Raises:
        ScenarioError: it asks for somebody or something unknown.
    """
    arguments = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name in available:
            arguments[name] = available[name]
        elif parameter.default is inspect.Parameter.empty:
            raise ScenarioError(
                f"{function.__name__}() in {function.__module__} asks for {name!r}, which is neither "
                f"a principal nor a fact here.{did_you_mean(name, available)}"
            )
    return function(**arguments)


def steps(returned: Any) -> Iterator[Callable[[], Any]]:
    """The callables that a generator act yields; none of an act that is done."""
    if inspect.isgenerator(returned):
        yield from returned
