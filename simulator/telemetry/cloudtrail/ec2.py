"""EC2's parameters and results.

Operations of EC2's first API generation are recorded in the shapes of its former SOAP
interface: lists as `instancesSet {items: [{instanceId}]}`. Operations added since 2015 are
recorded as their XML, inside `<Operation>Request` and `<Operation>Response`.
"""

from __future__ import annotations

from typing import Any

from simulator.telemetry.cloudtrail import ec2_sets, ec2_xml
from simulator.telemetry.cloudtrail.ec2_operations import FIRST_GENERATION


def request_parameters(operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """`params` (boto3's shape) as CloudTrail's requestParameters."""
    shown = {name: value for name, value in params.items() if name != "DryRun"}
    if operation in FIRST_GENERATION:
        return ec2_sets.request_parameters(operation, shown)
    return ec2_xml.request_parameters(operation, shown)


def response_elements(operation: str, result: dict[str, Any], request_id: str) -> dict[str, Any]:
    """`result` (boto3's shape) as CloudTrail's responseElements."""
    if operation in FIRST_GENERATION:
        return ec2_sets.response_elements(operation, result, request_id)
    return ec2_xml.response_elements(operation, result, request_id)
