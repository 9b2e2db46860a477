"""Multi-factor authentication of a call to STS."""

from __future__ import annotations

from simulator.account.principal_policies import iam_state
from simulator.gateway.call import Call
from simulator.gateway.caller import CallerType
from simulator.gateway.errors import AwsError

_ASKS = {"AssumeRole", "GetSessionToken"}


def presented(call: Call) -> bool:
    """Whether the call brings a device and a code, which `check_mfa` has let pass."""
    return call.service == "sts" and call.operation in _ASKS and "SerialNumber" in call.params


def check_mfa(call: Call) -> None:
    """Refuse a device that is not the caller's, or a code that can't be one.

    Any six digits pass for the code: nobody in a drill holds the device.

    Raises:
        AwsError: AccessDenied.
    """
    if call.service != "sts" or call.operation not in _ASKS:
        return
    serial, code = call.params.get("SerialNumber"), call.params.get("TokenCode")
    if serial is None and code is None:
        return
    if serial is None or code is None:
        raise _failed(", must provide both MFA serial number and one time pass code.")
    caller = call.caller
    user = iam_state(caller.account_id).users.get(caller.user_name or "")
    if caller.type is not CallerType.IAM_USER or user is None or serial not in user.mfa_devices:
        raise _failed(
            ", unable to validate MFA code. Please verify your MFA serial number is valid and "
            "associated with this user."
        )
    if not (len(code) == 6 and code.isdecimal()):
        raise _failed(" with invalid MFA one time pass code.")


def _failed(why: str) -> AwsError:
    return AwsError("AccessDenied", f"MultiFactorAuthentication failed{why}", 403)
