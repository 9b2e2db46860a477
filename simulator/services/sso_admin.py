"""IAM Identity Center: assignments make roles in accounts.

Whatever isn't here is answered by the backend of the management account. Source: the IAM Identity
Center API reference.
"""

from __future__ import annotations

from typing import Any

from simulator.account import identity_center
from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.account.organization import of_account
from simulator.backends.moto import generator
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Operation, Result, operation
from simulator.services.permission_sets import CannotProvision, provision, withdraw

_DELEGATE = "sso.amazonaws.com"
Status = dict[str, Any]


def __getattr__(name: str) -> Operation:
    """Every operation that isn't written out below."""
    if name.startswith("__"):
        raise AttributeError(name)

    @operation
    def passed_on(call: Call, backend: Backend) -> Result:
        return _managed(call, backend)

    return passed_on


@operation
def list_instances(call: Call, backend: Backend) -> Result:
    """The organization's instance is seen from every account of it, in its own region."""
    assert call.account is not None
    world = call.account.world
    management = world.accounts.get(world.memberships.get(call.account.id, ""))
    if management is None or call.region != management.region:
        return {"Instances": []}
    instance = identity_center.instance_of(management)
    shown = instance.to_json()
    return {"Instances": [{key: value for key, value in shown.items() if value is not None}]}


@operation
def create_permission_set(call: Call, backend: Backend) -> Result:
    """moto's ARN lacks the form that AWS gives it, and sessions last an hour by default."""
    management, params = management_of(call), call.params
    state = identity_center.center_of(management)
    if any(one.name == params["Name"] for one in state.permission_sets):
        raise AwsError(
            "ConflictException", f"PermissionSet with name {params['Name']} already exists."
        )
    answer = _managed(call, backend)["PermissionSet"]
    made = _permission_set(management, answer["PermissionSetArn"])
    made.permission_set_arn = made.permission_set_arn.replace(":instance/", ":permissionSet/")
    made.session_duration = params.get("SessionDuration", "PT1H")
    changed = {
        "PermissionSetArn": made.permission_set_arn,
        "SessionDuration": made.session_duration,
    }
    return {"PermissionSet": answer | changed}


@operation
def update_permission_set(call: Call, backend: Backend) -> Result:
    """What isn't given stays; accounts see nothing of it until they are provisioned."""
    found = _permission_set(management_of(call), call.params["PermissionSetArn"])
    found.description = call.params.get("Description", found.description)
    found.session_duration = call.params.get("SessionDuration", found.session_duration)
    found.relay_state = call.params.get("RelayState", found.relay_state)
    return {}


@operation
def delete_permission_set(call: Call, backend: Backend) -> Result:
    """Not while somebody is assigned it."""
    management, arn = management_of(call), call.params["PermissionSetArn"]
    if any(arn == one[0] for one in identity_center.provisioned(management)):
        raise AwsError(
            "ConflictException",
            "PermissionSet can not be deleted because it has ApplicationProfile associated with it",
        )
    return _managed(call, backend)


@operation
def put_permissions_boundary_to_permission_set(call: Call, backend: Backend) -> Result:
    """An AWS managed policy, or a customer managed one that every account must have."""
    found = _permission_set(management_of(call), call.params["PermissionSetArn"])
    found.boundary = dict(call.params["PermissionsBoundary"])
    return {}


