"""Access logs of load balancers, as they lie in their bucket."""

from __future__ import annotations

import gzip
import re
import shlex
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from tests.network.conftest import Site, front, site

__all__ = ["front", "site"]

ELB = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
DELIVERY = {"Service": "delivery.logs.amazonaws.com"}
FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}


def content(site: Site, bucket: str = "weblogs") -> list[list[str]]:
    """Every line in the bucket, taken apart."""
    site.trail.wait(minutes=10)
    lines = []
    for key in site.objects(bucket):
        body = site.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        if key.endswith(".gz"):
            lines += [shlex.split(line) for line in gzip.decompress(body).decode().splitlines()]
    return lines


class TestApplicationLoadBalancer:
    def test_a_forwarded_request_has_every_documented_field(self, site: Site) -> None:
        site.bucket(ELB)
        balancer, group = site.balancer(), site.group("app", "10.0.0.9")
        site.listen(balancer, group)
        site.log(balancer, **{"access_logs.s3.prefix": "edge"})
        site.world.internet.serve("10.0.0.9", "hello")
        host = balancer["DNSName"]
        site.get(f"http://{host}/a?b=c", user_agent="curl/8", body="12345")
        (line,) = content(site)
        assert len(line) == 33
        kind, time, elb, client, target, *times = line[:8]
        assert (kind, target) == ("http", "10.0.0.9:8080")
        assert re.fullmatch(r"2026-11-02T12:00:00\.\d{6}Z", time)
        assert elb == balancer["LoadBalancerArn"].partition(":loadbalancer/")[2]
        assert re.fullmatch(rf"{re.escape(site.client_ip)}:\d{{4,5}}", client)
        assert all(re.fullmatch(r"0\.\d{3}", each) for each in times)
        assert line[8:10] == ["200", "200"]
        assert int(line[10]) > 5
        assert int(line[11]) > 5
        assert line[12] == f"GET http://{host}:80/a?b=c HTTP/1.1"
        assert line[13:17] == ["curl/8", "-", "-", group]
        assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", line[17])
        assert line[18:22] == ["-", "-", "0", "2026-11-02T12:00:00.000000Z"]
        assert line[22:29] == ["forward", "-", "-", "10.0.0.9:8080", "200", "-", "-"]
        assert re.fullmatch(r"TID_[0-9a-f]{16}", line[29])
        assert line[30:] == ["-", "-", "-"]
        account = site.cloud.account.id
        name = elb.replace("/", r"\.")
        (key,) = (key for key in site.objects() if key.endswith(".gz"))
        assert re.fullmatch(
            rf"edge/AWSLogs/{account}/elasticloadbalancing/us-east-1/2026/11/02/{account}"
            rf"_elasticloadbalancing_us-east-1_{name}_20261102T1205Z_[\d.]+_[a-z0-9]{{8}}\.log\.gz",
            key,
        )

    def test_tls_rules_and_what_the_balancer_answers_itself_are_told(self, site: Site) -> None:
        site.bucket(ELB)
        balancer = site.balancer()
        settings = {"Protocol": "HTTPS", "StatusCode": "HTTP_302", "Host": "other.example.com"}
        listener = site.listen(balancer, FIXED, port=443, protocol="HTTPS")
        site.rule(
            listener,
            7,
            {"Type": "redirect", "RedirectConfig": settings},
            {"Field": "path-pattern", "Values": ["/old"]},
        )
        site.log(balancer)
        host = balancer["DNSName"]
        site.get(f"https://{host}/")
        site.trail.wait(seconds=1)
        site.get(f"https://{host}/old")
        made = site.logged("alb")
        first, second = made.to_dict("records")
        assert (first["type"], first["domain_name"]) == ("https", host)
        assert first["ssl_protocol"] == "TLSv1.2"
        assert first["chosen_cert_arn"].startswith("arn:aws:acm:")
        assert (first["actions_executed"], first["matched_rule_priority"]) == ("fixed-response", 0)
        assert first["target_processing_time"] == -1
        assert pd.isna(first["target_ip"])
        assert pd.isna(first["target_status_code"])
        assert (second["elb_status_code"], second["matched_rule_priority"]) == (302, 7)
        assert second["redirect_url"] == "https://other.example.com:443/old"

    def test_a_request_that_no_target_answers_is_logged(self, site: Site) -> None:
        site.bucket(ELB)
        balancer = site.balancer()
        group = site.group("app", "10.0.0.9")
        site.listen(balancer, group)
        site.log(balancer)
        site.get(f"http://{balancer['DNSName']}/")
        (row,) = site.logged("alb").to_dict("records")
        assert (row["elb_status_code"], row["target_group_arn"]) == (502, group)
        assert (row["target_ip"], row["target_processing_time"]) == ("10.0.0.9", -1)

    def test_a_client_cannot_forge_a_line(self, site: Site) -> None:
        site.bucket(ELB)
        balancer = site.balancer()
        site.listen(balancer, FIXED)
        site.log(balancer)
        site.get(f"http://{balancer['DNSName']}/", user_agent='x" 1 2\nhttp forged')
        (row,) = site.logged("alb").to_dict("records")
        assert row["user_agent"] == r"x\x22 1 2\x0Ahttp forged"

    @pytest.mark.parametrize(
        ("principal", "let_in"),
        [
            (ELB, True),
            ({"AWS": "arn:aws:iam::127311923021:root"}, True),
            ({"AWS": "127311923021"}, True),
            ({"AWS": "arn:aws:iam::033677994240:root"}, False),
            (DELIVERY, False),
        ],
    )
    def test_logging_is_turned_on_for_a_bucket_that_lets_the_service_in(
        self,
        site: Site,
        principal: dict[str, str],
        let_in: bool,
        refusal: Callable[..., tuple[str, int, str]],
    ) -> None:
        site.bucket(principal)
        balancer = site.balancer()
        site.listen(balancer, FIXED)
        if not let_in:
            code, _, text = refusal(lambda: site.log(balancer))
            assert code == "InvalidConfigurationRequest"
            assert text.startswith("Access Denied for bucket: weblogs.")
            assert site.objects() == []
            return
        site.log(balancer)
        assert site.objects() == ["AWSLogs/111122223333/ELBAccessLogTestFile"]
        site.get(f"http://{balancer['DNSName']}/")
        assert len(site.logged("alb")) == 1

    def test_a_bucket_that_is_closed_later_gets_nothing_more(self, site: Site) -> None:
        site.bucket(ELB)
        balancer = site.balancer()
        site.listen(balancer, FIXED)
        site.log(balancer)
        site.s3.delete_bucket_policy(Bucket="weblogs")
        site.get(f"http://{balancer['DNSName']}/")
        assert content(site) == []

    def test_a_bucket_elsewhere_is_refused(
        self, site: Site, refusal: Callable[..., tuple[str, int, str]]
    ) -> None:
        balancer = site.balancer()
        code, _, text = refusal(lambda: site.log(balancer, bucket="nowhere"))
        assert (code, "does not exist" in text) == ("InvalidConfigurationRequest", True)
        site.trail.client("s3", "eu-west-1").create_bucket(
            Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        code, _, text = refusal(lambda: site.log(balancer, bucket="far"))
        assert (code, "same region" in text) == ("InvalidConfigurationRequest", True)

    def test_requests_while_logging_is_off_are_not_logged(self, site: Site) -> None:
        site.bucket(ELB)
        balancer = site.balancer()
        site.listen(balancer, FIXED)
        site.get(f"http://{balancer['DNSName']}/before")
        site.log(balancer)
        site.get(f"http://{balancer['DNSName']}/during")
        site.log(balancer, **{"access_logs.s3.enabled": "false"})
        site.get(f"http://{balancer['DNSName']}/after")
        (line,) = content(site)
        assert "/during" in line[12]


class TestNetworkLoadBalancer:
    @pytest.fixture
    def fast(self, site: Site) -> dict[str, Any]:
        """One with a TLS and a TCP listener and its log turned on."""
        acl = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
        site.bucket(DELIVERY, Condition=acl)
        balancer = site.balancer("fast", "network")
        group = site.group("tls", "10.0.0.9", protocol="TCP")
        site.listen(balancer, group, port=443, protocol="TLS")
        site.listen(balancer, group, port=80, protocol="TCP")
        site.world.internet.serve("10.0.0.9", "hello")
        site.log(balancer)
        return balancer

    def test_a_tls_connection_has_every_documented_field(
        self, site: Site, fast: dict[str, Any]
    ) -> None:
        site.get(f"https://{fast['DNSName']}/")
        (line,) = content(site)
        assert len(line) == 22
        assert line[:2] == ["tls", "2.0"]
        assert line[3].startswith("net/fast/")
        assert line[5].startswith(f"{site.client_ip}:")
        assert line[6].endswith(":443")
        assert int(line[7]) > int(line[8]) > 0
        assert line[12].startswith("arn:aws:acm:")
        assert line[14:16] == ["ECDHE-RSA-AES128-GCM-SHA256", "tlsv12"]
        assert line[17] == fast["DNSName"]
        assert line[21] == "2026-11-02T12:00:00"
        (key,) = site.objects()
        assert re.search(r"_net\.fast\.[0-9a-f]+_20261102T1205Z_[a-z0-9]{8}\.log\.gz$", key)

    def test_a_connection_without_tls_leaves_no_line(
        self, site: Site, fast: dict[str, Any]
    ) -> None:
        site.get(f"http://{fast['DNSName']}/")
        assert content(site) == []
