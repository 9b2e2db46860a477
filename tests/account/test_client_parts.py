"""Clients share what is costly, and nothing that is somebody's."""

from __future__ import annotations

import gc
import weakref

from botocore.credentials import Credentials
from werkzeug.wrappers import Response

from simulator.account import transport
from simulator.gateway.origin import Origin


def test_each_client_signs_with_its_own_keys(cloud) -> None:
    """Whichever was made first, and whatever region and service they share."""
    names = ["ann", "bob"]
    clients = [cloud.client("sts", cloud.user(name)) for name in names]
    told = [each.get_caller_identity()["Arn"].rpartition("/")[2] for each in clients]
    assert told == names
    assert clients[0].meta.service_model is clients[1].meta.service_model


def test_a_handler_of_one_client_is_not_called_for_another(cloud) -> None:
    keys, heard = cloud.user("ann", cloud.statement("*")), list[str]()
    one, other = cloud.client("s3", keys), cloud.client("s3", keys)
    one.meta.events.register("after-call", lambda **_: heard.append("one"))
    other.list_buckets()
    assert heard == []
    one.list_buckets()
    assert heard == ["one"]


def test_an_anonymous_client_stays_anonymous(cloud) -> None:
    cloud.client("s3", cloud.user("ann", cloud.statement("*"))).list_buckets()
    code = None
    try:
        cloud.client("s3", None).list_buckets()
    except cloud.client("s3", None).exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
    assert code == "AccessDenied"


def test_a_region_of_its_own(cloud) -> None:
    keys = cloud.user("ann")
    regions = ["us-east-1", "eu-west-1", "us-east-1"]
    clients = [cloud.client("ec2", keys, region=region) for region in regions]
    assert [each.meta.region_name for each in clients] == regions


def test_nothing_of_a_sessions_outlives_it() -> None:
    """The parts that stay must not hold the account that asked first."""

    class Serve:
        def __call__(self, environ: object) -> Response:
            return Response("<ListAllMyBucketsResult/>", content_type="application/xml")

    serve, keys = Serve(), Credentials("AKIA", "secret")
    clients = [
        transport.session(serve, lambda: Origin("198.51.100.7"), keys, "ap-south-1").client(
            "s3", endpoint_url=transport.ENDPOINT
        )
        for _ in range(2)
    ]
    for each in clients:
        each.list_buckets()
    gone = [weakref.ref(serve), weakref.ref(keys), *map(weakref.ref, clients)]
    del serve, keys, clients, each
    gc.collect()
    assert [ref() for ref in gone] == [None] * 4
