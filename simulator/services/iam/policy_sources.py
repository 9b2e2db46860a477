"""The policies that a simulation is about, each with the name that the simulator gives it.

Source: "SimulatePrincipalPolicy" and "SimulateCustomPolicy" of the IAM API reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.iam.patterns import Piece, glob
from simulator.iam.policy import MalformedPolicy, Policy
from simulator.services import Result
from simulator.services.iam.state import AWS_MANAGED, iam_of, missing

IDENTITY = "IAM Policy"
BOUNDARY = "Permissions Boundary Policy"
RESOURCE = "Resource Policy"
Excludes = Callable[["Source"], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """One policy of a simulation."""

    id: str
    """SourcePolicyId: "PolicyInputList.1", "user_ann_inline", a managed policy's name."""
    type: str
    """SourcePolicyType: one of the three above."""
    document: str
    policy: Policy
    arn: str = ""
    """Of a managed policy."""
    holder: tuple[str, str] = ("", "")
    """The kind and name of the user, group or role that has an inline policy."""


def given(call: Call, parameter: str, kind: str) -> tuple[Source, ...]:
    """The documents that come with the call.

    Raises:
        AwsError: InvalidInput for a malformed one.
    """
    documents = call.params.get(parameter) or ()
    listed = [documents] if isinstance(documents, str) else documents
    return tuple(
        _parsed(f"{parameter}.{number}", kind, document)
        for number, document in enumerate(listed, start=1)
    )


def entity_of(call: Call, arn: str) -> Any:
    """The user, group or role of the account that an ARN names.

    Raises:
        AwsError: NoSuchEntity; InvalidInput for an ARN of anything else.
    """
    iam = iam_of(call)
    tables = {"user": iam.users, "group": iam.groups, "role": iam.roles}
    kind = arn.rpartition(":")[2].partition("/")[0]
    if not arn.startswith("arn:") or kind not in tables:
        raise AwsError(
            "InvalidInput", f"Invalid Entity Arn: {arn} does not name a user, group or role"
        )
    found = next((one for one in tables[kind].values() if one.arn == arn), None)
    if found is None:
        raise missing(f"The {kind} with name {arn.rpartition('/')[2]} cannot be found.")
    return found


def attached(call: Call, arn: str) -> Iterator[Source]:
    """Inline and managed policies of a user with its groups, of a group or of a role."""
    entity, iam = entity_of(call, arn), iam_of(call)
    holders = [entity]
    if ":user/" in arn:
        holders += [group for group in iam.groups.values() if entity in group.users]
    for holder in holders:
        kind = holder.arn.rpartition(":")[2].partition("/")[0]
        for name, document in holder.policies.items():
            source = _parsed(f"{kind}_{holder.name}_{name}", IDENTITY, document, name)
            yield Source(source.id, IDENTITY, document, source.policy, holder=(kind, holder.name))
        for policy in holder.managed_policies.values():
            yield _managed(policy, IDENTITY)


def boundary(call: Call, arn: str) -> tuple[Source, ...]:
    """The permissions boundary that a user or role has now."""
    bound = getattr(entity_of(call, arn), "permissions_boundary_arn", None)
    return (_managed(iam_of(call).managed_policies[bound], BOUNDARY),) if bound else ()


def excluded(call: Call) -> Excludes:
    """Whether PolicyExclusionList takes a policy out of the simulation."""
    tests = [_exclusion(one) for one in call.params.get("PolicyExclusionList") or ()]
    return lambda source: any(test(source) for test in tests)


def _exclusion(entry: Result) -> Excludes:
    if "PolicyArn" in entry:
        matches = glob((Piece(entry["PolicyArn"]),))
        return lambda source: bool(source.arn and matches(source.arn))
    if "InlinePolicyIdentifier" in entry:
        inline = entry["InlinePolicyIdentifier"]
        holds = glob((Piece(inline["AttachmentName"]),))
        return lambda source: bool(
            source.holder[0] == inline["AttachmentType"].lower()
            and holds(source.holder[1])
            and source.policy.name == inline["PolicyName"]
        )
    kind = entry.get("PolicyType")
    return lambda source: (
        kind == ("permission-boundary" if source.type == BOUNDARY else _sort(source))
    )


def _sort(source: Source) -> str:
    if not source.arn:
        return "inline" if source.holder[0] else ""
    return "aws-managed" if source.arn.startswith(AWS_MANAGED) else "user-managed"


def _managed(policy: Any, kind: str) -> Source:
    default = policy.default_version_id
    document = next(v.document for v in policy.versions if v.version_id == default)
    return Source(policy.name, kind, document, Policy.parse(document, policy.name), policy.arn)


def _parsed(identifier: str, kind: str, document: str, name: str = "") -> Source:
    try:
        return Source(identifier, kind, document, Policy.parse(document, name or identifier))
    except MalformedPolicy as error:
        raise AwsError("InvalidInput", f"Invalid policy document {identifier}: {error}") from error


def policies(sources: Sequence[Source]) -> tuple[Policy, ...]:
    """The compiled policies of sources."""
    return tuple(source.policy for source in sources)
