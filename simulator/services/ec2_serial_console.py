"""Access to the EC2 serial console, which is off in every Region until somebody turns it on.

Source: "Configure access to the EC2 Serial Console" (Amazon EC2 User Guide).
"""

from __future__ import annotations

from typing import Any

from simulator.account.state import state_of
from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation

_KEPT = "serial_console_access"


def is_enabled(account_id: str, region: str) -> bool:
    """Whether the account allows the serial console in the Region."""
    state = state_of("ec2", account_id, region)
    return bool(state is not None and state.__dict__.get(_KEPT))


@operation
def enable_serial_console_access(call: Call, backend: Backend) -> Result:
    """Allow it in the Region ("EnableSerialConsoleAccess")."""
    return _switch(call, on=True)


@operation
def disable_serial_console_access(call: Call, backend: Backend) -> Result:
    """Forbid it in the Region ("DisableSerialConsoleAccess")."""
    return _switch(call, on=False)


@operation
def get_serial_console_access_status(call: Call, backend: Backend) -> Result:
    """Whether it is allowed in the Region ("GetSerialConsoleAccessStatus")."""
    assert call.account is not None
    return {
        "SerialConsoleAccessEnabled": is_enabled(call.account.id, call.region),
        "ManagedBy": "account",
    }


def _switch(call: Call, *, on: bool) -> Result:
    from moto.ec2.models import ec2_backends

    assert call.account is not None
    state: Any = ec2_backends[call.account.id][call.region]
    state.__dict__[_KEPT] = on
    return {"SerialConsoleAccessEnabled": on}
