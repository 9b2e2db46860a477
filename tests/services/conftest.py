"""Buckets of the first account, and the second account beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Bucket = Callable[..., str]


class Neighbour:
    """The account 444455556666 in the world of the first, with a user who may do anything."""

    def __init__(self, cloud: Any) -> None:
        self.account = cloud.open("444455556666", world=cloud.world)
        self.keys = cloud.user("nick", cloud.statement("*"), account=self.account)
        self.s3 = cloud.client("s3", self.keys)
        self.idle = cloud.client("s3", cloud.user("idle", account=self.account))
        """Somebody of that account whom no policy allows anything."""
        self.canonical_id = str(self.s3.list_buckets()["Owner"]["ID"])


@pytest.fixture
def admin(cloud: Any) -> Any:
    """S3 as a user of the first account who may do anything."""
    return cloud.client("s3", cloud.user("admin", cloud.statement("*")))


@pytest.fixture
def anybody(cloud: Any) -> Any:
    """S3 without a signature."""
    return cloud.client("s3", None)


@pytest.fixture
def neighbour(cloud: Any) -> Neighbour:
    return Neighbour(cloud)


@pytest.fixture
def bucket(admin: Any) -> Bucket:
    """Makes a bucket on which nothing is blocked, with ACLs enabled."""

    def make(name: str = "open-bucket", ownership: str = "ObjectWriter") -> str:
        admin.create_bucket(Bucket=name, ObjectOwnership=ownership)
        admin.delete_public_access_block(Bucket=name)
        return name

    return make
