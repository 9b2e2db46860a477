"""An HTTP request as AWS WAF looks at it: its components, and the transformations of their text.

Sources: "Request components in AWS WAF", "Using text transformations in AWS WAF", "Oversize web
request components in AWS WAF".
"""

from __future__ import annotations

import base64
import binascii
import html
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_plus

BODY_INSPECTED = 8192
"""Bytes of a body that are inspected for a load balancer."""
_HEADERS_INSPECTED = 8192


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. `time` is in seconds since the epoch."""

    source: str
    """The address that it comes from."""
    path: str = "/"
    method: str = "GET"
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    time: float = 0.0

    def header(self, name: str) -> str | None:
        """The first header of a name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class NotSimulated(ValueError):
    """A part of AWS WAF that the simulator doesn't know. Nothing is decided by guessing."""


def component(request: HttpRequest, field: Mapping[str, Any]) -> list[str] | None:
    """The texts that a FieldToMatch means; None: oversize, and it is to count as a match.

    Raises:
        NotSimulated: a component that is not known here.
    """
    name, options = next(iter(field.items()))
    if name == "Body":
        return _within(request.body, BODY_INSPECTED, options.get("OversizeHandling", "CONTINUE"))
    if name == "JsonBody":
        return _within(request.body, BODY_INSPECTED, options.get("OversizeHandling", "CONTINUE"))
    simple: dict[str, Callable[[], list[str]]] = {
        "UriPath": lambda: [request.path],
        "QueryString": lambda: [request.query],
        "Method": lambda: [request.method],
        "AllQueryArguments": lambda: [part for pair in _arguments(request) for part in pair],
        "SingleQueryArgument": lambda: [
            value for key, value in _arguments(request) if key.lower() == options["Name"].lower()
        ],
        "SingleHeader": lambda: [
            value for key, value in request.headers if key.lower() == options["Name"].lower()
        ],
        "Headers": lambda: _matching(request.headers, options),
        "Cookies": lambda: _matching(_cookies(request), options),
    }
    if name not in simple:
        raise NotSimulated(f"This simulator does not inspect the request component {name}.")
    return simple[name]()


def _within(text: str, limit: int, handling: str) -> list[str] | None:
    if len(text.encode()) <= limit:
        return [text]
    if handling == "MATCH":
        return None
    return [] if handling == "NO_MATCH" else [text.encode()[:limit].decode(errors="ignore")]


def _arguments(request: HttpRequest) -> list[tuple[str, str]]:
    return parse_qsl(request.query, keep_blank_values=True)


def _cookies(request: HttpRequest) -> list[tuple[str, str]]:
    pairs = [
        part.strip().partition("=")
        for key, value in request.headers
        if key.lower() == "cookie"
        for part in value.split(";")
    ]
    return [(name, value) for name, _, value in pairs]


def _matching(pairs: Iterable[tuple[str, str]], options: Mapping[str, Any]) -> list[str]:
    pattern, scope = options.get("MatchPattern", {"All": {}}), options.get("MatchScope", "ALL")
    included = {
        name.lower() for kind, names in pattern.items() if kind[:8] == "Included" for name in names
    }
    excluded = {
        name.lower() for kind, names in pattern.items() if kind[:8] == "Excluded" for name in names
    }
    found = []
    for name, value in pairs:
        known = name.lower()
        if (included and known not in included) or known in excluded:
            continue
        found += [name] if scope in {"ALL", "KEY"} else []
        found += [value] if scope in {"ALL", "VALUE"} else []
    return found


def transformed(text: str, transformations: Iterable[Mapping[str, Any]]) -> str:
    """`text` after all transformations, in the order of their priorities.

    Raises:
        NotSimulated: one that is not known here.
    """
    for one in sorted(transformations, key=lambda one: int(one.get("Priority", 0))):
        change = _TRANSFORMATIONS.get(one["Type"])
        if change is None:
            raise NotSimulated(f"This simulator does not know the transformation {one['Type']}.")
        text = change(text)
    return text


def _base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode(errors="ignore")
    except (binascii.Error, ValueError):
        return text


def _command_line(text: str) -> str:
    cleaned = re.sub(r"[\\\"'^]", "", text)
    cleaned = re.sub(r"\s+(?=[/(])", "", re.sub(r"[,;]", " ", cleaned))
    return re.sub(r"\s+", " ", cleaned).lower()


def _decoded(text: str) -> str:
    return unquote(text.replace("%u00", "%"))


_TRANSFORMATIONS: dict[str, Callable[[str], str]] = {
    "NONE": lambda text: text,
    "LOWERCASE": str.lower,
    "URL_DECODE": unquote_plus,
    "URL_DECODE_UNI": _decoded,
    "HTML_ENTITY_DECODE": html.unescape,
    "COMPRESS_WHITE_SPACE": lambda text: re.sub(r"\s+", " ", text),
    "CMD_LINE": _command_line,
    "BASE64_DECODE": _base64,
    "REMOVE_NULLS": lambda text: text.replace("\0", ""),
    "REPLACE_NULLS": lambda text: text.replace("\0", " "),
    "NORMALIZE_PATH": posixpath.normpath,
    "NORMALIZE_PATH_WIN": lambda text: posixpath.normpath(text.replace("\\", "/")),
    "REPLACE_COMMENTS": lambda text: re.sub(r"/\*.*?(\*/|$)", " ", text, flags=re.DOTALL),
}
