"""Automation rules.

Sources: "CreateAutomationRule", "ListAutomationRules", "BatchGetAutomationRules",
"BatchUpdateAutomationRules", "BatchDeleteAutomationRules" (AWS Security Hub API Reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub import filters, importing
from simulator.security_hub.state import Rule
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.state import arn, drawn, hub_of, invalid, keep, page

_MOST = 100
_SHORT = (
    "RuleArn",
    "RuleStatus",
    "RuleOrder",
    "RuleName",
    "Description",
    "IsTerminal",
    "CreatedAt",
    "UpdatedAt",
    "CreatedBy",
)


@operation
def create_automation_rule(call: Call, backend: Backend) -> Result:
    """It applies to findings that come in from now on.

    Raises:
        AwsError: AccessDeniedException for a member, LimitExceededException,
            InvalidInputException.
    """
    hub = hub_of(call)
    if hub.administrator:
        raise AwsError(
            "AccessDeniedException", "Only an administrator account can create rules.", 403
        )
    if len(hub.rules) >= _MOST:
        raise AwsError("LimitExceededException", f"Limit of {_MOST} rules exceeded", 429)
    name = arn(call, f"automation-rule/{drawn(call, 'rule')}")
    told = {
        "RuleStatus": "ENABLED",
        "IsTerminal": False,
        **call.params,
        "RuleArn": name,
        "CreatedAt": call.time,
        "UpdatedAt": call.time,
        "CreatedBy": call.caller.arn or "",
    }
    _put(call, _made(told))
    return {"RuleArn": name}


@operation
def list_automation_rules(call: Call, backend: Backend) -> Result:
    """In the order in which they are applied."""
    rules = sorted(hub_of(call).rules.values(), key=lambda one: (one.order, one.arn))
    told = [{name: one.told[name] for name in _SHORT} for one in rules]
    shown, rest = page(call, told)
    return {"AutomationRulesMetadata": shown, **rest}


@operation
def batch_get_automation_rules(call: Call, backend: Backend) -> Result:
    """With criteria and actions."""
    rules, wanted = hub_of(call).rules, call.params["AutomationRulesArns"]
    found = [_shown(rules[name]) for name in wanted if name in rules]
    return {"Rules": found, "UnprocessedAutomationRules": _lost(wanted, rules)}


@operation
def batch_update_automation_rules(call: Call, backend: Backend) -> Result:
    """What an item doesn't say stays."""
    done, wanted = [], call.params["UpdateAutomationRulesRequestItems"]
    for item in wanted:
        old = hub_of(call).rules.get(item["RuleArn"])
        if old is not None:
            _put(call, _made({**old.told, **item, "UpdatedAt": call.time}))
            done.append(old.arn)
    lost = _lost([one["RuleArn"] for one in wanted], done)
    return {"ProcessedAutomationRules": done, "UnprocessedAutomationRules": lost}


@operation
def batch_delete_automation_rules(call: Call, backend: Backend) -> Result:
    """What they changed stays changed."""
    hub, wanted = hub_of(call), call.params["AutomationRulesArns"]
    left = {name: one for name, one in hub.rules.items() if name not in wanted}
    keep(call, replace(hub, rules=left))
    done = [name for name in wanted if name in hub.rules]
    return {"ProcessedAutomationRules": done, "UnprocessedAutomationRules": _lost(wanted, done)}


def _made(told: Mapping[str, Any]) -> Rule:
    filters.check(told["Criteria"])
    if not 1 <= int(told["RuleOrder"]) <= 1000:
        raise invalid("RuleOrder must be between 1 and 1000.")
    updates = []
    for action in told["Actions"]:
        if action.get("Type") != "FINDING_FIELDS_UPDATE" or not action.get("FindingFieldsUpdate"):
            raise invalid("Each action needs a Type and a FindingFieldsUpdate.")
        importing.check_update(action["FindingFieldsUpdate"])
        updates.append(action["FindingFieldsUpdate"])
    if not updates or not told["Criteria"]:
        raise invalid("A rule needs criteria and at least one action.")
    return Rule(
        told["RuleArn"],
        int(told["RuleOrder"]),
        told["RuleStatus"] == "ENABLED",
        bool(told["IsTerminal"]),
        told["Criteria"],
        tuple(updates),
        dict(told),
    )


def _put(call: Call, rule: Rule) -> None:
    hub = hub_of(call)
    keep(call, replace(hub, rules={**hub.rules, rule.arn: rule}))


def _shown(rule: Rule) -> Result:
    return {name: value for name, value in rule.told.items() if name != "Tags"}


def _lost(wanted: list[str], found: Any) -> list[dict[str, Any]]:
    return [
        {"RuleArn": name, "ErrorCode": 404, "ErrorMessage": "The rule was not found."}
        for name in wanted
        if name not in found
    ]
