"""How often requests came, for rate-based rules: kept by whoever asks, from request to request.

Exact, where AWS WAF looks every few seconds and does not promise the limit to the request.
Sources: "Using rate-based rule statements in AWS WAF", "Rate-based rule high-level settings".
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Rates:
    """The times of requests, by rule and by what it aggregates them by."""

    seen: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def count(self, rule: str, key: str, time: float, window: float) -> int:
        """Note a request; how many there were in the last `window` seconds, with this one."""
        times = self.seen.setdefault((rule, key), deque())
        times.append(time)
        while times[0] <= time - window:
            times.popleft()
        return len(times)
