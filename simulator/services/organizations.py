"""AWS Organizations: who may call what, accounts that are real, policies that hold.

Whatever isn't here is answered by the backend of the management account. Sources: the API
reference of each operation, which says from which accounts it can be called.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from simulator.account import organization
from simulator.account.account import Account
from simulator.account.organization import RCP, SCP
from simulator.account.principal_policies import iam_state
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Operation, Result, handshakes, operation
from simulator.services import organization_members as members
from simulator.services import organization_policies as policies

_FOR_MEMBERS = {"DescribeOrganization", "DescribeEffectivePolicy"}
_READING = ("List", "Describe")
ACCESS_ROLE = "OrganizationAccountAccessRole"

accept_handshake = handshakes.accept_handshake
decline_handshake = handshakes.decline_handshake
describe_handshake = handshakes.describe_handshake
list_handshakes_for_account = handshakes.list_handshakes_for_account


def __getattr__(name: str) -> Operation:
    """Every operation that isn't written out below."""
    if name.startswith("__"):
        raise AttributeError(name)

    @operation
    def passed_on(call: Call, backend: Backend) -> Result:
        permitted(call)
        return _managed(call, backend)

    return passed_on


def permitted(call: Call) -> Any:
    """The state of the caller's organization, if the caller's account may make this call.

    Raises:
        AwsError: AWSOrganizationsNotInUseException, AccessDeniedException.
    """
    account = _account(call)
    state = organization.of_account(account.world, account.id)
    if state is None:
        raise AwsError(
            "AWSOrganizationsNotInUseException",
            "Your account is not a member of an organization.",
        )
    delegated = call.operation.startswith(_READING) and any(
        admin.account.id == account.id for admin in state.admins
    )
    if account.id == state.account_id or call.operation in _FOR_MEMBERS or delegated:
        return state
    raise AwsError("AccessDeniedException", "You don't have permissions to access this resource.")


@operation
def create_organization(call: Call, backend: Backend) -> Result:
    """The caller's account becomes the management account."""
    account = _account(call)
    if account.id in account.world.memberships:
        raise AwsError(
            "AlreadyInOrganizationException",
            "The provided account is already a member of an organization.",
        )
    iam = iam_state(account.id)
    before = set(iam.roles)
    with _next_account_is(account.id):
        answer = backend()
    for role_id in set(iam.roles) - before:
        del iam.roles[role_id]
    members.found(account)
    return answer


@operation
def delete_organization(call: Call, backend: Backend) -> Result:
    """Refused while there are members."""
    state = permitted(call)
    if len(state.accounts) > 1:
        raise AwsError(
            "OrganizationNotEmptyException",
            "To delete an organization you must first remove all member accounts (except the "
            "management account).",
        )
    answer = backend()
    members.disband(_account(call))
    return answer


@operation
def create_account(call: Call, backend: Backend) -> Result:
    """Asynchronous: the answer says IN_PROGRESS, DescribeCreateAccountStatus tells the id."""
    permitted(call)
    account = _account(call)
    answer = backend()
    status = answer["CreateAccountStatus"]
    _forget_member(status["AccountId"])
    members.open_member(account, status["AccountId"], call.params.get("RoleName", ACCESS_ROLE))
    kept = {"Id", "AccountName", "RequestedTimestamp"}
    return {
        "CreateAccountStatus": {
            **{key: value for key, value in status.items() if key in kept},
            "State": "IN_PROGRESS",
        }
    }


@operation
def close_account(call: Call, backend: Backend) -> Result:
    """None of the account's credentials works from then on."""
    members.close(permitted(call), call.params["AccountId"], call)
    return {}


@operation
def leave_organization(call: Call, backend: Backend) -> Result:
    """Called from the member account itself."""
    account = _account(call)
    state = organization.of_account(account.world, account.id)
    if state is None:
        return dict(permitted(call))
    members.depart(state, account, call)
    return {}


@operation
def remove_account_from_organization(call: Call, backend: Backend) -> Result:
    """Called from the management account."""
    state = permitted(call)
    member = state.get_account_by_id(call.params["AccountId"])
    members.depart(state, _account(call).world.accounts[member.id], call)
    return {}


@operation
def move_account(call: Call, backend: Backend) -> Result:
    """The account must be where the call says it is."""
    state = permitted(call)
    source, destination = call.params["SourceParentId"], call.params["DestinationParentId"]
    units = {unit.id for unit in state.ou}
    if destination not in units:
        raise AwsError(
            "DestinationParentNotFoundException",
            "We can't find the destination container (a root or OU) with the ParentId that you "
            "specified.",
        )
    member = next((one for one in state.accounts if one.id == call.params["AccountId"]), None)
    if member is not None and member.parent_id != source:
        raise AwsError(
            "SourceParentNotFoundException",
            "We can't find a source root or OU with the ParentId that you specified.",
        )
    return _managed(call, backend)


