"""userIdentity of every kind of caller, as the gateway's own records show it.

Source: "CloudTrail userIdentity element" and "CloudTrail record contents".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from simulator.account import identity_center
from simulator.gateway.origin import Origin

if TYPE_CHECKING:
    from tests.conftest import Cloud, LogTrail, Refusal

OWN, OTHER = "111122223333", "444455556666"
SESSION = {"creationDate", "mfaAuthenticated"}


def last(cloud: Cloud) -> dict[str, Any]:
    """The last record of the first account."""
    return cloud.account.records[-1]


def test_an_iam_user_is_shown_with_its_key(cloud: Cloud) -> None:
    """No session context: the key is for good."""
    keys = cloud.user("ann")
    cloud.client("sts", keys).get_caller_identity()
    user = cloud.root("iam").get_user(UserName="ann")["User"]
    assert last(cloud)["userIdentity"] == {
        "type": "IAMUser",
        "principalId": user["UserId"],
        "arn": user["Arn"],
        "accountId": OWN,
        "accessKeyId": keys["AccessKeyId"],
        "userName": "ann",
    }
    assert "sharedEventID" not in last(cloud)


def test_a_session_token_adds_the_session_and_keeps_the_user(cloud: Cloud) -> None:
    """GetSessionToken: type IAMUser, a temporary key, no issuer."""
    keys = cloud.user("ann")
    temporary = cloud.client("sts", keys).get_session_token()["Credentials"]
    minting = last(cloud)
    assert minting["responseElements"] == {
        "credentials": {
            "accessKeyId": temporary["AccessKeyId"],
            "sessionToken": temporary["SessionToken"],
            "expiration": minting["responseElements"]["credentials"]["expiration"],
        }
    }
    assert minting["readOnly"] is False
    cloud.client("sts", temporary).get_caller_identity()
    identity = last(cloud)["userIdentity"]
    assert (identity["type"], identity["userName"]) == ("IAMUser", "ann")
    assert identity["accessKeyId"] == temporary["AccessKeyId"]
    assert set(identity["sessionContext"]) == {"attributes"}
    assert set(identity["sessionContext"]["attributes"]) == SESSION


def test_a_role_session_names_the_role_behind_it(cloud: Cloud) -> None:
    """sessionIssuer is the role, and the source identity is there where one was set."""
    keys = cloud.user("ann", cloud.statement(["sts:AssumeRole", "sts:SetSourceIdentity"]))
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    role = cloud.role("deploy", cloud.trust({"AWS": OWN}, actions))
    taken = cloud.client("sts", keys).assume_role(
        RoleArn=role, RoleSessionName="job", SourceIdentity="ann"
    )
    cloud.client("sts", taken["Credentials"]).get_caller_identity()
    identity = last(cloud)["userIdentity"]
    role_id = cloud.root("iam").get_role(RoleName="deploy")["Role"]["RoleId"]
    assert identity["type"] == "AssumedRole"
    assert identity["principalId"] == f"{role_id}:job"
    assert identity["arn"] == f"arn:aws:sts::{OWN}:assumed-role/deploy/job"
    assert "userName" not in identity
    context = identity["sessionContext"]
    assert context["sessionIssuer"] == {
        "type": "Role",
        "principalId": role_id,
        "arn": role,
        "accountId": OWN,
        "userName": "deploy",
    }
    assert context["sourceIdentity"] == "ann"
    assert set(context["attributes"]) == SESSION


def test_a_federated_user_names_the_user_behind_it(cloud: Cloud) -> None:
    """GetFederationToken: the issuer is the IAM user."""
    keys = cloud.user("ann", cloud.statement("*"))
    made = cloud.client("sts", keys).get_federation_token(
        Name="guest", Policy=cloud.policy(cloud.statement("*"))
    )
    cloud.client("s3", made["Credentials"]).list_buckets()
    identity = last(cloud)["userIdentity"]
    assert identity["type"] == "FederatedUser"
    assert identity["principalId"] == f"{OWN}:guest"
    assert identity["arn"] == f"arn:aws:sts::{OWN}:federated-user/guest"
    issuer = identity["sessionContext"]["sessionIssuer"]
    assert (issuer["type"], issuer["userName"]) == ("IAMUser", "ann")


def test_an_anonymous_caller_is_an_account_without_a_number(cloud: Cloud) -> None:
    """S3's unsigned requests; no signature is in the additional data."""
    s3 = cloud.root("s3")
    s3.create_bucket(Bucket="open")
    s3.put_object(Bucket="open", Key="a", Body=b"a")
    s3.delete_public_access_block(Bucket="open")
    s3.put_bucket_policy(
        Bucket="open",
        Policy=cloud.policy(cloud.statement("s3:GetObject", "arn:aws:s3:::open/*", Principal="*")),
    )
    cloud.client("s3", None).get_object(Bucket="open", Key="a")
    written = last(cloud)
    assert written["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": "",
        "accountId": "ANONYMOUS_PRINCIPAL",
    }
    assert "SignatureVersion" not in written["additionalEventData"]
    assert "AuthenticationMethod" not in written["additionalEventData"]
    assert written["additionalEventData"]["bytesTransferredOut"] == 1
    assert "sharedEventID" not in written


