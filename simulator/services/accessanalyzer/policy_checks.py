"""Checks of policy documents, which need no analyzer.

Source: "ValidatePolicy", "CheckNoNewAccess", "CheckAccessNotGranted", "CheckNoPublicAccess" (IAM Access
Analyzer API Reference).
"""

from __future__ import annotations

from simulator.access_analyzer.asked import page
from simulator.access_analyzer.checks import custom
from simulator.access_analyzer.checks.public_access import TARGETS, public_statements
from simulator.access_analyzer.checks.validate import validate
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.iam.policy import MalformedPolicy, Policy
from simulator.services import Backend, Result, operation

_LISTED = 100


@operation
def validate_policy(call: Call, backend: Backend) -> Result:
    """All that is to be said of a document. The wording is English, whatever the locale."""
    found = validate(
        call.params["policyDocument"],
        call.params["policyType"],
        call.params.get("validatePolicyResourceType", ""),
    )
    shown, rest = page(call, found)
    return {"findings": shown} | rest


@operation
def check_no_new_access(call: Call, backend: Backend) -> Result:
    """Whether a new policy allows more than the existing one.

    Raises:
        AwsError: InvalidParameterException.
    """
    new = _policy(call, "newPolicyDocument")
    return custom.no_new_access(new, _policy(call, "existingPolicyDocument"))


@operation
def check_access_not_granted(call: Call, backend: Backend) -> Result:
    """Whether a policy allows none of some actions on some resources.

    Raises:
        AwsError: InvalidParameterException.
    """
    policy, asked = _policy(call, "policyDocument"), call.params["access"]
    if len(asked) != 1:
        raise _invalid("The access parameter must contain exactly one element.")
    actions, resources = asked[0].get("actions", []), asked[0].get("resources", [])
    if not actions and not resources:
        raise _invalid("The access parameter must contain actions, resources, or both.")
    if len(actions) > _LISTED or len(resources) > _LISTED:
        raise _invalid("The access parameter contains more than 100 actions or resources.")
    for action in actions:
        if ":" not in action and action != "*":
            raise _invalid(f"The action {action} is not valid.")
    return custom.access_not_granted(policy, asked[0])


@operation
def check_no_public_access(call: Call, backend: Backend) -> Result:
    """Whether a policy would let everybody reach a resource of a type.

    Raises:
        AwsError: InvalidParameterException, UnprocessableEntityException.
    """
    policy, kind = _policy(call, "policyDocument", resource=True), call.params["resourceType"]
    if kind not in TARGETS:
        text = f"Public access to resources of type {kind} can't be checked in this simulation."
        raise AwsError("UnprocessableEntityException", text, 422)
    return custom.no_public_access(policy, public_statements(policy, kind))


def _policy(call: Call, key: str, resource: bool = False) -> Policy:
    """A document of the call, which has to be well-formed for its type of policy."""
    try:
        policy = Policy.parse(call.params[key], key)
        if resource or call.params.get("policyType") == "RESOURCE_POLICY":
            if any(
                "Principal" not in one.written and "NotPrincipal" not in one.written
                for one in policy.statements
            ):
                raise MalformedPolicy("Missing required field Principal")
        else:
            policy.check_identity_based()
    except MalformedPolicy as error:
        raise _invalid(f"The {key} is not a valid policy: {error}") from error
    return policy


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message, 400)
