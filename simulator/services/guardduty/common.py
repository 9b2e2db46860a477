"""What GuardDuty's operations share: the detector called, ids, refusals, pages."""

from __future__ import annotations

import base64
import binascii
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.guardduty import state
from simulator.guardduty.state import Detector, GuardDuty

Item = TypeVar("Item")


def bad(why: str) -> AwsError:
    """BadRequestException, in GuardDuty's wording."""
    return AwsError("BadRequestException", f"The request is rejected because {why}")


def state_of(call: Call) -> GuardDuty:
    """GuardDuty in the account and region called."""
    assert call.account is not None
    return state.of(call.account, call.region)


def keep(call: Call, changed: GuardDuty) -> None:
    """Replace the state."""
    assert call.account is not None
    state.keep(call.account, call.region, changed)


def detector_of(call: Call) -> Detector:
    """The detector that the call names.

    Raises:
        AwsError: it is not the account's.
    """
    found = state_of(call).detector
    if found is None or found.id != call.params.get("DetectorId"):
        raise bad("the input detectorId is not owned by the current account.")
    return found


def keep_detector(call: Call, changed: Detector) -> None:
    """Replace the detector."""
    keep(call, replace(state_of(call), detector=changed))


def new_id(call: Call, what: str, number: int) -> str:
    """32 hexadecimal digits, from the seed and what was made before."""
    assert call.account is not None
    seed = f"guardduty/{call.account.world.seed}/{call.account.id}/{call.region}/{what}/{number}"
    return f"{random.Random(seed).getrandbits(128):032x}"


def arn_of(call: Call, detector: Detector, rest: str = "") -> str:
    """The ARN of the detector, or of what belongs to it."""
    assert call.account is not None
    whole = f"arn:aws:guardduty:{call.region}:{call.account.id}:detector/{detector.id}"
    return f"{whole}/{rest}" if rest else whole


def tagged(call: Call, detector: Detector, rest: str = "") -> Detector:
    """The detector with the tags that the call gives to what it makes."""
    given = call.params.get("Tags")
    return with_tags(call, detector, arn_of(call, detector, rest), given) if given else detector


def with_tags(call: Call, detector: Detector, arn: str, tags: Mapping[str, str]) -> Detector:
    """The detector with these tags at an ARN; policies' conditions find them at the backend."""
    from moto.guardduty.models import guardduty_backends

    assert call.account is not None
    changed = {**detector.tags, arn: dict(tags)}
    backend = guardduty_backends[call.account.id][call.region]
    backend.__dict__["tags_by_arn"] = changed
    return replace(detector, tags=changed)


def tags_of(call: Call, detector: Detector, rest: str = "") -> dict[str, str]:
    """The tags of the detector, or of what belongs to it."""
    return dict(detector.tags.get(arn_of(call, detector, rest), {}))


def without(kept: Mapping[str, Item], name: str, what: str) -> dict[str, Item]:
    """All but one, which must be there."""
    owned(kept, name, what)
    return {key: each for key, each in kept.items() if key != name}


def owned(kept: Mapping[str, Item], name: str, what: str) -> Item:
    """The one of that name or id; `what` is its parameter.

    Raises:
        AwsError: BadRequestException.
    """
    if name not in kept:
        raise bad(f"the input {what} is not owned by the current account.")
    return kept[name]


def page(call: Call, items: Sequence[Item]) -> tuple[Sequence[Item], dict[str, str]]:
    """What fits on the page that the call asks for, and NextToken where there is more.

    Raises:
        AwsError: BadRequestException.
    """
    size = int(call.params.get("MaxResults") or 50)
    if not 1 <= size <= 50:
        raise bad("the parameter maxResults has an invalid value.")
    start = _place(call.params.get("NextToken"))
    shown = items[start : start + size]
    if start + size >= len(items):
        return shown, {}
    return shown, {"NextToken": base64.urlsafe_b64encode(f"at/{start + size}".encode()).decode()}


def _place(token: Any) -> int:
    if not token:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(str(token)).decode().partition("/")
        if word == "at" and number.isdecimal():
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise bad("the parameter nextToken has an invalid value.")
