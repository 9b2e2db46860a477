"""Requests to a load balancer with a web ACL in front."""

from collections.abc import Callable
from typing import Any

import pytest

SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
NOTHING = [{"Priority": 0, "Type": "NONE"}]
ADMIN = {
    "ByteMatchStatement": {
        "SearchString": b"/admin",
        "FieldToMatch": {"UriPath": {}},
        "PositionalConstraint": "STARTS_WITH",
        "TextTransformations": NOTHING,
    }
}
RATE = {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP"}}
Guarded = Callable[..., str]


@pytest.fixture
def guarded(site: Any) -> Guarded:
    """Makes a load balancer that answers by itself, behind a web ACL of one rule; its host."""

    def make(statement: dict[str, Any], action: str = "Block") -> str:
        balancer = site.balancer()
        fixed = {"StatusCode": "200", "MessageBody": "welcome", "ContentType": "text/plain"}
        site.listen(balancer, {"Type": "fixed-response", "FixedResponseConfig": fixed})
        waf = site.trail.client("wafv2")
        made = waf.create_web_acl(
            Name="front",
            Scope="REGIONAL",
            DefaultAction={"Allow": {}},
            VisibilityConfig=SEEN,
            Rules=[
                {
                    "Name": "it", "Priority": 0, "Statement": statement, "Action": {action: {}},
                    "VisibilityConfig": SEEN,
                }
            ],
        )["Summary"]  # fmt: skip
        waf.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=balancer["LoadBalancerArn"])
        return str(balancer["DNSName"])

    return make


def test_what_a_rule_blocks_gets_403_and_the_rest_its_page(site: Any, guarded: Guarded) -> None:
    host = guarded(ADMIN)
    assert [site.get(f"http://{host}{path}").status for path in ("/", "/admin/x")] == [200, 403]


def test_a_rule_that_counts_lets_through(site: Any, guarded: Guarded) -> None:
    host = guarded(ADMIN, "Count")
    assert site.get(f"http://{host}/admin").body == "welcome"


def test_host_and_user_agent_are_seen_though_no_header_was_given(
    site: Any, guarded: Guarded
) -> None:
    header = {
        "ByteMatchStatement": {
            "SearchString": b"curl",
            "FieldToMatch": {"SingleHeader": {"Name": "user-agent"}},
            "PositionalConstraint": "CONTAINS",
            "TextTransformations": NOTHING,
        }
    }
    host = guarded(header)
    assert site.get(f"http://{host}/", user_agent="curl/8.5").status == 403
    assert site.get(f"http://{host}/", user_agent="Mozilla/5.0").status == 200


def test_a_flood_is_stopped_and_undone_with_the_world(site: Any, guarded: Guarded) -> None:
    """ "Using rate-based rule statements in AWS WAF"."""
    host, gateway = guarded(RATE), site.cloud.gateway

    def flood(count: int) -> list[int]:
        return [site.get(f"http://{host}/").status for _ in range(count)]

    saved = gateway.save(site.world)
    assert flood(102) == [200] * 100 + [403] * 2
    gateway.restore(site.world, saved)
    assert flood(102) == [200] * 100 + [403] * 2
    assert site.get(f"http://{host}/", source_ip="192.0.2.9").status == 200
    site.trail.wait(minutes=5)
    assert flood(1) == [200]


def test_the_access_log_says_that_the_web_acl_refused_it(site: Any, guarded: Guarded) -> None:
    """ "Access logs for your Application Load Balancer": actions_executed."""
    host = guarded(ADMIN)
    balancer = site.elb.describe_load_balancers()["LoadBalancers"][0]
    site.bucket({"Service": "logdelivery.elasticloadbalancing.amazonaws.com"})
    site.log(balancer)
    for path in ("/", "/admin"):
        site.get(f"http://{host}{path}")
    frame = site.logged("alb")
    found = list(zip(frame["elb_status_code"].astype(str), frame["actions_executed"], strict=True))
    assert sorted(found) == [("200", "waf,fixed-response"), ("403", "waf")]
