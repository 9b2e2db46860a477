"""Random cases of `drill decide`, from alphabets so small that their rules meet one another.

Every action, resource type and condition key is one that AWS has, so that the other engine,
which looks them up, leaves none of them out.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

A, B = "123456789012", "999999999999"
SERVICE = "cloudtrail.amazonaws.com"
Json = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """An action and the resource it is tried on; `{}` is the resource's account."""

    action: str
    resource: str
    others: tuple[str, ...] = ()
    """Resource elements that match it or nearly do."""
    keys: tuple[str, ...] = ()
    """Condition keys of the service beside the global ones."""


ASKS = (
    Ask(
        "s3:GetObject",
        "arn:aws:s3:::b/team/k",
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/t?am/*", "arn:aws:s3:::b", "arn:aws:s3:::*/k",
         "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${aws:PrincipalTag/team}/k",
         "arn:aws:s3:::b/${aws:PrincipalTag/team, 'team'}/k", "arn:aws:s3:::b/team/${*}",
         "arn:aws:s3:::B/*", "arn:aws:s3:::c/*", "arn:*:s3:::b/team/k", "arn:aws:s3:::b*"),
        ("s3:ExistingObjectTag/team",),
    ),
    Ask(
        "s3:ListBucket",
        "arn:aws:s3:::b",
        ("arn:aws:s3:::?", "arn:aws:s3:::b/*", "arn:aws:s3:::${aws:PrincipalTag/team}", "arn:aws:s3:::*"),
        ("s3:prefix", "s3:max-keys"),
    ),
    Ask(
        "sqs:SendMessage",
        "arn:aws:sqs:us-east-1:{}:jobs",
        ("arn:aws:sqs:*:{}:jobs", "arn:aws:sqs:us-east-1:*:j?bs", "arn:aws:sqs:*:*:*",
         "arn:aws:sqs:us-east-1:{}:${aws:username}", "arn:aws:sqs:eu-west-1:{}:*",
         "arn:aws:sqs:us-east-*:{}:jobs"),
    ),
    Ask(
        "kms:Decrypt",
        "arn:aws:kms:us-east-1:{}:key/11111111-2222-3333-4444-555555555555",
        ("arn:aws:kms:*:{}:key/*", "arn:aws:kms:us-east-1:{}:alias/*"),
        ("kms:ViaService",),
    ),
    Ask(
        "sts:AssumeRole",
        "arn:aws:iam::{}:role/ops",
        ("arn:aws:iam::{}:role/*", "arn:aws:iam::*:role/ops", "arn:aws:iam::{}:user/*"),
        ("sts:ExternalId", "aws:TagKeys"),
    ),
    Ask(
        "iam:GetUser",
        "arn:aws:iam::{}:user/bob",
        ("arn:aws:iam::{}:user/${aws:username}", "arn:aws:iam::*:user/b*", "arn:aws:iam::{}:role/*"),
    ),
    Ask("s3:ListAllMyBuckets", "*", ("arn:aws:s3:::*",)),
    Ask("ec2:DescribeInstances", "*", ("arn:aws:ec2:*:*:instance/*",)),
)  # fmt: skip


def principals(account: str) -> list[str | None]:
    return [
        f"arn:aws:iam::{account}:user/bob",
        f"arn:aws:iam::{account}:user/bob",
        f"arn:aws:iam::{account}:user/staff/kim",
        f"arn:aws:sts::{account}:assumed-role/app/one",
        f"arn:aws:sts::{account}:assumed-role/app/one",
        f"arn:aws:sts::{account}:assumed-role/app/two",
        f"arn:aws:sts::{account}:assumed-role/AWSServiceRoleForBackup/one",
        f"arn:aws:sts::{account}:federated-user/bob",
        f"arn:aws:iam::{account}:root",
        SERVICE,
        None,
    ]


