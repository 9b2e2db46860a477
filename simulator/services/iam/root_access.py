"""Centralized root access for member accounts, which no organization has turned on here.

Source: "ListOrganizationsFeatures" of the IAM API reference.
"""

from __future__ import annotations

from simulator.account import organization
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.iam.state import account_of


@operation
def list_organizations_features(call: Call, backend: Backend) -> Result:
    """Refused for everybody: turning it on takes trusted access for IAM, which isn't simulated.

    Raises:
        AwsError: OrganizationNotFoundException, ServiceAccessNotEnabledException, or
            AccountNotManagementOrDelegatedAdministratorException.
    """
    account = account_of(call)
    state = organization.of_account(account.world, account.id)
    if state is None:
        code, why = "OrganizationNotFound", "no organization is associated with your account."
    elif state.account_id != account.id:
        code = "AccountNotManagementOrDelegatedAdministrator"
        why = (
            "the account making the request is not the management account or delegated "
            "administrator account for centralized root access."
        )
    else:
        code = "ServiceAccessNotEnabled"
        why = "trusted access is not enabled for IAM in AWS Organizations."
    raise AwsError(f"{code}Exception", f"The request was rejected because {why}")
