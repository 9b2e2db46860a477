"""Near misses: what the company would have written had it made the adversary's call itself.

A twin of an event has its name and its parameters, made harmless where they were not: no other
account, nobody and everybody, every action or administrator rights. It is by somebody of the company:
who makes such calls, and, where the parameters alone tell the two apart, the very caller whose
credentials the adversary had, from its usual place. Names stay: a rule that knows the adversary by
them meets them again here.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.detections.rule import Event
from simulator.detections.views import copied

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_MUCH = re.compile(r"(AdministratorAccess|PowerUserAccess|[A-Za-z0-9]*FullAccess)\b")
_CALLER = ("userIdentity", "sourceIPAddress", "userAgent", "eventTime")
_COLLEAGUES = 2
"""Near misses by others, for each event that is evidence."""
_PUBLIC = re.compile(r"http://acs\.amazonaws\.com/groups/global/\w+")


def of(evidence: Event, company: Sequence[Event], chance: random.Random) -> list[dict[str, Any]]:
    """The near misses of an event; `company` is what the company does."""
    harmless = tamed(evidence)
    callers = [_colleague(evidence, company, chance) for _ in range(_COLLEAGUES)]
    if harmless != copied(evidence):
        callers.append(_itself(evidence, company, chance))
    return [_by(caller, harmless, chance) for caller in callers if caller is not None]


def _colleague(evidence: Event, company: Sequence[Event], chance: random.Random) -> Event | None:
    """A call of somebody who changes things in the same service, else of somebody who changes any."""
    people = [
        event
        for event in company
        if event["userIdentity"].get("type") in {"IAMUser", "AssumedRole"}
        and not event.get("errorCode")
    ]
    changing = [event for event in people if not event.get("readOnly")]
    same = [event for event in changing if event["eventSource"] == evidence["eventSource"]]
    fitting = same or changing or people
    return chance.choice(fitting) if fitting else None


def _itself(evidence: Event, company: Sequence[Event], chance: random.Random) -> Event | None:
    caller = _named(evidence)
    own = [event for event in company if caller and _named(event) == caller]
    return chance.choice(own) if own else None


def _named(event: Event) -> str:
    identity = event["userIdentity"]
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    return str(issuer.get("arn") or identity.get("arn") or "")


def _by(caller: Event, harmless: Event, chance: random.Random) -> dict[str, Any]:
    twin = {**copied(harmless), **{name: caller[name] for name in _CALLER if name in caller}}
    twin["eventID"], twin["requestID"] = _uuid(chance), _uuid(chance)
    twin.pop("sharedEventID", None)
    return twin


def tamed(event: Event) -> dict[str, Any]:
    """An event whose parameters give nobody outside anything, and nobody everything."""
    own = str(event.get("recipientAccountId") or event["userIdentity"].get("accountId") or "")
    changed = copied(event)
    for place in ("requestParameters", "responseElements"):
        changed[place] = _tame(changed.get(place), own)
    return changed


def _tame(value: Any, own: str, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {name: _tame(each, own, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_tame(each, own, key) for each in value]
    if not isinstance(value, str):
        return value
    document = _document(value)
    if document is not None:
        return json.dumps(_tame(document, own))
    if value == "*" and key in {"Action", "NotAction"}:
        return "s3:ListBucket"
    if value == "*" and key in {"Principal", "AWS"}:
        return f"arn:aws:iam::{own}:root"
    if value.startswith("public-read") or value == "authenticated-read":
        return "private"
    value = _PUBLIC.sub("http://acs.amazonaws.com/groups/s3/LogDelivery", value)
    value = _MUCH.sub("ReadOnlyAccess", value)
    return _ACCOUNT.sub(own, value) if own else value


def _document(text: str) -> Any:
    if not text.lstrip().startswith("{"):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _uuid(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
