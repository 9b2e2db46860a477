"""A call that an AWS service makes with its caller's rights, inside the call being served.

Source: "Forward access sessions" and "AWS global condition context keys" (IAM User Guide): the
service calls with the caller's identity and permissions, aws:CalledVia names it, aws:SourceIp is
absent, and the record says invokedBy.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from simulator.account import s3_access
from simulator.account.chance import drawn_uuid
from simulator.account.lookup import AccountLookup
from simulator.account.principal_policies import policies_of
from simulator.gateway import authorize, hidden
from simulator.gateway.call import Call, Outcome
from simulator.gateway.caller import CallerType
from simulator.gateway.context import global_context
from simulator.gateway.crossing import cross
from simulator.gateway.dispatch import dispatch
from simulator.gateway.errors import AwsError, to_response
from simulator.gateway.models import operation_model, serializer
from simulator.gateway.parse import Parsed
from simulator.iam.actions import Needed, Unmapped, needed
from simulator.iam.evaluate import PolicySet

_PROTOCOLS = {"s3": "rest-xml", "glue": "json"}


@dataclass(slots=True)
class Forwarder:
    """Makes calls for the caller of `call`, in the name of `service` ("athena.amazonaws.com").

    Each call joins the hidden calls of `call`, which are written down before it.
    """

    call: Call
    service: str
    _own: PolicySet | None = None
    _contexts: dict[tuple[str, str], dict[str, str | list[str]]] = field(default_factory=dict)

    def perform(
        self, service: str, operation: str, params: dict[str, Any], body: bytes = b""
    ) -> Outcome:
        """Make the call. A refusal or a failure is in the outcome."""
        environ, parsed = self._parsed(service, operation, params, body)
        call = parsed.call
        try:
            self._admit(call, environ, parsed.protocol)
            call.outcome = dispatch(parsed, environ)
        except AwsError as error:
            self._fail(call, error, parsed.protocol)
        self._written(call)
        assert call.outcome is not None
        return call.outcome

    def answer(self, service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """The call's answer in boto3's shape.

        Raises:
            AwsError: it was refused, or it failed.
        """
        from simulator.gateway import wire

        outcome = self.perform(service, operation, params)
        if outcome.error_code is not None:
            raise AwsError(outcome.error_code, outcome.error_message or "")
        if outcome.result is not None:
            return outcome.result
        model = operation_model(service, operation)
        return wire.parse(model, _PROTOCOLS[service], outcome.response)

    def read(self, bucket: str, key: str, size: int) -> AwsError | None:
        """GetObject on an object of `size` bytes: see `decide`."""
        return self.decide("s3", "GetObject", {"Bucket": bucket, "Key": key}, size)

    def decide(
        self, service: str, operation: str, params: dict[str, Any], size: int = 0
    ) -> AwsError | None:
        """A call that is decided and written down, but not carried out.

        Who makes it knows the answer, of `size` bytes. Returns the refusal, if it is refused.
        """
        host = f"{service}.{self.call.region}.amazonaws.com"
        call = self._call(service, operation, params, {}, host)
        protocol, refused = _PROTOCOLS[service], None
        try:
            self._admit(call, {}, protocol)
            call.outcome = Outcome(Response(headers={"Content-Length": str(size)}))
        except AwsError as error:
            refused = error
            self._fail(call, error, protocol)
        self._written(call)
        return refused

    def _fail(self, call: Call, error: AwsError, protocol: str) -> None:
        response = to_response(error, protocol, call.service, call.request_id)
        call.outcome = Outcome(response, error.code, error.message)

    def _written(self, call: Call) -> None:
        self.call.hidden += (*call.hidden, call)
        call.hidden = []

    def _admit(self, call: Call, environ: dict[str, Any], protocol: str) -> None:
        assert self.call.account is not None
        accounts = self.call.account.world.accounts
        if call.service == "s3":
            authorize.find_bucket_account(call, accounts)
        assert call.account is not None
        if not _is_founding(call):
            wanted = self._needed(call)
            if self._own is None:
                self._own = policies_of(call.caller)
            kind = (call.service, call.account.id)
            if kind not in self._contexts:
                self._contexts[kind] = global_context(call)
            for need in wanted:
                authorize.decide(call, need, self._own, self._contexts[kind], protocol)
            cross(call, wanted)
        hidden.perform(call, environ)

    def _needed(self, call: Call) -> tuple[Needed, ...]:
        assert call.account is not None
        world = call.account.world
        try:
            wanted = needed(
                call.service,
                call.operation,
                call.params,
                account_id=call.account.id,
                region=call.region,
                lookup=AccountLookup(call.account.id, call.region, call.caller, world.accounts),
            )
        except Unmapped as error:
            raise AwsError.not_simulated(call.service, call.operation) from error
        return (*wanted, *s3_access.hidden(wanted)) if call.service == "s3" else wanted

    def _parsed(
        self, service: str, operation: str, params: dict[str, Any], body: bytes
    ) -> tuple[dict[str, Any], Parsed]:
        from moto.core.request import Request

        model = operation_model(service, operation)
        sent = serializer(_PROTOCOLS[service]).serialize_to_request(params, model)
        path, _, query = sent["url_path"].partition("?")
        environ: dict[str, Any] = EnvironBuilder(
            method=sent["method"],
            path=unquote(path),
            query_string=query or sent["query_string"],
            headers=list(sent["headers"].items()),
            data=body or sent["body"],
        ).get_environ()
        content = body or sent["body"]
        headers = {"Content-Length": str(len(content)), **sent["headers"]}
        call = self._call(service, operation, params, headers, environ["HTTP_HOST"])
        return environ, Parsed(call, model, _PROTOCOLS[service], Request(environ), content)

    def _call(
        self, service: str, operation: str, params: dict[str, Any], headers: Any, host: str
    ) -> Call:
        outer = self.call
        return Call(
            service=service,
            event_source=f"{service}.amazonaws.com",
            operation=operation,
            params=params,
            region=outer.region,
            headers=headers,
            host=host,
            source_ip=self.service,
            user_agent=self.service,
            request_id=self._request_id(service),
            event_id="",
            time=outer.time,
            tls=True,
            invoked_by=self.service,
            caller=outer.caller,
            account=outer.account,
        )

    def _request_id(self, service: str) -> str:
        """From the call being served and the place among the calls made for it."""
        chance = random.Random(f"{self.call.request_id}/{len(self.call.hidden)}/{service}")
        if service == "s3":
            return "".join(chance.choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=16))
        return drawn_uuid(chance)


def _is_founding(call: Call) -> bool:
    """The account's own founding needs no policy, as elsewhere."""
    return call.caller.type is CallerType.ROOT and call.caller.access_key_id is None
