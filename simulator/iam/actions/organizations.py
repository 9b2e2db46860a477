"""AWS Organizations.

Source: "Actions, resources, and condition keys for AWS Organizations" (Service Authorization
Reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from simulator.iam.actions.needed import Request
from simulator.iam.actions.resources import Builder


def _kind(identifier: str) -> str:
    if identifier.startswith("ou-"):
        return "ou"
    if identifier.startswith("r-"):
        return "root"
    return "policy" if identifier.startswith("p-") else "account"


def entity_arn(call: Request, identifier: str, *, kind: str | None = None) -> str:
    """ARN of an account, organizational unit, root or policy by its id.

    The ids of the organization and of its management account, and a policy's type, are looked
    up; a "*" stands for those that are not known.
    """
    if identifier.startswith("arn:"):
        return identifier
    kind = kind or _kind(identifier)
    found = None
    if call.lookup is not None:
        found = call.lookup.resource_arn("organizations", kind, identifier)
    if found:
        return found
    middle = "o-*/*" if kind == "policy" else "o-*"
    return f"arn:aws:organizations::{call.account_id}:{kind}/{middle}/{identifier}"


def _of(kind: str | None) -> Builder:
    return partial(entity_arn, kind=kind)


BUILDERS: Mapping[str, Builder] = {
    "account": _of("account"),
    "organizationalunit": _of("ou"),
    "policy": _of("policy"),
    "root": _of("root"),
    "target": _of(None),
}
KINDS = {"target": ["arn:aws:organizations::{account}:account/o-*/{}", []]}
_TYPE = {"organizations:PolicyType": "PolicyType"}
_FILTER = {"organizations:PolicyType": "Filter"}


def _on_target(**more: Any) -> dict[str, Any]:
    return {"resources": ["target=TargetId"], **more}


OPERATIONS: Mapping[str, Any] = {
    "AttachPolicy": ["policy=PolicyId", "target=TargetId"],
    "CreateOrganizationalUnit": {
        "resources": ["target=ParentId"],
        "tags": "Tags",
        "tagging": "TagResource",
    },
    "CreatePolicy": {
        "resources": ["policy"],
        "keys": {"organizations:PolicyType": "Type"},
        "tags": "Tags",
        "tagging": "TagResource",
    },
    "DescribeEffectivePolicy": _on_target(keys=_TYPE),
    "DetachPolicy": ["policy=PolicyId", "target=TargetId"],
    "DisablePolicyType": {"resources": ["root=RootId"], "keys": _TYPE},
    "EnablePolicyType": {"resources": ["root=RootId"], "keys": _TYPE},
    "InviteAccountToOrganization": {
        "resources": ["account=Target.Id"],
        "tags": "Tags",
        "tagging": "TagResource",
    },
    "InviteOrganizationToTransferResponsibility": ["account"],
    "ListAccountsForParent": ["target=ParentId"],
    "ListChildren": ["target=ParentId"],
    "ListOrganizationalUnitsForParent": ["target=ParentId"],
    "ListParents": ["target=ChildId"],
    "ListPolicies": {"keys": _FILTER},
    "ListPoliciesForTarget": _on_target(keys=_FILTER),
    "ListTagsForResource": ["target=ResourceId"],
    "MoveAccount": ["account=AccountId", "target=SourceParentId", "target=DestinationParentId"],
    "TagResource": {"resources": ["target=ResourceId"], "tags": "Tags"},
    "UntagResource": {"resources": ["target=ResourceId"], "untags": "TagKeys[]"},
    "UpdateOrganizationalUnit": ["organizationalunit=OrganizationalUnitId"],
    "UpdatePolicy": ["policy=PolicyId"],
}
