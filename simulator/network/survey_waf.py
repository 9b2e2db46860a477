"""The web ACL in front of a resource, read from the backend's state of AWS WAF."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from simulator.account.state import state_of
from simulator.network.geography import COUNTRIES
from simulator.network.waf import WebAcl
from simulator.network.waf_statements import Surroundings

if TYPE_CHECKING:
    from simulator.account.account import Account


def web_acl(account: Account, resource: str) -> WebAcl | None:
    """The web ACL that is associated with a resource, given by its ARN; None for none."""
    state = state_of("wafv2", account.id, resource.split(":")[3])
    if state is None:
        return None
    for one in state.wacls.values():
        if resource in one.associated_resources:
            return _web_acl(state, one)
    return None


def _web_acl(state: Any, one: Any) -> WebAcl:
    return WebAcl(
        arn=one.arn,
        default_action=next(iter(one.default_action)).upper(),
        rules=tuple(_rules(one.rules, one.label_namespace)),
        around=Surroundings(
            ip_sets={arn: tuple(each.addresses) for arn, each in state.ip_sets.items()},
            patterns={
                arn: tuple(regex["RegexString"] for regex in each.regular_expressions)
                for arn, each in state.regex_pattern_sets.items()
            },
            groups={
                arn: tuple(_rules(each.rules, each.label_namespace))
                for arn, each in state.rule_groups.items()
            },
            countries=COUNTRIES,
        ),
    )


def _rules(rules: Iterable[Any], namespace: str) -> Iterator[dict[str, Any]]:
    for rule in rules:
        labels = [{"Name": f"{namespace}{one['Name']}"} for one in rule.rule_labels or ()]
        yield {
            "Name": rule.name,
            "Priority": rule.priority,
            "Statement": _decoded(rule.statement),
            "Action": rule.action,
            "OverrideAction": rule.override_action,
            "RuleLabels": labels,
        }


def _decoded(statement: Any) -> Any:
    """A statement with its search strings as they are meant: on the wire they are in Base64."""
    if isinstance(statement, list):
        return [_decoded(one) for one in statement]
    if not isinstance(statement, dict):
        return statement
    return {
        name: base64.b64decode(value) if name == "SearchString" else _decoded(value)
        for name, value in statement.items()
    }
