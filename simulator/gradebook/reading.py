"""What to read next: a lab's playbook, phase by phase."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from simulator.gradebook.book import Lab
from simulator.widgets.markup import markdown

PLAYBOOK = "playbook.md"


def section(lab: Lab, phase: str) -> tuple[str, str]:
    """The title and the HTML of what the lab's playbook says of a phase; empty where it says nothing."""
    if lab.play is None:
        return "", ""
    return _sections(lab.play.folder / PLAYBOOK).get(phase, ("", ""))


@functools.lru_cache(maxsize=64)
def _sections(playbook: Path) -> dict[str, tuple[str, str]]:
    text = playbook.read_text(encoding="utf-8") if playbook.exists() else ""
    parts = re.split(r"^## +(?:\d+\. +)?(.+?) *$", text, flags=re.MULTILINE)[1:]
    told = [(title, body) for title, body in zip(parts[::2], parts[1::2], strict=True)]
    return {title.split()[0].strip(",:").lower(): (title, markdown(body)) for title, body in told}
