"""moto's tables of backends."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.backends import moto


def test_a_backend_is_made_once_for_an_account_and_region() -> None:
    moto.prepare()
    from moto.sqs.models import sqs_backends

    tables: Any = sqs_backends
    account = "111122220000"
    made = tables[account]["eu-west-1"]
    assert tables[account]["eu-west-1"] is made
    assert tables[account]["us-east-1"] is not made
    with pytest.raises(KeyError):
        tables[account]["nowhere-1"]
    del tables[account]
    assert tables[account]["eu-west-1"] is not made
    del tables[account]


def test_global_is_the_partition() -> None:
    moto.prepare()
    from moto.iam.models import iam_backends

    tables: Any = iam_backends
    account = "111122220001"
    assert tables[account]["global"] is tables[account]["aws"]
    del tables[account]
