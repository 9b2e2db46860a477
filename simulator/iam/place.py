"""Whether policies look at where a call comes from, and how: from an address, by which program, over TLS.

Source: "Properties of the network" and "Properties of the request" in "AWS global condition context
keys"; "Amazon S3 condition keys".
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator

from simulator.iam.evaluate import PolicySet
from simulator.iam.policy import Policy

_KEYS = (
    "aws:securetransport",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:useragent",
    "aws:vpce",
    "aws:vpcsourceip",
    "s3:tlsversion",
)


def looks_at_place(policies: PolicySet) -> bool:
    """Whether another decision may come of the same request from elsewhere."""
    return any(_names_place(each) for each in _every(policies))


def _every(policies: PolicySet) -> Iterator[Policy]:
    yield from (*policies.identity, *policies.boundaries, *(policies.session or ()))
    yield from (*policies.grants, *policies.endpoint)
    if policies.resource is not None:
        yield policies.resource
    for level in (*policies.scps, *policies.rcps):
        yield from level


@functools.lru_cache(maxsize=4_096)
def _names_place(policy: Policy) -> bool:
    """In a condition or a variable. A mention that means nothing counts as well."""
    written = json.dumps([dict(each.written) for each in policy.statements]).lower()
    return any(key in written for key in _KEYS)
