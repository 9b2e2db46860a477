"""Calls behind real CloudTrail records, made again, leave records of the same shape.

The real records stay outside the repository: DRILL_CLOUDTRAIL_SAMPLES names their folder, which
may also lie beside the repository. Without it the calls are made and nothing is compared.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from simulator.gateway.app import Gateway
from tools.shape_replay.compare import Comparison, comparisons, replayed
from tools.shape_replay.exceptions import CALLS
from tools.shape_replay.report import stale
from tools.shape_replay.shapes import differences, real_records, shape_of
from tools.shape_replay.table import table

BESIDE = Path(__file__).parents[3] / "shared" / "samples" / "cloudtrail"
FOLDER = Path(os.environ.get("DRILL_CLOUDTRAIL_SAMPLES", BESIDE))
HAVE = any(FOLDER.glob("*.json"))
DENIED = {("organizations", "LeaveOrganization"), ("ec2", "GetPasswordData")}
SHOWN = {
    ("ec2", "DescribeInstanceAttribute"): {"attribute": "userData"},
    ("ec2", "RunInstances"): {"instanceType": "t3.micro"},
}


@pytest.fixture(scope="module")
def found() -> Sequence[Comparison]:
    """Every kind of real call, made again."""
    if not HAVE:
        pytest.skip("DRILL_CLOUDTRAIL_SAMPLES names no folder of real CloudTrail records")
    return list(comparisons(real_records(FOLDER)))


@pytest.mark.slow
def test_every_replayed_call_has_the_keys_types_and_names_of_the_real_one(
    found: Sequence[Comparison],
) -> None:
    """Outside the exceptions there is no difference, and no call is left out."""
    assert [line for one in found for line in one.unexplained] == []
    assert sum(not one.excuse for one in found) >= 45


@pytest.mark.slow
def test_every_exception_is_needed(found: Sequence[Comparison]) -> None:
    """A difference that was mended goes from the list."""
    assert stale(found) == []


@pytest.mark.slow
@pytest.mark.parametrize("call", sorted(table().keys() - CALLS.keys()), ids=":".join)
def test_every_call_in_the_table_can_be_made(call: tuple[str, str]) -> None:
    """It leaves a record of its name, of a success or of the refusal that was asked for."""
    source, name = call
    real: dict[str, Any] = {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "userAgent": "replay",
        "userIdentity": {"type": "IAMUser"},
        "requestParameters": SHOWN.get(call),
    }
    if call in DENIED:
        real["errorCode"] = "AccessDenied"
    made = replayed(real, Gateway())
    assert isinstance(made, dict), made
    assert made["eventSource"] == real["eventSource"]
    if call in DENIED:
        assert made["errorCode"] in {"AccessDenied", "Client.UnauthorizedOperation"}
    else:
        assert "errorCode" not in made


def test_shapes_differ_by_key_by_type_and_by_name() -> None:
    """What the comparison calls a difference."""
    real = {"eventName": "A", "readOnly": True, "requestParameters": {"a": [{"b": 1}]}}
    assert differences(shape_of(real), shape_of(real)) == []
    ours = {"eventName": "B", "readOnly": True, "requestParameters": {"a": [{"b": "1"}], "c": {}}}
    assert differences(shape_of(real), shape_of(ours)) == [
        ("eventName", "'A'", "'B'"),
        ("requestParameters.a[].b", "int", "str"),
        ("requestParameters.c", None, "object"),
    ]
