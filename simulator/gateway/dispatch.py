"""dispatch: the call is carried out, by a service of ours or by the backend."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from simulator import services
from simulator.backends import moto, moto_time
from simulator.gateway import wire
from simulator.gateway.call import Outcome
from simulator.gateway.errors import AwsError
from simulator.gateway.parse import Parsed
from simulator.network import survey
from simulator.telemetry.cloudtrail import read_only

_NOT_PASSED_ON = {"content-length", "connection", "server", "date"}


def dispatch(parsed: Parsed, environ: dict[str, Any]) -> Outcome:
    """Carry an authorized call out and say what came of it.

    Raises:
        AwsError: from a service of ours. The backend's own errors come back as an Outcome.
    """
    try:
        with moto_time.serving(lambda: parsed.call.time):
            return _carry_out(parsed, environ)
    finally:
        survey.note(parsed.call)


def _carry_out(parsed: Parsed, environ: dict[str, Any]) -> Outcome:
    call = parsed.call
    own = services.find(call.service, call.operation)
    if own is None:
        return _from_backend(parsed, environ)
    result = own(call, services.Backend(lambda: _answer(parsed, environ), parsed.body))
    response = wire.serialize(parsed.operation, parsed.protocol, result)
    return Outcome(response, result=result)


def _reply(parsed: Parsed, environ: dict[str, Any]) -> Response:
    status, headers, body = moto.dispatch(parsed.call, environ, parsed.body)
    kept = {name: value for name, value in headers.items() if name.lower() not in _NOT_PASSED_ON}
    if parsed.protocol == "json" and 400 < status < 500:
        status = 400  # the backend takes REST's statuses for services that know one alone
    reply = Response(body, status=status, headers=kept)
    if environ["REQUEST_METHOD"] == "HEAD":
        lengths = (value for name, value in headers.items() if name.lower() == "content-length")
        reply.headers["Content-Length"] = next(lengths, "0")
    return reply


def _from_backend(parsed: Parsed, environ: dict[str, Any]) -> Outcome:
    call, response = parsed.call, _reply(parsed, environ)
    if response.status_code >= 400:
        error = wire.error_of(parsed.operation, parsed.protocol, response)
        return Outcome(response, error.code, error.message)
    if read_only(call.service, call.operation):
        return Outcome(response)
    return Outcome(response, result=wire.parse(parsed.operation, parsed.protocol, response))


def _answer(parsed: Parsed, environ: dict[str, Any]) -> services.Result:
    response = _reply(parsed, environ)
    if response.status_code >= 400:
        error: AwsError = wire.error_of(parsed.operation, parsed.protocol, response)
        raise error
    return wire.parse(parsed.operation, parsed.protocol, response)
