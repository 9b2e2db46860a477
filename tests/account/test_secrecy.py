"""Who calls in this process proves that it has a secret; who calls from outside signs."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.account.principal import Principal
from simulator.account.secrecy import proof
from simulator.gateway.origin import ENVIRON_KEY, Origin

Ask = Callable[..., Any]
ADDRESS = "203.0.113.9"


class Still:
    """No time passes."""

    def signing_time(self) -> datetime:
        return datetime.now(UTC)

    now = signing_time

    def elapse(self, delta: timedelta) -> None:
        return None


@pytest.fixture
def ask(cloud: Any) -> Ask:
    """A principal with these keys; `seen` is shown what it sends."""

    def begin(keys: Any, seen: Callable[[dict[str, Any]], object] = lambda environ: None) -> Any:
        def serve(environ: dict[str, Any]) -> Any:
            seen(environ)
            return cloud.gateway.respond(environ)

        chance = random.Random(1)
        return Principal(
            "ann", serve, Origin(ADDRESS, "aws-cli"), lambda: keys, "us-east-1", Still(), chance, []
        )

    return begin


@pytest.fixture
def ann(cloud: Any) -> Any:
    """Keys of a user who may do anything."""
    return cloud.user("ann", cloud.statement("*"))


def code(error: Any) -> str:
    return str(error.value.response["Error"]["Code"])


@pytest.mark.parametrize("service", ["sts", "s3"])
def test_a_principal_is_known_by_the_secret_that_it_has(
    cloud: Any, ann: Any, ask: Ask, service: str
) -> None:
    calls = {"sts": "get_caller_identity", "s3": "list_buckets"}
    getattr(ask(ann).client(service), calls[service])()
    record = cloud.account.records[-1]
    assert record["userIdentity"]["userName"] == "ann"
    assert record["userIdentity"]["accessKeyId"] == ann["AccessKeyId"]
    with pytest.raises(ClientError) as refused:
        getattr(ask({**ann, "SecretAccessKey": "x" * 40}).client(service), calls[service])()
    assert code(refused) == "SignatureDoesNotMatch"


def test_and_so_is_a_session(cloud: Any, ann: Any, ask: Ask) -> None:
    role = cloud.role("ops", cloud.trust({"AWS": f"arn:aws:iam::{cloud.account.id}:root"}))
    keys = ask(ann).sts.assume_role(RoleArn=role, RoleSessionName="now")["Credentials"]
    assert ":assumed-role/ops/now" in ask(keys).sts.get_caller_identity()["Arn"]
    stolen = {**keys, "SecretAccessKey": ann["SecretAccessKey"]}
    with pytest.raises(ClientError) as refused:
        ask(stolen).sts.get_caller_identity()
    assert code(refused) == "SignatureDoesNotMatch"


def test_the_proof_is_no_signature_of_a_request_from_outside(ann: Any, ask: Ask) -> None:
    outsider = ask(ann, lambda environ: environ.pop(ENVIRON_KEY))
    with pytest.raises(ClientError) as refused:
        outsider.sts.get_caller_identity()
    assert code(refused) == "SignatureDoesNotMatch"


def test_all_else_is_sent_as_it_is_signed(cloud: Any, ann: Any, ask: Ask) -> None:
    sent: list[dict[str, Any]] = []
    s3 = ask(ann, sent.append).s3
    s3.create_bucket(Bucket="reports-of-ann")
    signed = cloud.client("s3", ann, change=sent.append)
    for client in (s3, signed):
        client.put_object(Bucket="reports-of-ann", Key="a b", Body=b"x", Metadata={"of": "today"})
    proved, written = sent[1:]
    assert proof(ann["SecretAccessKey"]) in proved["HTTP_AUTHORIZATION"]
    assert proof(ann["SecretAccessKey"]) not in written["HTTP_AUTHORIZATION"]
    own = {"HTTP_AUTHORIZATION", "HTTP_X_AMZ_DATE", "HTTP_AMZ_SDK_INVOCATION_ID"}
    for name in proved.keys() - own:
        if name.startswith(("HTTP_", "CONTENT_", "QUERY_", "RAW_")):
            assert proved[name] == written[name], name
    assert proved.keys() == written.keys()
    signed_of = [
        each["HTTP_AUTHORIZATION"].partition("SignedHeaders=")[2].partition(",")[0]
        for each in (proved, written)
    ]
    assert signed_of[0] == signed_of[1]


def test_what_somebody_else_changes_of_a_signed_request_is_noticed_as_ever(
    cloud: Any, ann: Any
) -> None:
    def change(environ: dict[str, Any]) -> None:
        date = environ["HTTP_X_AMZ_DATE"]
        environ["HTTP_X_AMZ_DATE"] = f"{date[:-2]}{(int(date[-2]) + 1) % 10}Z"

    with pytest.raises(ClientError) as refused:
        cloud.client("sts", ann, change=change).get_caller_identity()
    assert code(refused) == "SignatureDoesNotMatch"
