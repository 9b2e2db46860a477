"""Insights, managed ones and the account's own.

Sources: "CreateInsight", "GetInsights", "GetInsightResults", "UpdateInsight", "DeleteInsight" (AWS
Security Hub API Reference).
"""

from __future__ import annotations

from dataclasses import replace

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub import filters, insights
from simulator.security_hub.insights import MANAGED
from simulator.security_hub.state import Hub, Insight
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.reading import findings_seen
from simulator.services.securityhub.state import account_of, arn, drawn, hub_of, keep, missing, page

_MOST = 100


@operation
def create_insight(call: Call, backend: Backend) -> Result:
    """Raises AwsError: InvalidInputException, LimitExceededException."""
    hub, params = hub_of(call), call.params
    filters.check(params["Filters"])
    if len(hub.insights) >= _MOST:
        raise AwsError("LimitExceededException", f"Limit of {_MOST} insights exceeded", 429)
    name = arn(call, f"insight/{account_of(call).id}/custom/{drawn(call, 'insight')}")
    made = Insight(name, params["Name"], params["Filters"], params["GroupByAttribute"])
    _put(call, made)
    return {"InsightArn": name}


@operation
def get_insights(call: Call, backend: Backend) -> Result:
    """The managed ones and the account's own, or those named."""
    hub = hub_of(call)
    known = [*MANAGED, *hub.insights.values()]
    wanted = call.params.get("InsightArns")
    found = [_find(hub, name) for name in wanted] if wanted else known
    shown, rest = page(call, [_told(one) for one in found])
    return {"Insights": shown, **rest}


@operation
def get_insight_results(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceNotFoundException."""
    insight = _find(hub_of(call), call.params["InsightArn"])
    found = insights.results(insight, findings_seen(call), call.time)
    return {
        "InsightResults": {
            "InsightArn": insight.arn,
            "GroupByAttribute": insight.group_by,
            "ResultValues": found,
        }
    }


@operation
def update_insight(call: Call, backend: Backend) -> Result:
    """One of the account's own. Raises AwsError: ResourceNotFoundException."""
    old, params = _own(call), call.params
    wanted = params.get("Filters", old.filters)
    filters.check(wanted)
    name, group = params.get("Name", old.name), params.get("GroupByAttribute", old.group_by)
    _put(call, replace(old, name=name, filters=wanted, group_by=group))
    return {}


@operation
def delete_insight(call: Call, backend: Backend) -> Result:
    """One of the account's own. Raises AwsError: ResourceNotFoundException."""
    gone, hub = _own(call), hub_of(call)
    left = {name: one for name, one in hub.insights.items() if name != gone.arn}
    keep(call, replace(hub, insights=left))
    return {"InsightArn": gone.arn}


def _put(call: Call, insight: Insight) -> None:
    hub = hub_of(call)
    keep(call, replace(hub, insights={**hub.insights, insight.arn: insight}))


def _find(hub: Hub, name: str) -> Insight:
    known = {one.arn: one for one in MANAGED} | dict(hub.insights)
    if name not in known:
        raise missing(f"Insight {name} was not found.")
    return known[name]


def _own(call: Call) -> Insight:
    hub, name = hub_of(call), call.params["InsightArn"]
    if name not in hub.insights:
        raise missing(f"Insight {name} was not found.")
    return hub.insights[name]


def _told(insight: Insight) -> Result:
    return {
        "InsightArn": insight.arn,
        "Name": insight.name,
        "Filters": dict(insight.filters),
        "GroupByAttribute": insight.group_by,
    }
