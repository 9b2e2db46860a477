"""AWS managed keys, in a process in which nobody has called KMS yet."""

from __future__ import annotations

import json
import subprocess
import sys

MAKE_TWO = """
import json, sys
from datetime import UTC, datetime
from simulator.account import kms_managed
from simulator.account.world import World
from simulator.gateway.app import Gateway

gateway, told = Gateway(), []
assert "moto.kms.models" not in sys.modules
for _ in range(2):
    world = World(7)
    account = world.open_account("111122223333")
    gateway.add(world)
    with world.clock.pinned(datetime(2026, 11, 2, 12, tzinfo=UTC)), gateway.turn(world):
        key = kms_managed.find("alias/aws/ebs", account, "us-east-1")
    material = [each.hex() for each in key.key_material] if isinstance(
        key.key_material, list) else key.key_material.hex()
    told.append([key.id, key.creation_date, key.private_key is None, material])
    gateway.remove(world)
print(json.dumps(told, default=str))
"""


def test_the_first_key_of_a_process_is_as_every_other() -> None:
    """Of the account's time and chance, and without the RSA pair that no symmetric key has."""
    run = [sys.executable, "-c", MAKE_TWO]
    first, second = json.loads(subprocess.run(run, capture_output=True, check=True).stdout)
    assert first == second
    assert first[1:3] == [1793620800, True]
