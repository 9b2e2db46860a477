"""Runbooks on instances and security groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from simulator.automation.step import Make, Read, Values
from simulator.gateway.errors import AwsError

_V4: Final = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
_V6: Final = {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


def disable_public_access(read: Read, given: Values) -> Iterator[Make]:
    """SSH and RDP from anywhere, and from another range; what isn't there makes it fail."""
    group, block = given["GroupId"], given["IpAddressToBlock"]
    sources: list[tuple[str, dict[str, Any]]] = [("Ipv4", _V4), ("Ipv6", _V6)]
    if block:
        own = {"CidrIpv6": block} if ":" in block else {"CidrIp": block}
        sources.append(("IpAddress", {"Ipv6Ranges" if ":" in block else "IpRanges": [own]}))
    for name, port in (("SSH", 22), ("RDP", 3389)):
        for kind, source in sources:
            ports = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
            yield _revoke(f"Disable{name}{kind}", group, [{**ports, **source}], may_fail=True)


def disable_ssh(read: Read, given: Values) -> Iterator[Make]:
    """Every rule for TCP port 22 from anywhere."""
    for group in given["SecurityGroupIds"].replace(" ", "").split(","):
        for rule in _group(read, group)["IpPermissions"]:
            if (rule.get("FromPort"), rule.get("ToPort")) != (22, 22):
                continue
            open_ranges = {
                "IpRanges": [o for o in rule.get("IpRanges", ()) if o["CidrIp"] == "0.0.0.0/0"],
                "Ipv6Ranges": [o for o in rule.get("Ipv6Ranges", ()) if o["CidrIpv6"] == "::/0"],
            }
            ranges = {name: found for name, found in open_ranges.items() if found}
            if ranges:
                ports = {"IpProtocol": rule["IpProtocol"], "FromPort": 22, "ToPort": 22}
                yield _revoke("DisableIncomingSSHOnPort22", group, [{**ports, **ranges}])


def empty_default(read: Read, given: Values) -> Iterator[Make]:
    """All rules of a VPC's default group, and of no other.

    Raises:
        AwsError: it is another group.
    """
    group = given["GroupId"]
    told = _group(read, group)
    if told["GroupName"] != "default":
        text = f"The security group {group} is not named default."
        raise AwsError("AssertionFailed", text)
    for rules, way in ((told["IpPermissions"], "In"), (told["IpPermissionsEgress"], "E")):
        if rules:
            kept = [_without_nothing(rule) for rule in rules]
            asked = {"GroupId": group, "IpPermissions": kept}
            yield Make("RemoveRules", "ec2", f"RevokeSecurityGroup{way}gress", asked)


def enforce_imdsv2(read: Read, given: Values) -> Iterator[Make]:
    """Metadata for those alone who bring a token."""
    asked = {"InstanceId": given["InstanceId"], "HttpTokens": "required", "HttpEndpoint": "enabled"}
    yield Make("EnforceIMDSv2", "ec2", "ModifyInstanceMetadataOptions", asked)


def encrypt_by_default(read: Read, given: Values) -> Iterator[Make]:
    """New volumes of the Region, and a look at whether that is so."""
    yield Make("ModifyAccount", "ec2", "EnableEbsEncryptionByDefault", {})
    yield Make("VerifyAccount", "ec2", "GetEbsEncryptionByDefault", {})


def stop(read: Read, given: Values) -> Iterator[Make]:
    """Instances are stopped."""
    asked = {"InstanceIds": given["InstanceId"].split(",")}
    yield Make("StopInstances", "ec2", "StopInstances", asked)


def terminate(read: Read, given: Values) -> Iterator[Make]:
    """Instances are terminated."""
    asked = {"InstanceIds": given["InstanceId"].split(",")}
    yield Make("TerminateInstances", "ec2", "TerminateInstances", asked)


def _group(read: Read, group: str) -> dict[str, Any]:
    found = read("ec2", "DescribeSecurityGroups", {"GroupIds": [group]})["SecurityGroups"]
    told: dict[str, Any] = found[0]
    return told


def _revoke(step: str, group: str, rules: list[dict[str, Any]], *, may_fail: bool = False) -> Make:
    asked = {"GroupId": group, "IpPermissions": rules}
    return Make(step, "ec2", "RevokeSecurityGroupIngress", asked, may_fail)


def _without_nothing(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if value not in ([], None)}
