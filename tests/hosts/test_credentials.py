"""The instance's role: credentials that the metadata service hands out are real sessions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import CredentialRetrievalError

from simulator.hosts.resident import Resident
from tests.conftest import Keys, Refusal
from tests.hosts.conftest import Site

BASE = "http://169.254.169.254/latest"


def taken(who: Resident, role: str = "web", version: int = 1) -> dict[str, Any]:
    """Credentials as the metadata service tells them."""
    headers = {}
    if version == 2:
        ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        given = who.get(f"{BASE}/api/token", method="PUT", headers=ttl).body
        headers = {"X-aws-ec2-metadata-token": given}
    url = f"{BASE}/meta-data/iam/security-credentials/{role}"
    found: dict[str, Any] = json.loads(who.get(url, headers=headers).body)
    return found


def keys(found: dict[str, Any]) -> Keys:
    return {**found, "SessionToken": found["Token"]}


@pytest.fixture
def made(site: Site) -> dict[str, Any]:
    site.role()
    return site.launch("web")


def test_they_work_from_anywhere(site: Site, made: dict[str, Any]) -> None:
    found = taken(site.on(made))
    assert (found["Code"], found["Type"]) == ("Success", "AWS-HMAC")
    assert (found["LastUpdated"], found["Expiration"]) == (
        "2026-11-02T12:00:00Z",
        "2026-11-02T18:00:00Z",
    )
    who = site.cloud.client("sts", keys(found)).get_caller_identity()["Arn"]
    assert who == f"arn:aws:sts::111122223333:assumed-role/web/{made['InstanceId']}"


def test_they_stay_the_same_until_near_their_end(site: Site, made: dict[str, Any]) -> None:
    who = site.on(made)
    first = taken(who)
    site.wait(hours=5, minutes=54)
    assert taken(who) == first
    site.wait(minutes=2)
    renewed = taken(who)
    assert renewed["AccessKeyId"] != first["AccessKeyId"]
    site.cloud.client("sts", keys(first)).get_caller_identity()


def test_each_version_of_the_service_has_its_own(
    site: Site, made: dict[str, Any], refusal: Refusal
) -> None:
    who = site.on(made)
    old, new = taken(who), taken(who, version=2)
    assert old["AccessKeyId"] != new["AccessKeyId"]
    deny = {"NumericLessThan": {"ec2:RoleDelivery": "2.0"}}
    statements = (
        site.cloud.statement("*"),
        site.cloud.statement("*", "*", "Deny", Condition=deny),
    )
    site.iam.put_role_policy(
        RoleName="web", PolicyName="own", PolicyDocument=site.cloud.policy(*statements)
    )
    site.cloud.client("sns", keys(new)).list_topics()
    assert refusal(site.cloud.client("sns", keys(old)).list_topics)[1] == 403


def test_revoking_older_sessions_ends_them_and_new_ones_work(
    site: Site, made: dict[str, Any], refusal: Refusal
) -> None:
    who = site.on(made)
    found = keys(taken(who))
    site.wait(minutes=1)
    now = site.cloud.world.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    deny = site.cloud.statement(
        "*", "*", "Deny", Condition={"DateLessThan": {"aws:TokenIssueTime": now}}
    )
    site.iam.put_role_policy(
        RoleName="web",
        PolicyName="AWSRevokeOlderSessions",
        PolicyDocument=site.cloud.policy(deny),
    )
    assert refusal(site.cloud.client("sns", found).list_topics)[1] == 403
    site.ec2.stop_instances(InstanceIds=[made["InstanceId"]])
    site.wait(minutes=1)
    site.ec2.start_instances(InstanceIds=[made["InstanceId"]])
    site.cloud.client("sns", keys(taken(who))).list_topics()


def test_without_the_profile_there_are_none_but_those_handed_out_live_on(
    site: Site, made: dict[str, Any]
) -> None:
    who = site.on(made)
    found = keys(taken(who))
    (held,) = site.ec2.describe_iam_instance_profile_associations()[
        "IamInstanceProfileAssociations"
    ]
    site.ec2.disassociate_iam_instance_profile(AssociationId=held["AssociationId"])
    assert who.get(f"{BASE}/meta-data/iam/security-credentials/").status == 404
    with pytest.raises(CredentialRetrievalError):
        who.sns.list_topics()
    site.cloud.client("sns", found).list_topics()


def test_another_profile_brings_another_role(site: Site, made: dict[str, Any]) -> None:
    who = site.on(made)
    taken(who)
    site.role("quarantine", "s3:ListAllMyBuckets")
    (held,) = site.ec2.describe_iam_instance_profile_associations()[
        "IamInstanceProfileAssociations"
    ]
    site.ec2.replace_iam_instance_profile_association(
        AssociationId=held["AssociationId"], IamInstanceProfile={"Name": "quarantine"}
    )
    assert who.get(f"{BASE}/meta-data/iam/security-credentials/").body == "quarantine"
    assert "/quarantine/" in who.sts.get_caller_identity()["Arn"]


def test_they_die_with_the_role(site: Site, made: dict[str, Any], refusal: Refusal) -> None:
    found = keys(taken(site.on(made)))
    site.iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    site.iam.delete_role_policy(RoleName="web", PolicyName="own")
    site.iam.delete_role(RoleName="web")
    assert refusal(site.cloud.client("sns", found).list_topics)[0] == "InvalidClientTokenId"


def test_a_role_that_does_not_trust_ec2_gives_none(site: Site, made: dict[str, Any]) -> None:
    trust = site.cloud.trust({"Service": "lambda.amazonaws.com"})
    site.iam.update_assume_role_policy(RoleName="web", PolicyDocument=trust)
    who = site.on(made)
    assert taken(who)["Code"] == "AssumeRoleUnauthorizedAccess"
    info = json.loads(who.get(f"{BASE}/meta-data/iam/info").body)
    assert info["Code"] == "AssumeRoleUnauthorizedAccess"


def test_the_trail_tells_which_instance_a_key_was_made_for(
    site: Site, made: dict[str, Any]
) -> None:
    found = taken(site.on(made))
    (event,) = [r for r in site.cloud.account.records if r["eventName"] == "AssumeRole"]
    assert event["userIdentity"] == {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}
    assert event["sourceIPAddress"] == "ec2.amazonaws.com"
    assert event["requestParameters"]["roleSessionName"] == made["InstanceId"]
    assert event["responseElements"]["credentials"]["accessKeyId"] == found["AccessKeyId"]


def test_all_instances_of_one_launch_have_the_role(site: Site) -> None:
    site.role()
    profile = site.iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    shown = {"Arn": profile["Arn"], "Id": profile["InstanceProfileId"]}
    launched = site.ec2.run_instances(
        ImageId=site.image, MinCount=2, MaxCount=2, IamInstanceProfile={"Name": "web"}
    )["Instances"]
    assert len(launched) == 2
    for one in launched:
        assert taken(site.on(one))["Code"] == "Success"
        assert one["IamInstanceProfile"] == shown
        assert site.described(one["InstanceId"])["IamInstanceProfile"] == shown


def test_a_snapshot_of_the_world_gives_the_same_credentials_back(
    site: Site, made: dict[str, Any]
) -> None:
    who = site.on(made)
    saved = site.cloud.gateway.save(site.cloud.world)
    first = taken(who)
    site.cloud.gateway.restore(site.cloud.world, saved)
    assert taken(who) == first
