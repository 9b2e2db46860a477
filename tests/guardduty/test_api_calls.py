"""Findings out of what callers do: anomalies, policies, the root user, addresses."""

from __future__ import annotations

import json

import pytest
from botocore.awsrequest import AWSRequest

from simulator.account import transport
from simulator.account.instance_role import instance_credentials
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.origin import Origin
from tests.conftest import Keys
from tests.guardduty.conftest import Guard

OUTSIDE = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"


def with_habits(guard: Guard) -> Keys:
    """A user who has worked from the office for two days."""
    cloud = guard.cloud
    keys = cloud.user("ada", cloud.statement("*"))
    for _ in range(3):
        guard.called_from(guard.office, "s3", keys).list_buckets()
        guard.wait(hours=20)
    return keys


def test_a_new_api_from_a_new_network_is_anomalous(guard: Guard) -> None:
    guard.on()
    keys = with_habits(guard)
    guard.called_from(guard.elsewhere, "iam", keys).create_user(UserName="svc-backup")
    guard.wait(minutes=4)
    assert guard.types() == []
    guard.wait(minutes=2)
    (found,) = guard.findings()
    assert found["Type"] == "Persistence:IAMUser/AnomalousBehavior"
    assert found["Severity"] == 5.0
    assert found["Resource"]["ResourceType"] == "AccessKey"
    assert found["Resource"]["AccessKeyDetails"]["UserName"] == "ada"
    assert found["Resource"]["AccessKeyDetails"]["AccessKeyId"] == keys["AccessKeyId"]
    call = found["Service"]["Action"]["AwsApiCallAction"]
    assert (call["Api"], call["ServiceName"]) == ("CreateUser", "iam.amazonaws.com")
    assert call["RemoteIpDetails"]["IpAddressV4"] == guard.elsewhere
    assert call["RemoteIpDetails"]["Country"] == {"CountryName": "Singapore"}
    value = json.loads(found["Service"]["AdditionalInfo"]["Value"])
    assert value["anomalies"] == {"anomalousAPIs": "iam:[CreateUser:success]"}
    assert value["unusualBehavior"]["unusualAPIsUserIdentityProfiling"] == "CreateUser"


def test_calls_of_one_tactic_by_one_user_are_one_finding(guard: Guard) -> None:
    guard.on()
    keys = with_habits(guard)
    iam = guard.called_from(guard.elsewhere, "iam", keys)
    iam.create_user(UserName="svc-backup")
    iam.create_access_key(UserName="svc-backup")
    guard.wait(minutes=6)
    (found,) = guard.findings(type={"Eq": ["Persistence:IAMUser/AnomalousBehavior"]})
    assert found["Service"]["Count"] == 2
    value = json.loads(found["Service"]["AdditionalInfo"]["Value"])
    apis = value["anomalies"]["anomalousAPIs"]
    assert apis == "iam:[CreateUser:success , CreateAccessKey:success]"
    iam.create_access_key(UserName="svc-backup")
    guard.wait(minutes=6)
    (again,) = guard.findings(type={"Eq": ["Persistence:IAMUser/AnomalousBehavior"]})
    assert again["Id"] == found["Id"]
    assert again["Service"]["Count"] == 3
    assert again["UpdatedAt"] > found["UpdatedAt"] >= found["CreatedAt"] == again["CreatedAt"]


def test_a_new_api_from_the_usual_network_is_not(guard: Guard) -> None:
    guard.on()
    guard.called_from(guard.office, "iam", with_habits(guard)).create_user(UserName="colleague")
    guard.wait(minutes=6)
    assert guard.types() == []


def test_the_usual_api_from_a_new_network_is_not(guard: Guard) -> None:
    guard.on()
    guard.called_from(guard.elsewhere, "s3", with_habits(guard)).list_buckets()
    guard.wait(minutes=6)
    assert guard.types() == []


