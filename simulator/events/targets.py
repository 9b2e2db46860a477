"""The targets of rules: who sends, where, and whether it may.

Without a role EventBridge calls in its own name, on behalf of the rule, and the resource's policy
decides; with one, the role's policies do. Sources: "Using resource-based policies for Amazon
EventBridge", "Using IAM roles to access targets", "Event bus targets" (Amazon EventBridge User
Guide).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from simulator.account.state import state_of
from simulator.events.delivery import Delivery, Undelivered, reason

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.gateway.caller import Caller

EVENTS: Final = "events.amazonaws.com"
NEED_ROLE: Final = frozenset({"states", "document", "automation-definition"})
"""Kinds of targets that have no policy of their own."""
BY_RULES_ROLE: Final = NEED_ROLE | {"event-bus"}
"""Kinds for which the rule's role does where the target has none."""


def send(account: Account, delivery: Delivery) -> None:
    """Deliver from a rule of `account`. The caller has the world's turn.

    Raises:
        Undelivered: the attempt failed.
    """
    from simulator.gateway.errors import AwsError

    arn = str(delivery.target["Arn"])
    sender = _SENDERS.get(kind(arn))
    if sender is None:
        raise Undelivered("SDK_CLIENT_ERROR", f"Targets such as {arn} are not simulated.")
    owner = account.world.accounts.get(arn.split(":")[4] or account.id)
    if owner is None or not _there(owner, arn):
        raise Undelivered("NO_RESOURCE", f"{arn} does not exist.")
    try:
        sender(account, owner, delivery)
    except AwsError as error:
        raise reason(error) from error


def kind(arn: str) -> str:
    """What kind of target an ARN names: "sqs", "lambda", "event-bus", …; "" for none."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return ""
    service, resource = parts[2], parts[5]
    if service == "events":
        return "archive" if resource in {"", ":"} else resource.split("/")[0]
    if service == "ssm":
        return resource.split("/")[0]
    return service


def _there(owner: Account, arn: str) -> bool:
    """Whether there is such a queue, topic or state machine; others' senders see for themselves."""
    _, _, service, region, _, name = arn.split(":", 5)
    state = state_of("stepfunctions" if service == "states" else service, owner.id, region)
    if service == "sqs":
        return state is not None and name in state.queues
    if service == "sns":
        return state is not None and arn in state.topics
    if service == "states":
        machines = state.state_machines if state is not None else ()
        return any(one.arn == arn for one in machines)
    return True


def simulated(arn: str) -> bool:
    """Whether events are delivered to a target like this."""
    return kind(arn) in _SENDERS


def sender_of(account: Account, delivery: Delivery) -> Caller:
    """EventBridge itself, or its session of the role, whose beginning is recorded.

    Raises:
        Undelivered: the role is not there, or doesn't trust EventBridge.
    """
    from simulator.gateway import service_role
    from simulator.gateway.caller import service_caller
    from simulator.gateway.errors import AwsError

    caller = replace(service_caller(EVENTS), issuer_arn=delivery.rule_arn)
    if delivery.role is None:
        return caller
    name = hashlib.sha256(delivery.rule_arn.encode()).hexdigest()[:32]
    try:
        taken = service_role.assume(
            account, EVENTS, delivery.rule_arn, delivery.role, name, delivery.region
        )
    except AwsError as error:
        raise Undelivered("NO_PERMISSIONS", error.message) from error
    assert taken.session is not None
    service_role.write_down(
        account,
        caller,
        EVENTS,
        "sts",
        "AssumeRole",
        {"RoleArn": delivery.role, "RoleSessionName": name},
        delivery.region,
        {
            "Credentials": {
                "AccessKeyId": taken.access_key_id,
                "SessionToken": "",
                "Expiration": taken.session.expires.replace(microsecond=0),
            },
            "AssumedRoleUser": {"AssumedRoleId": taken.principal_id, "Arn": taken.arn},
        },
    )
    return taken


def _call(
    account: Account,
    owner: Account,
    delivery: Delivery,
    service: str,
    operation: str,
    params: Mapping[str, Any],
) -> None:
    from simulator.gateway.own_call import OwnCall, perform

    region = str(delivery.target["Arn"]).split(":")[3] or delivery.region
    caller = sender_of(account, delivery)
    perform(OwnCall(caller, EVENTS, service, operation, params, region), owner)


