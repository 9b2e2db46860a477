"""hidden: what a service asks of KMS with the caller's rights is decided, and written down.

Sources: "Using AWS KMS encryption with AWS services" (AWS KMS Developer Guide), "Forward access
sessions" (IAM User Guide).
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from werkzeug.wrappers import Response

from simulator.account import kms_keys, kms_managed, kms_states
from simulator.account.chance import drawn_uuid
from simulator.account.hidden_call import HiddenCall
from simulator.account.kms_needs import hidden_calls
from simulator.account.lookup import AccountLookup
from simulator.account.principal_policies import policies_of
from simulator.gateway import kms
from simulator.gateway.authorize import decide
from simulator.gateway.call import Call, Outcome
from simulator.gateway.caller import CallerType
from simulator.gateway.context import global_context
from simulator.gateway.errors import AwsError
from simulator.gateway.kms_refusals import as_service
from simulator.iam.actions import Needed, needed
from simulator.iam.evaluate import PolicySet

_ALGORITHM = "HTTP_X_AMZ_SERVER_SIDE_ENCRYPTION"
_KEY = "HTTP_X_AMZ_SERVER_SIDE_ENCRYPTION_AWS_KMS_KEY_ID"
_FOR_RESOURCE = {"kms:GrantIsForAWSResource": "true"}


def perform(call: Call, environ: dict[str, Any]) -> None:
    """Let the service ask KMS for all that `call` takes. Adds to `call.hidden`.

    What S3 will encrypt with which key is put into the request, as the key's ARN: an alias may
    name another key tomorrow.

    Raises:
        AwsError: KMS refuses, in the words of the service.
    """
    wanted = hidden_calls(call)
    if not wanted:
        return
    _refuse_old_signature(call)
    assert call.account is not None
    for account_id in call.account.world.accounts:
        kms_keys.expire(account_id, call.region, call.time)
    own = policies_of(call.caller)
    for one in wanted:
        inner = _inner(call, one)
        call.hidden.append(inner)
        try:
            arn = _admit(inner, one, own)
        except AwsError as error:
            inner.outcome = Outcome(Response(), error.code, error.message)
            raise as_service(call, error, inner) from error
        inner.outcome = Outcome(Response(), result={"KeyId": arn})
        if call.service == "s3" and one.operation == "GenerateDataKey":
            environ.setdefault(_ALGORITHM, "aws:kms")
            environ[_KEY] = arn


def _inner(call: Call, one: HiddenCall) -> Call:
    """The call as KMS gets it: a Decrypt names no key, the ciphertext tells.

    A service that acts in its own name asks KMS itself: nothing is forwarded.
    """
    assert call.account is not None
    own = call.caller.type is CallerType.AWS_SERVICE
    service = call.caller.arn if own else f"{call.service}.amazonaws.com"
    number = f"{call.account.world.seed}/{call.account.id}/{len(call.account.records)}"
    seeded = random.Random(f"kms/{number}/{len(call.hidden)}")
    params: dict[str, Any] = {**one.params}
    if one.operation != "Decrypt":
        params["KeyId"] = one.key
    if one.encryption_context:
        params["EncryptionContext"] = dict(one.encryption_context)
    return Call(
        service="kms",
        event_source="kms.amazonaws.com",
        operation=one.operation,
        params=params,
        region=call.region,
        headers={},
        host=f"kms.{call.region}.amazonaws.com",
        source_ip=service,
        user_agent=service,
        request_id=drawn_uuid(seeded),
        event_id="",
        time=call.time,
        tls=True,
        invoked_by=None if own else service,
        caller=call.caller,
        account=call.account,
    )


def _admit(inner: Call, one: HiddenCall, own: PolicySet) -> str:
    """Decide, look at the key's state, and give the key's ARN."""
    assert inner.account is not None
    world = inner.account.world
    asking = world.accounts.get(one.account_id or "", inner.account)
    key = kms_managed.find(one.key, asking, inner.region)
    action = f"kms:{one.operation}"
    if key is None or key.region != inner.region or key.account_id not in world.accounts:
        if one.key.startswith("arn:") and f":{asking.id}:" not in one.key:
            raise AwsError("AccessDeniedException", kms.hidden_key(inner.caller, action))
        raise kms.not_found(one.key, asking.id, inner.region)
    inner.enter(world.accounts[key.account_id])
    if inner.caller.type is not CallerType.ROOT or inner.caller.access_key_id is not None:
        context = global_context(inner)
        for need in _needs(inner, str(key.arn)):
            decide(inner, need, own, context, "json")
    kms_states.check(one.operation, key)
    return str(key.arn)


def _needs(inner: Call, arn: str) -> tuple[Needed, ...]:
    assert inner.account is not None
    needs = needed(
        "kms",
        inner.operation,
        {**inner.params, "KeyId": arn},
        account_id=inner.account.id,
        region=inner.region,
        lookup=AccountLookup(inner.account.id, inner.region, inner.caller),
    )
    if inner.operation != "CreateGrant":
        return needs
    return tuple(replace(need, context={**need.context, **_FOR_RESOURCE}) for need in needs)


def _refuse_old_signature(call: Call) -> None:
    """Source: "Using server-side encryption with AWS KMS keys (SSE-KMS)"."""
    unsigned = call.caller.type is CallerType.ANONYMOUS or call.signature_version == "SigV2"
    if call.service == "s3" and unsigned:
        raise AwsError(
            "InvalidArgument",
            "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS"
            " Signature Version 4.",
        )
