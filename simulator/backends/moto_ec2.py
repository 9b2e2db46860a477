"""moto's EC2, where what it makes up by itself is not what AWS gives an account."""

from __future__ import annotations

import functools
from typing import Any

from simulator.backends import moto_endpoint_services


def adopt() -> None:
    """Mend what moto's EC2 makes up; moto.ec2.models must be loaded."""
    _order_groups()
    _open_default_vpcs()
    _launch_hvm()
    _allocate_public_addresses()
    _look_up_types()
    moto_endpoint_services.adopt()


def _launch_hvm() -> None:
    """Instances are HVM, as every current type is; moto takes one of an unknown image for PV.

    Source: "Virtualization types" (Amazon EC2 User Guide).
    """
    from moto.ec2.models.instances import Instance

    instance: Any = Instance
    kept = "_virtualization_type"
    instance.virtualization_type = property(
        lambda each: each.__dict__.get(kept, "hvm"),
        lambda each, value: each.__dict__.update(
            {kept: value if value != "paravirtual" else "hvm"}
        ),
    )


def _allocate_public_addresses() -> None:
    """Elastic IP addresses from a public block: moto's are of the loopback network."""
    from moto.ec2.models import elastic_ip_addresses
    from moto.moto_api._internal import mock_random

    module: Any = elastic_ip_addresses
    module.random_ip = lambda: f"52.44.{mock_random.randint(0, 255)}.{mock_random.randint(1, 254)}"


@functools.cache
def _look_up_types() -> None:
    """Of 1,375 types each launch asks each whether it is the one: in a tenth of the time."""
    from moto.ec2.models.instance_types import InstanceTypeOfferingBackend

    offerings: Any = InstanceTypeOfferingBackend
    matches = offerings.matches_filters

    def matches_filters(self: Any, offering: Any, filters: Any, location_type: str) -> bool:
        if len(filters) == 1 and (wanted := filters.get("instance-type")) is not None:
            return offering.get("InstanceType") in wanted
        return bool(matches(self, offering, filters, location_type))

    offerings.matches_filters = matches_filters


def _order_groups() -> None:
    """An interface's groups in the order in which they were given: moto's is another each time."""
    from moto.ec2.models.elastic_network_interfaces import NetworkInterface

    interface: Any = NetworkInterface

    def group_set(state: Any) -> list[Any]:
        more = state.instance.security_groups if state.instance else ()
        return list(dict.fromkeys([*state._group_set, *more]))

    interface.group_set = property(group_set)


def _open_default_vpcs() -> None:
    """Give default VPCs what makes them public ("Default VPCs", Amazon VPC User Guide).

    An internet gateway, the main route table's route to it, and a default security group whose
    members may reach each other.
    """
    from moto.ec2.models import EC2Backend

    backend: Any = EC2Backend
    if hasattr(backend, "__drill_default_vpc__"):
        return
    create = backend.__drill_default_vpc__ = backend.create_default_vpc

    def create_default_vpc(state: Any) -> Any:
        vpc = create(state)
        gateway = state.create_internet_gateway()
        state.attach_internet_gateway(gateway.id, vpc.id)
        tables = state.describe_route_tables(
            filters={"vpc-id": [vpc.id], "association.main": ["true"]}
        )
        state.create_route(tables[0].id, "0.0.0.0/0", gateway_id=gateway.id)
        group = state.get_default_security_group(vpc.id)
        state.authorize_security_group_ingress(
            group.id, "-1", None, None, [], source_groups=[{"GroupId": group.id}], vpc_id=vpc.id
        )
        return vpc

    backend.create_default_vpc = create_default_vpc
