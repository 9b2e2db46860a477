"""The global condition keys of a call, by the kind of principal that makes it.

Sources: "AWS global condition context keys" and "IAM policy elements: Variables and tags", the
table of principal key values.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.account.totp import codes
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.origin import Origin
from tests.conftest import Cloud

ID = "111122223333"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
USER, ROLE = f"arn:aws:iam::{ID}:user/alice", f"arn:aws:iam::{ID}:role/ops"
AGENT = "browser/1.0"
ANYBODY = {
    "aws:CurrentTime": "2026-11-02T12:10:00Z",
    "aws:EpochTime": str(int(NOON.timestamp()) + 600),
    "aws:SecureTransport": "true",
    "aws:SourceIp": Cloud.address,
    "aws:UserAgent": AGENT,
    "aws:RequestedRegion": "us-east-1",
    "aws:ViaAWSService": "false",
    "aws:PrincipalIsAWSService": "false",
    "aws:ResourceAccount": ID,
}
LONG_TERM = {"aws:PrincipalType": "User", "aws:username": "alice", "aws:userid": "{user}"}
ISSUED = {"aws:TokenIssueTime": "2026-11-02T12:00:00Z"}
EXPECTED: dict[str, dict[str, str]] = {
    "anonymous": ANYBODY | {"aws:PrincipalType": "Anonymous", "aws:userid": "anonymous"},
    "root": ANYBODY
    | {
        "aws:PrincipalType": "Account",
        "aws:PrincipalAccount": ID,
        "aws:PrincipalArn": f"arn:aws:iam::{ID}:root",
        "aws:userid": ID,
    },
    "user": ANYBODY
    | LONG_TERM
    | {
        "aws:PrincipalAccount": ID,
        "aws:PrincipalArn": USER,
        "aws:PrincipalTag/team": "red",
    },
    "user's session": ANYBODY
    | LONG_TERM
    | ISSUED
    | {
        "aws:PrincipalAccount": ID,
        "aws:PrincipalArn": USER,
        "aws:PrincipalTag/team": "red",
        "aws:MultiFactorAuthPresent": "true",
        "aws:MultiFactorAuthAge": "600",
    },
    "role": ANYBODY
    | ISSUED
    | {
        "aws:PrincipalType": "AssumedRole",
        "aws:PrincipalAccount": ID,
        "aws:PrincipalArn": ROLE,
        "aws:PrincipalTag/team": "blue",
        "aws:PrincipalTag/stage": "live",
        "aws:MultiFactorAuthPresent": "false",
        "aws:SourceIdentity": "alice",
        "aws:userid": "{role}:work",
    },
    "federated user": ANYBODY
    | ISSUED
    | {
        "aws:PrincipalType": "FederatedUser",
        "aws:PrincipalAccount": ID,
        "aws:PrincipalArn": f"arn:aws:sts::{ID}:federated-user/guest",
        "aws:PrincipalTag/team": "red",
        "aws:PrincipalTag/guest": "yes",
        "aws:MultiFactorAuthPresent": "false",
        "aws:userid": f"{ID}:guest",
    },
}
ALL_KEYS = sorted(
    {key for keys in EXPECTED.values() for key in keys}
    | {
        "aws:CalledVia",
        "aws:CalledViaFirst",
        "aws:Ec2InstanceSourceVpc",
        "aws:FederatedProvider",
        "aws:PrincipalOrgID",
        "aws:PrincipalServiceName",
        "aws:Referer",
        "aws:SourceAccount",
        "aws:SourceArn",
        "aws:SourceVpc",
        "aws:SourceVpcArn",
        "aws:SourceVpce",
        "aws:VpcSourceIp",
        "aws:VpceAccount",
        "ec2:RoleDelivery",
        "ec2:SourceInstanceARN",
    }
)


class Stage:
    """A bucket that anybody may list, and a client of each kind of principal."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.s3 = cloud, cloud.root("s3")
        iam, every = cloud.root("iam"), cloud.statement("*")
        self.s3.create_bucket(Bucket="stage")
        self.s3.delete_public_access_block(Bucket="stage")
        user = cloud.user("alice", every)
        iam.tag_user(UserName="alice", Tags=[{"Key": "team", "Value": "red"}])
        serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]
        device = {"SerialNumber": serial["SerialNumber"]}
        shown = codes(serial["Base32StringSeed"], cloud.world.clock.now())
        iam.enable_mfa_device(
            UserName="alice", **device, AuthenticationCode1=shown[0], AuthenticationCode2=shown[1]
        )
        trust = cloud.trust(
            {"AWS": ID}, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
        )
        tags = [{"Key": "team", "Value": "red"}, {"Key": "stage", "Value": "live"}]
        cloud.role("ops", trust, every, Tags=tags)
        sts = cloud.client("sts", user)
        assumed = sts.assume_role(
            RoleArn=ROLE,
            RoleSessionName="work",
            Tags=[{"Key": "team", "Value": "blue"}],
            SourceIdentity="alice",
        )
        federated = sts.get_federation_token(
            Name="guest", Policy=cloud.policy(every), Tags=[{"Key": "guest", "Value": "yes"}]
        )
        session = sts.get_session_token(**device, TokenCode="123456")
        self.keys = {
            "anonymous": None,
            "user": user,
            "user's session": session["Credentials"],
            "role": assumed["Credentials"],
            "federated user": federated["Credentials"],
        }
        self.ids = {
            "user": iam.get_user(UserName="alice")["User"]["UserId"],
            "role": iam.get_role(RoleName="ops")["Role"]["RoleId"],
        }

    def client(self, principal: str, **more: Any) -> Any:
        if principal == "root":
            caller = Caller(CallerType.ROOT, ID, f"arn:aws:iam::{ID}:root", ID, "ASIAROOT")
            more |= {"vouched": caller, "account_id": ID}
        keys = self.keys.get(principal, {"AccessKeyId": "-", "SecretAccessKey": "-"})
        origin = Origin(**{"source_ip": Cloud.address, "user_agent": AGENT, **more})
        return self.cloud.client("s3", keys, origin=origin)

    def sees(self, client: Any, key: str, value: str | None) -> bool:
        """Whether a call has the key with this value; None: whether it lacks the key."""
        test = {"Null": {key: "false"}} if value is None else {"StringNotEquals": {key: value}}
        bucket = {"Resource": "arn:aws:s3:::stage", "Action": "s3:ListBucket", "Principal": "*"}
        policy = self.cloud.policy(
            {"Effect": "Allow", **bucket}, {"Effect": "Deny", **bucket, "Condition": test}
        )
        self.s3.put_bucket_policy(Bucket="stage", Policy=policy)
        try:
            client.list_objects_v2(Bucket="stage")
        except client.exceptions.ClientError as error:
            return bool(error.response["Error"]["Code"] != "AccessDenied")
        return True


