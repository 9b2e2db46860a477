"""AWS WAF V2.

Source: "Actions, resources, and condition keys for AWS WAF V2" (Service Authorization
Reference): an ARN holds the scope as "regional" or, for CloudFront in us-east-1, "global".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from simulator.iam.actions.context import request_tags, resource_tags, tags_of
from simulator.iam.actions.needed import Needed, Request


def scoped(kind: str, call: Request) -> tuple[Needed, ...]:
    """An action on something that scope, name and id name together."""
    params = call.params
    name, identifier = params.get("Name", "*"), params.get("Id", "*")
    is_global = params.get("Scope") == "CLOUDFRONT"
    region, scope = ("us-east-1", "global") if is_global else (call.region, "regional")
    arn = f"arn:aws:wafv2:{region}:{call.account_id}:{scope}/{kind}/{name}/{identifier}"
    tags = request_tags(tags_of(params.get("Tags")))
    keys = resource_tags(call.lookup, arn) | tags
    needs = [call.need(f"wafv2:{call.operation}", arn, keys)]
    if tags:
        needs.append(call.need("wafv2:TagResource", arn, keys))
    return tuple(needs)


_KINDS = {
    "IPSet": "ipset",
    "RegexPatternSet": "regexpatternset",
    "RuleGroup": "rulegroup",
    "WebACL": "webacl",
}
_SCOPED: Mapping[str, Callable[[Request], tuple[Needed, ...]]] = {
    f"{verb}{name}": partial(scoped, kind)
    for verb in ("Create", "Delete", "Get", "Update")
    for name, kind in _KINDS.items()
}
KINDS = {"protected": "arn:aws:wafv2:{region}:{account}:{}"}

OPERATIONS: Mapping[str, Any] = {
    **_SCOPED,
    "AssociateWebACL": ["webacl=WebACLArn", "protected=ResourceArn"],
    "DeleteLoggingConfiguration": ["webacl=ResourceArn"],
    "DeletePermissionPolicy": ["rulegroup=ResourceArn"],
    "DisassociateWebACL": ["protected=ResourceArn"],
    "GetLoggingConfiguration": ["webacl=ResourceArn"],
    "GetManagedRuleSet": partial(scoped, "managedruleset"),
    "GetPermissionPolicy": ["rulegroup=ResourceArn"],
    "GetWebACLForResource": ["protected=ResourceArn"],
    "ListTagsForResource": ["webacl=ResourceARN"],
    "PutLoggingConfiguration": ["webacl=LoggingConfiguration.ResourceArn"],
    "PutManagedRuleSetVersions": partial(scoped, "managedruleset"),
    "PutPermissionPolicy": ["rulegroup=ResourceArn"],
    "TagResource": {"resources": ["webacl=ResourceARN"], "tags": "Tags"},
    "UntagResource": {"resources": ["webacl=ResourceARN"], "untags": "TagKeys[]"},
    "UpdateManagedRuleSetVersionExpiryDate": partial(scoped, "managedruleset"),
}
