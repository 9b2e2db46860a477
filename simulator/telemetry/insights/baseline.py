"""What is usual for an account, and what is more than that.

AWS's own model is not published. From its documentation are: five minutes at a time, seven days
before them as the baseline, the averages a minute, and up to 36 hours until there can be an event.
Here five minutes are unusual that have more than five events, more than half as many again as any
five minutes of the baseline, and more than six deviations above its average.
"""

from __future__ import annotations

import math
from typing import Final

from simulator.telemetry.insights.rates import Rate, Rates

WINDOW: Final = 5
"""Minutes that are looked at together."""
BASELINE: Final = 7 * 24 * 60
"""Minutes."""
_SETTLING: Final = 36 * 60
"""Minutes of an account's history without which nothing is usual."""
_LEAST: Final = 5
_DEVIATIONS: Final = 6
_MARGIN: Final = 1.5


def settled(rates: Rates, minute: int) -> bool:
    """Whether there is enough history before a minute."""
    known = rates.active.minutes
    return bool(known) and minute - known[0] >= _SETTLING


def level(rate: Rate, minute: int) -> float:
    """As many events in five minutes would still be usual for the account from `minute` on."""
    usual = len(rate.between(minute - BASELINE, minute)) * WINDOW / BASELINE
    busiest = rate.busiest(minute - BASELINE, minute, WINDOW)
    return max(_LEAST, usual + _DEVIATIONS * math.sqrt(usual), _MARGIN * busiest)
