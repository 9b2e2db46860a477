"""A browser at the sign-in page of an account, for the principals of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from simulator.account import totp
from simulator.account.account import Account, account_id_of
from simulator.account.principal_policies import iam_state
from simulator.gateway import sign_in
from simulator.gateway.errors import AwsError
from simulator.gateway.origin import Origin
from simulator.gateway.sign_in import SignIn

if TYPE_CHECKING:
    from simulator.gateway.app import Gateway

_ANY_SIX_DIGITS = "140519"


class Browser:
    """Signs in to one account of a gateway and switches roles from there."""

    def __init__(self, gateway: Gateway, account: Account) -> None:
        self._gateway, self._account = gateway, account

    def log_in(
        self,
        origin: Origin,
        user: str | None,
        password: str,
        mfa: bool | str,
        region: str | None,
    ) -> dict[str, Any]:
        """Credentials of the console session; see `Principal.console_login`.

        Raises:
            ClientError: FailedAuthentication, MfaRequired.
        """
        account = self._account
        code = mfa if isinstance(mfa, str) else self._shown(user) if mfa else None
        asked = SignIn(origin, user, password, code, region)
        try:
            with self._gateway.turn(account.world):
                return sign_in.console_login(account, asked)
        except AwsError as error:
            said = {
                "Error": {"Code": error.code, "Message": error.message},
                "ResponseMetadata": {"HTTPStatusCode": error.status},
            }
            raise ClientError(said, "ConsoleLogin") from None

    def must_change(self, user: str | None) -> bool:
        """Whether the user has to set a new password before anything else."""
        found = iam_state(self._account.id).users.get(user) if user is not None else None
        return bool(found is not None and found.password_reset_required)

    def switched(
        self, origin: Origin, before: Mapping[str, Any], after: Mapping[str, Any], region: str
    ) -> None:
        """Role credentials `after` were got by switching, with those of a console session."""
        keys = [each["AccessKeyId"] for each in (before, after)]
        home, target = (self._gateway.accounts[account_id_of(key) or ""] for key in keys)
        who = home.sessions[keys[0]].caller
        with self._gateway.turn(target.world):
            sign_in.switch_role(target, keys[1], who, origin, region)

    def _shown(self, user: str | None) -> str:
        """The code that the user's device shows."""
        iam = iam_state(self._account.id)
        owner = iam.users.get(user) if user is not None else None
        for serial in owner.mfa_devices if owner is not None else ():
            if serial in iam.virtual_mfa_devices:
                seed = iam.virtual_mfa_devices[serial].base32_string_seed
                return totp.codes(seed, self._account.world.clock.now())[0]
        return _ANY_SIX_DIGITS
