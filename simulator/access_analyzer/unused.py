"""What is granted in an account and nobody uses: roles, keys, passwords, permissions.

Source: "IAM Access Analyzer findings", "Unused access findings" (IAM User Guide): a role, key or
password counts as unused when neither its last use nor its making lies within the tracking period;
unused permissions are told of users and roles that are in use. Service-linked roles are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.access_analyzer import catalogue
from simulator.access_analyzer.state import Analyzer, Unused
from simulator.account import principal_policies
from simulator.account.account import Account
from simulator.account.lookups.arns import parse
from simulator.account.lookups.identity import iam_tags
from simulator.account.state import state_of
from simulator.iam.actions import s3_names
from simulator.iam.policy import Policy
from simulator.services.iam.access_records import Accesses, accesses
from simulator.services.iam.namespaces import NAMES, forbidden, reached

DEFAULT_AGE = 90
_USER, _ROLE = "AWS::IAM::User", "AWS::IAM::Role"
_S3 = {
    operation: action
    for table in (s3_names.ON_BUCKET, getattr(s3_names, "ON_OBJECT", {}))
    for operation, action in table.items()
} | {"ListObjects": "ListBucket", "ListBuckets": "ListAllMyBuckets", "HeadObject": "GetObject"}


def age_of(analyzer: Analyzer) -> timedelta:
    """The tracking period."""
    settings = analyzer.configuration.get("unusedAccess", {})
    return timedelta(days=int(settings.get("unusedAccessAge", DEFAULT_AGE)))


def found(account: Account, analyzer: Analyzer, now: datetime) -> Iterator[Unused]:
    """All that is unused in an account, but for what the analyzer excludes."""
    iam = state_of("iam", account.id)
    if iam is None or _excluded(analyzer, account.id, iam, None):
        return
    since = now - age_of(analyzer)
    holders = [*iam.users.values(), *iam.roles.values()]
    last = accesses(account.records, {each.arn for each in holders}, now)
    for user in iam.users.values():
        if not _excluded(analyzer, account.id, iam, user):
            yield from _of_user(account, iam, user, since, last)
    for role in iam.roles.values():
        if "/aws-service-role/" not in role.arn and not _excluded(analyzer, account.id, iam, role):
            yield from _of_role(account, iam, role, since, last)


def _of_user(
    account: Account, iam: Any, user: Any, since: datetime, last: Accesses
) -> Iterator[Unused]:
    for key in user.access_keys:
        use = account.last_used.get(key.access_key_id)
        used = use.latest.time if use is not None else None
        if key.status == "Active" and _idle(used, _aware(key.create_date), since):
            kind = "UnusedIAMUserAccessKey"
            yield Unused(user.arn, _USER, account.id, kind, key.access_key_id, used)
    use = account.last_used.get(user.id)
    used = use.latest.time if use is not None else None
    made = user.__dict__.get("password_changed") or user.create_date
    if user.password and _idle(used, _aware(made), since):
        yield Unused(user.arn, _USER, account.id, "UnusedIAMUserPassword", "", used)
    if any(entity == user.arn and one.time >= since for (entity, _, _), one in last.items()):
        yield from _permissions(account, iam, user, _USER, since, last)


def _of_role(
    account: Account, iam: Any, role: Any, since: datetime, last: Accesses
) -> Iterator[Unused]:
    use = account.last_used.get(role.id)
    used = use.latest.time if use is not None else None
    if _idle(used, _aware(role.create_date), since):
        yield Unused(role.arn, _ROLE, account.id, "UnusedIAMRole", "", used)
    elif used is not None and used >= since:
        yield from _permissions(account, iam, role, _ROLE, since, last)


def _permissions(
    account: Account, iam: Any, holder: Any, kind: str, since: datetime, last: Accesses
) -> Iterator[Unused]:
    if _aware(holder.create_date) >= since:
        return
    policies = _policies(iam, holder)
    services: list[tuple[str, datetime | None, tuple[tuple[str, datetime | None], ...]]] = []
    for namespace in NAMES:
        if not _allowed(policies, namespace):
            continue
        access = last.get((holder.arn, namespace, ""))
        if access is None or access.time < since:
            services.append((namespace, access.time if access else None, ()))
            continue
        idle = tuple(_idle_actions(policies, namespace, holder.arn, since, last))
        if idle:
            services.append((namespace, access.time, idle))
    if services:
        yield Unused(holder.arn, kind, account.id, "UnusedPermission", services=tuple(services))


def _idle_actions(
    policies: list[Policy], namespace: str, arn: str, since: datetime, last: Accesses
) -> Iterator[tuple[str, datetime | None]]:
    tried: dict[str, datetime] = {}
    for (entity, service, event), access in last.items():
        if entity == arn and service == namespace and event:
            action = _S3.get(event, event) if namespace == "s3" else _versionless(event)
            tried[action] = max(access.time, tried.get(action, access.time))
    for action in catalogue.actions(namespace):
        lower = action.lower()
        if any(policy.denies(lower) for policy in policies):
            continue
        if any(policy.allows(lower) for policy in policies):
            used = tried.get(action.partition(":")[2])
            if used is None or used < since:
                yield action, used


def _versionless(event: str) -> str:
    """Lambda's event names carry a version: UpdateFunctionCode20150331v2."""
    return event.split("20", 1)[0] if "20" in event else event


def _policies(iam: Any, holder: Any) -> list[Policy]:
    groups = [group for group in iam.groups.values() if holder in group.users]
    return [policy for each in (holder, *groups) for policy in principal_policies.own(each)]


def _allowed(policies: list[Policy], namespace: str) -> bool:
    if any(forbidden(policy, namespace) for policy in policies):
        return False
    return any(reached(policy, namespace) for policy in policies)


def _idle(used: datetime | None, made: datetime, since: datetime) -> bool:
    return max(made, used or made) < since


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def _excluded(analyzer: Analyzer, account: str, iam: Any, holder: Any) -> bool:
    """Whether an exclusion names the account, or tags that a user or role has."""
    settings: Mapping[str, Any] = analyzer.configuration.get("unusedAccess", {})
    for rule in settings.get("analysisRule", {}).get("exclusions", ()):
        if account in rule.get("accountIds", ()):
            return True
        tags = _tags(iam, holder) if holder is not None else {}
        wanted = rule.get("resourceTags", ())
        if any(all(tags.get(k) == v for k, v in each.items()) for each in wanted if each):
            return True
    return False


def _tags(iam: Any, holder: Any) -> dict[str, str]:
    arn = parse(holder.arn)
    kept = iam_tags(iam, arn) if arn is not None else None
    if isinstance(kept, dict):
        return kept
    return {one["Key"]: one["Value"] for one in kept or ()}
