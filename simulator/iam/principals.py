"""Who calls, and how a Principal element names the caller.

Source: "AWS JSON policy elements: Principal" and "How AWS enforcement code logic evaluates
requests to allow or deny access".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from functools import lru_cache

from simulator.iam.patterns import ARN_PARTS

_ACCOUNT = re.compile(r"\d{12}")
_ACCOUNT_ROOT = re.compile(r"arn:[^:]+:iam::(\d{12}):root")
_SERVICE = re.compile(r"[a-z0-9.\-]+\.(amazonaws\.com(\.cn)?|aws\.internal)")
_UNIQUE_ID = re.compile(r"A[A-Z]{2}A[A-Z0-9]{12,}")

SERVICE_LINKED_ROLE = ":role/aws-service-role/"
"""What only the ARN of a service-linked role holds."""


class Kind(StrEnum):
    """What sort of principal signs a request. The values are those of aws:PrincipalType."""

    ANONYMOUS = "Anonymous"
    ROOT = "Account"
    USER = "User"
    ROLE = "Role"
    """A role's own ARN: some session of it whose name is not told."""
    ROLE_SESSION = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    IDENTITY_PROVIDER = "Federated"
    """Somebody a web or SAML identity provider vouches for, before assuming a role."""
    SERVICE = "Service"


class Reach(IntEnum):
    """How directly a Principal element names a caller, weakest first.

    What a resource-based policy grants in the caller's own account depends on it.
    """

    NONE = 0
    ACCOUNT = 1
    """Names the account: its administrators decide, in identity-based policies."""
    ENTITY = 2
    """Names the role behind a session, or the user behind a federated user: boundaries and
    session policies still limit it."""
    DIRECT = 3
    """Names the caller itself, or everybody: only explicit denies limit it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A request's principal, taken apart."""

    kind: Kind
    arn: str
    account: str | None = None
    name: str = ""
    entity_arn: str | None = None
    """The role of a session; the IAM user of a federated user, where it is known."""
    role_name: str | None = None
    """Set where `entity_arn` was derived from a session, which does not tell a role's path."""
    unique_id: str | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The condition keys that follow from who calls, in lower case."""
    in_iam: bool = False
    """Identity-based policies and boundaries can be attached to this caller."""
    service_linked: bool = False
    """A session of a service-linked role, which no SCP or RCP limits."""


@lru_cache(maxsize=4_096)
def caller(principal: str | None, principal_arn: str | None, user_id: str | None) -> Caller:
    """Take a principal apart.

    `principal_arn` and `user_id` are aws:PrincipalArn and aws:userid where the request tells
    them; for a federated user the first is the IAM user behind it. A principal of any other shape (a provider's name or ARN, a CloudFront origin access
    identity) has no policies of its own and is granted something only by its exact name.
    """
    who = _parse(principal, principal_arn)
    return replace(
        who,
        unique_id=user_id.split(":", 1)[0] if user_id else None,
        context={key: (value,) for key, value in _derived_context(who).items()},
        in_iam=who.kind in {Kind.USER, Kind.ROLE, Kind.ROLE_SESSION, Kind.FEDERATED_USER},
        service_linked=_is_service_linked(who),
    )


def _parse(principal: str | None, principal_arn: str | None) -> Caller:
    if principal is None:
        return Caller(Kind.ANONYMOUS, "")
    if _SERVICE.fullmatch(principal):
        return Caller(Kind.SERVICE, principal)
    parts = principal.split(":", ARN_PARTS - 1)
    if len(parts) != ARN_PARTS or not _ACCOUNT.fullmatch(parts[4]):
        return Caller(Kind.IDENTITY_PROVIDER, principal)
    _, partition, service, _, account, resource = parts
    sort, _, path = resource.partition("/")
    name = path.rsplit("/", 1)[-1]
    if (service, resource) == ("iam", "root"):
        return Caller(Kind.ROOT, principal, account)
    if (service, sort) == ("iam", "user"):
        return Caller(Kind.USER, principal, account, name)
    if (service, sort) == ("iam", "role"):
        return Caller(Kind.ROLE, principal, account, name, principal)
    if (service, sort) == ("sts", "assumed-role"):
        if principal_arn and ":role/" in principal_arn:
            return Caller(Kind.ROLE_SESSION, principal, account, name, principal_arn)
        role = path.split("/", 1)[0]
        arn = f"arn:{partition}:iam::{account}:role/{role}"
        return Caller(Kind.ROLE_SESSION, principal, account, name, arn, role)
    if (service, sort) == ("sts", "federated-user"):
        user = principal_arn if principal_arn and ":user/" in principal_arn else None
        return Caller(Kind.FEDERATED_USER, principal, account, name, user)
    return Caller(Kind.IDENTITY_PROVIDER, principal, account)


def _is_service_linked(who: Caller) -> bool:
    if who.role_name is not None:
        return who.role_name.startswith("AWSServiceRoleFor")
    return who.entity_arn is not None and SERVICE_LINKED_ROLE in who.entity_arn


def _derived_context(who: Caller) -> Mapping[str, str]:
    """Source: "AWS global condition context keys", and the table of principal key values in
    "IAM policy elements: Variables and tags".
    """
    if who.kind is Kind.ANONYMOUS:
        return {"aws:principaltype": who.kind.value, "aws:userid": "anonymous"}
    if who.kind is Kind.SERVICE:
        return {"aws:principalisawsservice": "true", "aws:principalservicename": who.arn}
    if who.kind is Kind.IDENTITY_PROVIDER or who.account is None:
        return {}
    known = {
        "aws:principalaccount": who.account,
        "aws:principalarn": who.arn,
        "aws:principalisawsservice": "false",
        "aws:principaltype": who.kind.value,
    }
    if who.kind in {Kind.ROLE, Kind.ROLE_SESSION}:
        known["aws:principalarn"] = who.entity_arn or who.arn
        known["aws:principaltype"] = Kind.ROLE_SESSION.value
    if who.kind is Kind.USER:
        known["aws:username"] = who.name
    if who.kind is Kind.ROOT:
        known["aws:userid"] = who.account
    if who.kind is Kind.FEDERATED_USER:
        known["aws:userid"] = f"{who.account}:{who.name}"
    return known


@dataclass(frozen=True, slots=True)
class PrincipalElement:
    """A compiled Principal or NotPrincipal element. No part of an ARN can be a wildcard."""

    negated: bool = False
    everyone: bool = False
    arns: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    roles: frozenset[tuple[str, str]] = frozenset()
    """Account and name of each role named, for sessions that do not tell their role's path."""
    services: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    canonical_users: frozenset[str] = frozenset()

    def reach(self, who: Caller, bounded: bool = False, denies: bool = False) -> Reach:
        """How the element names the caller; Reach.NONE when it does not.

        `bounded` says that the caller has a permissions boundary: a Deny with NotPrincipal
        then always applies ("AWS JSON policy elements: NotPrincipal").
        """
        if not self.negated:
            return self._named(who)
        if denies and bounded and who.in_iam:
            return Reach.DIRECT
        return Reach.NONE if self._spared(who) else Reach.DIRECT

    def _named(self, who: Caller) -> Reach:
        if self.everyone:
            return Reach.DIRECT
        if who.kind is Kind.ANONYMOUS:
            return Reach.NONE
        if who.kind is Kind.SERVICE:
            known = who.arn in self.services or "*" in self.services
            return Reach.DIRECT if known or who.arn in self.providers else Reach.NONE
        if who.kind is Kind.IDENTITY_PROVIDER:
            named = self.providers | self.arns | self.canonical_users
            known = who.arn in named or "*" in self.providers
            return Reach.DIRECT if known else Reach.NONE
        if who.kind is Kind.ROOT:
            return Reach.DIRECT if who.account in self.accounts else Reach.NONE
        if who.kind is not Kind.ROLE and who.arn in self.arns:
            return Reach.DIRECT
        if self._names_entity(who):
            return Reach.ENTITY
        if who.unique_id is not None and who.unique_id in self.arns:
            return Reach.DIRECT if who.kind is Kind.USER else Reach.ENTITY
        return Reach.ACCOUNT if who.account in self.accounts else Reach.NONE

    def _names_entity(self, who: Caller) -> bool:
        if who.role_name is not None and who.account is not None:
            return (who.account, who.role_name) in self.roles
        return who.entity_arn is not None and who.entity_arn in self.arns

    def _spared(self, who: Caller) -> bool:
        """Whether NotPrincipal lists the caller.

        An account listed next to one of its users or roles is there because AWS checks it
        too, and so is a role next to one of its sessions: neither spares anybody else.
        """
        named = self._named(who)
        if named is Reach.ACCOUNT:
            return not any(f":{who.account}:" in arn for arn in self.arns)
        if named is Reach.ENTITY and who.kind is Kind.ROLE_SESSION and who.entity_arn:
            role = who.entity_arn.rsplit("/", 1)[-1]
            return not any(f":{who.account}:assumed-role/{role}/" in arn for arn in self.arns)
        return named is not Reach.NONE


