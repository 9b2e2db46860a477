"""Botocore's descriptions of AWS's services, read once for all kernels."""

from __future__ import annotations

from functools import cache

_SERVICES = ("sts", "iam", "s3", "cloudtrail", "ec2", "kms", "lambda", "logs", "organizations")
"""Those that labs call most."""


def read() -> None:
    """Read the commonest, and have every session of this process and its forks find them read.

    Clients of one session share a loader, with what it read, anyway; here all sessions do.
    """
    import botocore.session

    botocore.session.create_loader = cache(botocore.session.create_loader)
    _make_clients()


def _make_clients() -> None:
    """Making a client opens no connection."""
    import boto3

    session = boto3.session.Session(
        aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1"
    )
    for name in _SERVICES:
        session.client(name, endpoint_url="http://127.0.0.1:9").close()
