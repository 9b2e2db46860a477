"""Whether a call would be let through, asked of the gateway's own decision, without making it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from simulator.account import transport
from simulator.gateway import hidden, kms, protected
from simulator.gateway.authorize import authorize
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.gateway.identify import identify
from simulator.gateway.parse import parse
from simulator.iam.place import looks_at_place

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.gateway.caller import Caller
    from simulator.gateway.origin import Origin

Question = tuple[str, str, Mapping[str, Any]]
"""botocore's service and operation, and the parameters."""
_WHO_AM_I = "Action=GetCallerIdentity&Version=2011-06-15"
_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


def allowed(askings: Iterable[Asking], question: Question) -> bool:
    """Whether a caller is let through from one of several places.

    A refusal in which nobody looked at the place is one from everywhere.
    """
    for one in askings:
        let_through, by_place = one.answer(*question)
        if let_through or not by_place:
            return let_through
    return False


@dataclass(frozen=True, slots=True)
class Asking:
    """One caller from one place. `allows` answers for any call it could make."""

    account: Account
    caller: Caller
    origin: Origin

    def allows(self, service: str, operation: str, params: Mapping[str, Any]) -> bool:
        """Whether every policy that bears on the call lets it through; KMS's part included."""
        return self.answer(service, operation, params)[0]

    def answer(self, service: str, operation: str, params: Mapping[str, Any]) -> tuple[bool, bool]:
        """What `allows` says, and whether it may be otherwise from elsewhere."""
        call = Call(
            service=service,
            event_source=f"{service}.amazonaws.com",
            operation=operation,
            params=dict(params),
            region=self.account.region,
            headers={},
            host="",
            source_ip=self.origin.source_ip,
            user_agent=self.origin.user_agent or "",
            request_id="",
            event_id="",
            time=self.account.world.clock.now(),
            tls=self.origin.tls,
            caller=self.caller,
        )
        if self.caller.arn:
            call.enter(self.account.world.accounts[self.caller.account_id])
        try:
            authorize(call, "json", self.account.world.accounts)
            protected.check(call)
            if service == "kms":
                kms.check_state(call)
            hidden.perform(call, {})
        except AwsError:
            return False, _by_place(call)
        return True, True


def _by_place(call: Call) -> bool:
    """Whether a refusal may follow from the place: from policies that look there, or from KMS's."""
    if not call.asked:
        return False
    grounds = call.asked[-1].grounds
    return grounds is None or looks_at_place(grounds[1])


def identified(account: Account, keys: Mapping[str, Any], origin: Origin) -> Caller | None:
    """Whom credentials prove now, by a signed GetCallerIdentity; None if they prove nobody.

    A key that is off or gone, a session that is over, or whose user or role is gone.
    """
    environ = _signed(keys, origin)
    parsed = parse(environ, origin, "")
    call = parsed.call
    try:
        identify(call, environ, parsed.body, parsed.protocol, account.world.accounts)
    except AwsError:
        return None
    return call.caller


def _signed(keys: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    request = AWSRequest("POST", "https://sts.amazonaws.com/", dict(_FORM), _WHO_AM_I)
    secrets = Credentials(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken") or None
    )
    transport.sign_by_our_clock()
    SigV4Auth(secrets, "sts", "us-east-1").add_auth(request)
    return transport.environ(request.prepare(), origin)