_STRINGS = ("red", "Red", "blue", "r*", "re?", "team", "${aws:username}", "*", "")
_ARNS = (
    f"arn:aws:iam::{A}:user/bob", f"arn:aws:iam::{A}:role/app", f"arn:aws:iam::{A}:*",
    "arn:aws:iam::*:role/*", f"arn:aws:iam::{B}:user/bob", "arn:aws:iam::*:user/${aws:username}",
)  # fmt: skip
_MOMENTS = (
    "2026-01-01T00:00:00Z", "2026-06-15T12:00:00Z", "2027-01-01", "1767225600", "2026-06-15T14:00:00+02:00",
)  # fmt: skip
_ADDRESSES = (
    "10.0.0.0/8",
    "10.1.2.3/32",
    "10.1.2.3",
    "203.0.113.0/24",
    "2001:db8::/32",
    "0.0.0.0/0",
)

_STRING_TESTS = (
    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
    "StringLike", "StringNotLike",
)  # fmt: skip
_ARN_TESTS = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike")
_COMPARISONS = (
    "Equals",
    "NotEquals",
    "LessThan",
    "LessThanEquals",
    "GreaterThan",
    "GreaterThanEquals",
)


@dataclass(frozen=True)
class Key:
    """A condition key: how it is tested, with which values, and what a request brings."""

    tests: tuple[str, ...]
    wanted: tuple[str, ...]
    found: tuple[Any, ...]
    many: bool = False


KEYS: dict[str, Key] = {
    "aws:PrincipalTag/team": Key((*_STRING_TESTS, "BinaryEquals"), (*_STRINGS, "cmVk"), ("red", "Red", "team", "b", "", "cmVk")),
    "aws:SourceVpce": Key(_STRING_TESTS, ("vpce-1", "vpce-*"), ("vpce-1", "vpce-2")),
    "aws:PrincipalArn": Key((*_ARN_TESTS, "StringLike"), _ARNS, ()),
    "aws:SourceArn": Key(_ARN_TESTS, _ARNS, _ARNS[:2]),
    "aws:CurrentTime": Key(tuple(f"Date{one}" for one in _COMPARISONS), _MOMENTS, _MOMENTS[:3]),
    "aws:EpochTime": Key(tuple(f"Date{one}" for one in _COMPARISONS), _MOMENTS, ("1767225600", "1781524800")),
    "aws:MultiFactorAuthAge": Key(tuple(f"Numeric{one}" for one in _COMPARISONS), ("300", "3600", "3600.0"), ("300", "301", "3600")),
    "aws:MultiFactorAuthPresent": Key(("Bool",), ("true", "false", "True"), ("true", "false")),
    "aws:SecureTransport": Key(("Bool",), ("true", "false"), ("true", "false")),
    "aws:SourceIp": Key(("IpAddress", "NotIpAddress"), _ADDRESSES, ("10.1.2.3", "203.0.113.9", "2001:db8::1")),
    "aws:TagKeys": Key(_STRING_TESTS, ("a", "b", "A", "?"), (["a"], ["a", "b"], [], ["c"]), many=True),
    "aws:PrincipalOrgPaths": Key(_STRING_TESTS, ("o-1/r/a/*", "o-1/r/b/"), (["o-1/r/a/"], ["o-1/r/a/", "o-1/r/b/"], []), many=True),
    "aws:ResourceAccount": Key(_STRING_TESTS[:4], (A, B), (A, B)),
    "s3:prefix": Key(_STRING_TESTS, ("red/*", "", "red/"), ("red/", "", "red/x")),
    "s3:max-keys": Key(tuple(f"Numeric{one}" for one in _COMPARISONS), ("10", "100"), ("10", "50")),
    "s3:ExistingObjectTag/team": Key(_STRING_TESTS, _STRINGS, ("red", "blue")),
    "kms:ViaService": Key(_STRING_TESTS, ("s3.us-east-1.amazonaws.com", "s3.*"), ("s3.us-east-1.amazonaws.com",)),
    "sts:ExternalId": Key(_STRING_TESTS, ("secret", "s*"), ("secret", "guess")),
}  # fmt: skip
GLOBAL_KEYS = tuple(key for key in KEYS if key.startswith("aws:") and key != "aws:TagKeys")


