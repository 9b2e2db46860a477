"""Access control lists of buckets and objects.

Source: "Access control list (ACL) overview" (Amazon S3 User Guide).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from simulator.account import canonical
from simulator.gateway.errors import AwsError

_GROUPS = "http://acs.amazonaws.com/groups/"
ALL_USERS = f"{_GROUPS}global/AllUsers"
AUTHENTICATED_USERS = f"{_GROUPS}global/AuthenticatedUsers"
LOG_DELIVERY = f"{_GROUPS}s3/LogDelivery"
PUBLIC = frozenset({ALL_USERS, AUTHENTICATED_USERS})
FULL_CONTROL = "FULL_CONTROL"
PERMISSIONS = frozenset({"READ", "WRITE", "READ_ACP", "WRITE_ACP", FULL_CONTROL})
HEADERS = {
    "GrantFullControl": FULL_CONTROL,
    "GrantRead": "READ",
    "GrantReadACP": "READ_ACP",
    "GrantWrite": "WRITE",
    "GrantWriteACP": "WRITE_ACP",
}
_GRANTEE = re.compile(r'\s*(id|uri|emailAddress)\s*=\s*"?([^",]+)"?\s*', re.IGNORECASE)
_CANNED: dict[str, tuple[tuple[str, str], ...]] = {
    "private": (),
    "public-read": ((ALL_USERS, "READ"),),
    "public-read-write": ((ALL_USERS, "READ"), (ALL_USERS, "WRITE")),
    "authenticated-read": ((AUTHENTICATED_USERS, "READ"),),
    "aws-exec-read": ((canonical.EC2, "READ"),),
    "bucket-owner-read": (),
    "bucket-owner-full-control": (),
    "log-delivery-write": ((LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")),
}
_TO_BUCKET_OWNER = {"bucket-owner-read": "READ", "bucket-owner-full-control": FULL_CONTROL}


@dataclass(frozen=True, slots=True)
class Grant:
    """`grantee` is a canonical user id or the URI of a group."""

    grantee: str
    permission: str

    @property
    def public(self) -> bool:
        """Whether it grants to everybody, or to everybody with an account."""
        return self.grantee in PUBLIC


@dataclass(frozen=True, slots=True)
class Acl:
    """An access control list. `owner` is a canonical user id."""

    owner: str
    grants: tuple[Grant, ...]

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @property
    def public(self) -> bool:
        return any(grant.public for grant in self.grants)

    @property
    def shared(self) -> bool:
        """Whether anybody but the owner is granted anything."""
        return any(grant.grantee != self.owner for grant in self.grants)

    def as_boto3(self) -> dict[str, Any]:
        """Owner and Grants as GetBucketAcl and GetObjectAcl return them."""
        return {
            "Owner": {"ID": self.owner},
            "Grants": [
                {"Grantee": _grantee(grant.grantee), "Permission": grant.permission}
                for grant in self.grants
            ],
        }


def _grantee(name: str) -> dict[str, str]:
    if name.startswith(_GROUPS):
        return {"Type": "Group", "URI": name}
    return {"Type": "CanonicalUser", "ID": name}


@functools.lru_cache(maxsize=1_024)
def private(owner: str) -> Acl:
    """What a resource has when nothing is asked for: its owner has full control."""
    return Acl(owner, (Grant(owner, FULL_CONTROL),))


def asked(params: Mapping[str, Any], owner: str, bucket_owner: str) -> Acl | None:
    """The ACL that a call asks for in its headers or its body; None for none.

    Raises:
        AwsError: InvalidRequest, InvalidArgument, MalformedACLError, AccessDenied or
            UnresolvableGrantByEmailAddress.
    """
    canned, body = params.get("ACL"), params.get("AccessControlPolicy")
    headers = {name: params[name] for name in HEADERS if params.get(name)}
    if canned and headers:
        raise AwsError(
            "InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed"
        )
    if body is not None and (canned or headers):
        raise AwsError(
            "UnexpectedContent", "This request does not support content for the specified headers"
        )
    if canned:
        return _canned(str(canned), owner, bucket_owner)
    if headers:
        return Acl(owner, tuple(_from_headers(headers)))
    return None if body is None else _from_body(body, owner)


def _canned(name: str, owner: str, bucket_owner: str) -> Acl:
    if name not in _CANNED:
        raise AwsError("InvalidArgument", "")
    grants = [Grant(owner, FULL_CONTROL), *(Grant(*each) for each in _CANNED[name])]
    if name in _TO_BUCKET_OWNER and bucket_owner != owner:
        grants.append(Grant(bucket_owner, _TO_BUCKET_OWNER[name]))
    return Acl(owner, tuple(grants))


def _from_headers(headers: Mapping[str, str]) -> Iterator[Grant]:
    """`id="…", uri="…"` of every x-amz-grant-… header."""
    for name, value in headers.items():
        for part in str(value).split(","):
            said = _GRANTEE.fullmatch(part)
            if said is None:
                raise AwsError("InvalidArgument", "Argument format not recognized")
            yield Grant(_known(said[1].lower(), said[2].strip()), HEADERS[name])


def _from_body(body: Mapping[str, Any], owner: str) -> Acl:
    if (body.get("Owner") or {}).get("ID") != owner:
        raise AwsError("AccessDenied", "Access Denied", 403)
    return Acl(owner, tuple(_from_grants(body.get("Grants") or ())))


def _from_grants(grants: Iterable[Mapping[str, Any]]) -> Iterator[Grant]:
    for each in grants:
        grantee, permission = each.get("Grantee") or {}, each.get("Permission")
        kind = next((name for name in ("ID", "URI", "EmailAddress") if grantee.get(name)), None)
        if kind is None or permission not in PERMISSIONS:
            raise AwsError(
                "MalformedACLError",
                "The XML you provided was not well-formed or did not validate against our "
                "published schema",
            )
        yield Grant(_known(kind.lower(), str(grantee[kind])), str(permission))


def _known(kind: str, name: str) -> str:
    if kind == "emailaddress":
        raise AwsError(
            "UnresolvableGrantByEmailAddress",
            "The e-mail address you provided does not match any account on record.",
        )
    if kind == "uri" and name not in {*PUBLIC, LOG_DELIVERY}:
        raise AwsError("InvalidArgument", "Invalid group uri")
    if kind == "id" and not re.fullmatch(r"[0-9a-f]{32}(?:[0-9a-f]{32})?", name):
        raise AwsError("InvalidArgument", "Invalid id")
    return name
