"""Policies that look at where a call comes from, and those that don't."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.iam.evaluate import PolicySet
from simulator.iam.place import looks_at_place
from simulator.iam.policy import Policy


def policy(**more: Any) -> Policy:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", **more}
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement]})


PLAIN = policy(Condition={"StringEquals": {"aws:PrincipalType": "User"}})


@pytest.mark.parametrize(
    "looking",
    [
        policy(Condition={"NotIpAddress": {"AWS:sourceIp": "192.0.2.0/24"}}),
        policy(Condition={"Bool": {"aws:SecureTransport": "true"}}),
        policy(Condition={"StringLike": {"aws:UserAgent": "aws-cli/*"}}),
        policy(Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        policy(Resource="arn:aws:s3:::data/${aws:SourceIp}/*"),
    ],
)
def test_a_condition_or_a_variable_looks_at_the_place_in_whichever_policy_it_is(
    looking: Policy,
) -> None:
    both = (PLAIN, looking)
    sets = [
        PolicySet(identity=both),
        PolicySet(boundaries=both),
        PolicySet(session=both),
        PolicySet(resource=looking),
        PolicySet(grants=both),
        PolicySet(endpoint=both),
        PolicySet(scps=((PLAIN,), both)),
        PolicySet(rcps=(both,)),
    ]
    assert all(map(looks_at_place, sets))


def test_other_policies_do_not() -> None:
    both = (PLAIN, PLAIN)
    assert not looks_at_place(PolicySet())
    assert not looks_at_place(
        PolicySet(both, both, both, PLAIN, both, (both,), (both,), endpoint=both)
    )
