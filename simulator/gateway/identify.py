"""identify: who signed the request, proved by the signature itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.account.account import Account, Minted, account_id_of
from simulator.account.clock import real_now
from simulator.account.principal_policies import iam_state
from simulator.gateway import sigv4
from simulator.gateway.call import Call
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.errors import AwsError
from simulator.gateway.origin import ENVIRON_KEY, Origin

_S3_LIKE = {"s3", "s3control"}


def identify(
    call: Call, environ: dict[str, Any], body: bytes, protocol: str, accounts: Mapping[str, Account]
) -> None:
    """Set `call.caller` and `call.account`. An unsigned request stays anonymous.

    Raises:
        AwsError: AWS's own for an unknown, inactive, expired or badly signed request.
    """
    origin: Origin | None = environ.get(ENVIRON_KEY)
    if origin is not None and origin.vouched is not None:
        call.caller = origin.vouched
        if origin.account_id is not None:
            call.enter(accounts[origin.account_id])
        return
    signature = call.signature
    if signature is None:
        return
    call.signature_version = signature.version
    call.authentication_method = "QueryString" if signature.presigned else "AuthHeader"
    account = accounts.get(account_id_of(signature.access_key_id) or "")
    if account is None or account.closed:
        raise unknown_key(call.service, protocol)
    call.enter(account)
    if signature.access_key_id.startswith("ASIA"):
        secret, caller = _session(call, account, signature, protocol)
    else:
        secret, caller = _long_term(call, account, signature, protocol)
    _fresh(call, signature, account, protocol)
    if not sigv4.matches(signature, secret, environ, body):
        raise mismatch(call.service, protocol)
    if call.service in _S3_LIKE and (unsigned := sigv4.unsigned_headers(signature, environ)):
        raise AwsError(
            "AccessDenied",
            f"There were headers present in the request which were not signed: {unsigned}",
            403,
        )
    call.caller = caller


def _long_term(
    call: Call, account: Account, signature: sigv4.Signature, protocol: str
) -> tuple[str, Caller]:
    iam, key_id = iam_state(account.id), signature.access_key_id
    key = iam.access_keys.get(key_id)
    if key is None or key.status != "Active" or key.user_name not in iam.users:
        raise unknown_key(call.service, protocol)
    if signature.token is not None:
        raise unknown_key(call.service, protocol, session=True)
    user = iam.users[key.user_name]
    return key.secret_access_key, Caller(
        CallerType.IAM_USER, account.id, user.arn, user.id, key_id, user.name
    )


def _session(
    call: Call, account: Account, signature: sigv4.Signature, protocol: str
) -> tuple[str, Caller]:
    minted = account.sessions.get(signature.access_key_id)
    if minted is None or signature.token is None:
        raise unknown_key(call.service, protocol)
    if minted.token != signature.token or not _issuer_lives(account, minted):
        raise unknown_key(call.service, protocol, session=True)
    session = minted.caller.session
    assert session is not None
    if call.time >= session.expires:
        raise expired_token(call.service, protocol)
    return minted.secret, minted.caller


def _issuer_lives(account: Account, minted: Minted) -> bool:
    """A session ends with the user or role behind it, also when one of its name is made anew."""
    caller, iam = minted.caller, iam_state(account.id)
    if caller.type is CallerType.ROOT:
        return True
    if caller.type is CallerType.ASSUMED_ROLE:
        return caller.issuer_id in iam.roles
    user = iam.users.get(caller.issuer_name or caller.user_name or "")
    return user is not None and user.id == (caller.issuer_id or caller.principal_id)


def _fresh(call: Call, signature: sigv4.Signature, account: Account, protocol: str) -> None:
    """The signature's age: by the account's clock for a presigned URL, else by the machine's."""
    now = real_now() + signature.lead
    if signature.expires is not None:
        signed_at = account.world.clock.at(signature.made_at)
        if signature.version == "SigV4" and signed_at - call.time > sigv4.SKEW:
            raise AwsError("AccessDenied", "Request is not valid yet", 403)
        if signed_at + signature.expires < call.time:
            raise _url_expired(call.service, protocol)
        return
    if abs(now - signature.signed_at) <= sigv4.SKEW:
        return
    if call.service in _S3_LIKE:
        raise AwsError(
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
            403,
        )
    stamps = [t.strftime("%Y%m%dT%H%M%SZ") for t in (signature.signed_at, now - sigv4.SKEW, now)]
    late = signature.signed_at < now
    if protocol == "ec2":
        raise AwsError("RequestExpired", "Request has expired.", 400)
    code = "InvalidSignatureException" if protocol.endswith("json") else "SignatureDoesNotMatch"
    if late:
        text = f"Signature expired: {stamps[0]} is now earlier than {stamps[1]} ({stamps[2]} - 15 min.)"
    else:
        limit = (now + sigv4.SKEW).strftime("%Y%m%dT%H%M%SZ")
        text = f"Signature not yet current: {stamps[0]} is still later than {limit} ({stamps[2]} + 15 min.)"
    raise AwsError(code, text, 400 if protocol == "json" else 403)


def _url_expired(service: str, protocol: str) -> AwsError:
    """A presigned URL past its time."""
    if service in _S3_LIKE:
        return AwsError("AccessDenied", "Request has expired", 403)
    return AwsError("SignatureDoesNotMatch", "Signature expired", 403)


def unknown_key(service: str, protocol: str, *, session: bool = False) -> AwsError:
    """No such key, or one that is not active: AWS does not tell which."""
    if service in _S3_LIKE:
        if session:
            return AwsError(
                "InvalidToken", "The provided token is malformed or otherwise invalid.", 400
            )
        return AwsError(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
            403,
        )
    if protocol == "ec2":
        return AwsError(
            "AuthFailure", "AWS was not able to validate the provided access credentials", 401
        )
    text = "The security token included in the request is invalid."
    if protocol.endswith("json"):
        return AwsError("UnrecognizedClientException", text, 400 if protocol == "json" else 403)
    return AwsError("InvalidClientTokenId", text, 403)


def expired_token(service: str, protocol: str) -> AwsError:
    """A session that is over."""
    if service in _S3_LIKE:
        return AwsError("ExpiredToken", "The provided token has expired.", 400)
    if protocol == "ec2":
        return AwsError("RequestExpired", "Request has expired.", 400)
    text = "The security token included in the request is expired"
    if protocol.endswith("json"):
        return AwsError("ExpiredTokenException", text, 400 if protocol == "json" else 403)
    return AwsError("ExpiredToken", text, 403)


def mismatch(service: str, protocol: str) -> AwsError:
    """A signature that the secret key did not make."""
    if protocol == "ec2":
        return AwsError(
            "AuthFailure", "AWS was not able to validate the provided access credentials", 401
        )
    text = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. Consult the service documentation "
        "for details."
    )
    if service in _S3_LIKE:
        text = (
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method."
        )
    if protocol.endswith("json"):
        return AwsError("InvalidSignatureException", text, 400 if protocol == "json" else 403)
    return AwsError("SignatureDoesNotMatch", text, 403)
