"""MFA devices of users: moto takes any codes, and any serial number.

Source: "EnableMFADevice", "ResyncMFADevice", "DeactivateMFADevice", "DeleteVirtualMFADevice" of
the IAM API reference; "Assign a virtual MFA device", where eight devices are the most.
"""

from __future__ import annotations

from typing import Any

from simulator.account import totp
from simulator.account.clock import real_now
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.iam.state import conflict, iam_of, missing, page, user_of

_MOST = 8
_STEPS = 10


@operation
def enable_mfa_device(call: Call, backend: Backend) -> Result:
    """Two codes that follow each other prove that the caller holds the device.

    The codes may be of the account's time or of the machine's, which an authenticator app shows.

    Raises:
        AwsError: NoSuchEntity, EntityAlreadyExists, LimitExceeded, InvalidAuthenticationCode.
    """
    user = user_of(call)
    device = _device(call)
    if device.user is not None:
        raise AwsError("EntityAlreadyExists", "MFA Device is already in use.", 409)
    if len(user.mfa_devices) >= _MOST:
        raise AwsError("LimitExceeded", f"Cannot exceed quota for MFADevicesPerUser: {_MOST}", 409)
    _prove(call, device)
    return backend()


@operation
def resync_mfa_device(call: Call, backend: Backend) -> Result:
    """As EnableMFADevice, of a device that the user has."""
    _assigned(call, user_of(call))
    _prove(call, _device(call))
    return {}


@operation
def deactivate_mfa_device(call: Call, backend: Backend) -> Result:
    """Of the user named, or of the one that calls."""
    user = user_of(call)
    _assigned(call, user)
    serial = call.params["SerialNumber"]
    iam_of(call).deactivate_mfa_device(user.name, serial)
    return {}


@operation
def list_mfa_devices(call: Call, backend: Backend) -> Result:
    """Of the user named, or of the one that calls."""
    user = user_of(call)
    devices, rest = page(call, list(user.mfa_devices.values()))
    shown = [
        {
            "UserName": user.name,
            "SerialNumber": device.serial_number,
            "EnableDate": device.enable_date,
        }
        for device in devices
    ]
    return {"MFADevices": shown} | rest


@operation
def delete_virtual_mfa_device(call: Call, backend: Backend) -> Result:
    """moto deletes a device that a user still has."""
    if _device(call).user is not None:
        raise conflict("MFA VirtualDevice in use. Must deactivate first.")
    return backend()


def _device(call: Call) -> Any:
    """A virtual device; what codes a hardware device shows, nobody here can know."""
    serial = call.params["SerialNumber"]
    device = iam_of(call).virtual_mfa_devices.get(serial)
    if device is None:
        raise missing(f"VirtualMFADevice with serial number {serial} doesn't exist.")
    return device


def _assigned(call: Call, user: Any) -> None:
    serial = call.params["SerialNumber"]
    if serial not in user.mfa_devices:
        raise missing("MFA Device invalid for user.")


def _prove(call: Call, device: Any) -> None:
    first, second = call.params["AuthenticationCode1"], call.params["AuthenticationCode2"]
    times = (call.time, real_now())
    if not totp.consecutive(device.base32_string_seed, first, second, times, _STEPS):
        raise AwsError(
            "InvalidAuthenticationCode", "Authentication code for device is not valid.", 403
        )
