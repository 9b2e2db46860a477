"""Classification jobs.

Sources: "CreateClassificationJob", "UpdateClassificationJob", "JobStatus" (Amazon Macie API Reference).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from simulator.gateway.call import Call
from simulator.macie import running, schedule
from simulator.macie.identifiers.catalogue import rules
from simulator.macie.observer import begun
from simulator.macie.scope import compares
from simulator.macie.state import Job, Session
from simulator.services import Backend, Result, operation
from simulator.services.macie2.common import (
    arn,
    chance,
    conflict,
    invalid,
    keep,
    made_before,
    noted,
    owned,
    page,
    session_of,
)

_MOVES: Final = {
    "CANCELLED": {"IDLE", "PAUSED", "RUNNING", "USER_PAUSED"},
    "RUNNING": {"USER_PAUSED"},
    "USER_PAUSED": {"IDLE", "PAUSED", "RUNNING"},
}
"""From which status a job can be put into another."""
_SETTINGS: Final = (
    "allowListIds",
    "clientToken",
    "customDataIdentifierIds",
    "description",
    "initialRun",
    "jobType",
    "managedDataIdentifierIds",
    "managedDataIdentifierSelector",
    "name",
    "s3JobDefinition",
    "samplingPercentage",
    "scheduleFrequency",
)


@operation
def create_classification_job(call: Call, backend: Backend) -> Result:
    """A job; it begins at once, unless it recurs and is to wait for its day."""
    session = session_of(call)
    if session.status != "ENABLED":
        raise conflict("The request failed because Macie is suspended for your account.")
    earlier = made_before(call, session)
    if earlier is not None:
        return {"jobArn": session.jobs[earlier].arn, "jobId": earlier}
    settings = {name: call.params[name] for name in _SETTINGS if call.params.get(name) is not None}
    settings.setdefault("managedDataIdentifierSelector", "RECOMMENDED")
    settings["initialRun"] = bool(settings.get("initialRun", False))
    settings.setdefault("samplingPercentage", 100)
    _check(session, settings)
    name = f"{chance(call, session, 'job').getrandbits(128):032x}"
    where = arn(call, "classification-job", name)
    tags = dict(call.params.get("tags") or {})
    job = Job(name, where, settings, call.time, "IDLE", tags)
    if settings["jobType"] == "ONE_TIME" or settings["initialRun"]:
        job = begun(job, call.time)
    else:
        after = schedule.following(settings["scheduleFrequency"], call.time)
        job = replace(job, next=after, since=call.time)
    session = noted(call, session, name)
    keep(call, replace(session, jobs={**session.jobs, name: job}))
    return {"jobArn": where, "jobId": name}


def _check(session: Session, settings: dict[str, Any]) -> None:
    recurring = settings["jobType"] == "SCHEDULED"
    if recurring != bool(settings.get("scheduleFrequency")):
        raise invalid("scheduleFrequency must be specified for a scheduled job, and for no other")
    if not recurring and settings["initialRun"]:
        raise invalid("initialRun can't be specified for a one-time job")
    definition = settings["s3JobDefinition"]
    if bool(definition.get("bucketDefinitions")) == bool(definition.get("bucketCriteria")):
        raise invalid("s3JobDefinition must specify either bucketDefinitions or bucketCriteria")
    if not 1 <= int(settings["samplingPercentage"]) <= 100:
        raise invalid("samplingPercentage must be between 1 and 100")
    selector = settings["managedDataIdentifierSelector"]
    ids = settings.get("managedDataIdentifierIds") or ()
    if (selector in {"INCLUDE", "EXCLUDE"}) != bool(ids):
        raise invalid(
            f"managedDataIdentifierIds can't be empty for {selector}"
            if not ids
            else f"managedDataIdentifierIds must be empty for {selector}"
        )
    unknown = [one for one in ids if one not in rules()]
    if unknown:
        raise invalid(f"The managed data identifier {unknown[0]} is invalid or not simulated")
    customs = settings.get("customDataIdentifierIds") or ()
    if selector == "NONE" and not customs:
        raise invalid("customDataIdentifierIds can't be empty if the selector is NONE")
    for one in customs:
        if one not in session.identifiers or session.identifiers[one].deleted:
            raise invalid(f"The custom data identifier {one} doesn't exist")
    for one in settings.get("allowListIds") or ():
        if one not in session.allow_lists:
            raise invalid(f"The allow list {one} doesn't exist")


@operation
def describe_classification_job(call: Call, backend: Backend) -> Result:
    """One job."""
    job = owned(session_of(call).jobs, call.params["jobId"])
    assert call.account is not None
    pending = running.pending(call.account, call.region, job)
    return {
        **job.settings,
        **_summary(job),
        "jobArn": job.arn,
        **({"lastRunTime": job.begun} if job.begun else {}),
        "statistics": {"approximateNumberOfObjectsToProcess": pending, "numberOfRuns": job.runs},
        "tags": dict(job.tags),
    }


def _summary(job: Job) -> dict[str, Any]:
    told: dict[str, Any] = {
        "createdAt": job.created,
        "jobId": job.id,
        "jobStatus": job.status,
        "jobType": job.settings["jobType"],
        "lastRunErrorStatus": {"code": "ERROR" if job.failed else "NONE"},
        "name": job.settings["name"],
    }
    if job.status == "USER_PAUSED" and job.paused is not None:
        told["userPausedDetails"] = {
            "jobPausedAt": job.paused,
            "jobExpiresAt": job.paused + schedule.EXPIRY,
        }
    return told


@operation
def list_classification_jobs(call: Call, backend: Backend) -> Result:
    """Jobs that fit the criteria; the latest first, unless asked otherwise."""
    found = [(_summary(job), job) for job in session_of(call).jobs.values()]
    wanted = call.params.get("filterCriteria") or {}
    found = [
        one
        for one in found
        if all(_fits(one[0], term) for term in wanted.get("includes") or ())
        and not any(_fits(one[0], term) for term in wanted.get("excludes") or ())
    ]
    order = call.params.get("sortCriteria") or {}
    key = order.get("attributeName") or "createdAt"
    descending = order.get("orderBy", "ASC" if order else "DESC") == "DESC"
    found.sort(key=lambda one: one[0][key], reverse=descending)
    items = []
    for told, job in found:
        definition = job.settings["s3JobDefinition"]
        kept = ("bucketCriteria", "bucketDefinitions")
        items.append({**told, **{name: definition[name] for name in kept if definition.get(name)}})
    shown, token = page(call, items, size=25, most=200)
    return {"items": list(shown), **token}


def _fits(told: dict[str, Any], term: dict[str, Any]) -> bool:
    own = told[term["key"]]
    own = f"{own:%Y-%m-%dT%H:%M:%SZ}" if term["key"] == "createdAt" else str(own)
    return compares(own, term.get("comparator") or "EQ", term.get("values") or ())


@operation
def update_classification_job(call: Call, backend: Backend) -> Result:
    """Pause, resume, cancel."""
    session = session_of(call)
    job, status = owned(session.jobs, call.params["jobId"]), str(call.params["jobStatus"])
    if job.status not in _MOVES.get(status, ()):
        raise invalid(f"A job whose status is {job.status} can't be changed to {status}")
    if status == "CANCELLED":
        job = replace(job, status=status, due=None, next=None, paused=None)
    elif status == "USER_PAUSED":
        job = replace(job, status=status, paused=call.time)
    elif job.due is not None:
        job = replace(job, status="RUNNING", due=call.time + schedule.RUN, paused=None)
    else:
        job = replace(job, status="IDLE", paused=None)
    keep(call, replace(session, jobs={**session.jobs, job.id: job}))
    return {}
