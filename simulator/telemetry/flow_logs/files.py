"""Files of flow logs in Amazon S3: plain text, compressed, with a line that names the fields.

Source: "Flow log files", "Amazon S3 bucket permissions for flow logs" (Amazon VPC User Guide).
"""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from typing import Final

from simulator.account.account import Account
from simulator.gateway.service_call import ServiceCall
from simulator.telemetry.flow_logs.records import records
from simulator.telemetry.flow_logs.target import FlowLog
from simulator.telemetry.load_balancer.files import from_delivery
from simulator.telemetry.log_lines import Destination, File, Log


def folder(to: FlowLog, account_id: str, at: datetime) -> str:
    """The folder of a file, with the slash at its end."""
    top = f"{to.prefix}/AWSLogs" if to.prefix else "AWSLogs"
    if to.hive:
        hour = f"hour={at:%H}/" if to.hourly else ""
        return (
            f"{top}/aws-account-id={account_id}/aws-service=vpcflowlogs/aws-region={to.region}/"
            f"year={at:%Y}/month={at:%m}/day={at:%d}/{hour}"
        )
    hour = f"{at:%H}/" if to.hourly else ""
    return f"{top}/{account_id}/vpcflowlogs/{to.region}/{at:%Y/%m/%d}/{hour}"


def _post(account: Account, to: Destination, file: File) -> tuple[ServiceCall, ...]:
    assert isinstance(to, FlowLog)
    name = f"{account.id}_vpcflowlogs_{to.region}_{to.source}_{file.end:%Y%m%dT%H%MZ}"
    key = f"{folder(to, account.id, file.end)}{name}_{file.chance.getrandbits(32):08x}.log.gz"
    lines = [" ".join(to.fields)]
    lines += [record.text for record in records(file.lines, to.fields, account.id)]
    body = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
    params = {"Bucket": to.bucket, "Key": key, "ContentType": "application/octet-stream"}
    return from_delivery(account, to.region, params, body)


FILES: Final = Log("vpc-flow", timedelta(minutes=5), (60.0, 300.0), _post)
