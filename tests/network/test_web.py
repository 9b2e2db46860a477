"""Requests to load balancers, answered by what their targets serve."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    SSLError,
)

from simulator.network.message import Reply, WebRequest

if TYPE_CHECKING:
    from tests.network.conftest import Site

Front = Callable[..., tuple[str, str]]


def fixed(status: int, body: str = "") -> dict[str, Any]:
    settings = {"StatusCode": str(status), "MessageBody": body, "ContentType": "text/plain"}
    return {"Type": "fixed-response", "FixedResponseConfig": settings}


def test_a_request_is_answered_by_what_the_target_serves(site: Site, front: Front) -> None:
    host, _ = front(site.group("app", "10.0.0.9"))
    site.world.internet.serve("10.0.0.9", {"/": "Welcome", "/admin*": Reply("No", 403)})
    assert site.get(f"http://{host}/").body == "Welcome"
    assert site.get(f"http://{host.upper()}").status == 200
    assert site.get(f"http://{host}/admin/x").status == 403
    assert site.get(f"http://{host}/other").status == 404


def test_a_target_sees_whom_a_request_comes_from(site: Site, front: Front) -> None:
    host, _ = front(site.group("app", "10.0.0.9"))

    def echo(request: WebRequest) -> str:
        return f"{request.header('x-forwarded-for')} {request.header('X-Amzn-Trace-Id')}"

    site.world.internet.serve("10.0.0.9", echo)
    told = site.get(f"http://{host}/", headers={"X-Forwarded-For": "10.9.9.9"}).body
    assert told.startswith(f"10.9.9.9, {site.client_ip} Root=1-6")


def test_without_a_target_it_is_503_and_without_a_server_502(site: Site, front: Front) -> None:
    group = site.group("app")
    host, _ = front(group)
    assert site.get(f"http://{host}/").status == 503
    site.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9"}])
    assert site.get(f"http://{host}/").status == 502
    site.world.internet.serve("10.0.0.9", "hello")
    assert site.get(f"http://{host}/").status == 200
    site.elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9"}])
    assert site.get(f"http://{host}/").status == 503


def test_a_stopped_instance_gets_no_requests(site: Site, front: Front) -> None:
    made = site.ec2.run_instances(
        ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1, SubnetId=site.subnets[0]
    )
    (instance,) = (each["InstanceId"] for each in made["Instances"])
    host, _ = front(site.group("app", instance))
    site.world.internet.serve(instance, "hello")
    assert site.get(f"http://{host}/").status == 200
    site.ec2.stop_instances(InstanceIds=[instance])
    assert site.get(f"http://{host}/").status == 503


@pytest.mark.parametrize(
    ("condition", "hit", "miss"),
    [
        (
            {"Field": "path-pattern", "Values": ["/api/*"]},
            {"path": "/api/v1"},
            {"path": "/API/v1"},
        ),
        (
            {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}},
            {"headers": {"Host": "WWW.example.com"}},
            {"headers": {"Host": "example.com"}},
        ),
        (
            {
                "Field": "http-header",
                "HttpHeaderConfig": {"HttpHeaderName": "X-Token", "Values": ["s?cret"]},
            },
            {"headers": {"x-token": "SeCret"}},
            {"headers": {"x-token": "other"}},
        ),
        (
            {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}},
            {"method": "POST"},
            {"method": "GET"},
        ),
        (
            {
                "Field": "query-string",
                "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1*"}]},
            },
            {"path": "/?a=b&v=12"},
            {"path": "/?w=12"},
        ),
        (
            {"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}},
            {"source_ip": "192.0.2.9"},
            {"source_ip": "198.51.100.9"},
        ),
    ],
    ids=lambda value: value.get("Field", "") if isinstance(value, dict) else None,
)
def test_a_rule_applies_where_its_condition_holds(
    site: Site, front: Front, condition: dict[str, Any], hit: dict[str, Any], miss: dict[str, Any]
) -> None:
    host, listener = front(fixed(200, "default"))
    site.rule(listener, 10, fixed(200, "rule"), condition)

    def ask(path: str = "/", **more: Any) -> str:
        return site.get(f"http://{host}{path}", **more).body

    assert (ask(**hit), ask(**miss)) == ("rule", "default")


def test_rules_are_tried_by_priority_and_need_all_their_conditions(
    site: Site, front: Front
) -> None:
    host, listener = front(fixed(404))
    path = {"Field": "path-pattern", "Values": ["/a*"]}
    post = {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}}
    site.rule(listener, 20, fixed(200, "late"), path)
    site.rule(listener, 5, fixed(200, "early"), path, post)
    assert site.get(f"http://{host}/ab").body == "late"
    assert site.get(f"http://{host}/ab", method="POST").body == "early"
    assert site.get(f"http://{host}/b").status == 404


def test_a_redirect_fills_in_what_the_request_had(site: Site, front: Front) -> None:
    settings = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    host, _ = front({"Type": "redirect", "RedirectConfig": settings})
    reply = site.get(f"http://{host}/a/b?c=d")
    assert reply.status == 301
    assert reply.headers["Location"] == f"https://{host}:443/a/b?c=d"


def test_weights_decide_between_groups(site: Site, front: Front) -> None:
    one, two = site.group("one", "10.0.0.1"), site.group("two", "10.0.0.2")
    weighted = [
        {"TargetGroupArn": one, "Weight": 0},
        {"TargetGroupArn": two, "Weight": 5},
    ]
    host, _ = front({"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}})
    for address in ("10.0.0.1", "10.0.0.2"):
        site.world.internet.serve(address, address)
    assert {site.get(f"http://{host}/").body for _ in range(8)} == {"10.0.0.2"}


def test_what_nothing_listens_to_is_no_answer(site: Site, front: Front) -> None:
    host, _ = front(fixed(200))
    with pytest.raises(ConnectTimeoutError):
        site.get(f"http://{host}:8080/")
    with pytest.raises(EndpointConnectionError):
        site.get("http://nowhere.example.net/")
    site.world.internet.name("silent.example.net", "192.0.2.1")
    with pytest.raises(ConnectTimeoutError):
        site.get("http://silent.example.net/")
    internal = site.balancer("inside", Scheme="internal")
    site.listen(internal, fixed(200))
    with pytest.raises(ConnectTimeoutError):
        site.get(f"http://{internal['DNSName']}/")


def test_tls_is_spoken_with_those_who_speak_it(site: Site) -> None:
    balancer = site.balancer()
    site.listen(balancer, fixed(200, "safe"), port=443, protocol="HTTPS")
    site.listen(balancer, fixed(200), port=80)
    host = balancer["DNSName"]
    assert site.get(f"https://{host}/").body == "safe"
    with pytest.raises(SSLError):
        site.get(f"https://{host}:80/")
    assert site.get(f"http://{host}:443/").status == 400


def test_a_name_of_the_companys_leads_to_its_load_balancer(site: Site, front: Front) -> None:
    host, _ = front(fixed(200, "found"))
    dns = site.trail.client("route53")
    zone = dns.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    target = {"HostedZoneId": "Z1", "DNSName": host, "EvaluateTargetHealth": False}
    sets = [
        {"Name": "www.example.com", "Type": "A", "AliasTarget": target},
        {
            "Name": "shop.example.com",
            "Type": "CNAME",
            "TTL": 60,
            "ResourceRecords": [{"Value": "www.example.com"}],
        },
    ]
    changes = [{"Action": "CREATE", "ResourceRecordSet": each} for each in sets]
    dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    assert site.get("http://www.example.com/").body == "found"
    assert site.get("http://shop.example.com/").body == "found"
    with pytest.raises(EndpointConnectionError):
        site.get("http://other.example.com/")


def test_a_network_load_balancer_passes_the_connection_on(site: Site) -> None:
    balancer = site.balancer("fast", "network")
    group = site.group("tcp", "10.0.0.9", protocol="TCP")
    site.listen(balancer, group, port=80, protocol="TCP")
    host = balancer["DNSName"]
    with pytest.raises(ConnectionClosedError):
        site.get(f"http://{host}/")
    site.world.internet.serve("10.0.0.9", "hello")
    assert site.get(f"http://{host}/").body == "hello"


def test_a_trial_undoes_what_servers_answer(site: Site, front: Front) -> None:
    host, _ = front(site.group("app", "10.0.0.9"))
    site.world.internet.serve("10.0.0.9", "before")
    with site.cloud.gateway.turn(site.world), site.world.undone():
        site.world.internet.serve("10.0.0.9", "after")
        assert site.get(f"http://{host}/").body == "after"
    assert site.get(f"http://{host}/").body == "before"


def test_arn_and_dns_name_tell_the_type_of_a_load_balancer(site: Site) -> None:
    tags = [{"Key": "team", "Value": "web"}]
    one, two = site.balancer("web", Tags=tags), site.balancer("fast", "network")
    inside = site.balancer("inside", Scheme="internal")
    assert ":loadbalancer/app/web/" in one["LoadBalancerArn"]
    assert ":loadbalancer/net/fast/" in two["LoadBalancerArn"]
    number = two["LoadBalancerArn"].rpartition("/")[2]
    assert two["DNSName"] == f"fast-{number}.elb.us-east-1.amazonaws.com"
    assert inside["DNSName"].startswith("internal-inside-")
    told = site.elb.describe_load_balancers(LoadBalancerArns=[one["LoadBalancerArn"]])
    assert told["LoadBalancers"][0]["DNSName"] == one["DNSName"]
    kept = site.elb.describe_tags(ResourceArns=[one["LoadBalancerArn"]])["TagDescriptions"]
    assert kept[0]["Tags"] == tags
