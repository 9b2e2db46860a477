"""Allow lists: text that is no finding. And tags of whatever Macie has.

Sources: "CreateAllowList", "AllowListStatus", "TagResource" (Amazon Macie API Reference).
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.gateway.call import Call
from simulator.macie import reading
from simulator.macie.expressions import objection
from simulator.macie.state import AllowList, Session
from simulator.services import Backend, Result, operation
from simulator.services.macie2.common import (
    arn,
    chance,
    conflict,
    invalid,
    keep,
    made_before,
    missing,
    noted,
    owned,
    page,
    session_of,
)

_TAGGED = ("jobs", "identifiers", "allow_lists", "filters")


@operation
def create_allow_list(call: Call, backend: Backend) -> Result:
    """A pattern, or an object in S3 that lists text."""
    session, params = session_of(call), call.params
    earlier = made_before(call, session)
    if earlier is not None:
        return {"arn": session.allow_lists[earlier].arn, "id": earlier}
    _unused(session, str(params["name"]))
    letters = string.ascii_lowercase + string.digits
    name = "".join(chance(call, session, "allow list").choices(letters, k=22))
    made = AllowList(
        name,
        arn(call, "allow-list", name),
        str(params["name"]),
        _criteria(params["criteria"]),
        call.time,
        call.time,
        params.get("description") or "",
        dict(params.get("tags") or {}),
    )
    session = noted(call, session, name)
    keep(call, replace(session, allow_lists={**session.allow_lists, name: made}))
    return {"arn": made.arn, "id": name}


def _unused(session: Session, name: str) -> None:
    if any(one.name == name for one in session.allow_lists.values()):
        raise conflict("An allow list with the specified name already exists")


def _criteria(given: Mapping[str, Any]) -> dict[str, Any]:
    if bool(given.get("regex")) == bool(given.get("s3WordsList")):
        raise invalid("criteria must specify either a regex or an s3WordsList")
    why = objection(given["regex"]) if given.get("regex") else None
    if why:
        raise invalid(why)
    return dict(given)


@operation
def get_allow_list(call: Call, backend: Backend) -> Result:
    """One, and whether Macie can read it now."""
    kept = owned(session_of(call).allow_lists, call.params["id"])
    return {
        **_summary(kept),
        "criteria": dict(kept.criteria),
        "status": {"code": _status(call, kept)},
        "tags": dict(kept.tags),
    }


def _status(call: Call, kept: AllowList) -> str:
    from simulator.account.s3_bucket import find_bucket, find_object

    place = kept.criteria.get("s3WordsList")
    if not place:
        return "OK"
    assert call.account is not None
    bucket = find_bucket(place["bucketName"])
    if bucket is None or find_object(bucket, place["objectKey"]) is None:
        return "S3_OBJECT_NOT_FOUND"
    eyes = reading.reader(call.account, call.region, kept.arn)
    body = eyes.read(place["bucketName"], place["objectKey"]) if eyes is not None else None
    if body is None:
        return "S3_OBJECT_ACCESS_DENIED"
    return "OK" if body.strip() else "S3_OBJECT_EMPTY"


def _summary(kept: AllowList) -> dict[str, Any]:
    return {
        "arn": kept.arn,
        "createdAt": kept.created,
        "description": kept.description or None,
        "id": kept.id,
        "name": kept.name,
        "updatedAt": kept.updated,
    }


@operation
def list_allow_lists(call: Call, backend: Backend) -> Result:
    """All."""
    kept = session_of(call).allow_lists.values()
    shown, token = page(call, [_summary(one) for one in kept])
    return {"allowLists": list(shown), **token}


@operation
def update_allow_list(call: Call, backend: Backend) -> Result:
    """New criteria, name and description."""
    session, params = session_of(call), call.params
    kept = owned(session.allow_lists, params["id"])
    if params["name"] != kept.name:
        _unused(session, str(params["name"]))
    changed = replace(
        kept,
        name=str(params["name"]),
        criteria=_criteria(params["criteria"]),
        description=params.get("description") or "",
        updated=call.time,
    )
    keep(call, replace(session, allow_lists={**session.allow_lists, kept.id: changed}))
    return {"arn": kept.arn, "id": kept.id}


@operation
def delete_allow_list(call: Call, backend: Backend) -> Result:
    """Jobs that use it are refused, unless they are told not to be checked."""
    session = session_of(call)
    name = owned(session.allow_lists, call.params["id"]).id
    using = [
        one
        for one in session.jobs.values()
        if name in (one.settings.get("allowListIds") or ())
        and one.status in {"RUNNING", "IDLE", "PAUSED", "USER_PAUSED"}
    ]
    if using and str(call.params.get("ignoreJobChecks", "false")).lower() != "true":
        raise conflict("The allow list is used by an active job")
    left = {key: one for key, one in session.allow_lists.items() if key != name}
    keep(call, replace(session, allow_lists=left))
    return {}


@operation
def list_tags_for_resource(call: Call, backend: Backend) -> Result:
    """All tags of something."""
    _, one = _by_arn(session_of(call), str(call.params["resourceArn"]))
    return {"tags": dict(one.tags)}


@operation
def tag_resource(call: Call, backend: Backend) -> Result:
    """Add tags, or change them."""
    session = session_of(call)
    kind, one = _by_arn(session, str(call.params["resourceArn"]))
    _retag(call, session, kind, one, {**one.tags, **call.params["tags"]})
    return {}


@operation
def untag_resource(call: Call, backend: Backend) -> Result:
    """Take tags away."""
    session = session_of(call)
    kind, one = _by_arn(session, str(call.params["resourceArn"]))
    gone = set(call.params["tagKeys"])
    _retag(call, session, kind, one, {k: v for k, v in one.tags.items() if k not in gone})
    return {}


def _by_arn(session: Session, wanted: str) -> tuple[str, Any]:
    for kind in _TAGGED:
        for one in getattr(session, kind).values():
            if one.arn == wanted:
                return kind, one
    raise missing()


def _retag(call: Call, session: Session, kind: str, one: Any, tags: dict[str, str]) -> None:
    changed: dict[str, Any] = {kind: {**getattr(session, kind), one.id: replace(one, tags=tags)}}
    keep(call, replace(session, **changed))
