"""Findings out of flows and DNS queries, which GuardDuty reads without any flow log."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.network.resolver import ask
from tests.conftest import Lan
from tests.guardduty.conftest import Guard
from tests.guardduty.test_api_calls import a_list

BOT = "203.0.113.9"
BRUTE = "UnauthorizedAccess:EC2/SSHBruteForce"


def query(guard: Guard, lan: Lan, name: str) -> None:
    with guard.cloud.gateway.turn(guard.cloud.world):
        ask(guard.cloud.world, name, instance=lan.web)


def waiting(guard: Guard) -> Any:
    return guard.cloud.account.services.get(("guardduty taps", "us-east-1"), ())


def test_many_connections_to_ssh_in_an_hour(guard: Guard, lan: Lan) -> None:
    guard.on()
    lan.allow(lan.web_group, 22)
    target = lan.told(lan.web)["PublicIpAddress"]
    for _ in range(9):
        lan.connect(BOT, target, 22)
    guard.wait(minutes=6)
    assert guard.types() == []
    for _ in range(3):
        lan.connect(BOT, target, 22)
    guard.wait(minutes=6)
    (found,) = guard.findings()
    assert (found["Type"], found["Severity"]) == (BRUTE, 2.0)
    assert found["Service"]["Count"] == 3
    assert found["Service"]["ResourceRole"] == "TARGET"
    assert found["Resource"]["InstanceDetails"]["InstanceId"] == lan.web
    (interface,) = found["Resource"]["InstanceDetails"]["NetworkInterfaces"]
    assert interface["PublicIp"] == target
    assert interface["SecurityGroups"] == [{"GroupId": lan.web_group, "GroupName": "web"}]
    action = found["Service"]["Action"]["NetworkConnectionAction"]
    assert action["ConnectionDirection"] == "INBOUND"
    assert action["LocalPortDetails"] == {"Port": 22, "PortName": "SSH"}
    assert action["RemoteIpDetails"]["IpAddressV4"] == BOT


def test_connections_spread_over_hours_or_to_other_ports_are_none(guard: Guard, lan: Lan) -> None:
    guard.on()
    lan.allow(lan.web_group, 22)
    lan.allow(lan.web_group, 443)
    target = lan.told(lan.web)["PublicIpAddress"]
    for _ in range(12):
        lan.connect(BOT, target, 22)
        lan.connect(BOT, target, 443)
        guard.wait(minutes=10)
    guard.wait(minutes=6)
    assert guard.types() == []


def test_an_instance_that_guesses_itself_is_the_actor(guard: Guard, lan: Lan) -> None:
    guard.on()
    for _ in range(10):
        lan.connect(lan.web, BOT, 22)
    guard.wait(minutes=6)
    (found,) = guard.findings()
    assert (found["Type"], found["Severity"]) == (BRUTE, 8.0)
    assert found["Service"]["ResourceRole"] == "ACTOR"


def test_an_instance_that_talks_to_an_address_on_a_threat_list(guard: Guard, lan: Lan) -> None:
    guard.on()
    a_list(guard, BOT)
    lan.connect(lan.app, BOT, 443)
    lan.connect(lan.app, "198.51.100.20", 443)
    guard.wait(minutes=6)
    (found,) = guard.findings(type={"Eq": ["UnauthorizedAccess:EC2/MaliciousIPCaller.Custom"]})
    assert found["Resource"]["InstanceDetails"]["InstanceId"] == lan.app
    assert found["Service"]["Count"] == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("xmr.deep-mine.example", "CryptoCurrency:EC2/BitcoinTool.B!DNS"),
        ("pool.minergate.com", "CryptoCurrency:EC2/BitcoinTool.B!DNS"),
        ("guarddutyc2activityb.com", "Backdoor:EC2/C&CActivity.B!DNS"),
        ("c2.example.net", "Backdoor:EC2/C&CActivity.B!DNS"),
        ("updates.example.net", None),
        ("mineral-water.example", None),
        ("determine.example", None),
    ],
)
def test_names_of_ill_repute(guard: Guard, lan: Lan, name: str, kind: str | None) -> None:
    guard.on()
    query(guard, lan, name)
    guard.wait(minutes=6)
    assert guard.types() == ([kind] if kind else [])
    if kind:
        (found,) = guard.findings()
        assert found["Severity"] == 8.0
        assert found["Service"]["Action"]["DnsRequestAction"]["Domain"] == name
        assert found["Service"]["ResourceRole"] == "ACTOR"


def test_data_in_names(guard: Guard, lan: Lan) -> None:
    """Many long names below one domain; one of them over and over, or short ones, are none."""
    guard.on()
    for turn in range(12):
        query(guard, lan, f"{turn:02d}{'ab' * 20}.cdn.example.net")
        query(guard, lan, f"{'ab' * 20}.same.example.org")
        query(guard, lan, f"host-{turn}.short.example.com")
    guard.wait(minutes=6)
    (found,) = guard.findings()
    assert found["Type"] == "Trojan:EC2/DNSDataExfiltration"
    assert found["Service"]["Action"]["DnsRequestAction"]["Domain"] == "example.net"


def test_nothing_is_noted_while_no_detector_is_on(guard: Guard, lan: Lan) -> None:
    query(guard, lan, "pool.minergate.com")
    lan.connect(lan.web, BOT, 22)
    assert waiting(guard) == ()
    guard.on()
    query(guard, lan, "updates.example.net")
    lan.connect(lan.web, BOT, 22)
    assert len(waiting(guard)) == 2
    guard.client.update_detector(DetectorId=guard.id, Enable=False)
    query(guard, lan, "updates.example.net")
    assert len(waiting(guard)) == 2


def test_what_a_detector_that_is_no_more_took_in_is_nobodys(guard: Guard, lan: Lan) -> None:
    guard.on()
    query(guard, lan, "pool.minergate.com")
    guard.client.delete_detector(DetectorId=guard.id)
    guard.wait(minutes=1)
    guard.on()
    guard.wait(minutes=10)
    assert guard.types() == []