def _queue(account: Account, owner: Account, delivery: Delivery) -> None:
    *_, region, number, name = str(delivery.target["Arn"]).split(":")
    params = {
        "QueueUrl": f"https://sqs.{region}.amazonaws.com/{number}/{name}",
        "MessageBody": delivery.body,
    }
    group = (delivery.target.get("SqsParameters") or {}).get("MessageGroupId")
    if group:
        params["MessageGroupId"] = group
    _call(account, owner, delivery, "sqs", "SendMessage", params)


def _topic(account: Account, owner: Account, delivery: Delivery) -> None:
    params = {"TopicArn": delivery.target["Arn"], "Message": delivery.body}
    _call(account, owner, delivery, "sns", "Publish", params)


def _machine(account: Account, owner: Account, delivery: Delivery) -> None:
    _json(delivery.body)
    seeded = f"{delivery.rule_arn}/{delivery.event['id']}/{delivery.target['Id']}"
    digest = hashlib.sha256(f"{account.world.seed}/{seeded}".encode()).hexdigest()
    params = {
        "stateMachineArn": delivery.target["Arn"],
        "name": f"{delivery.event['id']}_{digest[:36]}",
        "input": delivery.body,
    }
    _call(account, owner, delivery, "stepfunctions", "StartExecution", params)


def _command(account: Account, owner: Account, delivery: Delivery) -> None:
    """The input holds the document's parameters: {"commands": ["…"]}."""
    chosen = (delivery.target.get("RunCommandParameters") or {}).get("RunCommandTargets") or ()
    params: dict[str, Any] = {
        "DocumentName": str(delivery.target["Arn"]).split("document/", 1)[1],
        "Targets": [{"Key": one["Key"], "Values": one["Values"]} for one in chosen],
        "Parameters": _parameters(delivery.body),
    }
    _call(account, owner, delivery, "ssm", "SendCommand", params)


def _automation(account: Account, owner: Account, delivery: Delivery) -> None:
    name, _, version = (
        str(delivery.target["Arn"]).split("automation-definition/", 1)[1].partition(":")
    )
    params: dict[str, Any] = {"DocumentName": name, "Parameters": _parameters(delivery.body)}
    if version:
        params["DocumentVersion"] = version
    _call(account, owner, delivery, "ssm", "StartAutomationExecution", params)


def _parameters(body: str) -> dict[str, list[str]]:
    told = _json(body)
    if not isinstance(told, dict):
        raise Undelivered("INVALID_JSON", "The input must be an object of parameters.")
    lists = {name: value if isinstance(value, list) else [value] for name, value in told.items()}
    if not all(isinstance(each, str) for value in lists.values() for each in value):
        raise Undelivered("INVALID_PARAMETER", "Parameters must be lists of strings.")
    return lists


def _json(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise Undelivered("INVALID_JSON", f"The input is not valid JSON: {error}") from error


def _log_group(account: Account, owner: Account, delivery: Delivery) -> None:
    from simulator.events import log_target

    log_target.send(owner, sender_of(account, delivery), delivery)


def _function(account: Account, owner: Account, delivery: Delivery) -> None:
    from simulator.events import function_target

    _json(delivery.body)
    function_target.send(owner, sender_of(account, delivery), delivery)


def _bus(account: Account, owner: Account, delivery: Delivery) -> None:
    from simulator.events import bus_target

    bus_target.send(account, owner, delivery)


def _archive(account: Account, owner: Account, delivery: Delivery) -> None:
    """The bus's archive, whose rule the backend keeps; it holds the event's time in seconds."""
    state = state_of("events", account.id, delivery.region)
    name = delivery.rule_name.removeprefix("Events-Archive-")
    archive = state.archives.get(name) if state is not None else None
    if archive is not None:
        archive.events.append(dict(delivery.event))


_SENDERS: Final[Mapping[str, Callable[[Account, Account, Delivery], None]]] = {
    "sqs": _queue,
    "sns": _topic,
    "logs": _log_group,
    "lambda": _function,
    "states": _machine,
    "document": _command,
    "automation-definition": _automation,
    "event-bus": _bus,
    "archive": _archive,
}
