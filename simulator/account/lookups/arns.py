"""An ARN taken apart ("Identify AWS resources with Amazon Resource Names (ARNs)")."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arn:
    """The parts of one resource's ARN. `account` and `region` are empty where it names none."""

    text: str
    service: str
    region: str
    account: str
    resource: str
    """"instance/i-0abc", "db:orders"."""

    @property
    def kind(self) -> str:
        """ "instance" of "instance/i-0abc", "db" of "db:orders"; "" where there is only a name."""
        cut = self._cut()
        return self.resource[:cut] if cut >= 0 else ""

    @property
    def name(self) -> str:
        """What follows the kind."""
        return self.resource[self._cut() + 1 :]

    def _cut(self) -> int:
        found = [at for at in map(self.resource.find, "/:") if at >= 0]
        return min(found, default=-1)


def parse(text: str) -> Arn | None:
    """None for "*", for a pattern and for what is no ARN."""
    parts = text.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or "*" in text:
        return None
    return Arn(text, parts[2], parts[3], parts[4], parts[5])
