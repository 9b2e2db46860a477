"""What botocore finds out by a detour, found out directly: by boto3's botocore and by awscli's.

All of it is about the modules that `sys.modules` has under botocore's name at the time.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from inspect import CO_VARKEYWORDS
from types import FunctionType
from typing import Any

from simulator.account import timestamps


def quicken() -> None:
    """From now on in this process and its forks. What is found out stays the same."""
    timestamps.read_directly_in(import_module("botocore.utils"), import_module("botocore.parsers"))
    agent: Any = import_module("botocore.useragent")
    agent.sanitize_user_agent_string_component = cache(agent.sanitize_user_agent_string_component)
    hooks: Any = import_module("botocore.hooks")
    hooks.accepts_kwargs = accepting(hooks.accepts_kwargs)


def accepting(otherwise: Any) -> Any:
    """Whether a function takes any keyword, which is asked of each that is to hear of an event, by
    its code; of what has no code of its own, `otherwise` is asked."""

    def accepts_kwargs(function: Any) -> Any:
        plain = getattr(function, "__func__", function)
        if not isinstance(plain, FunctionType) or hasattr(plain, "__signature__"):
            return otherwise(function)
        return bool(plain.__code__.co_flags & CO_VARKEYWORDS)

    return accepts_kwargs
