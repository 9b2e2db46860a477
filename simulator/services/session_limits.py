"""What STS refuses of a session's tags, policies, source identity and duration.

Sources: "AssumeRole" (AWS STS API Reference), "Pass session tags in AWS STS", "Monitor and control
actions taken with assumed roles" and "IAM and AWS STS quotas" (IAM User Guide).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from simulator.gateway.call import Call
from simulator.gateway.caller import Session
from simulator.gateway.errors import AwsError

_MOST_TAGS = 50
_MOST_POLICY_ARNS = 10
_LONGEST_POLICY = 2048
_PACKED_SPACE = 2048
"""Characters. AWS does not publish its packed format; this is the plain text it may hold."""


def check_session(call: Call) -> None:
    """Refuse what a new session can't have.

    Raises:
        AwsError: ValidationError, InvalidParameterValue, PackedPolicyTooLarge.
    """
    before = call.caller.session
    _check_sizes(call)
    _check_tags(call, before)
    asked = call.params.get("SourceIdentity")
    if (
        before is not None
        and before.source_identity
        and asked not in {None, before.source_identity}
    ):
        text = "The source identity is already set for this assume role session."
        raise AwsError("ValidationError", text)


def duration(call: Call, *, default: int, longest: int) -> int:
    """Seconds asked for, between 15 minutes and what the operation allows at most.

    Raises:
        AwsError: ValidationError.
    """
    seconds = int(call.params.get("DurationSeconds") or default)
    for bad, words in ((seconds < 900, "greater"), (seconds > longest, "less")):
        if bad:
            limit = 900 if words == "greater" else longest
            raise _constraint(seconds, "durationSeconds", f"value {words} than or equal to {limit}")
    return seconds


def role_duration(call: Call, longest: int) -> int:
    """Seconds of a role session. `longest` is the role's MaxSessionDuration.

    An hour at most for a role taken with temporary credentials ("Role chaining").

    Raises:
        AwsError: ValidationError.
    """
    seconds = duration(call, default=3600, longest=43200)
    if call.caller.session is not None and seconds > 3600:
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining.",
        )
    if seconds > longest:
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )
    return seconds


def packed_size(session: Session) -> int:
    """Percent of the space that session policies and tags may take.

    Raises:
        AwsError: PackedPolicyTooLarge.
    """
    policies = sum(map(len, session.policies)) + sum(map(len, session.policy_arns))
    tags = len(json.dumps(session.tags)) if session.tags else 0
    percent = 1 + (policies + tags) * 100 // _PACKED_SPACE
    if percent > 100 and policies:
        text = f"Packed policy consumes {percent}% of allotted space, please use smaller policy."
        raise AwsError("PackedPolicyTooLarge", text)
    if percent > 100:
        text = f"Packed size of session tags consumes {percent}% of allotted space."
        raise AwsError("PackedPolicyTooLarge", text)
    return percent


def session_tags(
    held: Mapping[str, str], passed: Mapping[str, str], inherited: Mapping[str, str]
) -> dict[str, str]:
    """The tags of a session: what is passed or inherited wins over a tag of the role or user.

    Case does not tell keys apart.
    """
    new = {**passed, **inherited}
    taken = {key.lower() for key in new}
    return {**{key: value for key, value in held.items() if key.lower() not in taken}, **new}


def _check_sizes(call: Call) -> None:
    document = call.params.get("Policy") or ""
    if len(document) > _LONGEST_POLICY:
        text = f"length less than or equal to {_LONGEST_POLICY}"
        raise _constraint(document, "policy", text)
    for name, member, most in (
        ("PolicyArns", "policyArns", _MOST_POLICY_ARNS),
        ("Tags", "tags", _MOST_TAGS),
    ):
        given = call.params.get(name) or ()
        if len(given) > most:
            raise _constraint(given, member, f"length less than or equal to {most}")


def _check_tags(call: Call, before: Session | None) -> None:
    keys = [str(tag["Key"]).lower() for tag in call.params.get("Tags") or ()]
    if len(set(keys)) < len(keys):
        text = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        raise AwsError("InvalidParameterValue", text)
    if before is not None and {key.lower() for key in before.transitive_tag_keys} & set(keys):
        raise AwsError(
            "InvalidParameterValue",
            "One of the specified transitive tag keys can't be set because it conflicts with a "
            "transitive tag key from the calling session.",
        )
    wanted = {str(key).lower() for key in call.params.get("TransitiveTagKeys") or ()}
    if not wanted <= set(keys):
        text = "The specified transitive tag key must be included in the requested tags."
        raise AwsError("InvalidParameterValue", text)


def _constraint(value: object, member: str, constraint: str) -> AwsError:
    return AwsError(
        "ValidationError",
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
        f"constraint: Member must have {constraint}",
    )
