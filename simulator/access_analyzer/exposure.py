"""Who outside of a zone of trust could act on a resource, asked of the policy engine.

For every principal that a policy or a grant names, and for every way to meet its conditions, a
caller is made up whose own account allows it everything, and each action is decided for it as the
gateway would decide a call. Source: "How IAM Access Analyzer findings work" (IAM User Guide).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.access_analyzer import catalogue
from simulator.access_analyzer.assignments import filled
from simulator.access_analyzer.state import Exposure
from simulator.access_analyzer.witness import SHOWN, Witness, outsiders, witnesses
from simulator.access_analyzer.zone import Zone
from simulator.iam.elements import ResourceElement
from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.patterns import Piece, glob
from simulator.iam.policy import Policy, Statement
from simulator.iam.public import is_public
from simulator.iam.request import Request

_ALL = Policy.parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
_SAMPLES = 4


@dataclass(frozen=True, slots=True)
class Target:
    """What can be acted on behind a policy: a resource type, and a pattern of its ARNs."""

    service: str
    kind: str
    arn: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """A resource with all that lets somebody in."""

    arn: str
    kind: str
    """"AWS::S3::Bucket"."""
    owner: str
    targets: tuple[Target, ...]
    policy: Policy | None = None
    grants: tuple[Policy, ...] = ()
    """Access control lists and KMS grants, as policies."""
    block_public_access: bool = False
    sourced: bool = False
    """Its findings tell whether a policy or an access control list lets somebody in."""
    shared: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Accounts, or "*", that it is shared with otherwise, and the actions that gives them."""
    restriction: str = "NOT_APPLICABLE"


def exposures(guarded: Guarded, zone: Zone) -> tuple[Exposure, ...]:
    """What findings there are about a resource, in a fixed order."""
    found: dict[tuple[tuple[str, str], tuple[tuple[str, str], ...], bool, str], set[str]] = {}
    for source, policy in _letting_in(guarded):
        for statement in policy.statements:
            if statement.denies:
                continue
            for principal in outsiders(statement, zone):
                for witness, action in _let_in(guarded, statement, principal, zone):
                    public = principal[1] == "*" and _anybody(policy, statement, witness)
                    key = (principal, witness.condition, public, source)
                    found.setdefault(key, set()).add(action)
    for name, actions in guarded.shared:
        if not zone.trusts(name):
            found.setdefault((("AWS", name), (), name == "*", ""), set()).update(actions)
    return tuple(
        Exposure(
            guarded.arn,
            guarded.kind,
            guarded.owner,
            principal,
            condition,
            tuple(sorted(actions)),
            public,
            (source,) if guarded.sourced else (),
            guarded.restriction,
        )
        for (principal, condition, public, source), actions in sorted(
            _irredundant(found), key=lambda each: each[0]
        )
    )


def _irredundant(
    found: dict[tuple[tuple[str, str], tuple[tuple[str, str], ...], bool, str], set[str]],
) -> Iterator[tuple[tuple[tuple[str, str], tuple[tuple[str, str], ...], bool, str], set[str]]]:
    """A finding about everybody without conditions says all that a narrower one does."""
    for key, actions in found.items():
        principal, condition, _, source = key
        wider = (
            others
            for (other, terms, _, where), others in found.items()
            if other == ("AWS", "*") and not terms and where == source
        )
        plain = principal == ("AWS", "*") and not condition
        if plain or principal[0] != "AWS" or not any(actions <= others for others in wider):
            yield key, actions


def _letting_in(guarded: Guarded) -> Iterator[tuple[str, Policy]]:
    if guarded.policy is not None:
        yield "POLICY", guarded.policy
    for grant in guarded.grants:
        yield "BUCKET_ACL", grant


def _let_in(
    guarded: Guarded, statement: Statement, principal: tuple[str, str], zone: Zone
) -> Iterator[tuple[Witness, str]]:
    for target in guarded.targets:
        covered = [
            action
            for action in catalogue.about(target.service, target.kind)
            if statement.actions.covers(action.lower())
        ]
        if not covered:
            continue
        samples = list(_samples(statement.resources, target, statement))
        for group in witnesses(statement, principal, guarded.policy, zone):
            for action in covered:
                for witness in group:
                    if _allowed(guarded, witness, action, samples):
                        yield witness, action
                        break


def _allowed(guarded: Guarded, witness: Witness, action: str, samples: Iterable[str]) -> bool:
    policies = PolicySet(
        identity=(_ALL,),
        session=(_ALL,),
        resource=guarded.policy,
        grants=guarded.grants,
        block_public_access=guarded.block_public_access,
    )
    return any(
        evaluate(
            Request(witness.principal, action, sample, guarded.owner, witness.context), policies
        ).allowed
        for sample in samples
    )


def _samples(
    resources: ResourceElement | None, target: Target, statement: Statement
) -> Iterator[str]:
    """ARNs of a target that a statement speaks of."""
    if resources is None:
        yield filled(target.arn)
        return
    within, given = glob((Piece(target.arn),)), 0
    written = statement.written.get("Resource", ())
    listed = [written] if isinstance(written, str) else written
    for sample in dict.fromkeys(filled(one) for one in (target.arn, *listed)):
        if given < _SAMPLES and within(sample) and resources.covers(sample, {}):
            given += 1
            yield sample


def _anybody(policy: Policy, statement: Statement, witness: Witness) -> bool:
    """Whether nothing in a statement fixes who comes in."""
    alone = Policy(policy.name, policy.version, (statement,))
    fixed = any(key in SHOWN and key != "aws:sourceip" for key, _ in witness.condition)
    return is_public(alone) and not fixed and not witness.escapes
