"""Amazon Route 53.

Source: "Actions, resources, and condition keys for Amazon Route 53" (Service Authorization
Reference) and "Using IAM policy conditions for fine-grained access control" (Developer Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.needed import Request


def hosted_zone(_: Request, identifier: str) -> str:
    """ARN of a hosted zone; ids come as "Z123" and as "/hostedzone/Z123"."""
    if identifier.startswith("arn:"):
        return identifier
    return f"arn:aws:route53:::hostedzone/{identifier.rpartition('/')[2]}"


def tagged(call: Request, identifier: str) -> str:
    """ARN of what ResourceType and ResourceId name together."""
    return f"arn:aws:route53:::{call.params.get('ResourceType', '*')}/{identifier}"


BUILDERS = {"hostedzone": hosted_zone, "tagged": tagged}
KINDS = {"tagged": "arn:aws:route53:::*/{}"}
_KEY = ["hostedzone=HostedZoneId"]

OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(
        (
            "ActivateKeySigningKey",
            "CreateKeySigningKey",
            "CreateTrafficPolicyInstance",
            "DeactivateKeySigningKey",
            "DeleteKeySigningKey",
        ),
        _KEY,
    ),
    "ChangeResourceRecordSets": {
        "resources": _KEY,
        "keys": {
            "route53:ChangeResourceRecordSetsActions": "ChangeBatch.Changes[].Action",
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": (
                "ChangeBatch.Changes[].ResourceRecordSet.Name"
            ),
            "route53:ChangeResourceRecordSetsRecordTypes": (
                "ChangeBatch.Changes[].ResourceRecordSet.Type"
            ),
        },
    },
    "ChangeTagsForResource": ["tagged=ResourceId"],
    "ListTagsForResource": ["tagged=ResourceId"],
    "ListTagsForResources": ["tagged=ResourceIds[]"],
}
