"""What AWS Config tells: events for EventBridge, and the messages of its SNS topic.

Sources: "Monitoring AWS Config with Amazon EventBridge", "Example Compliance Change Notification",
"Example Configuration Item Change Notifications" (AWS Config Developer Guide).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.configuration.evaluating import Change
from simulator.configuration.resource import camel, stamp
from simulator.configuration.state import Item, Key, Result, Rule, chance
from simulator.reactions.event import Event

_CHANGE_TYPES = {"ResourceDiscovered": "CREATE", "ResourceDeleted": "DELETE"}


def of_item(account: Account, region: str, item: Item, before: Item | None) -> Event:
    """Config Configuration Item Change."""
    told = shown(item)
    detail = {
        "recordVersion": "1.3",
        "messageType": "ConfigurationItemChangeNotification",
        "configurationItemDiff": {
            "changedProperties": {} if before is None else _changed(shown(before), told),
            "changeType": _CHANGE_TYPES.get(item.status, "UPDATE"),
        },
        "notificationCreationTime": stamp(item.captured),
        "configurationItem": told,
    }
    what = f"{told['resourceType']}/{told['resourceId']}/{told['configurationStateId']}"
    arns = (str(told["arn"]),)
    return _event(
        account, region, item.captured, "Config Configuration Item Change", detail, what, arns
    )


def of_change(account: Account, region: str, change: Change) -> Event:
    """Config Rules Compliance Change."""
    told = change.rule.told
    detail = {
        "resourceId": change.key[1],
        "awsRegion": region,
        "awsAccountId": account.id,
        "configRuleName": told["ConfigRuleName"],
        "recordVersion": "1.0",
        "configRuleARN": told["ConfigRuleArn"],
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": _result(change.rule, change.key, change.new, change.at),
        "notificationCreationTime": stamp(change.at),
        "resourceType": change.key[0],
    }
    if change.old is not None:
        detail["oldEvaluationResult"] = _result(change.rule, change.key, change.old, change.at)
    what = f"{told['ConfigRuleName']}/{change.key}"
    return _event(account, region, change.at, "Config Rules Compliance Change", detail, what)


def message(event: Event) -> tuple[str, str]:
    """The subject and the text in which SNS gets an event."""
    detail = event.detail
    if event.detail_type == "Config Rules Compliance Change":
        compliance = detail["newEvaluationResult"]["complianceType"]
        what = (
            f"{detail['resourceType']} {detail['resourceId']} is {compliance} with "
            f"{detail['configRuleName']}"
        )
    else:
        item = detail["configurationItem"]
        verb = {"CREATE": "Created", "DELETE": "Deleted"}.get(
            detail["configurationItemDiff"]["changeType"], "Updated"
        )
        what = f"{item['resourceType']} {item['resourceId']} {verb}"
    subject = f"[AWS Config:{event.region}] {what} in Account {event.account}"
    return subject if len(subject) <= 100 else f"{subject[:97]}...", json.dumps(detail)


def shown(item: Item) -> dict[str, Any]:
    """An item as JSON: the configuration is no text there."""
    told: dict[str, Any] = camel(dict(item.told))
    told["tags"] = dict(item.told["tags"])
    text = item.told.get("configuration")
    told["configuration"] = json.loads(text) if text else None
    told["supplementaryConfiguration"] = {
        name: _json(value) for name, value in item.told["supplementaryConfiguration"].items()
    }
    return told


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The members of the configuration that differ, by their paths."""
    changed: dict[str, Any] = {}
    for part in ("configuration", "supplementaryConfiguration"):
        before, after = old.get(part) or {}, new.get(part) or {}
        for name in dict.fromkeys((*before, *after)):
            if before.get(name) != after.get(name):
                kind = (
                    "CREATE" if name not in before else "DELETE" if name not in after else "UPDATE"
                )
                changed[f"{part[0].upper()}{part[1:]}.{name}"] = {
                    "previousValue": before.get(name),
                    "updatedValue": after.get(name),
                    "changeType": kind,
                }
    return changed


def _result(rule: Rule, key: Key, result: Result | None, at: datetime) -> dict[str, Any]:
    invoked = result.invoked if result is not None else at
    told: dict[str, Any] = {
        "evaluationResultIdentifier": {
            "evaluationResultQualifier": {
                "configRuleName": rule.told["ConfigRuleName"],
                "resourceType": key[0],
                "resourceId": key[1],
            },
            "orderingTimestamp": stamp(result.ordering if result is not None else at),
        },
        "complianceType": compliance(result),
        "resultRecordedTime": stamp(invoked),
        "configRuleInvokedTime": stamp(invoked),
    }
    if result is not None and result.said:
        told["annotation"] = result.said
    return told


def compliance(result: Result | None) -> str:
    """A result's compliance type."""
    if result is None:
        return "NOT_APPLICABLE"
    return "COMPLIANT" if result.compliant else "NON_COMPLIANT"


def _event(
    account: Account,
    region: str,
    at: datetime,
    kind: str,
    detail: dict[str, Any],
    what: str,
    arns: tuple[str, ...] = (),
) -> Event:
    number = drawn_uuid(chance(account, region, f"event/{what}/{at.isoformat()}", 0))
    return Event(account.id, region, at, "aws.config", kind, detail, number, arns)
