"""Text that a submission has made, as it may be kept: short, without colours and control characters."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.?)", re.DOTALL)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_PLACE = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
_PORT = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])[:'\", (port=]{1,10}\d{4,5}\b")
_FOLDER = re.compile(r"/tmp/(?:ipykernel_\d+|drill-[\w.-]+)")
ERROR = 300
TRACEBACK = 4_000


def plain(text: object, most: int) -> str:
    """At most `most` characters; what differs from run to run (places in memory, ports) is left out."""
    said = str(text)[: 16 * most]
    said = _CONTROL.sub("", _ESCAPE.sub("", said.replace("\r\n", "\n")))
    said = _FOLDER.sub("/tmp/…", _PORT.sub(r"\1", _PLACE.sub("0x…", said)))
    return said if len(said) <= most else f"{said[: most - 1]}…"


def line(text: object) -> str:
    """The first line that says something, as an error's line."""
    said = plain(text, 4 * ERROR)
    first = next((each.strip() for each in said.splitlines() if each.strip()), "")
    return first if len(first) <= ERROR else f"{first[: ERROR - 1]}…"


def ending(text: object) -> str:
    """A traceback, of which the end says most."""
    said = plain(str(text)[-16 * TRACEBACK :], 16 * TRACEBACK).strip()
    return said if len(said) <= TRACEBACK else f"…{said[1 - TRACEBACK :]}"
