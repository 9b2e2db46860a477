"""A route table, compiled: the most specific route first.

Between routes to the same block a static one comes before one with a prefix list, and that before a
propagated one. A route that is more specific than the local one may lead to a middlebox.
Sources: "How route priority works", "Configure route tables", "Middlebox routing wizard".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simulator.network.addresses import block, prefix_length
from simulator.network.model import RouteTable
from simulator.network.packet import Hop, Kind

CompiledRoute = tuple[int, int, str, Hop]
"""First and last address, target, and what the route table says."""


def compile_routes(
    table: RouteTable, local: Iterable[str], prefix_lists: Mapping[str, tuple[str, ...]]
) -> tuple[CompiledRoute, ...]:
    """The routes of a table in a VPC whose own blocks are `local`."""
    replaced = {route.destination for route in table.routes if route.target != "local"}
    found = [
        (-prefix_length(cidr), 0, _compiled(table.id, cidr, cidr, "local"))
        for cidr in local
        if cidr not in replaced
    ]
    for route in table.routes:
        listed = route.destination.startswith("pl-")
        for cidr in prefix_lists.get(route.destination, ()) if listed else (route.destination,):
            rank = 2 if route.propagated else int(listed)
            compiled = _compiled(table.id, cidr, route.destination, route.target)
            found.append((-prefix_length(cidr), rank, compiled))
    found.sort(key=lambda one: one[:2])
    return tuple(compiled for _, _, compiled in found)


def _compiled(table: str, cidr: str, destination: str, target: str) -> CompiledRoute:
    why = f"Route table {table} sends {destination} to {target}."
    return (*block(cidr), target, Hop(Kind.ROUTE_TABLE, table, True, why, destination))


def find(routes: Iterable[CompiledRoute], address: int) -> CompiledRoute | None:
    """The route for an address."""
    for route in routes:
        if route[0] <= address <= route[1]:
            return route
    return None
