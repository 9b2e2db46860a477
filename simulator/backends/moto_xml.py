"""XML as moto writes it, with one walk over plain values; xmltodict writes whatever isn't plain."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_KNOWN = {"full_document", "short_empty_elements", "pretty"}
_NAME = re.compile(r"[A-Za-z_][\w.:-]*")


class _NotPlain(Exception):
    pass


def writing(otherwise: Callable[..., str]) -> Callable[..., str]:
    """`xmltodict.unparse`, which is given, quicker: it returns the same and refuses the same."""

    def unparse(document: Mapping[str, Any], **how: Any) -> str:
        if how.keys() <= _KNOWN and how.get("short_empty_elements") and not how.get("pretty"):
            written = _written(document, full=how.get("full_document", True))
            if written is not None:
                return written
        return otherwise(document, **how)

    return unparse


def _written(document: Mapping[str, Any], *, full: bool) -> str | None:
    written = ['<?xml version="1.0" encoding="utf-8"?>\n'] if full else []
    if len(document) != 1:
        return None
    ((root, content),) = document.items()
    if type(content) is not dict:
        return None
    try:
        _element(written, root, content)
    except _NotPlain:
        return None
    return "".join(written)


def _element(written: list[str], name: Any, value: Any) -> None:
    if not _is_name(name):
        raise _NotPlain
    if type(value) is dict:
        _parent(written, name, value)
    elif type(value) is list:
        for each in value:
            if type(each) is list:
                raise _NotPlain
            _element(written, name, each)
    else:
        text = _text(value)
        written.append(f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>")


def _parent(written: list[str], name: str, value: dict[Any, Any]) -> None:
    inner: list[str] = []
    start, text = f"<{name}", ""
    for key, each in value.items():
        if key == "#text":
            text = _text(each)
        elif key[:1] == "@":
            if not _is_name(key[1:]):
                raise _NotPlain
            start += f" {key[1:]}={quoteattr(_text(each))}"
        else:
            _element(inner, key, each)
    if inner or text:
        written += (start, ">", *inner, escape(text), f"</{name}>")
    else:
        written += (start, "/>")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise _NotPlain


@functools.lru_cache(4096)
def _is_name(name: Any) -> bool:
    return isinstance(name, str) and _NAME.fullmatch(name) is not None
