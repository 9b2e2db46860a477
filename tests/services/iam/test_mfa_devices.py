"""MFA devices are assigned by who holds them: two codes in a row prove it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.account import totp


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_codes_are_those_of_rfc_6238(second: int, code: str) -> None:
    """The last six digits of the RFC's test vectors for SHA-1."""
    seed = base64.b32encode(b"12345678901234567890")
    assert totp.codes(seed, datetime.fromtimestamp(second, UTC))[0] == code


@pytest.fixture
def device(cloud: Any) -> Any:
    iam = cloud.root("iam")
    iam.create_user(UserName="ann")
    return iam.create_virtual_mfa_device(VirtualMFADeviceName="ann")["VirtualMFADevice"]


def named(device: Any, codes: Any, user: str = "ann") -> dict[str, str]:
    return {
        "UserName": user,
        "SerialNumber": device["SerialNumber"],
        "AuthenticationCode1": codes[0],
        "AuthenticationCode2": codes[1],
    }


def now_codes(cloud: Any, device: Any, **ago: float) -> Any:
    return totp.codes(device["Base32StringSeed"], cloud.world.clock.now() - timedelta(**ago))


def test_two_codes_in_a_row_assign_the_device(cloud: Any, device: Any) -> None:
    iam = cloud.root("iam")
    iam.enable_mfa_device(**named(device, now_codes(cloud, device)))
    (shown,) = iam.list_mfa_devices(UserName="ann")["MFADevices"]
    assert shown["SerialNumber"] == device["SerialNumber"]
    (virtual,) = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    assert virtual["User"]["UserName"] == "ann"
    assert iam.get_account_summary()["SummaryMap"]["MFADevicesInUse"] == 1


def test_an_authenticator_app_on_the_machines_clock_will_do(cloud: Any, device: Any) -> None:
    cloud.world.clock.advance(timedelta(days=30))
    codes = totp.codes(device["Base32StringSeed"], datetime.now(UTC))
    cloud.root("iam").enable_mfa_device(**named(device, codes))


def test_any_other_codes_are_refused(cloud: Any, device: Any, refusal: Any) -> None:
    iam, (first, second) = cloud.root("iam"), now_codes(cloud, device)
    old = now_codes(cloud, device, days=2)
    for codes in ((first, first), (second, first), old, ("000000", "000001")):
        attempt = lambda codes=codes: iam.enable_mfa_device(**named(device, codes))  # noqa: E731
        assert refusal(attempt)[:2] == ("InvalidAuthenticationCode", 403)
    assert iam.list_mfa_devices(UserName="ann")["MFADevices"] == []


def test_a_device_is_one_users_alone(cloud: Any, device: Any, refusal: Any) -> None:
    iam = cloud.root("iam")
    iam.create_user(UserName="bob")
    codes = now_codes(cloud, device)
    iam.enable_mfa_device(**named(device, codes))
    attempt = lambda: iam.enable_mfa_device(**named(device, codes, "bob"))  # noqa: E731
    assert refusal(attempt)[:2] == ("EntityAlreadyExists", 409)
    foreign = {"SerialNumber": "arn:aws:iam::111122223333:mfa/none"}
    attempt = lambda: iam.enable_mfa_device(**named(foreign, codes))  # noqa: E731
    assert refusal(attempt)[:2] == ("NoSuchEntity", 404)


def test_a_device_is_resynchronised_deactivated_and_deleted_in_that_order(
    cloud: Any, device: Any, refusal: Any
) -> None:
    iam, serial = cloud.root("iam"), {"SerialNumber": device["SerialNumber"]}
    codes = now_codes(cloud, device)
    assert refusal(lambda: iam.resync_mfa_device(**named(device, codes)))[0] == "NoSuchEntity"
    iam.enable_mfa_device(**named(device, codes))
    iam.resync_mfa_device(**named(device, now_codes(cloud, device)))
    wrong = ("000000", "000001")
    assert (
        refusal(lambda: iam.resync_mfa_device(**named(device, wrong)))[0]
        == "InvalidAuthenticationCode"
    )
    assert refusal(lambda: iam.delete_virtual_mfa_device(**serial))[0] == "DeleteConflict"
    assert "MFA device" in refusal(lambda: iam.delete_user(UserName="ann"))[2]
    iam.deactivate_mfa_device(UserName="ann", **serial)
    iam.delete_virtual_mfa_device(**serial)
    iam.delete_user(UserName="ann")


def test_users_see_and_give_up_their_own_devices_unnamed(cloud: Any) -> None:
    keys = cloud.user("bob", cloud.statement("iam:*"))
    iam = cloud.client("iam", keys)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="bob")["VirtualMFADevice"]
    iam.enable_mfa_device(**named(device, now_codes(cloud, device), "bob"))
    assert [one["UserName"] for one in iam.list_mfa_devices()["MFADevices"]] == ["bob"]
    iam.deactivate_mfa_device(SerialNumber=device["SerialNumber"])
    assert iam.list_mfa_devices()["MFADevices"] == []
