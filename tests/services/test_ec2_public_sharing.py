"""Block public access for AMIs and snapshots."""

from typing import Any

import pytest

from tests.conftest import Cloud, Refusal

ALL = [{"Group": "all"}]
PARTNER = [{"UserId": "444455556666"}]


@pytest.fixture
def ec2(cloud: Cloud) -> Any:
    return cloud.client("ec2", cloud.user("ops", cloud.statement("ec2:*")))


@pytest.fixture
def snapshot(ec2: Any) -> str:
    volume = ec2.create_volume(Size=8, AvailabilityZone="us-east-1a")["VolumeId"]
    return str(ec2.create_snapshot(VolumeId=volume)["SnapshotId"])


@pytest.fixture
def image(ec2: Any) -> str:
    return str(ec2.register_image(Name="golden")["ImageId"])


def _share(ec2: Any, snapshot: str, permissions: Any) -> Any:
    return ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, CreateVolumePermission={"Add": permissions}
    )


def test_a_new_account_lets_nobody_make_an_image_public(
    ec2: Any, image: str, refusal: Refusal
) -> None:
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == (
        "block-new-sharing"
    )
    code, status, text = refusal(
        lambda: ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": ALL})
    )
    assert (code, status) == ("OperationNotPermitted", 400)
    assert "DisableImageBlockPublicAccess" in text
    assert not ec2.describe_images(ImageIds=[image])["Images"][0]["Public"]


def test_an_image_may_be_shared_with_an_account_all_the_same(ec2: Any, image: str) -> None:
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": PARTNER})
    shared = ec2.describe_image_attribute(ImageId=image, Attribute="launchPermission")
    assert shared["LaunchPermissions"] == PARTNER


def test_an_image_is_made_public_once_the_block_is_gone(ec2: Any, image: str) -> None:
    answer = ec2.disable_image_block_public_access()
    assert answer["ImageBlockPublicAccessState"] == "unblocked"
    ec2.modify_image_attribute(
        ImageId=image, Attribute="launchPermission", OperationType="add", UserGroups=["all"]
    )
    assert ec2.describe_images(ImageIds=[image])["Images"][0]["Public"]


def test_what_is_public_stays_so_and_can_be_made_private_under_the_block(
    ec2: Any, image: str
) -> None:
    ec2.disable_image_block_public_access()
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": ALL})
    ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    assert ec2.describe_images(ImageIds=[image])["Images"][0]["Public"]
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Remove": ALL})
    assert not ec2.describe_images(ImageIds=[image])["Images"][0]["Public"]


def test_snapshots_can_be_made_public_until_somebody_forbids_it(ec2: Any, snapshot: str) -> None:
    state = ec2.get_snapshot_block_public_access_state()
    assert (state["State"], state["ManagedBy"]) == ("unblocked", "account")
    _share(ec2, snapshot, ALL)
    assert _shared_with(ec2, snapshot) == ALL


@pytest.mark.parametrize("mode", ["block-new-sharing", "block-all-sharing"])
def test_a_snapshot_is_not_made_public_under_the_block(
    ec2: Any, snapshot: str, mode: str, refusal: Refusal
) -> None:
    assert ec2.enable_snapshot_block_public_access(State=mode)["State"] == mode
    assert refusal(lambda: _share(ec2, snapshot, ALL))[0] == "OperationNotPermitted"
    old = {"Attribute": "createVolumePermission", "OperationType": "add", "GroupNames": ["all"]}
    code, _, _ = refusal(lambda: ec2.modify_snapshot_attribute(SnapshotId=snapshot, **old))
    assert code == "OperationNotPermitted"
    _share(ec2, snapshot, PARTNER)
    assert ec2.disable_snapshot_block_public_access()["State"] == "unblocked"
    _share(ec2, snapshot, ALL)


def _shared_with(ec2: Any, snapshot: str) -> Any:
    asked = {"SnapshotId": snapshot, "Attribute": "createVolumePermission"}
    return ec2.describe_snapshot_attribute(**asked)["CreateVolumePermissions"]


def test_either_form_of_a_snapshots_permissions_takes_away_what_the_other_gave(
    ec2: Any, snapshot: str
) -> None:
    _share(ec2, snapshot, PARTNER)
    _share(ec2, snapshot, ALL)
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot,
        Attribute="createVolumePermission",
        OperationType="remove",
        UserIds=["444455556666"],
    )
    assert _shared_with(ec2, snapshot) == ALL
    ec2.modify_snapshot_attribute(SnapshotId=snapshot, CreateVolumePermission={"Remove": ALL})
    assert _shared_with(ec2, snapshot) == []


def test_a_snapshot_that_there_is_not_is_not_shared(ec2: Any, refusal: Refusal) -> None:
    code, _, _ = refusal(lambda: _share(ec2, "snap-0123456789abcdef0", PARTNER))
    assert code == "InvalidSnapshot.NotFound"


def test_enabling_takes_a_mode(ec2: Any, refusal: Refusal) -> None:
    code, _, _ = refusal(lambda: ec2.enable_snapshot_block_public_access(State="unblocked"))
    assert code == "InvalidParameterValue"


def test_a_dry_run_changes_nothing(ec2: Any, refusal: Refusal) -> None:
    code, _, _ = refusal(lambda: ec2.disable_image_block_public_access(DryRun=True))
    assert code == "DryRunOperation"
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == (
        "block-new-sharing"
    )


def test_each_region_and_each_account_has_its_own_setting(cloud: Cloud) -> None:
    cloud.root("ec2").enable_snapshot_block_public_access(State="block-all-sharing")
    elsewhere = cloud.root("ec2", region="eu-west-1")
    assert elsewhere.get_snapshot_block_public_access_state()["State"] == "unblocked"
    other = cloud.open("444455556666", world=cloud.world)
    state = cloud.root("ec2", other).get_snapshot_block_public_access_state()["State"]
    assert state == "unblocked"


def test_the_setting_is_part_of_a_snapshot_of_the_account(cloud: Cloud) -> None:
    ec2 = cloud.root("ec2")
    saved = cloud.gateway.save(cloud.world)
    ec2.disable_image_block_public_access()
    cloud.gateway.restore(cloud.world, saved)
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == (
        "block-new-sharing"
    )


def test_only_who_may_can_lower_the_guard(cloud: Cloud, refusal: Refusal) -> None:
    keys = cloud.user("dev", cloud.statement("ec2:Get*"))
    client = cloud.client("ec2", keys)
    client.get_image_block_public_access_state()
    assert refusal(client.disable_image_block_public_access)[0] == "UnauthorizedOperation"
