"""An account with instances, and somebody outside who can get onto them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.account.principal import Attempt, Principal
from simulator.gateway.origin import Origin
from simulator.hosts import Host
from simulator.hosts.hosts import Hosts
from simulator.hosts.resident import Resident
from tests.conftest import Cloud

SSM = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"


class Site:
    """Instances of the first account, on a clock that stands until it is moved."""

    noon = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.ec2, self.iam = cloud, cloud.root("ec2"), cloud.root("iam")
        self.hosts = Hosts(cloud.account, cloud.gateway)
        self.journal: list[Attempt] = []
        self.image = self.ec2.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]
        self.thief = self.principal("thief", "203.0.113.9")

    def elapse(self, delta: timedelta) -> None:
        """Calls take no time here."""

    def now(self) -> datetime:
        return self.cloud.world.clock.now()

    def wait(self, **duration: float) -> None:
        self.cloud.world.clock.pin(self.cloud.world.clock.now() + timedelta(**duration))

    def principal(self, name: str, address: str) -> Principal:
        return Principal(
            name,
            self.cloud.gateway.respond,
            Origin(address, "python-requests/2.32"),
            None,
            "us-east-1",
            self,
            random.Random(1),
            self.journal,
            reach=self.hosts,
            hosts=self.hosts,
        )

    def role(self, name: str = "web", *actions: str) -> None:
        """A role for instances, in a profile of its name; it may do what is said, or everything."""
        trust = self.cloud.trust({"Service": "ec2.amazonaws.com"})
        self.cloud.role(name, trust, self.cloud.statement(list(actions) or "*"))
        self.iam.create_instance_profile(InstanceProfileName=name)
        self.iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)

    def launch(self, profile: str = "", host: Host | None = None, **options: Any) -> dict[str, Any]:
        """A new instance, as DescribeInstances has it."""
        if profile:
            options["IamInstanceProfile"] = {"Name": profile}
        options = {"ImageId": self.image, "MinCount": 1, "MaxCount": 1, **options}
        name = self.ec2.run_instances(**options)["Instances"][0]["InstanceId"]
        if host is not None:
            self.hosts.equip(name, host)
        return self.described(name)

    def described(self, name: str) -> dict[str, Any]:
        found = self.ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]
        return dict(found)

    def on(self, instance: dict[str, Any], **options: Any) -> Resident:
        return self.thief.on(instance["InstanceId"], **options)


@pytest.fixture
def site(cloud: Cloud) -> Iterator[Site]:
    with cloud.world.clock.pinned(Site.noon):
        yield Site(cloud)
