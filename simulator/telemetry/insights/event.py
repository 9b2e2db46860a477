"""The record of an Insights event.

Source: "CloudTrail record contents for Insights events for trails" and "Viewing Insights events for
trails with the AWS CLI" (CloudTrail User Guide).
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.telemetry.cloudtrail.times import instant
from simulator.telemetry.insights.baseline import BASELINE, WINDOW
from simulator.telemetry.insights.rates import CALLS, Rate, Subject

_VERSION: Final = "1.09"
_TOP: Final = 5
_SESSION: Final = re.compile(r"(arn:[^:]+:sts::\d+:assumed-role/[^/]+)/.+")
Record = dict[str, Any]


def start(account: Account, subject: Subject, rate: Rate, minute: int) -> Record:
    """The unusual began at `minute`: told of its first five minutes."""
    return _event(account, subject, rate, "Start", minute, minute, WINDOW)


def end(account: Account, subject: Subject, rate: Rate, began: int, minute: int) -> Record:
    """The unusual that `began` then was over at `minute`."""
    return _event(account, subject, rate, "End", began, minute, minute - began)


def time_of(minute: int) -> datetime:
    """A minute since 1970."""
    return datetime.fromtimestamp(minute * 60, UTC)


def _event(
    account: Account,
    subject: Subject,
    rate: Rate,
    state: str,
    began: int,
    at: int,
    duration: int,
) -> Record:
    unusual = [account.records[place] for place in rate.between(began, began + duration)]
    usual = [account.records[place] for place in rate.between(began - BASELINE, began)]
    details: Record = {
        "state": state,
        "eventSource": subject.source,
        "eventName": subject.name,
        "insightType": subject.kind,
    }
    if subject.error is not None:
        details["errorCode"] = subject.error
    details["sourceEventCategory"] = "Management"
    details["insightContext"] = {
        "statistics": {
            "baseline": {"average": _average(len(usual), BASELINE)},
            "insight": {"average": _average(len(unusual), duration)},
            "insightDuration": duration,
            "baselineDuration": BASELINE,
        },
        "attributions": _attributions(subject, unusual, usual, duration),
    }
    return {
        "eventVersion": _VERSION,
        "eventTime": instant(time_of(at)),
        "awsRegion": subject.region,
        "eventID": _id(account, subject, began, state),
        "eventType": "AwsCloudTrailInsight",
        "recipientAccountId": account.id,
        "sharedEventID": _id(account, subject, began, "both"),
        "insightDetails": details,
        "eventCategory": "Insight",
    }


def _attributions(
    subject: Subject, unusual: Sequence[Record], usual: Sequence[Record], duration: int
) -> list[Record]:
    attributes: dict[str, Callable[[Record], str]] = {
        "userIdentityArn": _identity,
        "userAgent": lambda record: str(record["userAgent"]),
    }
    if subject.kind == CALLS:
        attributes["errorCode"] = lambda record: str(record.get("errorCode") or "null")
    return [
        {
            "attribute": name,
            "insight": _top(unusual, value, duration),
            "baseline": _top(usual, value, BASELINE),
        }
        for name, value in attributes.items()
    ]


def _top(
    records: Sequence[Record], value: Callable[[Record], str], minutes: int
) -> list[dict[str, Any]]:
    counted = sorted(Counter(map(value, records)).items(), key=lambda each: (-each[1], each[0]))
    return [{"value": one, "average": _average(n, minutes)} for one, n in counted[:_TOP]]


def _identity(record: Record) -> str:
    """A role's sessions count as one; a caller without an ARN is known by what it has."""
    identity = record["userIdentity"]
    arn = identity.get("arn") or identity.get("invokedBy") or identity.get("principalId") or ""
    return _SESSION.sub(r"\1", str(arn))


def _average(count: int, minutes: int) -> int | float:
    average = round(count / minutes, 10)
    return int(average) if average == int(average) else average


def _id(account: Account, subject: Subject, began: int, what: str) -> str:
    """The same whichever trail the event is delivered by."""
    chance = random.Random(f"insight/{account.world.seed}/{account.id}/{subject}/{began}/{what}")
    return drawn_uuid(chance)
