"""EC2 Instance Connect: who may push a key to which instance.

The key is good for 60 seconds; what is done with it on the instance is not simulated. Sources:
"SendSSHPublicKey" and "SendSerialConsoleSSHPublicKey" of the EC2 Instance Connect API Reference.
"""

from __future__ import annotations

from typing import Any, Final

from simulator.account.state import state_of
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.ec2_serial_console import is_enabled

_BEFORE_NITRO: Final = frozenset(
    "c1 c3 c4 cc2 cr1 d2 f1 g2 g3 g3s h1 hs1 i2 i3 m1 m2 m3 m4 p2 p3 r3 r4 t1 t2 x1 x1e".split()  # noqa: SIM905
)
"""Families of instances that have no serial console ("Instances built on the Nitro System")."""


@operation
def send_ssh_public_key(call: Call, backend: Backend) -> Result:
    """The instance must be running ("SendSSHPublicKey")."""
    _instance(call)
    return {"RequestId": call.request_id, "Success": True}


@operation
def send_serial_console_ssh_public_key(call: Call, backend: Backend) -> Result:
    """The account must allow it, and the instance be of a Nitro type, running."""
    assert call.account is not None
    if not is_enabled(call.account.id, call.region):
        raise AwsError(
            "SerialConsoleAccessDisabledException",
            "Your account is not authorized to use the EC2 Serial Console. To authorize your "
            "account, run the EnableSerialConsoleAccess API.",
            403,
        )
    instance = _instance(call)
    if instance.instance_type.partition(".")[0] in _BEFORE_NITRO:
        raise AwsError(
            "EC2InstanceTypeInvalidException",
            "The instance type is not supported for connecting via the serial console. Only Nitro "
            "instance types are currently supported.",
        )
    return {"RequestId": call.request_id, "Success": True}


def _instance(call: Call) -> Any:
    """The instance that the call names, running."""
    assert call.account is not None
    state = state_of("ec2", call.account.id, call.region)
    found = state.get_instance_by_id(call.params["InstanceId"]) if state is not None else None
    if found is None:
        raise AwsError("EC2InstanceNotFoundException", "The specified instance was not found.", 404)
    if found.state != "running":
        raise AwsError(
            "EC2InstanceStateInvalidException",
            "Unable to connect because the instance is not in a valid state. Connecting to a "
            "stopped or terminated instance is not supported. If the instance is stopped, start "
            "your instance, and try to connect again.",
        )
    return found
