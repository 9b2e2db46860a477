"""Who used which API from where, and since when: what is usual in an account.

A simple statistic in the place of GuardDuty's machine learning. For each user identity, and for the
account as a whole, it keeps when an API, a network and a user agent were first seen. What was first
seen at least a day before is usual. Sources: the descriptions of the AnomalousBehavior types in
"GuardDuty IAM finding types" ("the user that made the request, the location the request was made from,
and the specific API that was requested").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from simulator.guardduty.remote import network_of

MATURE: Final = timedelta(hours=24)
"""How long ago a thing must have been seen first to be usual."""
ACCOUNT: Final = ""
"""The user that stands for the account as a whole."""
Facts = Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Profile:
    """When each fact was first seen, by user."""

    users: Mapping[str, Facts] = field(default_factory=dict)

    def knows(self, user: str, at: datetime) -> bool:
        """Whether a user, or the account, has been seen for long enough to have habits."""
        first = self.users.get(user, {}).get("")
        return first is not None and at - first >= MATURE

    def usual(self, user: str, fact: str, at: datetime) -> bool:
        """Whether a fact about a user, or about the account, is nothing new."""
        first = self.users.get(user, {}).get(fact)
        return first is not None and at - first >= MATURE

    def names(self, user: str, kind: str, at: datetime) -> tuple[str, ...]:
        """What of a kind ("api", "net", "agent") is usual of a user."""
        known = self.users.get(user, {})
        mark = f"{kind}:"
        return tuple(
            fact.removeprefix(mark)
            for fact, first in known.items()
            if fact.startswith(mark) and at - first >= MATURE
        )


class Learning:
    """A profile that takes records in; copies what it changes, once."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._own: set[str] = set()
        self._users: dict[str, Facts] | None = None

    def learn(self, record: Mapping[str, Any], at: datetime) -> None:
        """A record is part of the account's history from now on."""
        user = user_of(record)
        if user is None:
            return
        for one in (user, ACCOUNT):
            known = self.profile.users.get(one, {})
            fresh = [fact for fact in ("", *facts_of(record)) if fact not in known]
            if fresh:
                self._add(one, fresh, at)

    def _add(self, user: str, facts: list[str], at: datetime) -> None:
        if self._users is None:
            self._users = dict(self.profile.users)
            self.profile = Profile(self._users)
        if user not in self._own:
            self._users[user] = dict(self._users.get(user, {}))
            self._own.add(user)
        known = self._users[user]
        assert isinstance(known, dict)
        for fact in facts:
            known[fact] = at


def user_of(record: Mapping[str, Any]) -> str | None:
    """The ARN of the user, or of the role or user behind a session; None for others.

    Others are AWS's services, anonymous callers, and principals of another account.
    """
    identity = record.get("userIdentity") or {}
    if identity.get("accountId") != record.get("recipientAccountId"):
        return None
    if identity.get("type") not in {"IAMUser", "AssumedRole", "FederatedUser", "Root"}:
        return None
    if network_of(record.get("sourceIPAddress", "")) is None:
        return None
    issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
    arn = issuer.get("arn") or identity.get("arn")
    return str(arn) if arn else None


def facts_of(record: Mapping[str, Any]) -> tuple[str, str, str]:
    """The API, the network and the user agent of a record, as facts."""
    network = network_of(record.get("sourceIPAddress", ""))
    return api_of(record), f"net:{network}", f"agent:{agent_of(record)}"


def api_of(record: Mapping[str, Any]) -> str:
    """The fact that an API was called: for S3's data events, on which bucket."""
    source = str(record["eventSource"]).partition(".")[0]
    bucket = ""
    if record.get("eventCategory") == "Data":
        bucket = f"@{(record.get('requestParameters') or {}).get('bucketName', '')}"
    return f"api:{source}:{record['eventName']}{bucket}"


def agent_of(record: Mapping[str, Any]) -> str:
    """A user agent's product, without version: "aws-cli", "Boto3"."""
    agent = str(record.get("userAgent", "")).strip("[]")
    return agent.partition("/")[0].partition(" ")[0]
