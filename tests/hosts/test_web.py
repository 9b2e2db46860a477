"""HTTP to hosts, the flaw that fetches for a visitor, and where packets are dropped."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError

from simulator.hosts import Fetch, Host, Process, Ssh, Web
from simulator.hosts.web import answers
from simulator.network.message import Reply, WebRequest
from tests.hosts.conftest import Site

ROLE = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
TTL, TOKEN = "X-aws-ec2-metadata-token-ttl-seconds", "X-aws-ec2-metadata-token"
GET_ONLY, ANYTHING = Fetch("url"), Fetch("url", method="method", headers="headers")


def flawed(site: Site, flaw: Fetch, hops: int = 0, **options: Any) -> str:
    """The URL, up to the query, of a path that fetches on an instance with a role."""
    site.role()
    web = Web({"/": "Welcome"}, fetches={"/preview": flaw}, hops=hops)
    made = site.launch("web", Host(services={80: web}), **options)
    return f"http://{made['PublicIpAddress']}/preview"


def fetch(site: Site, place: str, url: str, **more: str) -> Reply:
    query = "&".join(f"{name}={quote(value)}" for name, value in {"url": url, **more}.items())
    return site.thief.get(f"{place}?{query}")


def test_a_host_answers_by_path(site: Site) -> None:
    web = Web({"/": "Welcome", "/admin*": Reply("No", 403), "/echo": lambda r: r.method})
    made = site.launch(host=Host(services={8080: web}))
    for host in (made["PublicIpAddress"], made["PublicDnsName"]):
        assert site.thief.get(f"http://{host}:8080/").body == "Welcome"
    base = f"http://{made['PublicIpAddress']}:8080"
    assert site.thief.get(f"{base}/admin/users").status == 403
    assert site.thief.get(f"{base}/echo", method="POST").body == "POST"
    assert site.thief.get(f"{base}/nothing").status == 404


def test_what_does_not_listen_refuses_and_what_is_no_web_server_hangs_up(site: Site) -> None:
    made = site.launch(host=Host(services={22: Ssh()}))
    base = f"http://{made['PublicIpAddress']}"
    with pytest.raises(EndpointConnectionError):
        site.thief.get(f"{base}:80/")
    with pytest.raises(ConnectionClosedError):
        site.thief.get(f"{base}:22/")
    with pytest.raises(EndpointConnectionError):
        site.thief.get("http://203.0.113.200/")


def test_a_killed_server_listens_no_more(site: Site) -> None:
    made = site.launch(host=Host(services={80: Web()}))
    site.on(made).run("pkill nginx")
    with pytest.raises(EndpointConnectionError):
        site.thief.get(f"http://{made['PublicIpAddress']}/")


def test_private_addresses_mean_something_inside_only(site: Site) -> None:
    made, neighbour = site.launch(host=Host(services={80: Web("Intranet")})), site.launch()
    url = f"http://{made['PrivateIpAddress']}/"
    assert site.on(neighbour).get(url).body == "Intranet"
    assert site.on(neighbour).run(f"curl -s {url}").out == "Intranet"
    with pytest.raises(EndpointConnectionError):
        site.thief.get(url)


def test_through_a_get_version_one_yields_the_credentials(site: Site) -> None:
    place = flawed(site, GET_ONLY)
    assert fetch(site, place, ROLE).body == "web"
    found = json.loads(fetch(site, place, f"{ROLE}web").body)
    keys = {**found, "SessionToken": found["Token"]}
    arn = site.cloud.client("sts", keys).get_caller_identity()["Arn"]
    assert ":assumed-role/web/i-" in arn


def test_through_a_get_version_two_yields_nothing(site: Site) -> None:
    place = flawed(site, GET_ONLY, MetadataOptions={"HttpTokens": "required"})
    for wanted in (ROLE, f"{ROLE}web", "http://169.254.169.254/latest/api/token"):
        got = fetch(site, place, wanted, method="PUT", headers=f"{TTL}: 60")
        assert got.status >= 400
        assert "AccessKeyId" not in got.body


def test_a_flaw_that_lets_methods_and_headers_through_defeats_version_two(site: Site) -> None:
    place = flawed(site, ANYTHING, MetadataOptions={"HttpTokens": "required"})
    url = "http://169.254.169.254/latest/api/token"
    token = fetch(site, place, url, method="PUT", headers=f"{TTL}: 60").body
    found = fetch(site, place, f"{ROLE}web", headers=f"{TOKEN}: {token}")
    assert json.loads(found.body)["Code"] == "Success"


def test_a_flaw_without_methods_can_use_no_put(site: Site) -> None:
    place = flawed(site, Fetch("url", headers="headers"))
    url = "http://169.254.169.254/latest/api/token"
    assert fetch(site, place, url, method="PUT", headers=f"{TTL}: 60").status >= 400


def test_in_a_container_the_hop_limit_keeps_the_token_from_the_flaw(site: Site) -> None:
    place = flawed(
        site,
        ANYTHING,
        hops=1,
        MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
    )
    url = "http://169.254.169.254/latest/api/token"
    got = fetch(site, place, url, method="PUT", headers=f"{TTL}: 60")
    assert got.status == 502


def test_the_flaw_reaches_the_inside(site: Site) -> None:
    inner = site.launch(host=Host(services={80: Web("Intranet")}))
    place = flawed(site, GET_ONLY)
    assert fetch(site, place, f"http://{inner['PrivateIpAddress']}/").body == "Intranet"
    assert fetch(site, place, "file:///etc/passwd").status == 400
    assert site.thief.get(place).status == 400


def test_dropped_packets_time_out(site: Site) -> None:
    """What decides of packets is plugged in as World.reaches."""
    made = site.launch(host=Host(services={80: Web()}))
    asked = []

    def reaches(source: str, destination: str, port: int) -> str:
        asked.append((source, destination, port))
        return "no rule allows it" if port == 80 else ""

    site.cloud.world.reaches = reaches
    for host in (made["PublicIpAddress"], made["PublicDnsName"]):
        with pytest.raises(ConnectTimeoutError):
            site.thief.get(f"http://{host}/")
    assert asked == [("203.0.113.9", made["PublicIpAddress"], 80)] * 2


def test_a_process_that_listens_is_seen_and_speaks_no_http(site: Site) -> None:
    made = site.launch()
    who = site.on(made)
    who.start(Process("nc", "nc -lk 4444", port=4444))
    assert ":4444 " in who.run("ss -tlnp").out
    with pytest.raises(ConnectionClosedError):
        site.thief.get(f"http://{made['PublicIpAddress']}:4444/")


def test_a_load_balancer_gets_the_answer_of_its_target(site: Site) -> None:
    made = site.launch(host=Host(services={80: Web("Welcome")}))
    world, request = site.cloud.world, WebRequest("http://lb.example.com/", "203.0.113.9")
    reply = answers(world, made["InstanceId"], 80, request)
    assert reply is not None
    assert reply.body == "Welcome"
    assert answers(world, made["InstanceId"], 81, request) is None
    site.ec2.stop_instances(InstanceIds=[made["InstanceId"]])
    assert answers(world, made["InstanceId"], 80, request) is None
