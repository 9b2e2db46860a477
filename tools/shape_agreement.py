"""How far our CloudTrail records agree in shape with real ones.

Run:  python tools/shape_agreement.py FOLDER [--all | --replay]

FOLDER holds JSON files: lists of real records, or {"Records": [...]}. Each record is turned
back into the call it must have come from, the call is recorded again, and the two records'
keys and JSON types are compared, path by path. Prints the agreement per service and every
difference outside EXCEPTIONS; exits 1 if there is one.

With --replay each kind of call is made again instead, through the gateway, by boto3, in an
account prepared for it (tools/shape_replay), and the record that it leaves is compared.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape
from werkzeug.wrappers import Response

from simulator.gateway.call import Call, Outcome
from simulator.gateway.caller import Caller, CallerType, Session
from simulator.telemetry.cloudtrail import record
from simulator.telemetry.cloudtrail.ec2 import request_parameters as ec2_request
from simulator.telemetry.cloudtrail.ec2 import response_elements as ec2_response
from simulator.telemetry.cloudtrail.models import operation_model, service_model
from simulator.telemetry.cloudtrail.names import event_name, lower_first
from tools.shape_replay import exceptions, shapes
from tools.shape_replay.compare import comparisons
from tools.shape_replay.report import report
from tools.shape_replay.shapes import shape_of

EXCEPTIONS: Final = {**exceptions.PATHS, **exceptions.INVERTED}
"""Paths that may differ, and why."""

_SERVICES: Final = {
    "access-analyzer": ("accessanalyzer",),
    "bedrock": ("bedrock", "bedrock-runtime"),
    "elasticloadbalancing": ("elbv2", "elb"),
    "monitoring": ("cloudwatch",),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
_WHEN: Final = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
_ABSENT: Final[Any] = object()


@dataclass(frozen=True, slots=True)
class _Account:
    id: str


def main() -> int:
    """Compare every record in the folder; 1 if a difference is not in EXCEPTIONS."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="show excepted differences as well")
    parser.add_argument("--replay", action="store_true", help="make the calls, with boto3")
    options = parser.parse_args()
    if options.replay:
        found = list(comparisons(shapes.real_records(options.folder)))
        print("\n".join(report(found)))
        return int(any(one.unexplained for one in found))
    seen: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    paths: Counter[str] = Counter()
    equal: Counter[str] = Counter()
    differences: Counter[str] = Counter()
    for real in real_records(options.folder):
        source = real["eventSource"]
        seen[source] += 1
        theirs, ours = shape_of(real), shape_of(record(call_of(real)))
        differing = [
            path
            for path in sorted(theirs.keys() | ours.keys())
            if theirs.get(path) != ours.get(path)
        ]
        paths[source] += len(theirs)
        equal[source] += sum(theirs[path] == ours.get(path) for path in theirs)
        known = [path for path in differing if path in EXCEPTIONS]
        agreed[source] += len(known) == len(differing)
        for path in differing:
            if options.all or path not in EXCEPTIONS:
                line = f"{real['eventName']}: {path}: {theirs.get(path)} != {ours.get(path)}"
                differences[line] += 1
    for source in sorted(seen):
        print(
            f"{source:36} {agreed[source]:4} of {seen[source]:4} records agree, "
            f"{equal[source]:5} of {paths[source]:5} paths"
        )
    print(
        f"{'all':36} {agreed.total():4} of {seen.total():4} records agree, "
        f"{equal.total():5} of {paths.total():5} paths"
    )
    for line, count in sorted(differences.items()):
        print(f"{count:4} {line}")
    return int(agreed.total() != seen.total())


def real_records(folder: Path) -> Iterator[dict[str, Any]]:
    """The records of API calls in the JSON files of `folder`."""
    return (one for one in shapes.real_records(folder) if one["eventType"] == "AwsApiCall")


def call_of(real: dict[str, Any]) -> Call:
    """The call that `real` records, as far as the record tells."""
    service, operation = _operation(real["eventSource"], real["eventName"])
    parameters = real.get("requestParameters") or {}
    elements = real.get("responseElements") or {}
    code = real.get("errorCode")
    if code is not None and service == "ec2":
        code = code.partition(".")[2]
    model = operation_model(service, operation)
    request_shape = model.input_shape if model is not None else None
    response_shape = model.output_shape if model is not None else None
    if service == "ec2":
        params = _ec2_params(operation, request_shape, parameters)
        result = _ec2_result(operation, response_shape, elements)
    else:
        params = _inverted(request_shape, parameters) if model is not None else parameters
        result = _result(response_shape, elements) if model is not None else elements
    call = Call(
        service=service,
        event_source=real["eventSource"],
        operation=operation,
        params=params,
        region=real["awsRegion"],
        headers={},
        host="localhost",
        source_ip=real["sourceIPAddress"],
        user_agent=real["userAgent"],
        request_id=real.get("requestID", "request"),
        event_id=real["eventID"],
        time=_WHEN,
        tls="tlsDetails" in real,
        caller=_caller(real["userIdentity"]),
    )
    call.account = _Account(real["userIdentity"]["accountId"])  # type: ignore[assignment]
    call.outcome = Outcome(Response(), code, real.get("errorMessage"), None if code else result)
    return call


