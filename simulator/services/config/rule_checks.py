"""Whether a rule can be what PutConfigRule asks for. Source: "PutConfigRule", "ConfigRule"."""

from __future__ import annotations

import json
from typing import Any

from simulator.configuration.evaluating import FREQUENCIES
from simulator.configuration.managed import exists, managed
from simulator.gateway.errors import AwsError


def checked(given: dict[str, Any]) -> str:
    """The identifier of the managed rule that is asked for, with parameters that it has.

    Raises:
        AwsError: InvalidParameterValueException; a rule that isn't simulated is refused.
    """
    source = given["Source"]
    if source["Owner"] != "AWS":
        what = f"PutConfigRule with a rule of owner {source['Owner']}"
        raise AwsError.not_simulated("config", what)
    identifier = str(source.get("SourceIdentifier", ""))
    if not exists(identifier):
        raise AwsError(
            "InvalidParameterValueException",
            f"The sourceIdentifier {identifier} is invalid. Please refer to the documentation for"
            " a list of valid sourceIdentifiers that can be used when AWS is the Owner.",
        )
    if source.get("SourceDetails"):
        raise AwsError(
            "InvalidParameterValueException",
            "SourceDetails should be null/empty if the owner is AWS. SourceDetails should be"
            " provided if the owner is CUSTOM_LAMBDA.",
        )
    how = managed(identifier)
    if how is None:
        raise AwsError.not_simulated("config", f"PutConfigRule with {identifier}")
    frequency = given.get("MaximumExecutionFrequency")
    if frequency is not None and (frequency not in FREQUENCIES or not how.periodic):
        raise AwsError(
            "InvalidParameterValueException",
            "A maximum execution frequency is not allowed for the source identifier "
            f"{identifier}: only periodic rules take one of {', '.join(FREQUENCIES)}.",
        )
    _check_parameters(given.get("InputParameters"), how.parameters)
    return identifier


def _check_parameters(text: str | None, known: tuple[str, ...]) -> None:
    try:
        given = json.loads(text or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        said = f"Invalid json {text} passed in the InputParameters field"
        raise AwsError("InvalidParameterValueException", said)
    if unknown := sorted(given.keys() - set(known)):
        raise AwsError(
            "InvalidParameterValueException",
            f"Unknown parameters provided in the inputParameters: {json.dumps(unknown)}",
        )
    if empty := sorted(name for name, value in given.items() if value in ("", None)):
        raise AwsError(
            "InvalidParameterValueException",
            f"Blank spaces are not acceptable for input parameter: {empty[0]}",
        )
