"""Login profiles, and the rules that the account sets for passwords.

Source: "Set an account password policy for IAM users", "CreateLoginProfile" and "ChangePassword"
of the IAM API reference.
"""

from __future__ import annotations

import string
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.iam.state import account_of, iam_of, missing, user_of

_SYMBOLS = "!@#$%^&*()_+-=[]{}|'"
_KINDS = (string.ascii_uppercase, string.ascii_lowercase, string.digits, _SYMBOLS)


@operation
def create_login_profile(call: Call, backend: Backend) -> Result:
    """moto takes any password, and forgets when it was set and that it must be changed."""
    user = user_of(call)
    if user.password:
        text = f"Login Profile for user {user.name} already exists."
        raise AwsError("EntityAlreadyExists", text, 409)
    _set(call, user, call.params["Password"])
    user.password_reset_required = bool(call.params.get("PasswordResetRequired"))
    user.login_profile_created = call.time
    return {"LoginProfile": _shown(user)}


@operation
def get_login_profile(call: Call, backend: Backend) -> Result:
    """Raises NoSuchEntity for a user without a password."""
    return {"LoginProfile": _shown(_with_password(call))}


@operation
def update_login_profile(call: Call, backend: Backend) -> Result:
    """What is not given stays as it is."""
    user = _with_password(call)
    if "Password" in call.params:
        _set(call, user, call.params["Password"])
    if "PasswordResetRequired" in call.params:
        user.password_reset_required = call.params["PasswordResetRequired"]
    return {}


@operation
def delete_login_profile(call: Call, backend: Backend) -> Result:
    """The user can't sign in to the console any more; its access keys still work."""
    _with_password(call).password = None
    return {}


@operation
def change_password(call: Call, backend: Backend) -> Result:
    """Of the user that calls.

    Raises:
        AwsError: AccessDenied for a wrong old password.
    """
    user = _with_password(call)
    if user.password != call.params["OldPassword"]:
        raise AwsError("AccessDenied", "The old password was incorrect.", 403)
    _set(call, user, call.params["NewPassword"])
    user.password_reset_required = False
    return {}


def _with_password(call: Call) -> Any:
    user = user_of(call)
    if not user.password:
        raise missing(f"Login Profile for User {user.name} cannot be found.")
    return user


def _set(call: Call, user: Any, password: str) -> None:
    if not _conforms(iam_of(call).account_password_policy, password) or password in (
        user.name,
        account_of(call).id,
    ):
        raise AwsError(
            "PasswordPolicyViolation",
            "Password does not conform to the account password policy.",
            400,
        )
    user.password, user.password_changed = password, call.time


def _conforms(rules: Any, password: str) -> bool:
    """Without rules of the account's own, eight characters of three kinds will do."""
    kinds = [any(character in kind for character in password) for kind in _KINDS]
    if rules is None:
        return len(password) >= 8 and sum(kinds) >= 3
    wanted = (
        rules.require_uppercase_characters,
        rules.require_lowercase_characters,
        rules.require_numbers,
        rules.require_symbols,
    )
    met = all(has or not asked for has, asked in zip(kinds, wanted, strict=True))
    return met and len(password) >= rules.minimum_password_length


def _shown(user: Any) -> Result:
    return {
        "UserName": user.name,
        "CreateDate": user.__dict__.get("login_profile_created", user.create_date),
        "PasswordResetRequired": bool(user.password_reset_required),
    }
