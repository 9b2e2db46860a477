"""Who calls from where: instance credentials outside, and addresses on the account's threat lists.

Sources: "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", "….InsideAWS",
"UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom" and its kin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from simulator.guardduty import resources
from simulator.guardduty.api_call import Record, action, name_of, words
from simulator.guardduty.remote import network_of
from simulator.guardduty.signal import Signal, time_of
from simulator.guardduty.state import AddressList
from simulator.network.addresses import parsed

_READING = ("List", "Describe", "Get", "Head")


def exfiltrated(record: Record, own: Set[int], others: Set[int]) -> Iterator[Signal]:
    """Credentials of an instance that are used elsewhere.

    `own` are public addresses of the account's instances and NAT gateways, `others` those of other
    accounts. A call through a VPC endpoint has a private address, which tells nothing.
    """
    session = record["userIdentity"].get("sessionContext") or {}
    address = str(record.get("sourceIPAddress", ""))
    number = parsed(address)
    if "ec2RoleDelivery" not in session or network_of(address) is None or number in own:
        return
    where = "InsideAWS" if number in others else "OutsideAWS"
    yield Signal(
        f"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.{where}",
        time_of(record),
        resources.of_key(record),
        action(record),
        target=str(record["userIdentity"].get("accessKeyId", "")),
        actor=address,
        words=words(record) | {"role": name_of(record)},
    )


def listed(record: Record, threats: Iterable[AddressList], s3: bool) -> Iterator[Signal]:
    """A call from an address on an active threat list."""
    address = str(record.get("sourceIPAddress", ""))
    number = parsed(address)
    name = next((one.name for one in threats if number is not None and one.holds(number)), None)
    if name is None:
        return
    reads = record["eventName"].startswith(_READING)
    identity = record["userIdentity"]
    told = words(record) | {"list": name}
    bucket = (record.get("requestParameters") or {}).get("bucketName")
    if record["eventSource"] == "s3.amazonaws.com" and bucket:
        if not s3:
            return
        looks = record["eventName"].startswith(("List", "Head"))
        kind = "Discovery:S3" if looks else "UnauthorizedAccess:S3"
        resource, target = resources.of_bucket(record, str(bucket)), str(bucket)
    else:
        kind = "Recon:IAMUser" if reads else "UnauthorizedAccess:IAMUser"
        resource, target = resources.of_key(record), str(identity.get("accessKeyId", ""))
    yield Signal(
        f"{kind}/MaliciousIPCaller.Custom",
        time_of(record),
        resource,
        action(record),
        target=target,
        actor=f"{identity.get('principalId', '')}/{address}",
        words=told,
        additional={"threatListName": name},
        feature="S3_DATA_EVENTS" if bucket else "",
    )
