"""A passage as a flow log tells it: where the interface is, and which addresses it shows.

`srcaddr` and `dstaddr` always show the interface's own primary address, the packet-level ones what
the packet says. Sources: "Flow log records", "Flow log record examples", "Flow log limitations".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.network.addresses import FIRST_V6, text
from simulator.telemetry.flow_logs.piece import Place, Stream

if TYPE_CHECKING:
    from simulator.network.packet import Passage, Path
    from simulator.network.plan import Plan, Port

NITRO_INTERVAL: Final = 60
"""The aggregation interval of an interface of a Nitro-based instance, whatever was asked for."""
_XEN: Final = frozenset(
    [
        "t1",
        "t2",
        "m1",
        "m2",
        "m3",
        "m4",
        "c1",
        "c3",
        "c4",
        "r3",
        "r4",
        "i2",
        "i3",
        "d2",
        "h1",
        "hs1",
        "x1",
        "x1e",
        "p2",
        "p3",
        "g2",
        "g3",
        "g3s",
        "f1",
        "cr1",
        "cc2",
    ]
)
"""Families of instances that aren't Nitro-based ("Instances built on the AWS Nitro System")."""
_NUMBERS: Final = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}
_SERVICES: Final = {"s3": "S3", "dynamodb": "DYNAMODB"}


def is_nitro(state: Any, port: Port) -> bool:
    """Whether an interface belongs to a Nitro-based instance."""
    instance = (
        state.get_instance_by_id(port.interface.instance) if port.interface.instance else None
    )
    return instance is not None and str(instance.instance_type).partition(".")[0] not in _XEN


def place_of(state: Any, port: Port, region: str) -> Place:
    """Where an interface is."""
    subnet = state.subnets and _subnet(state, port.edge.id)
    zone = str(subnet._availability_zone.zone_id) if subnet is not None else "-"
    instance = port.interface.instance or "-"
    return Place(port.id, port.edge.vpc, port.edge.id, instance, region, zone)


def _subnet(state: Any, name: str) -> Any:
    return next((zone[name] for zone in state.subnets.values() if name in zone), None)


def stream_of(state: Any, plan: Plan, path: Path, passage: Passage, answering: bool) -> Stream:
    """A passage as the interface's flow log shows it."""
    port, egress = plan.ports[passage.interface], passage.egress
    source, destination = passage.source, passage.destination
    ports = (passage.source_port, passage.port) if passage.protocol in {"tcp", "udp"} else (0, 0)
    protocol = passage.protocol
    return Stream(
        "egress" if egress else "ingress",
        "ACCEPT" if passage.accepted else "REJECT",
        _NUMBERS.get(protocol) or int(protocol if protocol.isdigit() else 0),
        text(_own(port, source) if egress else source),
        text(destination if egress else _own(port, destination)),
        *ports,
        text(source),
        text(destination),
        _service(state, plan, source),
        _service(state, plan, destination),
        _way(state, plan, path, port, answering) if egress and passage.accepted else "-",
    )


def _own(port: Port, address: int) -> int:
    """What is shown instead of an address that isn't the interface's primary one."""
    if address >= FIRST_V6 and address in port.addresses:
        return address
    six = address >= FIRST_V6
    return next((one for one in port.addresses if (one >= FIRST_V6) == six), address)


def _service(state: Any, plan: Plan, address: int) -> str:
    """The name of the AWS service that a public address belongs to; "-" for none."""
    if address in plan.public:
        return "EC2"
    for one in state.managed_prefix_lists.values():
        name = _SERVICES.get(str(one.prefix_list_name).rpartition(".")[2])
        if name and any(low <= address <= high for low, high in plan.prefixes.get(one.id, ())):
            return name
    return "-"


def _way(state: Any, plan: Plan, path: Path, port: Port, answering: bool) -> str:
    """The traffic path of what an interface sends out, by the gateway that it takes first."""
    crossed = path.crossed[::-1] if answering else path.crossed
    own = port.nat or port.id
    if own in crossed:
        crossed = crossed[crossed.index(own) + 1 :]
    first = next(iter(crossed), "")
    nitro = is_nitro(state, port)
    if first.startswith(("igw-", "eigw-")):
        return "8" if nitro else "2"
    if first.startswith("vpce-") and first not in plan.network.endpoint_interfaces:
        return "7" if nitro else "2"
    if first.startswith("vgw-"):
        return "3"
    if first.startswith("pcx-"):
        return "4" if _same_region(plan, first) else "5"
    return "1"


def _same_region(plan: Plan, name: str) -> bool:
    regions = {vpc.id: vpc.region for vpc in plan.network.vpcs}
    peering = next(one for one in plan.network.peerings if one.id == name)
    return regions.get(peering.requester) == regions.get(peering.accepter)
