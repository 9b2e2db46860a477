"""Ranges of addresses or ports as Suricata rules write them.

`ANY`, one value, `[a, b]` for a list, `!a` for everything else, `$NAME` for a variable and `@NAME`
for a reference to a prefix list. What a list negates counts against all that it includes.
Sources: "Rules Format" (Suricata User Guide), "Header", "RuleVariables" (AWS Network Firewall API
Reference).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from simulator.network.addresses import Block, block

Ranges = tuple[Block, ...]
Variables = Mapping[str, Ranges]

ADDRESSES: Ranges = (block("0.0.0.0/0"), block("::/0"))
PORTS: Ranges = ((0, 65535),)


@dataclass(frozen=True, slots=True)
class Reader:
    """What values mean and which variables are known; a variable's name has its `$` or `@`."""

    ports: bool
    variables: Variables

    @property
    def everything(self) -> Ranges:
        """What ANY stands for."""
        return PORTS if self.ports else ADDRESSES

    def read(self, text: str) -> Ranges:
        """The ranges that an expression stands for.

        Raises:
            ValueError: it is no such expression, or names a variable that isn't known.
        """
        text = text.strip()
        if text.upper() == "ANY":
            return self.everything
        if text.startswith("!"):
            return self.without(self.everything, self.read(text[1:]))
        if text.startswith("[") and text.endswith("]"):
            return self.listed(_items(text[1:-1]))
        if text.startswith(("$", "@")):
            if text not in self.variables:
                raise ValueError(f"{text} is not defined.")
            return self.variables[text]
        return (_ports(text) if self.ports else block(text),)

    def listed(self, items: Iterable[str]) -> Ranges:
        """The ranges of a list."""
        included: list[Block] = []
        excluded: list[Block] = []
        only_excludes = True
        for item in items:
            if item.startswith("!"):
                excluded += self.read(item[1:])
            else:
                only_excludes = False
                included += self.read(item)
        return self.without(self.everything if only_excludes else tuple(included), excluded)

    @staticmethod
    def without(ranges: Ranges, excluded: Iterable[Block]) -> Ranges:
        """What is left of ranges."""
        for first, last in excluded:
            ranges = tuple(
                (low, high)
                for start, end in ranges
                for low, high in ((start, min(end, first - 1)), (max(start, last + 1), end))
                if low <= high
            )
        return ranges


def _items(text: str) -> Iterator[str]:
    """The parts between commas that are in no bracket."""
    depth, part = 0, ""
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and not depth:
            yield part.strip()
            part = ""
        else:
            part += letter
    if depth:
        raise ValueError(f"[{text}] has unbalanced brackets.")
    yield part.strip()


def _ports(text: str) -> Block:
    first, colon, last = text.partition(":")
    low = int(first) if first or not colon else 0
    high = int(last or 65535) if colon else low
    if not 0 <= low <= high <= 65535:
        raise ValueError(f"{text!r} is no port or range of ports.")
    return low, high
