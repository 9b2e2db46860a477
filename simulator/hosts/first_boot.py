"""User data: a script that an instance runs as root when it boots for the first time.

A stop, a change of the user data and a start don't run it again; a new instance does. Not
simulated: cloud-config and other formats than a script, and the log in /var/log.
Source: "Run commands when you launch an EC2 instance with user data input" (Amazon EC2 User Guide).
"""

from __future__ import annotations

from simulator.hosts.machine import Machine
from simulator.hosts.shell import Shell


def run(machine: Machine) -> None:
    """Run the user data of an instance that has just been launched."""
    data = machine.instance.user_data
    script = data.decode() if data else ""
    if script.startswith("#!"):
        Shell(machine, script="/var/lib/cloud/instance/scripts/part-001").run(script)
