"""Connections of hosts, decided by the network: what `World.reaches` is in a drill.

Asked, it only says why a connection would not be made; `send` makes it, and flow logs tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

from simulator.errors import ScenarioError
from simulator.network import connecting
from simulator.network.packet import Packet
from simulator.network.reach import decide
from simulator.network.survey import survey
from simulator.network.talk import Talk

if TYPE_CHECKING:
    from simulator.account.world import World


@dataclass(frozen=True, slots=True)
class Wire:
    """The network of a world."""

    world: World

    def __call__(self, source: str, destination: str, port: int) -> str:
        """Why a TCP connection is not made; empty if it is. Nothing is sent."""
        try:
            account = connecting.account_of(self.world, source, destination)
        except ScenarioError as error:
            return str(error)
        address = connecting.resolved(self.world, account, source, destination)
        if address is None:
            return f"The resolver knows no address for {destination}."
        account = account or connecting.account_of(self.world, source, address)
        if account is None:
            return f"Nothing answers at {address}."
        plan, now = survey(account), self.world.clock.now().timestamp()
        host = destination if destination != address else ""
        packet = Packet(source, address, port, time=now, host=host)
        path = decide(plan, packet, account.connections)
        return "" if path.answered else path.why

    def send(self, source: str, destination: str, port: int) -> str:
        """Make the connection; why it isn't made, or nothing."""
        try:
            connecting.connect(self.world, source, destination, port, Talk())
        except (ConnectTimeoutError, EndpointConnectionError, ScenarioError) as error:
            return self(source, destination, port) or str(error)
        return ""
