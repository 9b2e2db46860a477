"""The documented table over flow logs as they are delivered, and who guesses at SSH in it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from simulator.telemetry.flow_logs.fields import VERSIONS

_spec = importlib.util.spec_from_file_location(
    "documented", Path(__file__).parent / "documented.py"
)
assert _spec
assert _spec.loader
aws = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(aws)

GUESSER, ADMIN = "203.0.113.66", "198.51.100.20"
FIELDS = [name for name, version in VERSIONS.items() if version <= 5]
SPRAY = """
SELECT srcaddr, count(DISTINCT srcport) AS attempts, sum(bytes) AS bytes
FROM vpc_flow_logs
WHERE dstport = 22 AND protocol = 6 AND flow_direction = 'ingress' AND date = DATE '2026-11-02'
GROUP BY srcaddr
HAVING count(DISTINCT srcport) > 10
ORDER BY attempts DESC
"""


def _delivered(lan: Any, prefix: str) -> None:
    """A day with one administrator, one who guesses, and some updates."""
    arn = f"arn:aws:s3:::amzn-s3-demo-bucket/{prefix}"
    lan.ec2.create_flow_logs(
        ResourceIds=[lan.vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=arn,
        LogFormat=" ".join(f"${{{name}}}" for name in FIELDS),
    )
    lan.allow(lan.web_group, 22)
    for step in range(40):
        lan.connect(GUESSER, lan.web, 22)
        if step % 10 == 0:
            lan.connect(ADMIN, lan.web, 22, seconds=120.0, sent=40_000)
            lan.connect(lan.app, "198.51.100.200", 443)
        lan.trail.wait(seconds=20)
    lan.trail.wait(minutes=25)


def test_the_documented_table_finds_the_guesser(athena: Any, lan: Any) -> None:
    _delivered(lan, "prefix/")
    athena.run(aws.FLOW)
    athena.run(aws.FLOW_PARTITION)
    head, *rows = athena.run(SPRAY)
    assert head == ["srcaddr", "attempts", "bytes"]
    assert [row[:2] for row in rows] == [[GUESSER, "40"]]
    assert int(rows[0][2] or 0) > 40 * 1_500


def test_the_projected_table_reads_the_same_files(athena: Any, lan: Any) -> None:
    _delivered(lan, "")
    athena.run(aws.FLOW_PROJECTED)
    query = (
        "SELECT count(*) FROM test_table_vpclogs WHERE day = '2026/11/02' "
        f"AND region = 'us-east-1' AND srcaddr = '{GUESSER}' AND action = 'ACCEPT'"
    )
    assert athena.run(query)[1] == ["40"]