class Dice:
    """The choices of one case."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ask = self.one(ASKS)
        self.owner = self.one((A, A, B))
        self.who = self.one(principals(A))
        self.action = self.ask.action
        self.resource = self.ask.resource.replace("{}", self.owner)

    def one(self, options: Any) -> Any:
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, options: Any, most: int = 2) -> list[Any]:
        return [self.one(options) for _ in range(self.random.randint(1, most))]


def case(seed: int) -> Json:
    """The case of a seed; the same on every machine."""
    dice = Dice(seed)
    context: Json = {}
    found: Json = {
        "id": seed,
        "request": {
            "principal": dice.who,
            "action": dice.action if dice.chance(0.9) else dice.action.lower(),
            "resource": dice.resource,
            "resourceAccount": dice.owner,
            "context": context,
        },
    }
    if dice.resource == "*":
        found["request"]["wildcardOnlyAction"] = True
    in_iam = dice.who is not None and dice.who != SERVICE
    session = in_iam and ":sts:" in dice.who
    rooted = in_iam and dice.who.endswith(":root")
    for key in dict.fromkeys(dice.some((*GLOBAL_KEYS, *dice.ask.keys), 6)):
        if KEYS[key].found and dice.chance(0.8):
            context[key] = dice.one(KEYS[key].found)
    if in_iam:
        context["aws:PrincipalArn"] = entity(dice.who)
        if ":user/" in dice.who:
            context["aws:username"] = dice.who.rsplit("/", 1)[-1]
    if in_iam and not rooted:
        found["identityPolicies"] = policies(dice, attached, most=2)
        if dice.chance(0.25) and ":federated-user/" not in dice.who:
            found["permissionBoundaries"] = policies(dice, attached, most=2, least=1)
    if session and (dice.chance(0.3) or (":federated-user/" in dice.who and dice.chance(0.8))):
        found["sessionPolicy"] = policy(dice, attached)
    if dice.chance(0.6) and dice.resource != "*":
        found["resourcePolicy"] = policy(dice, guarding)
    if in_iam and dice.chance(0.2):
        found["scps"] = [policies(dice, attached, most=2) for _ in range(dice.one((1, 2)))]
    if dice.chance(0.12):
        found["rcps"] = [
            [{**policy(dice, forbidding), "Version": "2012-10-17"}] for _ in range(dice.one((1, 2)))
        ]
    if dice.chance(0.1):
        found["endpointPolicies"] = [policy(dice, passing)]
    if dice.chance(0.15) and dice.action.startswith("s3:"):
        found["blockPublicAccess"] = True
    if dice.chance(0.05):
        found["request"]["context"] = {key.swapcase(): value for key, value in context.items()}
    return found


def cases(first: int, count: int) -> Iterator[Json]:
    return map(case, range(first, first + count))


def entity(who: str) -> str:
    """What aws:PrincipalArn holds for a caller."""
    if ":assumed-role/" in who:
        account, role = who.split(":")[4], who.split("/")[1]
        if role.startswith("AWSServiceRoleFor"):
            role = f"aws-service-role/backup.amazonaws.com/{role}"
        return f"arn:aws:iam::{account}:role/{role}"
    return who


def policies(
    dice: Dice, statement: Callable[[Dice], Json], most: int, least: int = 0
) -> list[Json]:
    return [policy(dice, statement) for _ in range(dice.random.randint(least, most))]


def policy(dice: Dice, statement: Callable[[Dice], Json]) -> Json:
    version = dice.one(("2012-10-17",) * 12 + ("2008-10-17", None))
    document: Json = {} if version is None else {"Version": version}
    document["Statement"] = [statement(dice) for _ in range(dice.one((1, 1, 2, 3)))]
    return document


def attached(dice: Dice) -> Json:
    """A statement of a policy that is attached to the caller or its account."""
    return {
        "Effect": "Allow" if dice.chance(0.85) else "Deny",
        **actions(dice),
        **resources(dice),
        **conditions(dice),
    }


def guarding(dice: Dice) -> Json:
    """A statement of a policy on the resource's side."""
    return {**attached(dice), **named(dice)}


