"""Sessions: their tags, source identity, duration and size, and what they pass on in a chain."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.account.totp import codes
from tests.conftest import Cloud, Keys, Refusal

TRUST = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]


def tags(**values: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


class Chain:
    """Roles first, second and third, which trust the whole account with `actions`."""

    def __init__(self, cloud: Cloud, actions: Any = TRUST, **options: Any) -> None:
        self.cloud = cloud
        trust = cloud.trust({"AWS": cloud.account.id}, actions)
        self.arns = {
            name: cloud.role(name, trust, cloud.statement("*"), **options)
            for name in ("first", "second", "third")
        }
        self.user = cloud.user("alice", cloud.statement("*"))

    def take(self, role: str, keys: Keys | None = None, **options: Any) -> dict[str, Any]:
        sts = self.cloud.client("sts", keys or self.user)
        made: dict[str, Any] = sts.assume_role(
            RoleArn=self.arns[role], RoleSessionName="work", **options
        )
        return made

    def keys(self, role: str, keys: Keys | None = None, **options: Any) -> Keys:
        credentials: Keys = self.take(role, keys, **options)["Credentials"]
        return credentials

    def tags(self, keys: Keys) -> dict[str, str]:
        """The principal tags of the session behind these keys."""
        session = self.cloud.account.sessions[keys["AccessKeyId"]].caller.session
        assert session is not None
        return session.tags


def test_transitive_tags_go_on_down_the_chain_and_win_over_a_role_s_own(cloud: Cloud) -> None:
    chain = Chain(cloud)
    iam = cloud.root("iam")
    iam.tag_role(RoleName="first", Tags=tags(Heart="0"))
    iam.tag_role(RoleName="second", Tags=tags(Sun="2"))
    iam.tag_role(RoleName="third", Tags=tags(star="3", Lightning="3"))
    one = chain.keys(
        "first", Tags=tags(Star="1", Heart="1", Moon="1"), TransitiveTagKeys=["Star", "Heart"]
    )
    two = chain.keys("second", one)
    three = chain.keys("third", two)
    assert chain.tags(one) == {"Star": "1", "Heart": "1", "Moon": "1"}
    assert chain.tags(two) == {"Star": "1", "Heart": "1", "Sun": "2"}
    assert chain.tags(three) == {"Star": "1", "Heart": "1", "Lightning": "3"}


def test_an_inherited_tag_cannot_be_passed_anew(cloud: Cloud, refusal: Refusal) -> None:
    chain = Chain(cloud)
    one = chain.keys("first", Tags=tags(Heart="1"), TransitiveTagKeys=["Heart"])
    code, status, text = refusal(lambda: chain.take("second", one, Tags=tags(heart="3")))
    assert (code, status) == ("InvalidParameterValue", 400)
    assert "conflicts with a transitive tag key from the calling session" in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"Tags": tags(a="1", A="2")}, "Duplicate tag keys found."),
        (
            {"Tags": tags(a="1"), "TransitiveTagKeys": ["b"]},
            "The specified transitive tag key must be included in the requested tags.",
        ),
    ],
)
def test_tags_that_make_no_sense_are_refused(
    cloud: Cloud, refusal: Refusal, options: dict[str, Any], said: str
) -> None:
    code, _, text = refusal(lambda: Chain(cloud).take("first", **options))
    assert code == "InvalidParameterValue"
    assert text.startswith(said)


def test_tags_need_sts_tagsession_of_the_trust_policy(cloud: Cloud, refusal: Refusal) -> None:
    chain = Chain(cloud, "sts:AssumeRole")
    chain.take("first")
    code, _, text = refusal(lambda: chain.take("first", Tags=tags(a="1")))
    assert code == "AccessDenied"
    assert "sts:TagSession" in text


@pytest.mark.parametrize(
    ("options", "action"),
    [
        ({"Tags": tags(a="1"), "TransitiveTagKeys": ["a"]}, "sts:TagSession"),
        ({"SourceIdentity": "alice"}, "sts:SetSourceIdentity"),
    ],
)
def test_what_a_session_passes_on_must_be_allowed_by_the_next_role_too(
    cloud: Cloud, refusal: Refusal, options: dict[str, Any], action: str
) -> None:
    chain = Chain(cloud)
    one = chain.keys("first", **options)
    chain.take("second", one)
    narrow = cloud.trust({"AWS": cloud.account.id}, "sts:AssumeRole")
    cloud.root("iam").update_assume_role_policy(RoleName="second", PolicyDocument=narrow)
    code, _, text = refusal(lambda: chain.take("second", one))
    assert code == "AccessDenied"
    assert f"is not authorized to perform: {action} on resource" in text


def test_a_source_identity_stays_as_it_was_set(cloud: Cloud, refusal: Refusal) -> None:
    chain = Chain(cloud)
    one = chain.keys("first", SourceIdentity="alice")
    assert chain.take("second", one)["SourceIdentity"] == "alice"
    code, _, text = refusal(lambda: chain.take("second", one, SourceIdentity="mallory"))
    assert code == "ValidationError"
    assert text == "The source identity is already set for this assume role session."


@pytest.mark.parametrize(
    ("condition", "right", "wrong"),
    [
        ({"StringEquals": {"sts:ExternalId": "x-1"}}, {"ExternalId": "x-1"}, {"ExternalId": "yy"}),
        ({"StringEquals": {"sts:ExternalId": "x-1"}}, {"ExternalId": "x-1"}, {}),
        ({"StringLike": {"sts:RoleSessionName": "w*"}}, {}, {"RoleSessionName": "other"}),
        (
            {"StringEquals": {"sts:SourceIdentity": "${aws:username}"}},
            {"SourceIdentity": "alice"},
            {"SourceIdentity": "bob"},
        ),
        (
            {"ForAllValues:StringEquals": {"sts:TransitiveTagKeys": ["a"]}},
            {"Tags": tags(a="1"), "TransitiveTagKeys": ["a"]},
            {"Tags": tags(a="1", b="2"), "TransitiveTagKeys": ["a", "b"]},
        ),
        (
            {"StringEquals": {"aws:RequestTag/team": "red"}},
            {"Tags": tags(team="red")},
            {"Tags": tags(team="blue")},
        ),
        (
            {"StringEquals": {"iam:ResourceTag/stage": "test"}},
            {},
            {"RoleArn": "arn:aws:iam::111122223333:role/second"},
        ),
    ],
)
def test_a_trust_policy_sees_what_is_asked_for(
    cloud: Cloud,
    refusal: Refusal,
    condition: dict[str, Any],
    right: dict[str, Any],
    wrong: dict[str, Any],
) -> None:
    chain = Chain(cloud)
    iam = cloud.root("iam")
    for name in ("first", "second"):
        iam.update_assume_role_policy(
            RoleName=name,
            PolicyDocument=cloud.trust({"AWS": cloud.account.id}, TRUST, Condition=condition),
        )
    iam.tag_role(RoleName="first", Tags=tags(stage="test"))
    sts = cloud.client("sts", chain.user)
    base = {"RoleArn": chain.arns["first"], "RoleSessionName": "work"}
    sts.assume_role(**(base | right))
    assert refusal(lambda: sts.assume_role(**(base | wrong)))[0] == "AccessDenied"


def test_a_chained_session_lasts_an_hour_at_most(cloud: Cloud, refusal: Refusal) -> None:
    chain = Chain(cloud, MaxSessionDuration=7200)
    one = chain.keys("first", DurationSeconds=7200)
    chain.take("second", one, DurationSeconds=3600)
    code, _, text = refusal(lambda: chain.take("second", one, DurationSeconds=3601))
    assert code == "ValidationError"
    assert text == (
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
        "chaining."
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (7201, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."),
        (43201, "Member must have value less than or equal to 43200"),
    ],
)
def test_a_role_session_has_a_longest_duration(
    cloud: Cloud, refusal: Refusal, seconds: int, said: str
) -> None:
    chain = Chain(cloud, MaxSessionDuration=7200)
    code, _, text = refusal(lambda: chain.take("first", DurationSeconds=seconds))
    assert code == "ValidationError"
    assert said in text


def test_session_policies_and_tags_have_a_size(cloud: Cloud, refusal: Refusal) -> None:
    chain = Chain(cloud)
    small = chain.take("first", Policy=cloud.policy(cloud.statement("s3:*")))
    assert 1 <= small["PackedPolicySize"] < 20
    many = tags(**{f"key-{number:03}": "v" * 200 for number in range(20)})
    code, _, text = refusal(lambda: chain.take("first", Tags=many))
    assert code == "PackedPolicyTooLarge"
    assert text.startswith("Packed size of session tags consumes ")
    long = json.dumps({"Version": "2012-10-17", "Statement": [], "Id": "x" * 2100})
    assert refusal(lambda: chain.take("first", Policy=long))[0] == "ValidationError"


def test_a_session_policy_that_does_not_exist_grants_nothing(
    cloud: Cloud, refusal: Refusal
) -> None:
    chain = Chain(cloud)
    gone = [{"arn": "arn:aws:iam::111122223333:policy/gone"}]
    keys = chain.keys("first", PolicyArns=gone)
    assert refusal(cloud.client("s3", keys).list_buckets)[0] == "AccessDenied"


def test_mfa_is_seen_in_a_session_of_the_user_and_in_the_role_it_takes(
    cloud: Cloud, refusal: Refusal
) -> None:
    chain = Chain(cloud)
    iam = cloud.root("iam")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]
    serial = {"SerialNumber": device["SerialNumber"]}
    shown = codes(device["Base32StringSeed"], cloud.world.clock.now())
    iam.enable_mfa_device(
        UserName="alice", **serial, AuthenticationCode1=shown[0], AuthenticationCode2=shown[1]
    )
    present = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    only = cloud.trust({"AWS": cloud.account.id}, Condition=present)
    iam.update_assume_role_policy(RoleName="first", PolicyDocument=only)
    assert refusal(lambda: chain.take("first"))[0] == "AccessDenied"
    sts = cloud.client("sts", chain.user)
    without = sts.get_session_token()["Credentials"]
    assert refusal(lambda: chain.take("first", without))[0] == "AccessDenied"
    session = sts.get_session_token(**serial, TokenCode="123456")["Credentials"]
    chain.take("first", session)
    chain.take("first", **serial, TokenCode="123456")
