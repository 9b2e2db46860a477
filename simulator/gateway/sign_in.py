"""Signing in to the AWS Management Console: the password is checked, a session begins.

Sources: "AWS Management Console sign-in events" (AWS CloudTrail User Guide), "Switch from a user
to an IAM role (console)" and "How IAM users sign in to AWS" (IAM User Guide).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from simulator.account import last_used, root_user, totp
from simulator.account.account import Account
from simulator.account.clock import real_now
from simulator.account.minting import credentials, mint
from simulator.account.principal_policies import iam_state
from simulator.gateway.caller import Caller, CallerType, Session
from simulator.gateway.errors import AwsError
from simulator.gateway.origin import Origin
from simulator.gateway.record import event_id
from simulator.telemetry.cloudtrail import sign_in

_LASTS: Final = timedelta(hours=12)
_FAILED: Final = "Failed authentication"
_NOBODY: Final = "No username found in supplied account"


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a browser sends to the sign-in page of an account."""

    origin: Origin
    user_name: str | None
    """The IAM user; None signs in as the root user."""
    password: str
    mfa_code: str | None = None
    region: str | None = None
    """Of the regional endpoint; None is the global one, whose events are us-east-1's."""

    @property
    def recorded_in(self) -> str:
        """A root user's sign-in is always recorded in us-east-1."""
        return (self.region if self.user_name is not None else None) or "us-east-1"


def console_login(account: Account, asked: SignIn) -> dict[str, Any]:
    """Credentials of a console session of twelve hours, in the form of STS.

    It is recorded as ConsoleLogin, after CheckMfa for a user with an MFA device. Whoever calls has
    the world's turn.

    Raises:
        AwsError: FailedAuthentication for a wrong user, password or code; MfaRequired for a user
            with a device who gave no code, and then no ConsoleLogin is recorded.
    """
    caller = _claimed(account, asked)
    if caller is None:
        raise _refused(account, asked, sign_in.nobody(account.id), _NOBODY)
    if asked.user_name is None:
        known, devices = root_user.is_password(account, asked.password), {}
    else:
        user = iam_state(account.id).users[asked.user_name]
        known = user.password is not None and user.password == asked.password
        devices = user.mfa_devices
    unproved = sign_in.unproved_identity(caller)
    if not known:
        raise _refused(account, asked, unproved, _FAILED)
    serial = None
    if devices:
        _write(account, asked, "CheckMfa", unproved, {"MfaType": sign_in.mfa_type(devices)})
        if asked.mfa_code is None:
            raise AwsError("MfaRequired", "Multi-factor authentication is required.", 403)
        serial = _device_showing(account, devices, asked.mfa_code)
        if serial is None:
            raise _refused(account, asked, unproved, _FAILED)
    additional = sign_in.login_data(asked.recorded_in, asked.region is not None, mfa=serial)
    _write(account, asked, "ConsoleLogin", sign_in.proved_identity(caller), additional)
    now = account.world.clock.now()
    last_used.sign_in(account, caller.principal_id, now)
    session = Session(now, now + _LASTS, mfa=serial is not None, console=True)
    minted = mint(account, lambda key: replace(caller, access_key_id=key, session=session))
    return credentials(minted)


def switch_role(account: Account, key: str, before: Caller, origin: Origin, region: str) -> None:
    """Make the role session behind access key `key` a console session, and record SwitchRole.

    `account` is the role's, `before` who switches, with a console session of its own.
    """
    minted = account.sessions[key]
    assert minted.caller.session is not None
    session = replace(minted.caller.session, console=True)
    caller = replace(minted.caller, session=session)
    account.sessions[key] = replace(minted, caller=caller)
    identity = sign_in.proved_identity(caller)
    asked = SignIn(origin, "", "", region=region)
    _write(account, asked, "SwitchRole", identity, sign_in.switch_data(before.arn, region))


def _claimed(account: Account, asked: SignIn) -> Caller | None:
    """Whom the browser says it is; None for a user that is not there.

    The root user goes by the account's alias.
    """
    iam = iam_state(account.id)
    if asked.user_name is None:
        arn = f"arn:aws:iam::{account.id}:root"
        alias = next(iter(iam.account_aliases), None)
        return Caller(CallerType.ROOT, account.id, arn, account.id, user_name=alias)
    user = iam.users.get(asked.user_name)
    if user is None:
        return None
    return Caller(CallerType.IAM_USER, account.id, user.arn, user.id, user_name=user.name)


def _device_showing(account: Account, devices: dict[str, Any], code: str) -> str | None:
    """The serial number of the device that shows `code` now, or did or will half a minute off.

    What a hardware device shows nobody here can know: any six digits pass.
    """
    if not (len(code) == 6 and code.isdecimal()):
        return None
    virtual = iam_state(account.id).virtual_mfa_devices
    step = timedelta(seconds=totp.STEP)
    for serial in devices:
        if serial not in virtual:
            return serial
        seed = virtual[serial].base32_string_seed
        times = (account.world.clock.now(), real_now())
        if any(code in totp.codes(seed, at - step) + totp.codes(seed, at) for at in times):
            return serial
    return None


def _refused(account: Account, asked: SignIn, identity: dict[str, Any], message: str) -> AwsError:
    tried = asked.mfa_code is not None
    additional = sign_in.login_data(asked.recorded_in, asked.region is not None, tried_mfa=tried)
    _write(account, asked, "ConsoleLogin", identity, additional, error=message)
    return AwsError("FailedAuthentication", message, 403)


def _write(
    account: Account,
    asked: SignIn,
    name: str,
    identity: dict[str, Any],
    additional: dict[str, Any],
    error: str | None = None,
) -> None:
    account.records.append(
        sign_in.record(
            name,
            identity,
            account_id=account.id,
            time=account.world.clock.now(),
            region=asked.recorded_in,
            regional=asked.region is not None and asked.user_name is not None,
            source_ip=asked.origin.source_ip,
            user_agent=asked.origin.user_agent or "",
            event_id=event_id(account),
            additional=additional,
            error=error,
        )
    )