def parse(element: str | Mapping[str, str | Sequence[str]], negated: bool) -> PrincipalElement:
    """Compile the value of a Principal or NotPrincipal element that is known to be well-formed."""
    if isinstance(element, str):
        return PrincipalElement(negated, everyone=element == "*")
    listed = {sort: _list(names) for sort, names in element.items()}
    aws = listed.get("AWS", [])
    arns = {name for name in aws if not _is_account(name)}
    return PrincipalElement(
        negated=negated,
        everyone="*" in aws,
        arns=frozenset(arns),
        accounts=frozenset(_account(name) for name in aws if _is_account(name)),
        roles=frozenset(_role(arn) for arn in arns if ":role/" in arn),
        services=frozenset(listed.get("Service", [])),
        providers=frozenset(listed.get("Federated", [])),
        canonical_users=frozenset(listed.get("CanonicalUser", [])),
    )


def is_principal_name(sort: str, name: str) -> bool:
    """Whether a name has a shape that AWS accepts under a kind of principal ("AWS", …)."""
    if sort != "AWS":
        return bool(name)
    shaped = name.startswith("arn:") and name.count(":") >= ARN_PARTS - 1
    return name == "*" or shaped or bool(_ACCOUNT.fullmatch(name) or _UNIQUE_ID.fullmatch(name))


def _list(names: str | Sequence[str]) -> Iterable[str]:
    return [names] if isinstance(names, str) else list(names)


def _is_account(name: str) -> bool:
    return bool(_ACCOUNT.fullmatch(name) or _ACCOUNT_ROOT.fullmatch(name))


def _account(name: str) -> str:
    root = _ACCOUNT_ROOT.fullmatch(name)
    return root[1] if root else name


def _role(arn: str) -> tuple[str, str]:
    parts = arn.split(":", ARN_PARTS - 1)
    return (parts[4] if len(parts) == ARN_PARTS else "", arn.rsplit("/", 1)[-1])
