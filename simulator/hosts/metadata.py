"""What the metadata service of an instance tells, as a tree of names.

Sources: "Instance metadata categories", "Instance identity documents", "View tags for your EC2
instances using instance metadata" (Amazon EC2 User Guide). Not simulated: the signatures of the
identity document, identity-credentials, events, and spot instances' notices.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from simulator.hosts import role
from simulator.hosts.interfaces import interfaces
from simulator.hosts.machine import Machine

Leaf = str | Callable[[], str]
Tree = Mapping[str, "Leaf | Tree"]


def tree(machine: Machine, delivery: str) -> Tree:
    """Everything below the version. Leaves that take work are called when they are asked for."""
    found: dict[str, Leaf | Tree] = {
        "dynamic": {"instance-identity": {"document": lambda: _document(machine)}},
        "meta-data": _meta_data(machine, delivery),
    }
    if machine.instance.user_data:
        found["user-data"] = machine.instance.user_data.decode
    return found


def _meta_data(machine: Machine, delivery: str) -> Tree:
    instance = machine.instance
    zone = str(instance.availability_zone)
    first = instance.nics[0]
    found: dict[str, Leaf | Tree] = {
        "ami-id": str(instance.image_id),
        "ami-launch-index": str(instance.ami_launch_index),
        "ami-manifest-path": "(unknown)",
        "block-device-mapping": {
            "ami": str(instance.root_device_name).rpartition("/")[2],
            "root": str(instance.root_device_name),
        },
        "hibernation": {"configured": "false"},
        "hostname": instance.private_dns_name,
        "instance-action": "none",
        "instance-id": machine.id,
        "instance-life-cycle": "spot" if instance.lifecycle == "spot" else "on-demand",
        "instance-type": instance.instance_type,
        "local-hostname": instance.private_dns_name,
        "local-ipv4": str(instance.private_ip),
        "mac": first.mac_address,
        "network": {"interfaces": {"macs": interfaces(machine)}},
        "placement": {"availability-zone": zone, "region": machine.region},
        "profile": "default-hvm",
        "reservation-id": _reservation(machine),
        "security-groups": "\n".join(group.name for group in instance.security_groups),
        "services": {"domain": "amazonaws.com", "partition": "aws"},
    }
    if instance.public_ip:
        found |= {"public-hostname": instance.public_dns_name, "public-ipv4": instance.public_ip}
    key = machine.state.key_pairs.get(instance.key_name)
    if key is not None:
        found["public-keys"] = {f"0={key.key_name}": ""} | {
            "0": {"openssh-key": lambda: str(key.public_key)}
        }
    if role.association(machine) is not None:
        found["iam"] = _iam(machine, delivery)
    if instance.metadata_options.instance_metadata_tags == "enabled":
        tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
        found["tags"] = {"instance": tags}
    return found


def _iam(machine: Machine, delivery: str) -> Tree:
    held = role.role_of(machine)
    info: Tree = {"info": lambda: role.info(machine)}
    if held is None:
        return info
    named = {held.name: lambda: role.credentials(machine, held, delivery)}
    return {**info, "security-credentials": named}


def _reservation(machine: Machine) -> str:
    known = machine.state.reservations.values()
    return next((one.id for one in known if machine.instance in one.instances), "")


def _document(machine: Machine) -> str:
    instance = machine.instance
    fields: dict[str, Any] = {
        "accountId": machine.account.id,
        "architecture": instance.architecture,
        "availabilityZone": instance.availability_zone,
        "billingProducts": None,
        "devpayProductCodes": None,
        "marketplaceProductCodes": None,
        "imageId": instance.image_id,
        "instanceId": machine.id,
        "instanceType": instance.instance_type,
        "kernelId": None,
        "pendingTime": instance.launch_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "privateIp": instance.private_ip,
        "ramdiskId": None,
        "region": machine.region,
        "version": "2017-09-30",
    }
    return json.dumps(fields, indent=2, separators=(",", " : "))
