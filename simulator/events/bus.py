"""What comes to an event bus."""

from __future__ import annotations

from simulator.account.world import World
from simulator.reactions.event import Event


def put(world: World, event: Event) -> None:
    """A service's event arrives at the default bus of its account and region."""
