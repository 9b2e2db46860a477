"""A call of any service made inside the simulator: to look at an account, or for a role's session.

The caller of these functions has the world's turn.
"""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import unquote, urlencode

from werkzeug.test import EnvironBuilder

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.gateway import documents, hidden, protected, wire
from simulator.gateway.authorize import authorize
from simulator.gateway.call import Call, Outcome
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.dispatch import dispatch
from simulator.gateway.errors import AwsError, to_response
from simulator.gateway.models import operation_model, serializer
from simulator.gateway.parse import Parsed
from simulator.gateway.record import record


def ask(
    account: Account, region: str, service: str, operation: str, params: dict[str, Any]
) -> dict[str, Any]:
    """The answer of a reading call in boto3's shape; nobody is judged, nothing is written down.

    Raises:
        AwsError: the service's own error, such as that there is no such thing.
    """
    root = f"arn:aws:iam::{account.id}:root"
    caller = Caller(CallerType.ROOT, account.id, root, account.id)
    environ, parsed = _parsed(account, region, service, operation, params, caller, "internal")
    return _answer(parsed, dispatch(parsed, environ))


def perform(
    account: Account,
    region: str,
    caller: Caller,
    by: str,
    service: str,
    operation: str,
    params: dict[str, Any],
) -> dict[str, Any]:
    """Make a call as `caller` and write it down; the answer in boto3's shape.

    `by` is the service principal behind it. A session of a role and a person that the service
    acts for are named as such, with the service as invokedBy.

    Raises:
        AwsError: the call was refused, or it failed.
    """
    environ, parsed = _parsed(account, region, service, operation, params, caller, by)
    call = parsed.call
    if caller.type is not CallerType.AWS_SERVICE:
        call.invoked_by = by
    try:
        authorize(call, parsed.protocol, account.world.accounts)
        documents.check(call)
        protected.check(call)
        hidden.perform(call, environ)
        call.outcome = dispatch(parsed, environ)
        return _answer(parsed, call.outcome)
    except AwsError as error:
        if call.outcome is None:
            response = to_response(error, parsed.protocol, call.service, call.request_id)
            call.outcome = Outcome(response, error.code, error.message)
        raise
    finally:
        if call.outcome is not None:
            for each in (*call.hidden, call):
                record(each, account.world.accounts)


def _answer(parsed: Parsed, outcome: Outcome) -> dict[str, Any]:
    if outcome.error_code is not None:
        raise AwsError(outcome.error_code, outcome.error_message or "", 400)
    if outcome.result is not None:
        return outcome.result
    answer: dict[str, Any] = wire.parse(parsed.operation, parsed.protocol, outcome.response)
    return answer


def _parsed(
    account: Account,
    region: str,
    service: str,
    operation: str,
    params: dict[str, Any],
    caller: Caller,
    by: str,
) -> tuple[dict[str, Any], Parsed]:
    """The call as it would have arrived: botocore's models say how it looks on the wire."""
    from moto.core.request import Request

    model = operation_model(service, operation)
    protocol = str(model.service_model.metadata["protocol"])
    sent = serializer(protocol).serialize_to_request(params, model)
    body = sent["body"]
    if isinstance(body, dict):
        body = urlencode(body)
    path, _, query = sent["url_path"].partition("?")
    environ: dict[str, Any] = EnvironBuilder(
        method=sent["method"],
        path=unquote(path),
        query_string=query or sent["query_string"],
        headers=list(sent["headers"].items()),
        data=body,
    ).get_environ()
    content = body.encode() if isinstance(body, str) else bytes(body or b"")
    chance = random.Random(
        f"inner call/{account.world.seed}/{account.id}/{len(account.records)}/{operation}"
    )
    call = Call(
        service=service,
        event_source=f"{model.service_model.endpoint_prefix}.amazonaws.com",
        operation=operation,
        params=params,
        region=region,
        headers={"Content-Length": str(len(content)), **sent["headers"]},
        host=environ["HTTP_HOST"],
        source_ip=by,
        user_agent=by,
        request_id=drawn_uuid(chance),
        event_id="",
        time=account.world.clock.now(),
        request_line=f"{sent['method']} {sent['url_path']}",
        tls=True,
        caller=caller,
        account=account,
    )
    return environ, Parsed(call, model, protocol, Request(environ), content)
