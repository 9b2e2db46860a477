"""Access advisor: the services that somebody may use, and when they were last tried.

Source: "GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails",
"GetServiceLastAccessedDetailsWithEntities" and "ListPoliciesGrantingServiceAccess" of the IAM API
reference. Only permissions policies count: no boundary, SCP or resource-based policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.account.chance import drawn_uuid
from simulator.backends.moto import generator
from simulator.gateway.call import Call
from simulator.iam.policy import Policy
from simulator.services import Backend, Result, operation
from simulator.services.iam.access_records import Access, accesses
from simulator.services.iam.namespaces import NAMES, forbidden, reached
from simulator.services.iam.policy_sources import Source, attached, entity_of
from simulator.services.iam.state import account_of, iam_of, missing, page, policy_of

_SERVICE, _ACTION = "SERVICE_LEVEL", "ACTION_LEVEL"


@dataclass(frozen=True, slots=True)
class Job:
    """A report as it was generated."""

    type: str
    time: datetime
    requester: str
    services: tuple[Result, ...]
    entities: dict[str, tuple[Result, ...]]
    """EntityDetails by namespace."""


@operation
def generate_service_last_accessed_details(call: Call, backend: Backend) -> Result:
    """Of a user, group, role or managed policy. The report is ready when it is asked for."""
    arn, level = call.params["Arn"], call.params.get("Granularity", _SERVICE)
    if ":policy/" in arn:
        found, holders = [_document(policy_of(call, arn))], _holders_of(call, arn)
    else:
        found = [source.policy for source in attached(call, arn)]
        holders = _members(call, arn)
    records = account_of(call).records
    last = accesses(records, {holder.arn for holder in holders}, call.time)
    allowed = [namespace for namespace in NAMES if _allows(found, namespace)]
    job = Job(
        level,
        call.time,
        _requester(call),
        tuple(_service(namespace, last, level == _ACTION) for namespace in allowed),
        {namespace: tuple(_entities(holders, namespace, last)) for namespace in allowed},
    )
    identifier = drawn_uuid(generator())
    iam_of(call).__dict__.setdefault("access_jobs", {})[identifier] = job
    return {"JobId": identifier}


@operation
def get_service_last_accessed_details(call: Call, backend: Backend) -> Result:
    """Every service that the permissions policies allow, tried or not."""
    job = _job(call)
    services, rest = page(call, job.services)
    return _head(job) | {"JobType": job.type, "ServicesLastAccessed": list(services)} | rest


@operation
def get_service_last_accessed_details_with_entities(call: Call, backend: Backend) -> Result:
    """Who could have used the policies for one service, those who tried last first."""
    job = _job(call)
    entities, rest = page(call, job.entities.get(call.params["ServiceNamespace"], ()))
    return _head(job) | {"EntityDetailsList": list(entities)} | rest


@operation
def list_policies_granting_service_access(call: Call, backend: Backend) -> Result:
    """The policies of a user with its groups, a group or a role that allow each service."""
    sources = list(attached(call, call.params["Arn"]))
    granted = [
        {
            "ServiceNamespace": namespace,
            "Policies": [
                _granting(source) for source in sources if reached(source.policy, namespace)
            ],
        }
        for namespace in call.params["ServiceNamespaces"]
    ]
    chosen, rest = page(call, granted)
    return {"PoliciesGrantingServiceAccess": list(chosen)} | rest


def _job(call: Call) -> Job:
    """Only who had the report generated may read it."""
    jobs: dict[str, Job] = iam_of(call).__dict__.get("access_jobs", {})
    job = jobs.get(call.params["JobId"])
    if job is None or job.requester != _requester(call):
        raise missing(f"The job with id {call.params['JobId']} cannot be found.")
    return job


def _requester(call: Call) -> str:
    return call.caller.issuer_arn or call.caller.arn


def _head(job: Job) -> Result:
    return {"JobStatus": "COMPLETED", "JobCreationDate": job.time, "JobCompletionDate": job.time}


def _document(policy: Any) -> Policy:
    default = policy.default_version_id
    document = next(v.document for v in policy.versions if v.version_id == default)
    return Policy.parse(document, policy.name)


def _holders_of(call: Call, arn: str) -> list[Any]:
    """The users and roles that a managed policy reaches, by groups too."""
    iam = iam_of(call)
    members = {
        user.arn
        for group in iam.groups.values()
        if arn in group.managed_policies
        for user in group.users
    }
    everybody = (*iam.users.values(), *iam.roles.values())
    return [one for one in everybody if arn in one.managed_policies or one.arn in members]


def _members(call: Call, arn: str) -> list[Any]:
    entity = entity_of(call, arn)
    return list(entity.users) if ":group/" in arn else [entity]


def _allows(policies: list[Policy], namespace: str) -> bool:
    if any(forbidden(policy, namespace) for policy in policies):
        return False
    return any(reached(policy, namespace) for policy in policies)


def _service(namespace: str, last: Any, with_actions: bool) -> Result:
    tried: list[Access] = [
        access
        for (_, service, action), access in last.items()
        if (service, action) == (namespace, "")
    ]
    shown: Result = {"ServiceName": NAMES[namespace], "ServiceNamespace": namespace}
    shown["TotalAuthenticatedEntities"] = len(tried)
    if not tried:
        return shown
    latest = max(tried, key=lambda access: access.time)
    shown |= {
        "LastAuthenticated": latest.time,
        "LastAuthenticatedEntity": latest.entity,
        "LastAuthenticatedRegion": latest.region,
    }
    if with_actions:
        shown["TrackedActionsLastAccessed"] = _actions(namespace, last)
    return shown


def _actions(namespace: str, last: Any) -> list[Result]:
    latest: dict[str, Access] = {}
    for (_, service, action), access in last.items():
        if service == namespace and action:
            before = latest.get(action)
            latest[action] = access if before is None or access.time > before.time else before
    return [
        {
            "ActionName": action,
            "LastAccessedEntity": access.entity,
            "LastAccessedTime": access.time,
            "LastAccessedRegion": access.region,
        }
        for action, access in sorted(latest.items())
    ]


def _entities(holders: list[Any], namespace: str, last: Any) -> list[Result]:
    tried = {holder.arn: last.get((holder.arn, namespace, "")) for holder in holders}

    def recent(holder: Any) -> float:
        access = tried[holder.arn]
        return -access.time.timestamp() if access else 0.0

    details = []
    for holder in sorted(holders, key=recent):
        shown: Result = {
            "EntityInfo": {
                "Arn": holder.arn,
                "Name": holder.name,
                "Type": "ROLE" if ":role/" in holder.arn else "USER",
                "Id": holder.id,
                "Path": holder.path,
            }
        }
        access = tried[holder.arn]
        details.append(shown | ({"LastAuthenticated": access.time} if access else {}))
    return details


def _granting(source: Source) -> Result:
    if source.arn:
        return {"PolicyName": source.policy.name, "PolicyType": "MANAGED", "PolicyArn": source.arn}
    kind, name = source.holder
    return {
        "PolicyName": source.policy.name,
        "PolicyType": "INLINE",
        "EntityType": kind.upper(),
        "EntityName": name,
    }
