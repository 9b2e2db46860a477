"""How JSON spells the keys that a table's columns name in lower case.

Source: "CloudTrail record contents" and "CloudTrail userIdentity element" (AWS CloudTrail User
Guide).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from simulator.athena.types import HiveType

_KEY = re.compile(rb'"([^"\\]{1,200})"\s*:')

_RECORD = (
    "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent"
    " errorCode errorMessage requestParameters responseElements additionalEventData requestID"
    " eventID readOnly resources eventType apiVersion managementEvent recipientAccountId"
    " serviceEventDetails sharedEventID vpcEndpointId vpcEndpointAccountId eventCategory addendum"
    " sessionCredentialFromConsole edgeDeviceDetails tlsDetails insightDetails"
    " principalId accountId invokedBy accessKeyId userName onBehalfOf userId identityStoreArn"
    " credentialId sessionContext attributes mfaAuthenticated creationDate sessionIssuer"
    " ec2RoleDelivery webIdFederationData federatedProvider sourceIdentity identityProvider"
    " inScopeOf sourceArn sourceAccount issuerType credentialsIssuedTo assumedRoot"
    " ARNPrefix reason updatedFields originalRequestID originalEventID"
    " tlsVersion cipherSuite clientProvidedHostHeader eventContext requestContext tagContext"
)
CLOUDTRAIL: Final[Mapping[str, str]] = MappingProxyType(
    {name.lower(): name for name in _RECORD.split()} | {"resources/arn": "ARN"}
)
"""Lower-case name → key; "resources/arn" is the key of that name inside of resources."""


def names_in(text: bytes) -> set[str]:
    """The keys of all objects in some JSON text."""
    return {found.decode("utf-8", "replace") for found in set(_KEY.findall(text))}


def spellings(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Lower-case name → the ways it is spelled, the lower-case one first."""
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (not name.islower(), name)):
        found.setdefault(name.lower(), []).append(name)
    return {lower: tuple(names) for lower, names in found.items()}


def spelled(kind: HiveType, spell: Mapping[str, str], within: str | None) -> HiveType:
    """The type with its structs' fields named as JSON has them; `within` is the column."""
    if kind.name != "struct":
        parts = tuple((name, spelled(part, spell, within)) for name, part in kind.parts)
        return HiveType(kind.name, parts, kind.size)
    fields = tuple(
        (
            spell.get(f"{within}/{name}") or spell.get(name, name),
            spelled(part, spell, within),
        )
        for name, part in kind.parts
    )
    return HiveType("struct", fields)
