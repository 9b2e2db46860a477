"""XML as moto writes it, with one walk over plain values; xmltodict writes whatever isn't plain."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xmltodict

_NAME = re.compile(r"[A-Za-z_][\w.:-]*")


class _NotPlain(Exception):
    pass


def unparse(
    document: Mapping[str, Any],
    *,
    full_document: bool = True,
    short_empty_elements: bool = False,
    pretty: bool = False,
) -> str:
    """What `xmltodict.unparse` returns for the same arguments."""
    if short_empty_elements and not pretty and len(document) == 1:
        written: list[str] = []
        if full_document:
            written.append('<?xml version="1.0" encoding="utf-8"?>\n')
        ((root, content),) = document.items()
        try:
            if type(content) is dict:
                _element(written, root, content)
                return "".join(written)
        except _NotPlain:
            pass
    return str(
        xmltodict.unparse(
            document,
            full_document=full_document,
            short_empty_elements=short_empty_elements,
            pretty=pretty,
        )
    )


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
    start, text, inner = f"<{name}", "", []
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
