"""A delivered file is put into the bucket as a request would put it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.backends import moto, moto_delivery

if TYPE_CHECKING:
    from simulator.gateway.call import Call
    from tests.conftest import LogTrail


def _kept(call: Call) -> dict[str, Any]:
    """What moto keeps of the object, but for the ACL, which is ours, buffer and lock."""
    from moto.moto_api._internal import mock_random
    from moto.s3.models import s3_backends

    assert call.account is not None
    bucket: Any = s3_backends[call.account.id]["aws"].buckets[call.params["Bucket"]]
    item = bucket.keys[call.params["Key"]]
    other = {"acl", "_value_buffer", "lock"}
    kept = {name: value for name, value in vars(item).items() if name not in other}
    order = list(item.metadata.items())
    return {**kept, "body": item.value, "metadata": order, "chance": mock_random.getstate()}


@pytest.mark.parametrize("versioned", [False, True])
def test_the_short_way_leaves_what_a_request_leaves(
    trail: LogTrail, monkeypatch: pytest.MonkeyPatch, versioned: bool
) -> None:
    """The same object, answer and chance, for log files and for digests with their signature."""
    from moto.moto_api._internal import mock_random

    pairs: list[tuple[Any, Any]] = []
    long, short = moto.dispatch, moto_delivery.put

    def both(call: Call, environ: dict[str, Any], body: bytes) -> Any:
        chance = mock_random.getstate()
        told = short(call, body)
        if told is None:
            return long(call, environ, body)
        first = (told, _kept(call))
        mock_random.setstate(chance)
        answer = long(call, environ, body)
        pairs.append((first, (answer, _kept(call))))
        return answer

    trail.bucket()
    s3 = trail.client("s3")
    if versioned:
        s3.put_bucket_versioning(Bucket="logs", VersioningConfiguration={"Status": "Enabled"})
    trail.start(EnableLogFileValidation=True)
    trail.client("iam").list_users()
    trail.wait(hours=3)
    monkeypatch.setattr(moto_delivery, "put", lambda *_: None)
    monkeypatch.setattr(moto, "dispatch", both)
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket="logs")["Contents"]]
    assert any("/CloudTrail-Digest/" in key for key in keys)
    assert len(pairs) >= 2
    for by_hand, by_request in pairs:
        assert by_hand == by_request
