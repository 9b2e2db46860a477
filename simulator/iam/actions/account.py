"""AWS Account Management.

Source: "Actions, resources, and condition keys for AWS Account Management" (Service
Authorization Reference): a call on another account of the organization names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.needed import Request


def member(call: Request, account_id: str) -> str:
    """ARN of an account of the organization whose management account calls."""
    found = None
    if call.lookup is not None:
        found = call.lookup.resource_arn("account", "account", account_id)
    return found or f"arn:aws:account::{call.account_id}:account/o-*/{account_id}"


def own(call: Request) -> str:
    """ARN of the account that calls."""
    return f"arn:aws:account::{call.account_id}:account"


BUILDERS = {"member": member}
ABSENT = {"member": own}
KINDS = {"member": "arn:aws:account::{account}:account"}
_MEMBER = ["member=AccountId"]
_ON_CONTACT = {
    "resources": _MEMBER,
    "keys": {"account:AlternateContactTypes": "AlternateContactType"},
}
_ON_REGION = {"resources": _MEMBER, "keys": {"account:TargetRegion": "RegionName"}}

OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(
        (
            "AcceptPrimaryEmailUpdate",
            "GetAccountInformation",
            "GetContactInformation",
            "GetPrimaryEmail",
            "GetPrimaryEmailUpdateStatus",
            "ListRegions",
            "PutAccountName",
            "PutContactInformation",
            "StartPrimaryEmailUpdate",
        ),
        _MEMBER,
    ),
    **dict.fromkeys(
        ("DeleteAlternateContact", "GetAlternateContact", "PutAlternateContact"),
        _ON_CONTACT,
    ),
    "GetGovCloudAccountInformation": ["member=StandardAccountId"],
    **dict.fromkeys(
        ("DisableRegion", "EnableRegion", "GetRegionOptStatus"),
        _ON_REGION,
    ),
}
