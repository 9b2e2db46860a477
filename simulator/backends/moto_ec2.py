"""moto's EC2, where what an account has from the start is not what AWS gives it."""

from __future__ import annotations

from typing import Any


def adopt() -> None:
    """Mend what moto's EC2 makes up; moto.ec2.models must be loaded."""
    _order_groups()
    _open_default_vpcs()


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
