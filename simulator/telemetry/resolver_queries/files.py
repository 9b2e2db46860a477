"""Files of Resolver query logs.

Source: "AWS resources that you can send VPC Resolver query logs to" (Amazon Route 53 Developer
Guide), "Logs sent to Amazon S3" (Amazon CloudWatch Logs User Guide).
"""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Final

from simulator.account.account import Account
from simulator.gateway.service_call import ServiceCall
from simulator.telemetry.load_balancer.files import folder, from_delivery
from simulator.telemetry.log_lines import Destination, File, Log


def _post(account: Account, to: Destination, file: File) -> tuple[ServiceCall, ...]:
    start = file.end - QUERIES.period
    name = f"{to.source}_vpcdnsquerylogs_{account.id}_{start:%Y%m%dT%H%MZ}"
    key = (
        f"{folder(account, to.prefix)}/vpcdnsquerylogs/{to.source}/{start:%Y/%m/%d}/"
        f"{name}_{file.chance.getrandbits(32):08x}.log.gz"
    )
    params = {"Bucket": to.bucket, "Key": key, "ContentType": "application/x-gzip"}
    return from_delivery(account, to.region, params, gzip.compress(file.text, mtime=0))


QUERIES: Final = Log("dns", timedelta(minutes=5), (60.0, 240.0), _post)
