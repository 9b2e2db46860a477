"""What PutRule refuses beside a pattern that is none.

Source: "PutRule" (Amazon EventBridge API Reference), "Setting a schedule pattern for scheduled
rules (legacy) in Amazon EventBridge" (User Guide).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from simulator.events.bus import WITH_READS
from simulator.gateway.errors import AwsError

_NAME: Final = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
_STATES: Final = ("ENABLED", "DISABLED", WITH_READS)
_RATE: Final = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minute|hour|day)s)\)")


def check(params: Mapping[str, Any]) -> None:
    """Refuse a name, a state or a rate that EventBridge doesn't take.

    Raises:
        AwsError: ValidationException.
    """
    name, state = str(params["Name"]), params.get("State", "ENABLED")
    if not _NAME.fullmatch(name):
        raise _constraint(
            "name", name, "Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"
        )
    if state not in _STATES:
        raise _constraint(
            "state", state, f"Member must satisfy enum value set: [{', '.join(_STATES)}]"
        )
    schedule = params.get("ScheduleExpression") or ""
    if schedule.startswith("rate(") and not _RATE.fullmatch(schedule):
        raise AwsError("ValidationException", "Parameter ScheduleExpression is not valid.")


def _constraint(member: str, value: str, constraint: str) -> AwsError:
    return AwsError(
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
        f"constraint: {constraint}",
    )