@operation
def delete_organizational_unit(call: Call, backend: Backend) -> Result:
    """Only an empty one."""
    state, unit = permitted(call), call.params["OrganizationalUnitId"]
    if any(one.parent_id == unit for one in (*state.ou, *state.accounts)):
        raise AwsError(
            "OrganizationalUnitNotEmptyException",
            "The specified OU is not empty. Move all accounts to another root or to other OUs, "
            "remove all child OUs, and try the operation again.",
        )
    for policy in state.policies:
        policy.attachments = [one for one in policy.attachments if one.id != unit]
    return _managed(call, backend)


@operation
def create_policy(call: Call, backend: Backend) -> Result:
    """The document is read at once."""
    state = permitted(call)
    if state.org.feature_set != "ALL":
        raise _not_available()
    policies.check(call.params["Type"], call.params["Content"])
    return _managed(call, backend)


@operation
def update_policy(call: Call, backend: Backend) -> Result:
    """In force at the very next call, wherever the policy is attached."""
    policy = _policy(permitted(call), call)
    if policy.aws_managed:
        raise AwsError(
            "InvalidInputException",
            "You specified a policy that is managed by AWS and can't be modified.",
        )
    if "Content" in call.params:
        policies.check(policy.type, call.params["Content"])
    return _managed(call, backend)


@operation
def attach_policy(call: Call, backend: Backend) -> Result:
    """To the root, an OU or an account; the policy's type must be enabled."""
    state = permitted(call)
    policy, target = _policy(state, call), _target(state, call)
    if policy.type in policies.QUOTAS and not organization.in_force(state, policy.type):
        raise AwsError(
            "PolicyTypeNotEnabledException",
            "This operation can be performed only for enabled policy types.",
        )
    policies.check_attachable(policy, target)
    return _managed(call, backend)


@operation
def detach_policy(call: Call, backend: Backend) -> Result:
    """Not the last SCP, and not RCPFullAWSAccess."""
    state = permitted(call)
    policies.check_detachable(_policy(state, call), _target(state, call))
    return _managed(call, backend)


@operation
def enable_policy_type(call: Call, backend: Backend) -> Result:
    """The default policy is attached everywhere."""
    state, kind = permitted(call), call.params["PolicyType"]
    if state.org.feature_set != "ALL":
        raise _not_available()
    answer = _managed(call, backend)
    if kind in policies.DEFAULTS:
        policies.attach_everywhere(state, policies.DEFAULTS[kind])
    return answer


@operation
def disable_policy_type(call: Call, backend: Backend) -> Result:
    """Every policy of the type is detached from everything."""
    state, kind = permitted(call), call.params["PolicyType"]
    answer = _managed(call, backend)
    if kind in {SCP, RCP}:
        policies.detach_everywhere(state, kind)
    return answer


@operation
def invite_account_to_organization(call: Call, backend: Backend) -> Result:
    """The account decides with AcceptHandshake."""
    return handshakes.invite(permitted(call), call)


@operation
def cancel_handshake(call: Call, backend: Backend) -> Result:
    """By the management account that invited."""
    permitted(call)
    return handshakes.settle(call, "CANCELED")


@operation
def list_handshakes_for_organization(call: Call, backend: Backend) -> Result:
    """Every invitation that the management account made."""
    return {"Handshakes": list(handshakes.of(permitted(call)).values())}


def _managed(call: Call, backend: Backend) -> Result:
    """The backend's answer for the organization's management account."""
    before = _account(call)
    call.account = before.world.accounts[before.world.memberships[before.id]]
    try:
        return backend()
    finally:
        call.account = before


def _account(call: Call) -> Account:
    assert call.account is not None
    return call.account


def _policy(state: Any, call: Call) -> Any:
    wanted = call.params["PolicyId"]
    policy = next((one for one in state.policies if one.id == wanted), None)
    if policy is None:
        raise AwsError(
            "PolicyNotFoundException",
            "We can't find a policy with the PolicyId that you specified.",
        )
    return policy


def _target(state: Any, call: Call) -> Any:
    wanted = call.params["TargetId"]
    target = next((one for one in (*state.ou, *state.accounts) if one.id == wanted), None)
    if target is None:
        raise AwsError("TargetNotFoundException", "You specified a target that doesn't exist.")
    return target


def _not_available() -> AwsError:
    return AwsError(
        "PolicyTypeNotAvailableForOrganizationException",
        "You can't use the specified policy type with the feature set currently enabled for this "
        "organization.",
    )


@contextmanager
def _next_account_is(account_id: str) -> Iterator[None]:
    """moto opens an account of a random id inside CreateOrganization; let it be the caller's."""
    from moto.organizations import utils
    from moto.organizations.models import organizations_backends

    _forget_member(account_id)
    organizations_backends[account_id]["aws"]
    before = utils.make_random_account_id
    utils.make_random_account_id = lambda: account_id
    try:
        yield
    finally:
        utils.make_random_account_id = before


def _forget_member(account_id: str) -> None:
    """moto's own table of members outlives worlds and snapshots: ours is used instead."""
    from moto.organizations.models import organizations_backends

    organizations_backends.master_accounts.pop(account_id, None)
