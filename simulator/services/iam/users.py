"""IAM users: as AWS shows them, and what must be gone before one can be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.caller import CallerType
from simulator.services import Backend, Result, operation
from simulator.services.iam.boundaries import boundary_of, check_boundary
from simulator.services.iam.identifiers import renewed
from simulator.services.iam.state import account_of, conflict, iam_of, page, user_of
from simulator.services.iam.trust import rename_principal


@operation
def create_user(call: Call, backend: Backend) -> Result:
    """moto knows no boundary of users, and its ids lack AWS's form ("IAM identifiers")."""
    check_boundary(call)
    answer = backend()
    user = iam_of(call).users[call.params["UserName"]]
    answer["User"]["UserId"] = renewed(call, user, "AIDA")
    user.permissions_boundary_arn = call.params.get("PermissionsBoundary")
    answer["User"] |= boundary_of(user)
    return answer


@operation
def get_user(call: Call, backend: Backend) -> Result:
    """The user named, or the one that calls; the root user may ask about itself."""
    if "UserName" not in call.params and call.caller.type is CallerType.ROOT:
        account = account_of(call)
        made = {
            "UserId": account.id,
            "Arn": call.caller.arn,
            "CreateDate": opened(iam_of(call), call.time),
        }
        return {"User": made | _password_use(call, account.id)}
    user = user_of(call)
    shown = _shown(call, user) | boundary_of(user)
    if user.tags:
        shown["Tags"] = user.tags
    return {"User": shown}


@operation
def list_users(call: Call, backend: Backend) -> Result:
    """Without tags and boundaries, which ListUsers leaves out."""
    prefix = call.params.get("PathPrefix", "/")
    users = [user for user in iam_of(call).users.values() if user.path.startswith(prefix)]
    chosen, rest = page(call, sorted(users, key=lambda user: user.name.lower()))
    return {"Users": [_shown(call, user) for user in chosen]} | rest


@operation
def update_user(call: Call, backend: Backend) -> Result:
    """Its tags stay with a renamed user, and so does what trust policies say of it."""
    user, iam = user_of(call), iam_of(call)
    before, tags = user.arn, user.tags or []
    answer = backend()
    if user.arn != before:
        iam.tagger.delete_all_tags_for_resource(before)
        iam.tagger.tag_resource(user.arn, tags)
        for key in user.access_keys:
            key.user_name = user.name
        rename_principal(account_of(call).world, before, user.arn)
    return answer


@operation
def delete_user(call: Call, backend: Backend) -> Result:
    """Whoever trusted the user goes on trusting that user alone, not the next of its name.

    Raises:
        AwsError: DeleteConflict while anything is attached to the user ("DeleteUser").
    """
    user = user_of(call)
    for text in _attached(iam_of(call), user):
        raise conflict(f"Cannot delete entity, must {text}.")
    arn = user.arn
    answer = backend()
    rename_principal(account_of(call).world, arn, user.id)
    return answer


def opened(iam: Any, now: datetime) -> datetime:
    """When the account was opened, as far as IAM can tell: as it made its first user or role."""
    made = (holder.create_date for holder in (*iam.users.values(), *iam.roles.values()))
    return min(made, default=now)


def _attached(iam: Any, user: Any) -> Iterator[str]:
    if user.managed_policies:
        yield "detach all policies first"
    if user.policies:
        yield "delete policies first"
    if any(user in group.users for group in iam.groups.values()):
        yield "remove users from group first"
    if user.access_keys:
        yield "delete access keys first"
    if user.mfa_devices:
        yield "delete MFA device first"
    if user.password:
        yield "delete login profile first"
    if user.signing_certificates:
        yield "delete signing certificates first"
    if user.ssh_public_keys:
        yield "remove referenced objects first"


def _shown(call: Call, user: Any) -> Result:
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": user.arn,
        "CreateDate": user.create_date,
        **_password_use(call, user.id),
    }


def _password_use(call: Call, user_id: str) -> Result:
    used = account_of(call).last_used.get(user_id)
    return {"PasswordLastUsed": used.reported.time} if used is not None else {}
