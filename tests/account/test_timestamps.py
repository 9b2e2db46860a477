"""Timestamps are read as botocore reads them."""

from __future__ import annotations

from typing import Any

import botocore.utils
import pytest

from simulator.account import timestamps


def refused(value: Any) -> Any:
    raise AssertionError(f"{value!r} was not read directly")


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-20T12:00:00Z",
        "2024-02-29T23:59:59Z",
        "2026-11-20T12:00:00.000Z",
        "2026-11-20T12:00:00.123456Z",
        "20261120T120000Z",
        "Fri, 20 Nov 2026 12:00:00 GMT",
        "Sun, 01 Feb 2026 00:00:07 GMT",
    ],
)
def test_what_aws_writes_is_read_directly(value: str) -> None:
    read = timestamps.reading(refused)(value)
    assert read == botocore.utils.parse_timestamp(value)
    assert read.tzinfo == botocore.utils.tzutc()


@pytest.mark.parametrize(
    "value",
    [
        1763640000,
        "1763640000.5",
        "2026-11-20",
        "2026-11-20T12:00:00",
        "2026-11-20T12:00:00+02:00",
        "2026-11-20T12:00:00.1234Z",
        "Fri, 20 Nov 2026 12:00:00 +0100",
        "Fri, 20 Foo 2026 12:00:00 GMT",
        "2026-02-30T12:00:00Z",
        "20260230T120000Z",
        "20261120T1200Z",
        "٢٠٢٦-11-20T12:00:00Z",
        None,
    ],
)
def test_anything_else_is_left_to_botocore(value: Any) -> None:
    assert timestamps.reading(lambda left: ("left", left))(value) == ("left", value)
