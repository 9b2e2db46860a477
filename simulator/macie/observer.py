"""Macie acts by itself: it watches buckets, runs jobs, and tells EventBridge what it found.

New findings are told at once; a policy finding's further occurrences as often as the session says.
Sources: "Configuring publication settings for Macie findings", "Amazon EventBridge event schema for
Macie findings".
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.macie import collecting, running, schedule, state, weaknesses
from simulator.macie.finding import told
from simulator.macie.state import Found, Job, Session
from simulator.reactions.event import Event

if TYPE_CHECKING:
    from simulator.account.world import World

FREQUENCIES: Final = {
    "FIFTEEN_MINUTES": timedelta(minutes=15),
    "ONE_HOUR": timedelta(hours=1),
    "SIX_HOURS": timedelta(hours=6),
}


def observe(world: World, until: datetime) -> Iterable[Event]:
    """Macie catches up in every account and region; the events that it sends."""
    events: list[Event] = []
    for account in list(world.accounts.values()):
        for region in state.regions(account):
            weaknesses.catch_up(account, region)
            _run_jobs(account, region, until)
            events += _tell(account, region, until)
    return events


def _run_jobs(account: Account, region: str, until: datetime) -> None:
    session = state.of(account, region)
    if session is None or session.status != "ENABLED":
        return
    for job in list(session.jobs.values()):
        moved = _moved(job, until)
        if moved is not job:
            session = state.of(account, region)
            assert session is not None
            jobs = {**session.jobs, job.id: moved}
            state.keep(account, region, replace(session, jobs=jobs))
        if moved.status == "RUNNING" and moved.due is not None and moved.due <= until:
            running.run(account, region, moved, until)


def _moved(job: Job, until: datetime) -> Job:
    """The job, once its next run has begun, or its pause is over."""
    if job.status == "IDLE" and job.next is not None and job.next <= until:
        return begun(job, job.next)
    expires = job.paused + schedule.EXPIRY if job.paused is not None else until
    if job.status != "USER_PAUSED" or expires > until:
        return job
    if job.settings["jobType"] == "ONE_TIME":
        return replace(job, status="CANCELLED", due=None, paused=None)
    return replace(job, due=None) if job.due is not None else job


def begun(job: Job, at: datetime) -> Job:
    """The job with a run under way; a recurring one's takes what changed since the run before."""
    frequency = job.settings.get("scheduleFrequency")
    recurring = job.settings["jobType"] == "SCHEDULED"
    return replace(
        job,
        status="RUNNING",
        due=at + schedule.RUN,
        begun=at,
        next=schedule.following(frequency or {}, at) if recurring else None,
        since=job.begun or job.since,
    )


def _tell(account: Account, region: str, until: datetime) -> list[Event]:
    session = state.of(account, region)
    if session is None or not state.awaited(account, region, session, until):
        return []
    due = [(one, at) for one, at in _due(session) if at <= until]
    if due:
        sent = {one.id: replace(one, sent=at) for one, at in due}
        session = replace(session, findings={**session.findings, **sent})
        session = collecting.expired(session, until)
        state.keep(account, region, session)
    state.wait(account, region, session, min((at for _, at in _due(session)), default=None))
    return [_event(account, region, one, at) for one, at in due]


def _due(session: Session) -> Iterator[tuple[Found, datetime]]:
    """What has not been told yet, and when it is to be."""
    every = FREQUENCIES[session.frequency]
    for one in session.findings.values():
        if one.suppressed:
            continue
        if one.sent is None:
            yield one, one.created
        elif one.updated > one.sent:
            yield one, max(one.sent + every, one.updated)


def _event(account: Account, region: str, one: Found, at: datetime) -> Event:
    seed = f"macie event/{account.world.seed}/{account.id}/{one.id}/{at.isoformat()}"
    return Event(
        account.id,
        region,
        at,
        "aws.macie",
        "Macie Finding",
        told(one),
        drawn_uuid(random.Random(seed)),
    )
