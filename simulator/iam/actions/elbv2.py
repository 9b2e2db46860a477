"""Elastic Load Balancing, version 2.

Source: "Actions, resources, and condition keys for AWS Elastic Load Balancing V2" (Service
Authorization Reference). Both versions share the prefix elasticloadbalancing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.needed import Request

_PARENTS = {"application": "app", "gateway": "gwy", "network": "net"}


def load_balancer(call: Request, name: str) -> str:
    """ARN of a load balancer by its ARN, or of one that is being created by its name."""
    if name.startswith("arn:"):
        return name
    kind = _PARENTS.get(call.params.get("Type", "application"), "app")
    return call.arn("elasticloadbalancing", f"loadbalancer/{kind}/{name}/*")


def child(call: Request, parent: str) -> str:
    """ARN of a listener or a rule that is being created under a load balancer or listener."""
    kind = "listener-rule" if call.operation == "CreateRule" else "listener"
    _, _, tail = parent.partition("/")
    return call.arn("elasticloadbalancing", f"{kind}/{tail}/*")


BUILDERS = {"loadbalancer": load_balancer, "child": child}
KINDS = {
    "child": "arn:aws:elasticloadbalancing:{region}:{account}:listener/{}",
    "any": [
        "arn:aws:elasticloadbalancing:{region}:{account}:*/{}",
        ["elasticloadbalancing:ResourceTag/"],
    ],
}
_BALANCER = ["any=LoadBalancerArn"]
_LISTENER = ["any=ListenerArn"]
_SECURE = {
    "elasticloadbalancing:ListenerProtocol": "Protocol",
    "elasticloadbalancing:SecurityPolicy": "SslPolicy",
}
_ON_BALANCER = [
    "DeleteLoadBalancer",
    "ModifyCapacityReservation",
    "ModifyIpPools",
    "ModifyLoadBalancerAttributes",
    "SetIpAddressType",
]
_ON_LISTENER = [
    "AddListenerCertificates",
    "DeleteListener",
    "ModifyListenerAttributes",
    "RemoveListenerCertificates",
]

OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(_ON_BALANCER, _BALANCER),
    **dict.fromkeys(_ON_LISTENER, _LISTENER),
    "AddTags": {"resources": ["any=ResourceArns[]"], "tags": "Tags"},
    "CreateListener": {
        "resources": ["any=LoadBalancerArn"],
        "keys": _SECURE,
        "tags": "Tags",
        "tagging": "AddTags",
        "tagged": "child=LoadBalancerArn",
    },
    "CreateLoadBalancer": {
        "resources": ["loadbalancer=Name"],
        "keys": {
            "elasticloadbalancing:Scheme": "Scheme",
            "elasticloadbalancing:SecurityGroup": "SecurityGroups[]",
            "elasticloadbalancing:Subnet": "Subnets[]",
        },
        "defaults": {"elasticloadbalancing:Scheme": "internet-facing"},
        "tags": "Tags",
        "tagging": "AddTags",
    },
    "CreateRule": {
        "resources": _LISTENER,
        "tags": "Tags",
        "tagging": "AddTags",
        "tagged": "child=ListenerArn",
    },
    "CreateTargetGroup": {"resources": ["targetgroup=Name"], "tags": "Tags", "tagging": "AddTags"},
    "CreateTrustStore": {"resources": ["truststore=Name"], "tags": "Tags", "tagging": "AddTags"},
    "GetResourcePolicy": ["truststore=ResourceArn"],
    "DeleteRule": ["any=RuleArn"],
    "ModifyListener": {"resources": _LISTENER, "keys": _SECURE},
    "ModifyRule": ["any=RuleArn"],
    "RemoveTags": {"resources": ["any=ResourceArns[]"], "untags": "TagKeys[]"},
    "SetRulePriorities": ["any=RulePriorities[].RuleArn"],
    "SetSecurityGroups": {
        "resources": ["any=LoadBalancerArn"],
        "keys": {"elasticloadbalancing:SecurityGroup": "SecurityGroups[]"},
    },
    "SetSubnets": {
        "resources": ["any=LoadBalancerArn"],
        "keys": {"elasticloadbalancing:Subnet": "Subnets[]"},
    },
}
