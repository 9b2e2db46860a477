"""What moto's serializers take a member's value from stays what moto says."""

from __future__ import annotations

from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.core.utils import get_service_model

from simulator.backends import moto


class Instance:
    """Its class's name is a prefix of the member's."""

    def __init__(self) -> None:
        self.id = "i-1"


class Aliased:
    class Meta:
        serialization_aliases = MappingProxyType({"InstanceId": "number"})

    number = "i-2"


CASES: list[tuple[Any, Any]] = [
    ({"InstanceId": "i-0"}, "i-0"),
    (Instance(), "i-1"),
    (Aliased(), "i-2"),
    ({"instance_id": "i-3"}, "i-3"),
    ({"instanceId": "i-4"}, "i-4"),
    ({"InstanceId": None, "instanceId": "i-5"}, None),
    (SimpleNamespace(instance_id="i-6"), "i-6"),
    ({"number": "i-7", "State": "running"}, None),
    ({}, None),
]


def context(obj: Any) -> AttributePickerContext:
    shape: Any = get_service_model("ec2").shape_for("Instance")
    member = shape.members["InstanceId"]
    member.parent = shape
    return AttributePickerContext(obj=obj, key="InstanceId", shape=member, key_path="Instance")


@pytest.mark.parametrize("first", range(len(CASES)))
def test_a_member_is_found_whatever_came_before(first: int) -> None:
    """Objects of one class after those of another, and again."""
    moto.prepare()
    asked = context(None)
    for obj, value in (*CASES[first:], *CASES[:first], *CASES):
        asked.obj = obj
        assert XFormedAttributePicker()(asked) == value


def test_a_response_transformer_is_heard() -> None:
    moto.prepare()
    picker = XFormedAttributePicker(response_transformers={"Instance.InstanceId": str.upper})
    assert picker(context({"InstanceId": "i-0"})) == "I-0"
