"""What to read next: a lab's playbook, phase by phase."""

from __future__ import annotations

import functools
import re

from simulator.gradebook.book import Lab
from simulator.widgets.markup import markdown


@functools.lru_cache(maxsize=64)
def section(lab: Lab, phase: str) -> tuple[str, str]:
    """The title and the HTML of what the lab's playbook says of a phase; empty where it says nothing."""
    if lab.play is None:
        return "", ""
    parts = re.split(r"^## +(.+?) *$", lab.play.text("playbook.md"), flags=re.MULTILINE)[1:]
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        if re.search(rf"\b{re.escape(phase)}", title, re.IGNORECASE):
            return title, markdown(body)
    return "", ""