class Pair:
    """A caller ann in the first account, and the account of a resource."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.other = cloud.open(OTHER, world=cloud.world)
        self.keys = cloud.user("ann", cloud.statement("*"))

    def copies(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The last records of the caller's account and of the resource's."""
        return last(self.cloud), self.other.records[-1]


@pytest.fixture
def pair(cloud: Cloud) -> Pair:
    return Pair(cloud)


def test_a_role_of_another_account_is_recorded_in_both(pair: Pair) -> None:
    """Both copies have the same sharedEventID and request, each has its own eventID."""
    role = pair.cloud.role("audit", pair.cloud.trust({"AWS": OWN}), account=pair.other)
    sts = pair.cloud.client("sts", pair.keys)
    taken = sts.assume_role(RoleArn=role, RoleSessionName="ann")
    own, others = pair.copies()
    assert own["sharedEventID"] == others["sharedEventID"]
    assert own["eventID"] != others["eventID"]
    assert own["sharedEventID"] not in {own["eventID"], others["eventID"]}
    assert (own["recipientAccountId"], others["recipientAccountId"]) == (OWN, OTHER)
    assert own["userIdentity"]["userName"] == "ann"
    assert others["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": own["userIdentity"]["principalId"],
        "accountId": OWN,
    }
    differing = {"eventID", "recipientAccountId", "userIdentity"}
    assert {k: v for k, v in own.items() if k not in differing} == {
        k: v for k, v in others.items() if k not in differing
    }
    assert own["resources"] == [{"accountId": OTHER, "type": "AWS::IAM::Role", "ARN": role}]
    pair.cloud.client("sts", taken["Credentials"]).get_caller_identity()
    assert pair.other.records[-1]["userIdentity"]["type"] == "AssumedRole"
    assert "sharedEventID" not in pair.other.records[-1]


def test_a_refused_role_of_another_account_is_recorded_at_home_alone(
    pair: Pair, refusal: Refusal
) -> None:
    """Its owner doesn't learn who tries."""
    role = pair.cloud.role("audit", pair.cloud.trust({"AWS": OTHER}), account=pair.other)
    sts = pair.cloud.client("sts", pair.keys)
    refusal(lambda: sts.assume_role(RoleArn=role, RoleSessionName="ann"))
    assert last(pair.cloud)["errorCode"] == "AccessDenied"
    assert "sharedEventID" not in last(pair.cloud)
    assert pair.other.records == []


def test_a_bucket_of_another_account_is_recorded_in_both(pair: Pair) -> None:
    """The owner sees an account and a principal id, no ARN and no key."""
    s3 = pair.cloud.root("s3", pair.other)
    s3.create_bucket(Bucket="shared")
    s3.put_bucket_policy(
        Bucket="shared",
        Policy=pair.cloud.policy(
            pair.cloud.statement("s3:*", "arn:aws:s3:::shared*", Principal={"AWS": OWN})
        ),
    )
    pair.cloud.client("s3", pair.keys).list_objects_v2(Bucket="shared")
    own, others = pair.copies()
    assert own["sharedEventID"] == others["sharedEventID"]
    assert set(others["userIdentity"]) == {"type", "principalId", "accountId"}
    assert [one["accountId"] for one in own["resources"] if "accountId" in one] == [OTHER]


def test_shared_ids_follow_from_the_seed(pair: Pair) -> None:
    """A drill that is played again has the same records."""
    role = pair.cloud.role("audit", pair.cloud.trust({"AWS": OWN}), account=pair.other)
    sts = pair.cloud.client("sts", pair.keys)
    seen = []
    for _ in range(2):
        with pair.cloud.world.undone():
            sts.assume_role(RoleArn=role, RoleSessionName="ann")
            seen.append(pair.copies()[0]["sharedEventID"])
    assert seen[0] == seen[1]