def forbidding(dice: Dice) -> Json:
    """A statement of an RCP: a Deny for everybody."""
    service = dice.action.split(":")[0]
    statement = {**attached(dice), "Effect": "Deny", "Principal": "*", **conditions(dice, 0.9)}
    statement.pop("NotAction", None)
    return {**statement, "Action": dice.one((dice.action, f"{service}:*"))}


def passing(dice: Dice) -> Json:
    """A statement of a VPC endpoint policy, which can't name a principal."""
    return {**attached(dice), "Principal": "*"}


def actions(dice: Dice) -> Json:
    service, name = dice.action.split(":")
    matching = (
        "*", f"{service}:*", dice.action, dice.action.upper(), f"{service}:{name[:3]}*",
        f"{service}:*{name[3:]}", f"{service}:{name[:2]}?{name[3:]}", f"{service}:{name[:2]}*{name[-2:]}",
    )  # fmt: skip
    missing = ("ec2:RunInstances", f"{service}:Nothing*", f"{service}:?", "iam:Create*")
    if dice.chance(0.12):
        return {"NotAction": dice.some(missing if dice.chance(0.8) else matching)}
    if dice.chance(0.85):
        return {"Action": [dice.one(matching), *dice.some(missing, 1)][: dice.one((1, 2))]}
    return {"Action": dice.one(missing)}


def resources(dice: Dice) -> Json:
    owner = dice.owner if dice.chance(0.9) else B
    others = tuple(one.replace("{}", owner) for one in dice.ask.others)
    listed = (
        dice.one(("*", dice.resource)) if dice.chance(0.65) else dice.one(others or ("*",)),
        *dice.some(others or ("*",), 1),
    )[: dice.one((1, 1, 2))]
    return {"NotResource" if dice.chance(0.1) else "Resource": list(listed)}


def conditions(dice: Dice, share: float = 0.3) -> Json:
    if not dice.chance(share):
        return {}
    block: Json = {}
    for _ in range(dice.one((1, 1, 2))):
        key = dice.one((*GLOBAL_KEYS, *dice.ask.keys * 3))
        about = KEYS[key]
        if dice.chance(0.08):
            block.setdefault("Null", {})[key] = dice.one(("true", "false"))
            continue
        test = dice.one(about.tests)
        if about.many and dice.chance(0.95):
            test = dice.one(("ForAllValues:", "ForAnyValue:")) + test
        if dice.chance(0.15):
            test += "IfExists"
        block.setdefault(test, {})[key] = dice.some(about.wanted)
    return {"Condition": block}


def named(dice: Dice) -> Json:
    who = dice.who or f"arn:aws:iam::{A}:user/bob"
    if who == SERVICE:
        close: list[Any] = [{"Service": SERVICE}, {"Service": [SERVICE, "ec2.amazonaws.com"]}]
    else:
        close = [{"AWS": who}, {"AWS": entity(who)}, {"AWS": who.split(":")[4]}]
        close.append({"AWS": f"arn:aws:iam::{who.split(':')[4]}:root"})
        if ":federated-user/" in who:
            close.append({"AWS": who.replace(":sts:", ":iam:").replace("federated-user", "user")})
    far = [{"AWS": f"arn:aws:iam::{B}:user/eve"}, {"AWS": B}, {"Service": "ec2.amazonaws.com"}]
    anybody: list[Any] = ["*", {"AWS": "*"}]
    if dice.chance(0.12):
        return {"NotPrincipal": dice.one(far if dice.chance(0.5) else close), "Effect": "Deny"}
    return {"Principal": dice.one(close if dice.chance(0.7) else anybody + far)}
