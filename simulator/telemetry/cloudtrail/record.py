"""One CloudTrail record out of one finished call.

Source: "CloudTrail record contents for management, data, and network activity events" of the
AWS documentation, and real records.
"""

from __future__ import annotations

from typing import Any, Final

from simulator.gateway.call import Call, Outcome
from simulator.gateway.caller import CallerType
from simulator.telemetry.cloudtrail import console, ec2, parameters, s3, tweaks
from simulator.telemetry.cloudtrail.events import is_data_event, read_only
from simulator.telemetry.cloudtrail.identity import federated_identity, user_identity
from simulator.telemetry.cloudtrail.models import endpoint, service_model
from simulator.telemetry.cloudtrail.names import event_name
from simulator.telemetry.cloudtrail.resources import resources
from simulator.telemetry.cloudtrail.times import instant
from simulator.telemetry.cloudtrail.version import EVENT_VERSION

_DENIED: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "AuthorizationError",
    }
)
_SERVER_ERRORS: Final = frozenset({"InternalError", "InternalFailure", "Unavailable"})
_RESPONSE_OF_READ: Final = frozenset(
    {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}
)
_FEDERATION: Final = {
    "AssumeRoleWithSAML": "SAMLUser",
    "AssumeRoleWithWebIdentity": "WebIdentityUser",
}


def record(call: Call, recipient: str | None = None) -> dict[str, Any]:
    """The CloudTrail record of a finished `call`: JSON-ready, keys in CloudTrail's order.

    `recipient` is the id of the account that receives the record; by default the account
    called into. A caller is shown in full only to its own account. Raises ValueError for a
    call without an outcome: it has not finished.
    """
    outcome = call.outcome
    if outcome is None:
        raise ValueError(
            f"{call.service}:{call.operation} has no outcome yet; record a call after dispatch"
        )
    account_id = call.account.id if call.account is not None else call.caller.account_id
    by_service = call.invoked_by or (
        call.caller.principal_id if call.caller.type is CallerType.AWS_SERVICE else None
    )
    by_console = console.agent(call)
    host, region = endpoint(call.service, call.region)
    is_read = read_only(call.service, call.operation)
    is_data = is_data_event(call.service, call.operation)

    entry: dict[str, Any] = {
        "eventVersion": EVENT_VERSION,
        "userIdentity": _identity(call, outcome, recipient or account_id),
        "eventTime": instant(call.time),
        "eventSource": call.event_source,
        "eventName": event_name(call.service, call.operation),
        "awsRegion": region,
        "sourceIPAddress": by_service or call.source_ip,
        "userAgent": by_service or _user_agent(call, by_console or call.user_agent),
    }
    if outcome.error_code is not None:
        entry["errorCode"] = _error_code(
            call.service, outcome.error_code, outcome.error_message or ""
        )
        if outcome.error_message:
            entry["errorMessage"] = outcome.error_message
    entry["requestParameters"] = _request_parameters(call, outcome, account_id)
    entry["responseElements"] = _response_elements(call, outcome, is_read)
    additional = _additional_event_data(call, account_id)
    if additional:
        entry["additionalEventData"] = additional
    entry["requestID"] = call.request_id
    entry["eventID"] = call.event_id
    entry["readOnly"] = is_read
    touched = resources(call, account_id)
    if touched:
        entry["resources"] = touched
    entry["eventType"] = "AwsApiCall"
    entry["managementEvent"] = not is_data
    entry["recipientAccountId"] = recipient or account_id
    if call.shared_event_id is not None:
        entry["sharedEventID"] = call.shared_event_id
    if call.endpoint is not None:
        entry["vpcEndpointId"] = call.endpoint.id
        entry["vpcEndpointAccountId"] = call.endpoint.account_id
    entry["eventCategory"] = "Data" if is_data else "Management"
    if call.tls and by_service is None and by_console is None:
        entry["tlsDetails"] = {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": (
                s3.host(call.params, call.region) if call.service == "s3" else host
            ),
        }
    if console.is_marked(call):
        entry["sessionCredentialFromConsole"] = "true"
    return entry


def _identity(call: Call, outcome: Outcome, recipient: str) -> dict[str, Any]:
    kind = _FEDERATION.get(call.operation) if call.service == "sts" else None
    if kind is not None and outcome.result:
        return federated_identity(kind, outcome.result)
    return user_identity(call.caller, recipient, call.invoked_by)


def _user_agent(call: Call, agent: str) -> str:
    return f"[{agent}]" if call.service == "s3" else agent


def _error_code(service: str, code: str, message: str) -> str:
    """CloudTrail's errorCode.

    EC2's codes say whose fault it is; IAM's are named as its exceptions are, such as
    NoSuchEntityException. A refusal by IAM is AccessDenied whatever the service's protocol
    calls it; a service's own AccessDeniedException keeps its name.
    """
    if service == "ec2":
        if code.startswith(("Client.", "Server.")):
            return code
        return f"Server.{code}" if code in _SERVER_ERRORS else f"Client.{code}"
    if service == "iam":
        model = service_model(service)
        shape = model.shape_for_error_code(code) if model is not None else None
        return code if shape is None else str(shape.name)
    if code == "AccessDeniedException" and "is not authorized to perform" in message:
        return "AccessDenied"
    return code


def _request_parameters(call: Call, outcome: Outcome, account_id: str) -> dict[str, Any] | None:
    if call.service == "s3":
        return s3.request_parameters(call)
    if call.service == "ec2":
        return ec2.request_parameters(call.operation, call.params) or None
    if outcome.error_code in _DENIED:
        return None
    shown = parameters.request_parameters(call.service, call.operation, call.params)
    return tweaks.tweak_request(call, shown, account_id) or None


def _response_elements(call: Call, outcome: Outcome, is_read: bool) -> dict[str, Any] | None:
    if outcome.error_code is not None:
        return None
    if is_read and not (call.service == "sts" and call.operation in _RESPONSE_OF_READ):
        return None
    if call.service == "s3":
        return s3.response_elements(call)
    result = outcome.result or {}
    if call.service == "ec2":
        return ec2.response_elements(call.operation, result, call.request_id)
    if not result:
        return None
    shown = parameters.response_elements(call.service, call.operation, result)
    return tweaks.tweak_response(call, shown) or None


def _additional_event_data(call: Call, account_id: str) -> dict[str, Any]:
    if call.service == "s3":
        return {**s3.additional_event_data(call), **call.notes}
    return {**tweaks.additional_event_data(call, account_id), **call.notes}
