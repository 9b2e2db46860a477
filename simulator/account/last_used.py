"""When, where and for which service a credential was last used.

Source: "AccessKeyLastUsed" and "RoleLastUsed" of the IAM API reference, "Generate credential
reports for your AWS account".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from simulator.gateway.caller import CallerType

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.gateway.call import Call

KEY_SPAN = timedelta(minutes=15)
PASSWORD_SPAN = timedelta(minutes=5)
_GLOBAL = {"iam", "sts", "organizations", "route53", "cloudfront", "shield"}


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a credential. `time` is aware UTC on the account's clock."""

    time: datetime
    service: str
    """The service's namespace: "s3", "iam"."""
    region: str


@dataclass(frozen=True, slots=True)
class LastUse:
    """The most recent use, and the one that the credential report shows.

    Of several uses within a quarter of an hour the report shows the first.
    """

    latest: Use
    reported: Use


def note(home: Account, call: Call) -> None:
    """Keep what a proved caller's call says about its credentials; also when it was denied.

    Temporary credentials count for the role behind them, and for no access key.
    """
    caller = call.caller
    if caller.type is CallerType.ASSUMED_ROLE:
        credential = caller.issuer_id
    else:
        credential = caller.access_key_id if caller.session is None else None
    if credential is not None:
        region = "us-east-1" if call.service in _GLOBAL else call.region
        service = call.event_source.partition(".")[0]
        time = call.time.replace(microsecond=0)
        _keep(home, credential, Use(time, service, region), KEY_SPAN)


def sign_in(home: Account, user_id: str, time: datetime) -> None:
    """Keep that a user's password was used; `user_id` is the account's id for the root user."""
    _keep(home, user_id, Use(time, "signin", "us-east-1"), PASSWORD_SPAN)


def _keep(home: Account, credential: str, use: Use, span: timedelta) -> None:
    before = home.last_used.get(credential)
    recent = before is not None and use.time - before.reported.time < span
    home.last_used[credential] = LastUse(use, before.reported if before and recent else use)
