"""Organization trails: of the management account, and over every member of its organization.

Sources: "Creating a trail for an organization", "Prepare for creating a trail for your
organization" (CloudTrail User Guide); the errors of CreateTrail (CloudTrail API Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.account.account import Account
from simulator.account.organization import of_account
from simulator.account.world import World
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.telemetry.upload import PRINCIPAL


def check_allowed(call: Call) -> str:
    """The id of the organization for which the caller may have a trail.

    Raises:
        AwsError: OrganizationsNotInUseException, NotOrganizationMasterAccountException,
            OrganizationNotInAllFeaturesModeException, CloudTrailAccessNotEnabledException.
    """
    account = call.account
    assert account is not None
    state = of_account(account.world, account.id)
    if state is None:
        raise no_organization()
    if state.account_id != account.id:
        raise not_yours()
    check_trusted(state)
    return str(state.org.id)


def check_trusted(state: Any) -> None:
    """Raises AwsError: the organization lacks features, or doesn't let CloudTrail in."""
    if state.org.feature_set != "ALL":
        raise AwsError(
            "OrganizationNotInAllFeaturesModeException",
            "The request could not be processed because your organization does not have all "
            "features enabled. Enable all features, and then try again.",
        )
    if not any(one["ServicePrincipal"] == PRINCIPAL for one in state.services):
        raise AwsError(
            "CloudTrailAccessNotEnabledException",
            "The request could not be processed because your organization hasn't enabled "
            "CloudTrail service access. Enable service access for CloudTrail, and then try again.",
        )


def no_organization() -> AwsError:
    """The refusal of an account that is in no organization."""
    return AwsError(
        "OrganizationsNotInUseException",
        "The request could not be processed because your account is not a member of an "
        "organization.",
    )


def not_yours() -> AwsError:
    """The refusal of what only the management account may do."""
    return AwsError(
        "NotOrganizationMasterAccountException",
        "The request could not be processed because it must be made by the management account of "
        "the organization.",
    )


def organization_id(world: World, trail: Any) -> str | None:
    """The organization whose accounts the trail logs; None for a trail of one account."""
    state = of_account(world, trail.account_id) if trail.is_org_trail else None
    in_charge = state is not None and state.account_id == trail.account_id
    return str(state.org.id) if state is not None and in_charge else None


def covered(world: World, trail: Any) -> list[Account]:
    """The accounts that the trail logs."""
    if organization_id(world, trail) is None:
        return [world.accounts[trail.account_id]]
    return [
        world.accounts[name]
        for name, management in world.memberships.items()
        if management == trail.account_id
    ]
