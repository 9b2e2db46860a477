"""EC2 Instance Connect and the EC2 serial console."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Cloud, Refusal

KEY = f"ssh-ed25519 {'A' * 68} somebody"


def launch(cloud: Cloud, kind: str = "t3.micro") -> str:
    """The id of a running instance."""
    ec2 = cloud.root("ec2")
    image = ec2.register_image(Name=kind, RootDeviceName="/dev/sda1")["ImageId"]
    run = ec2.run_instances(ImageId=image, InstanceType=kind, MinCount=1, MaxCount=1)
    return str(run["Instances"][0]["InstanceId"])


def test_a_key_is_pushed_to_a_running_instance_alone(cloud: Cloud, refusal: Refusal) -> None:
    """AWS's errors for one that is stopped, and for none."""
    instance, connect = launch(cloud), cloud.root("ec2-instance-connect")

    def push(name: str) -> bool:
        return bool(
            connect.send_ssh_public_key(
                InstanceId=name, InstanceOSUser="ec2-user", SSHPublicKey=KEY
            )["Success"]
        )

    assert push(instance)
    cloud.root("ec2").stop_instances(InstanceIds=[instance])
    assert refusal(lambda: push(instance))[0] == "EC2InstanceStateInvalidException"
    missing = "i-0123456789abcdef0"
    assert refusal(lambda: push(missing))[:2] == ("EC2InstanceNotFoundException", 404)


def test_the_serial_console_is_off_until_it_is_allowed(cloud: Cloud, refusal: Refusal) -> None:
    """By Region; only Nitro instances have one."""
    ec2, connect = cloud.root("ec2"), cloud.root("ec2-instance-connect")
    nitro, older = launch(cloud), launch(cloud, "t2.micro")

    def push(name: str) -> bool:
        return bool(
            connect.send_serial_console_ssh_public_key(InstanceId=name, SSHPublicKey=KEY)["Success"]
        )

    def allowed(region: str = "us-east-1") -> bool:
        client = cloud.root("ec2", region=region)
        return bool(client.get_serial_console_access_status()["SerialConsoleAccessEnabled"])

    assert not allowed()
    assert refusal(lambda: push(nitro))[:2] == ("SerialConsoleAccessDisabledException", 403)
    with cloud.world.undone():
        assert ec2.enable_serial_console_access()["SerialConsoleAccessEnabled"]
        assert (allowed(), allowed("eu-west-1")) == (True, False)
        assert push(nitro)
        assert refusal(lambda: push(older))[0] == "EC2InstanceTypeInvalidException"
        ec2.disable_serial_console_access()
        assert not allowed()
        ec2.enable_serial_console_access()
    assert not allowed()


def test_user_data_is_changed_on_a_stopped_instance_alone(cloud: Cloud, refusal: Refusal) -> None:
    """What is read back is what was written, once in base64."""
    ec2, instance = cloud.root("ec2"), launch(cloud)
    change = {"InstanceId": instance, "UserData": {"Value": b"#!/bin/sh\nid"}}
    assert refusal(lambda: ec2.modify_instance_attribute(**change)) == (
        "IncorrectInstanceState",
        400,
        f"The instance '{instance}' is not in the 'stopped' state.",
    )
    ec2.stop_instances(InstanceIds=[instance])
    ec2.modify_instance_attribute(**change)
    found = ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")
    assert found["UserData"]["Value"] == "IyEvYmluL3NoCmlk"


def test_new_rules_of_a_security_group_are_told_with_their_owner(cloud: Cloud) -> None:
    """GroupOwnerId is there, tags where there are any."""
    ec2 = cloud.root("ec2")
    group = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    opened = {
        "GroupId": group,
        "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}],
    }
    opened["IpPermissions"][0]["IpRanges"] = [{"CidrIp": "192.0.2.0/24"}]
    made = ec2.authorize_security_group_ingress(**opened)["SecurityGroupRules"]
    assert [one["GroupOwnerId"] for one in made] == ["111122223333"]
    assert "Tags" not in made[0]
