"""What of an account's instances strangers on the internet can connect to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from simulator.account.state import states_of
from simulator.hosts.machine import machines
from simulator.network.addresses import text
from simulator.network.packet import Packet
from simulator.network.reach import decide
from simulator.network.survey import survey

if TYPE_CHECKING:
    from simulator.account.account import Account

_SIX = "2001:db8::7"
"""Who asks over IPv6: an address of nobody's."""


def doors(account: Account, addresses: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Instance and port of every listening program that a packet from one of `addresses` gets to.

    Over IPv6 one stranger's address stands for all.
    """
    if not any(state.reservations for state in states_of("ec2", account.id)):
        return
    plan, now = survey(account), account.world.clock.now().timestamp()
    sources = [*addresses, _SIX]
    for machine in machines(account.world):
        port = plan.instances.get(machine.id) if machine.account is account else None
        if port is None:
            continue
        public = [text(outer) for outer, (inside, _) in plan.public.items() if inside is port]
        listening = sorted({one.port for one in machine.memory.processes if one.port})
        for number in listening:
            packets = (
                Packet(source, address, number, time=now)
                for address in public
                for source in sources
                if (":" in source) is (":" in address)
            )
            if any(decide(plan, packet, {}).delivered for packet in packets):
                yield machine.id, number