def test_whoever_is_new_has_no_habits_to_differ_from(guard: Guard) -> None:
    guard.on()
    guard.wait(hours=60)
    keys = guard.cloud.user("bo", guard.cloud.statement("*"))
    guard.called_from(guard.elsewhere, "iam", keys).create_user(UserName="colleague")
    guard.wait(minutes=6)
    assert guard.types() == []


def test_nothing_is_found_of_what_happened_while_it_was_off(guard: Guard) -> None:
    """Before it was made, and while it was suspended; what is usual it learns all the same."""
    keys = with_habits(guard)
    iam = guard.called_from(guard.elsewhere, "iam", keys)
    iam.create_user(UserName="one")
    guard.wait(minutes=6)
    guard.on()
    guard.wait(minutes=30)
    assert guard.types() == []
    guard.client.update_detector(DetectorId=guard.id, Enable=False)
    iam.create_user(UserName="two")
    guard.wait(minutes=6)
    guard.client.update_detector(DetectorId=guard.id, Enable=True)
    guard.wait(minutes=6)
    assert guard.types() == []
    iam.create_user(UserName="three")
    guard.wait(minutes=6)
    assert guard.types() == ["Persistence:IAMUser/AnomalousBehavior"]


def bucket_of(guard: Guard, name: str = "shared-files") -> str:
    guard.trail.client("s3").create_bucket(Bucket=name)
    return name


def test_reading_and_deleting_objects_as_never_before(guard: Guard) -> None:
    guard.on()
    bucket, keys = bucket_of(guard), with_habits(guard)
    s3 = guard.trail.client("s3")
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    guard.wait(hours=1)
    thief = guard.called_from(guard.elsewhere, "s3", keys)
    thief.list_objects_v2(Bucket=bucket)
    thief.get_object(Bucket=bucket, Key="a")
    thief.delete_object(Bucket=bucket, Key="a")
    guard.wait(minutes=6)
    found = {one["Type"]: one for one in guard.findings()}
    assert {kind: one["Severity"] for kind, one in found.items()} == {
        "Discovery:S3/AnomalousBehavior": 2.0,
        "Exfiltration:S3/AnomalousBehavior": 8.0,
        "Impact:S3/AnomalousBehavior.Delete": 8.0,
    }
    details = found["Exfiltration:S3/AnomalousBehavior"]["Resource"]["S3BucketDetails"][0]
    assert details["Name"] == bucket
    assert details["PublicAccess"]["EffectivePermission"] == "NOT_PUBLIC"


