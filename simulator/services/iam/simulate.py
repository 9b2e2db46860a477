"""The policy simulator: SimulatePrincipalPolicy and SimulateCustomPolicy.

Source: both pages of the IAM API reference. One result an action, whatever the number of
resources; what was decided for each resource is in ResourceSpecificResults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from simulator.account.bearing import bearing
from simulator.account.principal_policies import policies_of
from simulator.gateway.call import Call
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.errors import AwsError
from simulator.iam.actions import Needed
from simulator.iam.policy import Policy
from simulator.services import Backend, Result, operation
from simulator.services.iam.context_keys import entries
from simulator.services.iam.policy_sources import (
    BOUNDARY,
    IDENTITY,
    RESOURCE,
    Source,
    attached,
    boundary,
    entity_of,
    excluded,
    given,
)
from simulator.services.iam.simulation import SEVERITY, Answer, Case
from simulator.services.iam.state import account_of, page

_ACTION = re.compile(r"[\w\-]+:\w+")
_EVERYTHING = "*"


@operation
def simulate_custom_policy(call: Call, backend: Backend) -> Result:
    """Of the documents given alone.

    Raises:
        AwsError: InvalidInput.
    """
    return _results(call, _case(call, call.params.get("CallerArn"), ()))


@operation
def simulate_principal_policy(call: Call, backend: Backend) -> Result:
    """Of a user with its groups, a group or a role, and the documents given besides.

    The simulator looks at no resource: a policy of one must come with the call.

    Raises:
        AwsError: NoSuchEntity, InvalidInput.
    """
    source = call.params["PolicySourceArn"]
    without = excluded(call)
    own = tuple(one for one in attached(call, source) if not without(one))
    case = _case(call, call.params.get("CallerArn", source), own)
    if not case.boundaries and ":group/" not in source:
        now = tuple(one for one in boundary(call, source) if not without(one))
        case = replace(case, boundaries=now)
    types = [one.get("PolicyType") for one in call.params.get("PolicyExclusionList") or ()]
    if "scp" not in types:
        case = replace(case, scps=_scps(call, source))
    return _results(call, case)


def _case(call: Call, caller: str | None, own: tuple[Source, ...]) -> Case:
    params = call.params
    resource = given(call, "ResourcePolicy", RESOURCE)
    account = account_of(call).id
    unnamed = caller is None or ":group/" in caller
    if resource and unnamed:
        raise AwsError("InvalidInput", "CallerArn is required if you include a ResourcePolicy")
    if caller is None or unnamed:
        caller = f"arn:aws:iam::{account}:user/-"
    elif not re.fullmatch(r"arn:aws:iam::\d{12}:(user|role)/.+", caller):
        raise AwsError("InvalidInput", f"Invalid CallerArn: {caller}")
    return Case(
        caller=caller,
        context=entries(call),
        identity=(*own, *given(call, "PolicyInputList", IDENTITY)),
        boundaries=given(call, "PermissionsBoundaryPolicyInputList", BOUNDARY),
        resource=resource[0] if resource else None,
        scps=(),
        owner=_account(params.get("ResourceOwner")) or caller.split(":")[4],
        unnamed=unnamed,
    )


def _account(owner: str | None) -> str | None:
    """ResourceOwner is an account's id, or the ARN of its root user."""
    return owner.split(":")[4] if owner and owner.startswith("arn:") else owner


def _scps(call: Call, source: str) -> tuple[tuple[Policy, ...], ...]:
    """The SCPs that limit the principal now."""
    if ":group/" in source:
        return ()
    entity, account = entity_of(call, source), account_of(call).id
    if ":user/" in source:
        caller = Caller(CallerType.IAM_USER, account, source, entity.id, user_name=entity.name)
    else:
        session = f"arn:aws:sts::{account}:assumed-role/{entity.name}/simulation"
        caller = Caller(
            CallerType.ASSUMED_ROLE,
            account,
            session,
            entity.id,
            issuer_arn=source,
            issuer_id=entity.id,
            issuer_name=entity.name,
        )
    simulated = replace(call, caller=caller)
    return bearing(simulated, Needed("iam:None", "*"), policies_of(caller), account).scps


def _results(call: Call, case: Case) -> Result:
    resources = call.params.get("ResourceArns") or [_EVERYTHING]
    actions, rest = page(call, list(dict.fromkeys(call.params["ActionNames"])))
    for action in actions:
        if not _ACTION.fullmatch(action):
            raise AwsError("InvalidInput", f"Invalid action name: {action}")
    found = [_result(case, action, resources) for action in actions]
    return {"EvaluationResults": found} | rest


def _result(case: Case, action: str, resources: list[str]) -> Result:
    answers = [case.ask(action, resource) for resource in resources]
    worst = max(answers, key=lambda answer: SEVERITY.index(answer.decision))
    result: Result = {
        "EvalActionName": action,
        "EvalResourceName": _EVERYTHING,
        "EvalDecision": worst.decision,
        "MatchedStatements": _union(a.matched() for a in answers if a.decision == worst.decision),
        "MissingContextValues": _union(answer.missing() for answer in answers),
        **worst.by_organization(),
        **_together(answers),
    }
    if resources != [_EVERYTHING]:
        result |= worst.by_type() or {"EvalDecisionDetails": {}}
        result["ResourceSpecificResults"] = [
            _specific(resource, answer) for resource, answer in zip(resources, answers, strict=True)
        ]
    return result


def _specific(resource: str, answer: Answer) -> Result:
    return {
        "EvalResourceName": resource,
        "EvalResourceDecision": answer.decision,
        "MatchedStatements": answer.matched(),
        "MissingContextValues": answer.missing(),
        **answer.by_type(),
        **answer.by_boundary(),
    }


def _together(answers: list[Answer]) -> Result:
    """The boundary allows an action if it does so on every resource."""
    details = [answer.by_boundary() for answer in answers]
    name = "PermissionsBoundaryDecisionDetail"
    refused = [one for one in details if one and not one[name]["AllowedByPermissionsBoundary"]]
    return refused[0] if refused else details[0]


def _union(lists: Iterable[list[Any]]) -> list[Any]:
    union: list[Any] = []
    for listed in lists:
        union += [one for one in listed if one not in union]
    return union
