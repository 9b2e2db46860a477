"""The same events as another account, or another version of CloudTrail, would have written them.

Nothing here knows which events are the adversary's. Constants (names, addresses, account, region)
are replaced throughout a world, each by the same other one; fields are left out, or spelled
otherwise.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from simulator.detections import constants
from simulator.detections.rule import Event

PLAIN: Final = "as they are"
CONSTANTS: Final = ("other names", "other addresses", "another account", "another region")
FIELDS: Final = (
    "no userAgent",
    "no responseElements",
    "an older eventVersion",
    "parameters spelled otherwise",
)
NAMES: Final = (*CONSTANTS, *FIELDS)
_SINCE = (
    *("readOnly", "recipientAccountId", "managementEvent", "eventCategory", "tlsDetails"),
    *("sharedEventID", "sessionCredentialFromConsole", "addendum", "vpcEndpointId"),
)
"""Fields that came with eventVersion 1.02 to 1.08. Source: "CloudTrail record contents for
management, data, and network activity events" (CloudTrail User Guide)."""


def seen(view: str, events: Sequence[Event], seed: str) -> list[Event]:
    """The events of one world in a view."""
    if view == PLAIN:
        return list(events)
    if view in CONSTANTS:
        return constants.replaced(view, events, random.Random(f"{seed}/{view}"))
    return [_REWRITTEN[view](event) for event in events]


def _without(*names: str) -> Callable[[Event], Event]:
    return lambda event: {name: value for name, value in event.items() if name not in names}


def _older(event: Event) -> Event:
    return {**_without(*_SINCE)(event), "eventVersion": "1.01"}


def _nothing_answered(event: Event) -> Event:
    return {**event, "responseElements": None}


def _otherwise(event: Event) -> Event:
    """Services differ in whether a parameter begins with a capital: bucketName, BucketName."""
    parameters = event.get("requestParameters")
    if not isinstance(parameters, Mapping):
        return event
    spelled = {name[:1].swapcase() + name[1:]: value for name, value in parameters.items()}
    return {**event, "requestParameters": spelled}


_REWRITTEN: Final[Mapping[str, Callable[[Event], Event]]] = {
    "no userAgent": _without("userAgent"),
    "no responseElements": _nothing_answered,
    "an older eventVersion": _older,
    "parameters spelled otherwise": _otherwise,
}


def copied(event: Event) -> dict[str, Any]:
    """An event that can be changed."""
    copy: dict[str, Any] = json.loads(json.dumps(event, default=str))
    return copy
