"""Where the two engines are known to differ, and the page of AWS's documentation that decides.

Each difference names what in a case brings it about, and how the case reads without that. A
disagreement counts as explained only when both engines answer the case alike once everything
that is known to part them is taken out. `docs/engine-differences.md` says the same in prose.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tools.differential.cases import KEYS, A

Json = dict[str, Any]
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_AS_WRITTEN = {key.lower(): key for key in (*KEYS, "aws:username")}


@dataclass(frozen=True)
class Difference:
    name: str
    applies: Callable[[Json], bool]
    without: Callable[[Json], None]
    """Take what brings the difference about out of a case, in place."""


def explain(case: Json, keep: str = "") -> tuple[tuple[str, ...], Json]:
    """The differences a case may show, and the case without any of them but `keep`."""
    plain = copy.deepcopy(case)
    context = plain["request"]["context"]
    plain["request"]["context"] = {
        _AS_WRITTEN.get(key.lower(), key): value for key, value in context.items()
    }
    names = []
    for difference in DIFFERENCES:
        if difference.name != keep and difference.applies(plain):
            difference.without(plain)
            names.append(difference.name)
    return tuple(names), plain


def _policies(case: Json) -> Iterator[Json]:
    for one in ("sessionPolicy", "resourcePolicy"):
        if one in case:
            yield case[one]
    for many in ("identityPolicies", "permissionBoundaries", "endpointPolicies"):
        yield from case.get(many, [])
    for layered in ("scps", "rcps"):
        for level in case.get(layered, []):
            yield from level


def _statements(case: Json) -> Iterator[Json]:
    for policy in _policies(case):
        yield from policy["Statement"]


def _tests(case: Json) -> Iterator[tuple[Json, str, str, Any]]:
    """Condition block, operator, key and values of every condition."""
    for statement in _statements(case):
        block = statement.get("Condition", {})
        for operator, tests in list(block.items()):
            for key, values in list(tests.items()):
                yield block, operator, key, values


def _principal(case: Json) -> str:
    return case["request"]["principal"] or ""


def _action(case: Json) -> str:
    return str(case["request"]["action"]).lower()


def _is_root(case: Json) -> bool:
    return _principal(case).endswith(":root")


def _as_administrator(case: Json) -> None:
    account = _principal(case).split(":")[4]
    user = f"arn:aws:iam::{account}:user/admin"
    case["request"]["principal"] = user
    case["request"]["context"] |= {"aws:PrincipalArn": user, "aws:username": "admin"}
    case["identityPolicies"] = [{"Version": "2012-10-17", "Statement": [EVERYTHING]}]


def _is_service_linked(case: Json) -> bool:
    return ":assumed-role/AWSServiceRoleFor" in _principal(case)


def _as_plain_role(case: Json) -> None:
    case["request"]["principal"] = f"arn:aws:sts::{A}:assumed-role/app/one"
    case["request"]["context"]["aws:PrincipalArn"] = f"arn:aws:iam::{A}:role/app"


def _has_no_session_policy(case: Json) -> bool:
    return ":federated-user/" in _principal(case) and "sessionPolicy" not in case


def _add_session_policy(case: Json) -> None:
    case["sessionPolicy"] = {"Version": "2012-10-17", "Statement": [EVERYTHING]}


def _has_session_policy(case: Json) -> bool:
    same = f":{case['request']['resourceAccount']}:" in _principal(case)
    return same and "sessionPolicy" in case and "resourcePolicy" in case


def _widen_session_policy(case: Json) -> None:
    case["sessionPolicy"]["Statement"].append(EVERYTHING)


def _has_several_boundaries(case: Json) -> bool:
    return len(case.get("permissionBoundaries", [])) > 1


def _keep_one_boundary(case: Json) -> None:
    del case["permissionBoundaries"][1:]


def _has_no_trust_policy(case: Json) -> bool:
    return _action(case) == "sts:assumerole" and "resourcePolicy" not in case


def _trust_the_account(case: Json) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    trust["Principal"] = {"AWS": case["request"]["resourceAccount"]}
    case["resourcePolicy"] = {"Version": "2012-10-17", "Statement": [trust]}


def _lists_buckets(case: Json) -> bool:
    return _action(case) == "s3:listallmybuckets"


def _drop_bucket_arns(case: Json) -> None:
    for statement in _statements(case):
        for field in ("Resource", "NotResource"):
            if field in statement:
                listed = statement[field]
                statement[field] = ["*" if one == "arn:aws:s3:::*" else one for one in listed]


_VARIABLE = re.compile(r"\$\{([a-z]+:[^},]+)")


def _variables(case: Json) -> set[str]:
    return {key for policy in _policies(case) for key in _VARIABLE.findall(str(policy))}


def _has_variable_without_value(case: Json) -> bool:
    return bool(_variables(case) - case["request"]["context"].keys())


def _give_variables_values(case: Json) -> None:
    for key in _variables(case) - case["request"]["context"].keys():
        case["request"]["context"][key] = "somebody"


def _has_old_version(case: Json) -> bool:
    old = (one for one in _policies(case) if one.get("Version") != "2012-10-17")
    return any("${" in str(one) for one in old)


def _renew_versions(case: Json) -> None:
    for policy in _policies(case):
        policy["Version"] = "2012-10-17"


def _has_empty_list(case: Json) -> bool:
    return [] in case["request"]["context"].values()


def _drop_empty_lists(case: Json) -> None:
    context = case["request"]["context"]
    case["request"]["context"] = {key: value for key, value in context.items() if value != []}


def _has_any_value_if_exists(case: Json) -> bool:
    return any(_is_any_if_exists(operator) for _, operator, _, _ in _tests(case))


def _is_any_if_exists(operator: str) -> bool:
    return operator.startswith("ForAnyValue:") and operator.endswith("IfExists")


def _drop_any_value_if_exists(case: Json) -> None:
    for block, operator, key, values in _tests(case):
        if _is_any_if_exists(operator):
            _replace(block, operator, operator.removesuffix("IfExists"), key, values)


def _has_many_values_without_set_operator(case: Json) -> bool:
    return any(_lacks_set_operator(operator, key) for _, operator, key, _ in _tests(case))


def _lacks_set_operator(operator: str, key: str) -> bool:
    return KEYS[key].many and ":" not in operator and operator != "Null"


def _add_set_operators(case: Json) -> None:
    for block, operator, key, values in _tests(case):
        if _lacks_set_operator(operator, key):
            name = operator.removesuffix("IfExists")
            _replace(block, operator, f"ForAnyValue:{name}", key, values)


def _replace(block: Json, operator: str, other: str, key: str, values: Any) -> None:
    del block[operator][key]
    if not block[operator]:
        del block[operator]
    block.setdefault(other, {})[key] = values


_ELSEWHERE = {
    "2026-06-15T14:00:00+02:00": "2026-06-15T12:00:00Z",
    "1767225600": "2026-01-01T00:00:00Z",
    "1781524800": "2026-06-15T12:00:00Z",
}


def _has_other_dates(case: Json) -> bool:
    return any(operator.startswith("Date") for _, operator, _, _ in _tests(case))


def _write_dates_alike(case: Json) -> None:
    for block, operator, key, values in _tests(case):
        if operator.startswith("Date"):
            block[operator][key] = [_ELSEWHERE.get(value, value) for value in values]
    context = case["request"]["context"]
    for key in ("aws:CurrentTime", "aws:EpochTime"):
        if key in context:
            context[key] = _ELSEWHERE.get(context[key], context[key])


def _has_addresses(case: Json) -> bool:
    return any("IpAddress" in operator for _, operator, _, _ in _tests(case))


def _make_addresses_plain(case: Json) -> None:
    """No block of all addresses, and the address compared only with blocks of its own kind."""
    context = case["request"]["context"]
    if ":" in context.get("aws:SourceIp", ""):
        context["aws:SourceIp"] = "203.0.113.9"
    for block, operator, key, values in _tests(case):
        if "IpAddress" in operator:
            narrowed = [value for value in values if value != "0.0.0.0/0" and "::" not in value]
            block[operator][key] = narrowed or ["192.0.2.0/24"]


DIFFERENCES = (
    Difference("root user", _is_root, _as_administrator),
    Difference("service-linked role", _is_service_linked, _as_plain_role),
    Difference("federated user without session policy", _has_no_session_policy, _add_session_policy),
    Difference("grant to a session, silent session policy", _has_session_policy, _widen_session_policy),
    Difference("several boundaries", _has_several_boundaries, _keep_one_boundary),
    Difference("no trust policy", _has_no_trust_policy, _trust_the_account),
    Difference("ARN of all buckets", _lists_buckets, _drop_bucket_arns),
    Difference("variables in version 2008-10-17", _has_old_version, _renew_versions),
    Difference("empty list", _has_empty_list, _drop_empty_lists),
    Difference("variable without value", _has_variable_without_value, _give_variables_values),
    Difference("ForAnyValue with IfExists", _has_any_value_if_exists, _drop_any_value_if_exists),
    Difference("many values, no set operator", _has_many_values_without_set_operator, _add_set_operators),
    Difference("forms of dates", _has_other_dates, _write_dates_alike),
    Difference("IP address families", _has_addresses, _make_addresses_plain),
)  # fmt: skip