def test_a_service_acting_in_its_own_name(trail: LogTrail) -> None:
    """CloudTrail's look at the bucket it delivers to: AWSService, with a shared id, without TLS."""
    trail.bucket()
    trail.start()
    trail.wait(hours=1)
    trail.logged()
    calls = [
        one for one in trail.cloud.account.records if one["userIdentity"]["type"] == "AWSService"
    ]
    assert calls
    for one in calls:
        assert one["userIdentity"] == {
            "type": "AWSService",
            "invokedBy": "cloudtrail.amazonaws.com",
        }
        assert one["sourceIPAddress"] == one["userAgent"] == "cloudtrail.amazonaws.com"
        assert one["sharedEventID"] != one["eventID"]
        assert "tlsDetails" not in one


def test_a_call_of_a_service_for_a_user_keeps_the_user(cloud: Cloud) -> None:
    """S3's hidden call to KMS: the user's identity, invokedBy S3."""
    keys = cloud.user("ann", cloud.statement("*"))
    key = cloud.root("kms").create_key()["KeyMetadata"]["Arn"]
    cloud.root("s3").create_bucket(Bucket="data")
    cloud.client("s3", keys).put_object(
        Bucket="data", Key="a", Body=b"a", ServerSideEncryption="aws:kms", SSEKMSKeyId=key
    )
    hidden = next(one for one in cloud.account.records if one["eventSource"].startswith("kms"))
    assert hidden["eventName"] == "GenerateDataKey"
    assert hidden["userIdentity"]["type"] == "IAMUser"
    assert hidden["userIdentity"]["invokedBy"].endswith("amazonaws.com")
    assert hidden["sourceIPAddress"] == hidden["userAgent"]
    assert "tlsDetails" not in hidden


def test_the_root_user_is_shown_as_root(cloud: Cloud) -> None:
    """Without a session context: a key of its own."""
    from simulator.gateway.caller import Caller, CallerType

    root = Caller(CallerType.ROOT, OWN, f"arn:aws:iam::{OWN}:root", OWN)
    origin = Origin("198.51.100.7", "setup", vouched=root, account_id=OWN)
    keys = {"AccessKeyId": "-", "SecretAccessKey": "-"}
    cloud.client("sts", keys, origin=origin).get_caller_identity()
    assert last(cloud)["userIdentity"] == {
        "type": "Root",
        "principalId": OWN,
        "arn": f"arn:aws:iam::{OWN}:root",
        "accountId": OWN,
    }


def test_an_identity_center_user_is_shown_with_its_store_and_session(cloud: Cloud) -> None:
    """The access portal's calls: onBehalfOf, and the same credentialId for the whole session."""
    cloud.root("organizations").create_organization(FeatureSet="ALL")
    store = cloud.root("sso-admin").list_instances()["Instances"][0]["IdentityStoreId"]
    user = cloud.root("identitystore").create_user(
        IdentityStoreId=store,
        UserName="dev",
        DisplayName="Dev",
        Name={"GivenName": "Dev", "FamilyName": "Dev"},
    )["UserId"]
    token = identity_center.sign_in(cloud.account, "dev")
    portal = cloud.client("sso", None)
    for _ in range(2):
        portal.list_accounts(accessToken=token)
    first, second = cloud.account.records[-2:]
    identity = first["userIdentity"]
    assert identity.pop("credentialId") == second["userIdentity"]["credentialId"]
    assert identity == {
        "type": "IdentityCenterUser",
        "accountId": OWN,
        "onBehalfOf": {
            "userId": user,
            "identityStoreArn": f"arn:aws:identitystore::{OWN}:identitystore/{store}",
        },
    }
    assert first["eventSource"] == "sso.amazonaws.com"
    assert token not in json.dumps(first)


def test_s3_adds_what_it_alone_knows(cloud: Cloud) -> None:
    """additionalEventData of an upload."""
    keys = cloud.user("ann", cloud.statement("*"))
    cloud.root("s3").create_bucket(Bucket="data")
    cloud.client("s3", keys).put_object(Bucket="data", Key="a", Body=b"four")
    data = last(cloud)["additionalEventData"]
    assert set(data) == {
        "SignatureVersion",
        "CipherSuite",
        "bytesTransferredIn",
        "SSEApplied",
        "AuthenticationMethod",
        "x-amz-id-2",
        "bytesTransferredOut",
    }
    assert (data["bytesTransferredIn"], data["SSEApplied"]) == (4, "Default_SSE_S3")
