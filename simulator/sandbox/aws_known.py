"""What awscli works out again in each call from its own package's files and functions alone, known
beforehand: nobody can change them, and nothing of the environment is in it.

All of it is about the modules that `sys.modules` has under botocore's name at the time.
"""

from __future__ import annotations

import os
import sys
from functools import wraps
from importlib import import_module
from typing import Any

from simulator.account import timestamps

_LISTINGS = ("list_available_services", "list_api_versions", "determine_latest_version")


def read_once() -> None:
    """A file of the package's is read once."""
    package = os.path.dirname(sys.modules["awscli"].__file__ or "") + os.sep
    loader: Any = import_module("botocore.loaders").JSONFileLoader
    read, known = loader.load_file, {}

    def load_file(self: Any, path: str) -> Any:
        if path not in known:
            found = read(self, path)
            if found is None or not path.startswith(package):
                return found
            known[path] = found
        return known[path]

    loader.load_file = load_file


def read_dates() -> None:
    """A log file's digest has its dates in the forms that AWS writes: each is read directly."""
    validation: Any = import_module("awscli.customizations.cloudtrail.validation")
    validation.parse_date = timestamps.reading(validation.parse_date)


def remember(loader: Any, emitter: Any) -> None:
    """What this loader found in the package's folders, and under which names this emitter knows
    events, is so for those to come, where they look in the same places."""
    _listings(loader)
    _aliases(emitter)


def _listings(first: Any) -> None:
    kind = type(first)
    places = _places(first)
    known = {key: value for key, value in first._cache.items() if key[0] in _LISTINGS}
    begin = kind.__init__

    @wraps(begin)
    def begun(self: Any, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        if _places(self) == places:
            self._cache.update(known)

    kind.__init__ = begun


def _places(loader: Any) -> list[str]:
    return [path for path in loader.search_paths if os.path.isdir(path)]


def _aliases(first: Any) -> None:
    kind = type(first)
    aliases, known = first._event_aliases, dict(first._alias_name_cache)
    begin = kind.__init__

    @wraps(begin)
    def begun(self: Any, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        if self._event_aliases == aliases:
            self._alias_name_cache.update(known)

    kind.__init__ = begun