def reader(guard: Guard, bucket: str, *addresses: str) -> Keys:
    """A user who has read an object from these addresses for two days."""
    guard.trail.client("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
    keys = guard.cloud.user("rita", guard.cloud.statement("*"))
    for _ in range(3):
        for address in addresses:
            guard.called_from(address, "s3", keys).get_object(Bucket=bucket, Key="a")
        guard.wait(hours=20)
    return keys


def test_reading_as_always_but_elsewhere(guard: Guard) -> None:
    """Of who always reads in one place it is anomalous; of who reads in many it isn't."""
    guard.on()
    bucket = bucket_of(guard)
    keys = reader(guard, bucket, guard.office)
    guard.called_from(guard.elsewhere, "s3", keys).get_object(Bucket=bucket, Key="a")
    guard.wait(minutes=6)
    assert guard.types() == ["Exfiltration:S3/AnomalousBehavior"]


def test_reading_elsewhere_by_who_reads_in_many_places(guard: Guard) -> None:
    guard.on()
    bucket = bucket_of(guard)
    keys = reader(guard, bucket, guard.office, "192.0.2.9", "192.0.2.99")
    guard.called_from(guard.elsewhere, "s3", keys).get_object(Bucket=bucket, Key="a")
    guard.wait(minutes=6)
    assert guard.types() == []


def test_a_presigned_url_may_be_opened_anywhere(guard: Guard) -> None:
    guard.on()
    bucket = bucket_of(guard)
    s3 = guard.called_from(guard.office, "s3", reader(guard, bucket, guard.office))
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a"})
    sent = AWSRequest(method="GET", url=url).prepare()
    environ = transport.environ(sent, Origin(guard.elsewhere, "browser"))
    assert guard.cloud.gateway.respond(environ).status_code == 200
    guard.wait(minutes=6)
    assert guard.types() == []


def test_data_events_are_taken_in_only_with_s3_protection(guard: Guard) -> None:
    guard.on(Features=[{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}])
    bucket, keys = bucket_of(guard), with_habits(guard)
    guard.called_from(guard.elsewhere, "s3", keys).list_objects_v2(Bucket=bucket)
    guard.wait(minutes=6)
    assert guard.types() == []


def public_policy(bucket: str) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": f"arn:aws:s3:::{bucket}/*",
                }
            ],
        }
    )


def test_a_bucket_that_is_opened(guard: Guard) -> None:
    guard.on()
    bucket = bucket_of(guard)
    s3 = guard.trail.client("s3")
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=public_policy(bucket))
    guard.wait(minutes=6)
    found = guard.findings()
    assert [(one["Type"], one["Severity"]) for one in found] == [
        ("Policy:S3/BucketBlockPublicAccessDisabled", 2.0),
        ("Policy:S3/BucketAnonymousAccessGranted", 8.0),
    ]
    (details,) = found[1]["Resource"]["S3BucketDetails"]
    assert details["Arn"] == f"arn:aws:s3:::{bucket}"
    assert found[1]["Resource"]["ResourceType"] == "AccessKey"
    assert found[1]["Resource"]["AccessKeyDetails"]["UserName"] == "admin"
    assert details["PublicAccess"]["EffectivePermission"] == "PUBLIC"
    levels = details["PublicAccess"]["PermissionConfiguration"]["BucketLevelPermissions"]
    assert levels["BucketPolicy"]["AllowsPublicReadAccess"] is True
    assert bucket in found[1]["Title"]


def test_a_policy_that_opens_nothing_and_a_refused_one_are_not_found(guard: Guard) -> None:
    guard.on()
    bucket = bucket_of(guard)
    nobody = guard.cloud.user("nobody")
    narrow = public_policy(bucket).replace('"*"', '{"AWS": "arn:aws:iam::111122223333:root"}', 1)
    guard.trail.client("s3").put_bucket_policy(Bucket=bucket, Policy=narrow)
    with pytest.raises(Exception, match="AccessDenied"):
        guard.called_from(guard.office, "s3", nobody).put_bucket_policy(
            Bucket=bucket, Policy=public_policy(bucket)
        )
    guard.wait(minutes=6)
    assert guard.types() == []


def test_acls_that_open_a_bucket(guard: Guard) -> None:
    guard.on()
    s3 = guard.trail.client("s3")
    for name, acl in (("open-a", "public-read"), ("open-b", "authenticated-read")):
        s3.create_bucket(Bucket=name, ObjectOwnership="BucketOwnerPreferred")
        s3.delete_public_access_block(Bucket=name)
        s3.put_bucket_acl(Bucket=name, ACL=acl)
    guard.wait(minutes=6)
    kinds = [kind for kind in guard.types() if "Block" not in kind]
    assert kinds == [
        "Policy:S3/BucketAnonymousAccessGranted",
        "Policy:S3/BucketPublicAccessGranted",
    ]


def test_a_trail_that_is_stopped(guard: Guard) -> None:
    guard.on()
    guard.trail.bucket()
    arn = guard.trail.start()
    guard.trail.client("cloudtrail").stop_logging(Name=arn)
    guard.wait(minutes=6)
    (found,) = guard.findings()
    assert found["Type"] == "Stealth:IAMUser/CloudTrailLoggingDisabled"
    assert found["Title"] == "AWS CloudTrail trail main was disabled."


def test_what_is_weakened_and_what_is_strengthened(guard: Guard) -> None:
    guard.on()
    iam, s3 = guard.trail.client("iam"), guard.trail.client("s3")
    bucket, logs = bucket_of(guard), bucket_of(guard, "access-logs")
    service = {"Service": "logging.s3.amazonaws.com"}
    arn = f"arn:aws:s3:::{logs}/*"
    allowed = guard.cloud.statement("s3:PutObject", arn, Principal=service)
    s3.put_bucket_policy(Bucket=logs, Policy=guard.cloud.policy(allowed))
    s3control = guard.trail.client("s3control")
    on = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    s3control.put_public_access_block(AccountId="111122223333", PublicAccessBlockConfiguration=on)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=on)
    iam.update_account_password_policy(MinimumPasswordLength=16)
    s3.put_bucket_logging(
        Bucket=bucket,
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": logs, "TargetPrefix": "a/"}},
    )
    guard.wait(minutes=6)
    assert guard.types() == []
    s3control.put_public_access_block(
        AccountId="111122223333",
        PublicAccessBlockConfiguration={**on, "RestrictPublicBuckets": False},
    )
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={**on, "BlockPublicPolicy": False}
    )
    iam.update_account_password_policy(MinimumPasswordLength=6)
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    guard.wait(minutes=6)
    assert sorted(guard.types()) == [
        "Policy:S3/AccountBlockPublicAccessDisabled",
        "Policy:S3/BucketBlockPublicAccessDisabled",
        "Stealth:IAMUser/PasswordPolicyChange",
        "Stealth:S3/ServerAccessLoggingDisabled",
    ]


def test_the_root_user(guard: Guard) -> None:
    guard.on()
    root = Caller(CallerType.ROOT, "111122223333", "arn:aws:iam::111122223333:root", "111122223333")
    origin = Origin(guard.office, "browser", vouched=root, account_id="111122223333")
    keys = {"AccessKeyId": "-", "SecretAccessKey": "-"}
    iam = guard.cloud.client("iam", keys, origin=origin)
    iam.get_account_summary()
    iam.list_users()
    guard.wait(minutes=6)
    (found,) = guard.findings()
    assert found["Type"] == "Policy:IAMUser/RootCredentialUsage"
    assert found["Service"]["Count"] == 2
    assert found["Resource"]["AccessKeyDetails"]["UserType"] == "Root"


def a_list(guard: Guard, text: str, kind: str = "threat_intel_set") -> str:
    s3 = guard.trail.client("s3")
    s3.create_bucket(Bucket=f"lists-of-{kind.replace('_', '-')}")
    s3.put_object(Bucket=f"lists-of-{kind.replace('_', '-')}", Key="list.txt", Body=text.encode())
    made = getattr(guard.client, f"create_{kind}")(
        DetectorId=guard.id,
        Name=f"our {kind}",
        Format="TXT",
        Location=f"https://s3.amazonaws.com/lists-of-{kind.replace('_', '-')}/list.txt",
        Activate=True,
    )
    return str(next(value for key, value in made.items() if key.endswith("Id")))


def test_a_caller_on_the_accounts_threat_list(guard: Guard) -> None:
    guard.on()
    keys = guard.cloud.user("ada", guard.cloud.statement("*"))
    a_list(guard, "203.0.113.128/25\n192.0.2.9\n")
    guard.called_from(guard.elsewhere, "iam", keys).list_users()
    guard.called_from("203.0.113.130", "iam", keys).create_user(UserName="svc")
    guard.called_from(guard.office, "iam", keys).list_users()
    guard.wait(minutes=6)
    found = guard.findings()
    assert [one["Type"] for one in found] == [
        "Recon:IAMUser/MaliciousIPCaller.Custom",
        "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom",
    ]
    value = json.loads(found[0]["Service"]["AdditionalInfo"]["Value"])
    assert value == {"threatListName": "our threat_intel_set"}


def test_nothing_is_found_of_trusted_addresses(guard: Guard) -> None:
    guard.on()
    keys = with_habits(guard)
    trusted = a_list(guard, guard.elsewhere, "ip_set")
    iam = guard.called_from(guard.elsewhere, "iam", keys)
    iam.create_user(UserName="one")
    guard.wait(minutes=6)
    assert guard.types() == []
    guard.client.update_ip_set(DetectorId=guard.id, IpSetId=trusted, Activate=False)
    iam.create_user(UserName="two")
    guard.wait(minutes=6)
    assert guard.types() == ["Persistence:IAMUser/AnomalousBehavior"]


def instance_session(guard: Guard) -> tuple[Keys, str]:
    """Credentials as the metadata service hands them out, and the instance's address."""
    cloud, ec2 = guard.cloud, guard.trail.client("ec2")
    cloud.role("fleet", cloud.trust({"Service": "ec2.amazonaws.com"}), cloud.statement("*"))
    iam = cloud.root("iam")
    iam.create_instance_profile(InstanceProfileName="fleet")
    iam.add_role_to_instance_profile(InstanceProfileName="fleet", RoleName="fleet")
    made = ec2.run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, IamInstanceProfile={"Name": "fleet"}
    )["Instances"][0]["InstanceId"]
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=made)
    with cloud.gateway.turn(cloud.world):
        keys = instance_credentials(cloud.account, made)
    return keys, str(address["PublicIp"])


def test_credentials_of_an_instance_outside(guard: Guard) -> None:
    guard.on()
    keys, own = instance_session(guard)
    guard.called_from(own, "s3", keys).list_buckets()
    guard.called_from("10.0.0.7", "s3", keys).list_buckets()
    guard.wait(minutes=6)
    assert guard.types() == []
    guard.called_from(guard.elsewhere, "s3", keys).list_buckets()
    guard.wait(minutes=6)
    (found,) = guard.findings()
    assert (found["Type"], found["Severity"]) == (OUTSIDE, 8.0)
    assert found["Resource"]["AccessKeyDetails"]["UserName"] == "fleet"
    assert found["Resource"]["AccessKeyDetails"]["UserType"] == "Role"


def test_credentials_of_an_instance_in_another_account(guard: Guard) -> None:
    guard.on()
    keys, _ = instance_session(guard)
    other = guard.cloud.open("444455556666", world=guard.cloud.world)
    theirs = guard.cloud.root("ec2", other).allocate_address(Domain="vpc")["PublicIp"]
    guard.called_from(theirs, "s3", keys).list_buckets()
    guard.wait(minutes=6)
    assert guard.types() == [OUTSIDE.replace("OutsideAWS", "InsideAWS")]


def test_who_called_s3_from_an_address_on_a_threat_list(guard: Guard) -> None:
    guard.on()
    bucket, keys = bucket_of(guard), guard.cloud.user("ada", guard.cloud.statement("*"))
    a_list(guard, guard.elsewhere)
    s3 = guard.called_from(guard.elsewhere, "s3", keys)
    s3.list_objects_v2(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    guard.wait(minutes=6)
    assert guard.types() == [
        "Discovery:S3/MaliciousIPCaller.Custom",
        "UnauthorizedAccess:S3/MaliciousIPCaller.Custom",
    ]


def test_a_detector_sees_its_own_region_and_what_is_global(guard: Guard) -> None:
    guard.on()
    abroad = guard.trail.client("guardduty", "eu-west-1")
    name = abroad.create_detector(Enable=True)["DetectorId"]
    guard.trail.bucket()
    trails = guard.trail.client("cloudtrail")
    trails.stop_logging(Name=guard.trail.start())
    guard.trail.client("iam").update_account_password_policy(MinimumPasswordLength=6)
    guard.wait(minutes=6)
    assert sorted(guard.types()) == [
        "Stealth:IAMUser/CloudTrailLoggingDisabled",
        "Stealth:IAMUser/PasswordPolicyChange",
    ]
    ids = abroad.list_findings(DetectorId=name)["FindingIds"]
    found = abroad.get_findings(DetectorId=name, FindingIds=ids)["Findings"]
    assert [one["Type"] for one in found] == ["Stealth:IAMUser/PasswordPolicyChange"]
    assert found[0]["Region"] == "eu-west-1"