@operation
def get_permissions_boundary_for_permission_set(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceNotFoundException where there is none."""
    found = _permission_set(management_of(call), call.params["PermissionSetArn"])
    if not found.__dict__.get("boundary"):
        raise _not_found("PermissionsBoundary")
    return {"PermissionsBoundary": found.boundary}


@operation
def delete_permissions_boundary_from_permission_set(call: Call, backend: Backend) -> Result:
    """The roles keep theirs until they are provisioned."""
    _permission_set(management_of(call), call.params["PermissionSetArn"]).boundary = None
    return {}


@operation
def create_account_assignment(call: Call, backend: Backend) -> Result:
    """Asynchronous. The permission set is provisioned to the account as it is now."""
    management, params = management_of(call), call.params
    found, target = _permission_set(management, params["PermissionSetArn"]), _target(call)
    directory = identity_center.directory_of(management)
    known = directory.users if params["PrincipalType"] == "USER" else directory.groups
    if params["PrincipalId"] not in known:
        raise _not_found(params["PrincipalType"])
    try:
        provision(management, found, target)
    except CannotProvision as error:
        return {"AccountAssignmentCreationStatus": _asked(call, str(error))}
    if not any(_same(one, params) for one in _assignments(management)):
        _managed(call, backend)
    return {"AccountAssignmentCreationStatus": _asked(call)}


@operation
def delete_account_assignment(call: Call, backend: Backend) -> Result:
    """Asynchronous. With the last assignment of a permission set the account loses its role."""
    management, params = management_of(call), call.params
    arn, target = params["PermissionSetArn"], _target(call)
    _permission_set(management, arn)
    _managed(call, backend)
    left = (each for each in _assignments(management) if each.permission_set_arn == arn)
    if not any(each.target_id == target.id for each in left):
        withdraw(management, arn, target)
    return {"AccountAssignmentDeletionStatus": _asked(call)}


@operation
def provision_permission_set(call: Call, backend: Backend) -> Result:
    """Asynchronous. Brings the roles in one account, or in all that have one, up to date."""
    management, params = management_of(call), call.params
    found = _permission_set(management, params["PermissionSetArn"])
    having = _accounts(management, found.permission_set_arn)
    if params["TargetType"] == "AWS_ACCOUNT":
        having = [each for each in having if each == params.get("TargetId")]
        if not having:
            raise _not_found("Account")
    failure = ""
    for account_id in having:
        try:
            provision(management, found, management.world.accounts[account_id])
        except CannotProvision as error:
            failure = str(error)
    return {"PermissionSetProvisioningStatus": _asked(call, failure)}


@operation
def describe_account_assignment_creation_status(call: Call, backend: Backend) -> Result:
    """What became of a CreateAccountAssignment."""
    asked = call.params["AccountAssignmentCreationRequestId"]
    return {"AccountAssignmentCreationStatus": _status(call, asked)}


@operation
def describe_account_assignment_deletion_status(call: Call, backend: Backend) -> Result:
    """What became of a DeleteAccountAssignment."""
    asked = call.params["AccountAssignmentDeletionRequestId"]
    return {"AccountAssignmentDeletionStatus": _status(call, asked)}


@operation
def describe_permission_set_provisioning_status(call: Call, backend: Backend) -> Result:
    """What became of a ProvisionPermissionSet."""
    asked = call.params["ProvisionPermissionSetRequestId"]
    return {"PermissionSetProvisioningStatus": _status(call, asked)}


@operation
def list_accounts_for_provisioned_permission_set(call: Call, backend: Backend) -> Result:
    """The accounts that have a role of the permission set."""
    return {"AccountIds": _accounts(management_of(call), call.params["PermissionSetArn"])}


@operation
def list_permission_sets_provisioned_to_account(call: Call, backend: Backend) -> Result:
    """The permission sets that have a role in the account."""
    wanted, held = call.params["AccountId"], identity_center.provisioned(management_of(call))
    return {"PermissionSets": [arn for arn, account_id in held if account_id == wanted]}


def management_of(call: Call) -> Account:
    """The account whose instance the call is about, if the calling account may manage it.

    Raises:
        AwsError: AccessDeniedException; ResourceNotFoundException for another instance.
    """
    assert call.account is not None
    world = call.account.world
    state = of_account(world, call.account.id)
    delegated = state is not None and any(
        admin.account.id == call.account.id and _DELEGATE in admin.services
        for admin in state.admins
    )
    if state is None or not (delegated or call.account.id == state.account_id):
        raise AwsError(
            "AccessDeniedException", "You don't have permissions to access this resource."
        )
    management = world.accounts[state.account_id]
    wanted = call.params.get("InstanceArn")
    here = call.region == management.region
    if not here or wanted not in (None, identity_center.instance_of(management).instance_arn):
        raise _not_found("Instance")
    return management


def _managed(call: Call, backend: Backend) -> Result:
    before, call.account = call.account, management_of(call)
    try:
        return backend()
    finally:
        call.account = before


def _permission_set(management: Account, arn: str) -> Any:
    held = identity_center.center_of(management).permission_sets
    found = next((one for one in held if one.permission_set_arn == arn), None)
    if found is None:
        raise _not_found(f"PermissionSet with id {arn.rsplit('/', 1)[-1]}")
    return found


def _target(call: Call) -> Account:
    """The account of an assignment: one of the organization's."""
    management, wanted = management_of(call), call.params["TargetId"]
    if management.world.memberships.get(wanted) != management.id:
        raise _not_found("Account")
    return management.world.accounts[wanted]


def _assignments(management: Account) -> list[Any]:
    return list(identity_center.center_of(management).account_assignments)


def _same(assignment: Any, params: dict[str, Any]) -> bool:
    held = (assignment.target_id, assignment.permission_set_arn, assignment.principal_id)
    return held == (params["TargetId"], params["PermissionSetArn"], params["PrincipalId"])


def _accounts(management: Account, arn: str) -> list[str]:
    held = identity_center.provisioned(management)
    return [account_id for permission_set, account_id in held if permission_set == arn]


def _asked(call: Call, failure: str = "") -> Status:
    """The answer to a request that takes a moment; its outcome is told when asked for."""
    shown = ("TargetId", "TargetType", "PermissionSetArn", "PrincipalType", "PrincipalId")
    status: Status = {key: call.params[key] for key in shown if key in call.params}
    if call.operation == "ProvisionPermissionSet":
        status = {"PermissionSetArn": call.params["PermissionSetArn"]}
        if "TargetId" in call.params:
            status["AccountId"] = call.params["TargetId"]
    status["RequestId"] = drawn_uuid(generator())
    status["CreatedDate"] = call.time
    outcome = {"Status": "FAILED", "FailureReason": failure} if failure else {"Status": "SUCCEEDED"}
    _statuses(call)[status["RequestId"]] = status | outcome
    return status | {"Status": "IN_PROGRESS"}


def _status(call: Call, request_id: str) -> Status:
    if request_id not in _statuses(call):
        raise _not_found("Request")
    return _statuses(call)[request_id]


def _statuses(call: Call) -> dict[str, Status]:
    state = identity_center.center_of(management_of(call))
    found: dict[str, Status] = state.__dict__.setdefault("statuses", {})
    return found


def _not_found(what: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"Could not find {what}")
