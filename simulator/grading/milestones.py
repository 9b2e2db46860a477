"""When each phase of a response was done, on the account's clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from simulator.grading.verdict import Judgement, Verdict
from simulator.scenario import Phase

TOLD = (Phase.DETECT, Phase.CONTAIN, Phase.RECOVER)
"""The phases whose times are told."""
_SESSIONS = frozenset({"AssumeRole", "GetSessionToken", "GetFederationToken"})


def reached(
    before: Mapping[Phase, datetime], judgements: Iterable[Judgement], changed: datetime
) -> dict[Phase, datetime]:
    """When each phase was done: all of its checks hold, since the learner's last change.

    A phase that was done before, at the time in `before`, still is unless one of its checks is
    found not to hold any more.
    """
    found: dict[Phase, set[Verdict]] = {}
    for each in judgements:
        found.setdefault(each.phase, set()).add(each.verdict)
    done = dict(before)
    for phase, verdicts in found.items():
        if verdicts == {Verdict.PASSED}:
            done.setdefault(phase, changed)
        elif verdicts - {Verdict.PASSED, Verdict.ERROR}:
            done.pop(phase, None)
    return done


def last_change(records: Sequence[Mapping[str, Any]], access_key_id: str) -> datetime | None:
    """When one principal, or a session that it took, last changed something. None for never.

    `records` are CloudTrail's; a call that was refused or failed changed nothing.
    """
    own, last = {access_key_id}, None
    for record in records:
        if record.get("userIdentity", {}).get("accessKeyId") not in own or "errorCode" in record:
            continue
        if record["eventSource"] == "sts.amazonaws.com" and record["eventName"] in _SESSIONS:
            own.add(record["responseElements"]["credentials"]["accessKeyId"])
        elif not record["readOnly"]:
            last = record["eventTime"]
    return None if last is None else datetime.fromisoformat(last)