@pytest.fixture
def stage(cloud: Cloud) -> Iterator[Stage]:
    """Ten minutes after every session began."""
    clock = cloud.world.clock
    with clock.pinned(NOON):
        made = Stage(cloud)
        clock.pin(datetime(2026, 11, 2, 12, 10, tzinfo=UTC))
        yield made


@pytest.mark.parametrize("principal", EXPECTED)
def test_each_key_is_there_with_its_value_or_absent(stage: Stage, principal: str) -> None:
    client = stage.client(principal)
    expected = {key: value.format(**stage.ids) for key, value in EXPECTED[principal].items()}
    wrong = {
        key: expected.get(key) for key in ALL_KEYS if not stage.sees(client, key, expected.get(key))
    }
    assert wrong == {}
    assert not stage.sees(client, "aws:PrincipalType", "Somebody")


def test_a_browser_tells_where_it_was_sent_from(cloud: Cloud, stage: Stage) -> None:
    def refer(environ: dict[str, Any]) -> None:
        environ["HTTP_REFERER"] = "https://example.com/page"

    client = cloud.client("s3", None, change=refer)
    assert stage.sees(client, "aws:Referer", "https://example.com/page")


def test_what_a_service_forwards_has_no_address_and_says_through_whom(stage: Stage) -> None:
    client = stage.client("user", invoked_by="athena.amazonaws.com")
    for key, value in {
        "aws:ViaAWSService": "true",
        "aws:CalledViaFirst": "athena.amazonaws.com",
        "aws:CalledViaLast": "athena.amazonaws.com",
        "aws:MultiFactorAuthPresent": "false",
        "aws:SourceIp": None,
    }.items():
        assert stage.sees(client, key, value), key


def test_not_every_service_is_told_by_called_via(stage: Stage) -> None:
    client = stage.client("user", invoked_by="glue.amazonaws.com")
    assert stage.sees(client, "aws:ViaAWSService", "true")
    assert stage.sees(client, "aws:CalledVia", None)
