"""The credential report: one row for the root user and one for each IAM user.

Source: "Generate credential reports for your AWS account", "GenerateCredentialReport" and
"GetCredentialReport" of the IAM API reference.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.account.account import Account
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.iam.state import account_of, iam_of
from simulator.services.iam.users import opened

_LASTS = timedelta(hours=4)
_KEY = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
_COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(f"access_key_1_{name}" for name in _KEY),
    *(f"access_key_2_{name}" for name in _KEY),
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
)
_NO_KEY = ("false", "N/A", "N/A", "N/A", "N/A")
_WITHOUT_REGION = {"s3"}


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was generated; what changes afterwards is not in it."""

    time: datetime
    content: bytes


@operation
def generate_credential_report(call: Call, backend: Backend) -> Result:
    """A new report at most every four hours: until then the one that exists is still current."""
    iam = iam_of(call)
    if _current(iam, call.time):
        return {"State": "COMPLETE"}
    iam.report = Report(call.time, _written(call))
    return {
        "State": "STARTED",
        "Description": "No report exists. Starting a new report generation task",
    }


@operation
def get_credential_report(call: Call, backend: Backend) -> Result:
    """The report generated last.

    Raises:
        AwsError: ReportNotPresent; ReportExpired when it is older than four hours.
    """
    iam = iam_of(call)
    report: Report | None = iam.__dict__.get("report")
    if report is None:
        raise AwsError("ReportNotPresent", "Unknown", 410)
    if not _current(iam, call.time):
        raise AwsError("ReportExpired", "Unknown", 410)
    return {
        "Content": report.content,
        "ReportFormat": "text/csv",
        "GeneratedTime": report.time.replace(microsecond=0),
    }


def _current(iam: Any, now: datetime) -> bool:
    report: Report | None = iam.__dict__.get("report")
    return report is not None and now - report.time < _LASTS


def _written(call: Call) -> bytes:
    account, iam = account_of(call), iam_of(call)
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerow(_root(account, iam, call.time))
    for user in sorted(iam.users.values(), key=lambda user: user.name.lower()):
        writer.writerow(_row(account, iam, user))
    return lines.getvalue().rstrip("\n").encode()


def _root(account: Account, iam: Any, now: datetime) -> Iterator[str]:
    """The root user has no key of its own here; `account_summary` says if it has any."""
    summary, made = iam.account_summary.summary_map, _date(opened(iam, now))
    yield from ("<root_account>", f"arn:aws:iam::{account.id}:root", made, "true")
    yield from (_sign_in(account, account.id), made, "not_supported")
    yield _bool(summary["AccountMFAEnabled"])
    has_key = bool(summary["AccountAccessKeysPresent"])
    yield from ("true", made, *_NO_KEY[2:]) if has_key else _NO_KEY
    yield from _NO_KEY
    yield from (_bool(summary["AccountSigningCertificatesPresent"]), "N/A", "false", "N/A")


def _row(account: Account, iam: Any, user: Any) -> Iterator[str]:
    yield from (user.name, user.arn, _date(user.create_date))
    yield from _password(account, iam, user)
    yield _bool(user.mfa_devices)
    keys = [_key(account, key) for key in user.access_keys]
    for one in (*keys, _NO_KEY, _NO_KEY)[:2]:
        yield from one
    certificates = [
        (_bool(one.status == "Active"), _date(one.upload_date))
        for one in user.signing_certificates.values()
    ]
    for pair in (*certificates, ("false", "N/A"), ("false", "N/A"))[:2]:
        yield from pair


def _password(account: Account, iam: Any, user: Any) -> Iterator[str]:
    if not user.password:
        yield from ("false", "N/A", "N/A", "N/A")
        return
    changed = user.__dict__.get("password_changed", user.create_date)
    yield from ("true", _sign_in(account, user.id), _date(changed))
    rules = iam.account_password_policy
    if rules is not None and rules.max_password_age:
        yield _date(changed + timedelta(days=rules.max_password_age))
    else:
        yield "N/A"


def _sign_in(account: Account, user_id: str) -> str:
    used = account.last_used.get(user_id)
    return _date(used.reported.time) if used is not None else "no_information"


def _key(account: Account, key: Any) -> tuple[str, ...]:
    active, used = _bool(key.status == "Active"), account.last_used.get(key.access_key_id)
    if used is None:
        return (active, _date(key.create_date), *_NO_KEY[2:])
    use = used.reported
    region = "N/A" if use.service in _WITHOUT_REGION else use.region
    return (active, _date(key.create_date), _date(use.time), region, use.service)


def _bool(value: object) -> str:
    return "true" if value else "false"


def _date(time: datetime) -> str:
    aware = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%S+00:00")
