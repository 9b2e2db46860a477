"""Condition keys in policies, and the values that a simulation is given for them.

Source: "GetContextKeysForPrincipalPolicy", "GetContextKeysForCustomPolicy" and "ContextEntry" of
the IAM API reference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.iam.grammar import VERSIONS
from simulator.iam.operators import moment, network, number
from simulator.iam.policy import Policy, Statement
from simulator.services import Backend, Result, operation
from simulator.services.iam.policy_sources import IDENTITY, attached, given, policies

_VARIABLE = re.compile(r"\$\{([^*?$,}][^,}]*)")
_FITS: dict[str, Callable[[str], bool]] = {
    "string": lambda _: True,
    "binary": lambda _: True,
    "boolean": lambda value: value.lower() in {"true", "false"},
    "numeric": lambda value: number(value) is not None,
    "date": lambda value: moment(value) is not None,
    "ip": lambda value: network(value) is not None,
}


@operation
def get_context_keys_for_custom_policy(call: Call, backend: Backend) -> Result:
    """Of the documents given."""
    return {"ContextKeyNames": _of(policies(given(call, "PolicyInputList", IDENTITY)))}


@operation
def get_context_keys_for_principal_policy(call: Call, backend: Backend) -> Result:
    """Of the policies of a user with its groups, a group or a role, and of the documents given."""
    own = tuple(attached(call, call.params["PolicySourceArn"]))
    return {"ContextKeyNames": _of(policies((*own, *given(call, "PolicyInputList", IDENTITY))))}


def keys_of(statement: Statement, with_variables: bool) -> Iterator[str]:
    """The keys that a statement's conditions and variables refer to, as it writes them."""
    yield from (condition.key for condition in statement.conditions)
    if with_variables:
        parts = {
            name: statement.written.get(name) for name in ("Resource", "NotResource", "Condition")
        }
        yield from (found.strip() for found in _VARIABLE.findall(json.dumps(parts)))


def has_variables(policy: Policy) -> bool:
    """Whether `${…}` means anything in a policy."""
    return policy.version != VERSIONS[0]


def entries(call: Call) -> dict[str, str | list[str]]:
    """The context that a simulation is given.

    Raises:
        AwsError: InvalidInput for a value that is not of its type.
    """
    context: dict[str, str | list[str]] = {}
    for entry in call.params.get("ContextEntries") or ():
        name, kind = entry.get("ContextKeyName", ""), entry.get("ContextKeyType", "string")
        values = list(entry.get("ContextKeyValues") or ())
        fits = _FITS.get(kind.removesuffix("List"))
        if fits is None or not all(map(fits, values)):
            raise AwsError("InvalidInput", f"Invalid value for context key {name} of type {kind}")
        if not kind.endswith("List") and len(values) == 1:
            context[name] = values[0]
        elif values:
            context[name] = values
    return context


def _of(found: Iterable[Policy]) -> list[str]:
    names: dict[str, str] = {}
    for policy in found:
        for statement in policy.statements:
            for key in keys_of(statement, has_variables(policy)):
                names.setdefault(key.lower(), key)
    return sorted(names.values())