@cache
def _operation(source: str, recorded: str) -> tuple[str, str]:
    name = source.removesuffix(".amazonaws.com")
    services = _SERVICES.get(name, (name,))
    for service in services:
        model = service_model(service)
        for operation in model.operation_names if model is not None else ():
            if event_name(service, operation) == recorded:
                return service, operation
    return services[0], recorded


def _caller(identity: dict[str, Any]) -> Caller:
    context = identity.get("sessionContext")
    session = None
    if context is not None:
        attributes = context["attributes"]
        created = datetime.fromisoformat(attributes["creationDate"])
        session = Session(created, _WHEN, attributes["mfaAuthenticated"] == "true")
    issuer = (context or {}).get("sessionIssuer", {})
    return Caller(
        CallerType(identity["type"]),
        identity["accountId"],
        identity["arn"],
        identity["principalId"],
        identity.get("accessKeyId"),
        identity.get("userName"),
        issuer.get("arn"),
        issuer.get("principalId"),
        issuer.get("userName"),
        session,
    )


def _inverted(shape: Shape | None, shown: Any) -> Any:
    """`shown` under the names of botocore's `shape`, without what the shape does not know.

    Secrets and blobs that the operation requires are put back, so that hiding them counts.
    """
    if isinstance(shown, str) and isinstance(shape, StructureShape | ListShape | MapShape):
        return {} if isinstance(shape, MapShape | StructureShape) else []
    if isinstance(shape, StructureShape):
        result = {
            name: _inverted(member, shown[lower_first(name)])
            for name, member in shape.members.items()
            if lower_first(name) in shown
        }
        for name in shape.required_members:
            member = shape.members[name]
            if member.metadata.get("sensitive") or member.type_name == "blob":
                result.setdefault(name, b"secret" if member.type_name == "blob" else "secret")
        return result
    if isinstance(shape, ListShape):
        return [_inverted(shape.member, item) for item in shown]
    if isinstance(shape, MapShape):
        return {key: _inverted(shape.value, item) for key, item in shown.items()}
    if shape is not None and shape.type_name == "timestamp":
        return _WHEN
    return shown


def _result(shape: Shape | None, shown: dict[str, Any]) -> Any:
    """As `_inverted`, for services that record a result without its one structure's name."""
    members = shape.members if isinstance(shape, StructureShape) else {}
    wrapped = [name for name, member in members.items() if isinstance(member, StructureShape)]
    if shown and len(members) == len(wrapped) == 1 and lower_first(wrapped[0]) not in shown:
        shown = {lower_first(wrapped[0]): shown}
    return _inverted(shape, shown)


def _ec2_params(operation: str, shape: Shape | None, shown: dict[str, Any]) -> dict[str, Any]:
    """Each member is written alone to learn its key, then read from that key of `shown`."""
    body = _body(operation, shown)
    default = _body(operation, ec2_request(operation, {}))
    params: dict[str, Any] = {}
    members = shape.members if isinstance(shape, StructureShape) else {}
    own = {lower_first(name) for name in members}
    for name, member in members.items():
        written = _body(operation, ec2_request(operation, {name: _probe(member)}))
        for key in written.keys() & body.keys():
            if key in own and key != lower_first(name):
                continue
            if written[key] != default.get(key) and body[key] != {}:
                params[name] = _unwrapped(member, body[key])
    return params


def _body(operation: str, shown: dict[str, Any]) -> dict[str, Any]:
    body = shown.get(f"{operation}Request", shown) or {}
    if operation == "RunInstances":
        launched = body.get("instancesSet", {}).get("items", [{}])[0]
        return {**{key: body[key] for key in body if key != "instancesSet"}, **launched}
    return body


def _ec2_result(operation: str, shape: Shape | None, shown: dict[str, Any]) -> dict[str, Any]:
    body = shown.get(f"{operation}Response", shown)
    result: dict[str, Any] = {}
    for name, member in shape.members.items() if isinstance(shape, StructureShape) else ():
        written = ec2_response(operation, {name: _probe(member)}, "id")
        written = written.get(f"{operation}Response", written)
        for key in written.keys() & body.keys() - {"requestId", "xmlns"}:
            result[name] = _unwrapped(member, body[key])
    return result


def _probe(shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        name, member = next(iter(shape.members.items()))
        return {name: _probe(member)}
    if isinstance(shape, ListShape):
        return [_probe(shape.member)]
    return {"boolean": True, "integer": 1, "timestamp": _WHEN}.get(shape.type_name, "x")


def _unwrapped(shape: Shape, shown: Any) -> Any:
    """EC2's sets and XML lists as plain lists, under botocore's names."""
    if isinstance(shape, ListShape):
        items = shown.get("items", shown.get("item", [shown])) if shown else []
        items = items if isinstance(items, list) else [items]
        return [_unwrapped(shape.member, item) for item in items]
    if isinstance(shape, StructureShape):
        if not isinstance(shown, dict):
            return dict.fromkeys(list(shape.members)[:1], shown)
        result = {}
        for name, member in shape.members.items():
            written = lower_first(member.serialization.get("name", name))
            item = shown.get(written, shown.get(lower_first(name), _ABSENT))
            if item is not _ABSENT:
                result[name] = _unwrapped(member, item)
        return result
    if isinstance(shown, dict):
        return shown.get("content", next(iter(shown.values()), ""))
    return _WHEN if shape.type_name == "timestamp" else shown


if __name__ == "__main__":
    sys.exit(main())
