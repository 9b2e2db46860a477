"""KMS keys, trails and Lambda functions.

Source: "Supported Resource Types for AWS Config" (AWS Config Developer Guide).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.configuration.kinds import Kind
from simulator.configuration.resource import Resource, camel
from simulator.gateway.errors import AwsError


def _keys(account: Account, region: str) -> Iterator[str]:
    kms = state_of("kms", account.id, region)
    for key in list(kms.keys.values()) if kms is not None else ():
        if key.key_manager == "CUSTOMER":
            yield str(key.id)


def _key(account: Account, region: str, name: str) -> Resource | None:
    kms = state_of("kms", account.id, region)
    if kms is None or name not in kms.keys or kms.keys[name].key_manager != "CUSTOMER":
        return None
    told = _asked(account, region, "kms", "DescribeKey", {"KeyId": name}).get("KeyMetadata", {})
    rotation = _asked(account, region, "kms", "GetKeyRotationStatus", {"KeyId": name})
    policy = _asked(
        account, region, "kms", "GetKeyPolicy", {"KeyId": name, "PolicyName": "default"}
    )
    tags = _asked(account, region, "kms", "ListResourceTags", {"KeyId": name}).get("Tags") or ()
    more = {
        "Policy": policy.get("Policy"),
        "KeyRotationStatus": bool(rotation.get("KeyRotationEnabled")),
    }
    return Resource(
        "AWS::KMS::Key",
        name,
        str(told["Arn"]),
        region,
        name,
        "Regional",
        told.get("CreationDate"),
        {str(one["TagKey"]): str(one["TagValue"]) for one in tags},
        (),
        camel(told),
        more,
    )


def _trails(account: Account, region: str) -> Iterator[str]:
    held = state_of("cloudtrail", account.id, region)
    for trail in list(held.trails.values()) if held is not None else ():
        yield str(trail.arn)


def _trail(account: Account, region: str, name: str) -> Resource | None:
    if name not in set(_trails(account, region)):
        return None
    asked = {"Name": name}
    told = _asked(account, region, "cloudtrail", "GetTrail", asked).get("Trail", {})
    status = _asked(account, region, "cloudtrail", "GetTrailStatus", asked)
    selectors = _asked(account, region, "cloudtrail", "GetEventSelectors", {"TrailName": name})
    selectors.pop("TrailARN", None)
    more = {"IsLogging": status.get("IsLogging")}
    more |= {name: camel(value) for name, value in selectors.items()}
    bucket = str(told.get("S3BucketName", ""))
    related = (("AWS::S3::Bucket", bucket, "Is associated with Bucket"),) if bucket else ()
    return Resource(
        "AWS::CloudTrail::Trail",
        name,
        name,
        region,
        str(told.get("Name", "")),
        "Not Applicable",
        None,
        {},
        related,
        camel(told),
        more,
    )


def _functions(account: Account, region: str) -> Iterator[str]:
    held = state_of("lambda", account.id, region)
    for function in held.list_functions() if held is not None else ():
        yield str(function.function_name)


def _function(account: Account, region: str, name: str) -> Resource | None:
    if name not in set(_functions(account, region)):
        return None
    asked = {"FunctionName": name}
    whole = _asked(account, region, "lambda", "GetFunction", asked)
    told = whole.get("Configuration", {})
    policy = _asked(account, region, "lambda", "GetPolicy", asked).get("Policy")
    return Resource(
        "AWS::Lambda::Function",
        name,
        str(told["FunctionArn"]),
        region,
        name,
        "Not Applicable",
        None,
        {str(key): str(value) for key, value in (whole.get("Tags") or {}).items()},
        (),
        camel(told),
        {"Policy": json.dumps(policy) if policy else None},
    )


def _asked(
    account: Account, region: str, service: str, operation: str, params: dict[str, Any]
) -> dict[str, Any]:
    from simulator.gateway.inner_call import ask

    try:
        return ask(account, region, service, operation, params)
    except AwsError:
        return {}


KINDS: Final = {
    "AWS::KMS::Key": Kind(_keys, _key),
    "AWS::CloudTrail::Trail": Kind(_trails, _trail),
    "AWS::Lambda::Function": Kind(_functions, _function),
}
