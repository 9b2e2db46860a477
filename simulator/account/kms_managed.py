"""AWS managed keys: made when they are first needed, for whoever may use their service.

Source: "AWS KMS keys" (AWS KMS Developer Guide) and, for the key policy, "Key policy of the AWS
managed key (aws/secretsmanager)" (AWS Secrets Manager User Guide).
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from simulator.account import kms_keys
from simulator.account.chance import drawn_uuid
from simulator.backends import moto, moto_time

if TYPE_CHECKING:
    from simulator.account.account import Account

PREFIX = "alias/aws/"
_SERVICES = {
    "acm": "acm",
    "backup": "backup",
    "dynamodb": "dynamodb",
    "ebs": "ec2",
    "elasticfilesystem": "elasticfilesystem",
    "es": "es",
    "glue": "glue",
    "kinesis": "kinesis",
    "lambda": "lambda",
    "rds": "rds",
    "redshift": "redshift",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
    "xray": "xray",
}
"""What follows `alias/aws/`, and the service through which the key can be used."""


def find(name: str, account: Account, region: str) -> Any:
    """The key behind any name; an AWS managed key is made if it is not there yet.

    None for a key that doesn't exist.
    """
    found = kms_keys.named(name, account.id, region)
    if found is not None:
        return found
    own = f"arn:aws:kms:{region}:{account.id}:"
    alias = name.removeprefix(own)
    service = _SERVICES.get(alias.removeprefix(PREFIX)) if alias.startswith(PREFIX) else None
    return _make(alias, service, account, region) if service is not None else None


def _make(alias: str, service: str, account: Account, region: str) -> Any:
    """The identifier follows from the world's seed: the backend's own chance is left alone."""
    moto.load("kms")
    from moto.kms.models import kms_backends

    backend: Any = kms_backends[account.id][region]
    chance = moto.generator()
    before = chance.getstate()
    with moto_time.serving(account.world.clock.now):
        key = backend.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", None)
    chance.setstate(before)
    del backend.keys[key.id]
    seeded = random.Random(f"{alias}/{account.world.seed}/{account.id}/{region}")
    key.id = drawn_uuid(seeded)
    key.arn = f"arn:aws:kms:{region}:{account.id}:key/{key.id}"
    key.key_manager = "AWS"
    key.key_rotation_status = True
    key.description = f"Default key that protects my {service} resources"
    key.policy = _policy(alias.removeprefix(PREFIX), service, account.id, region)
    backend.keys[key.id] = key
    backend.create_alias(key.id, alias)
    return key


def _policy(name: str, service: str, account_id: str, region: str) -> str:
    through = {
        "kms:CallerAccount": account_id,
        "kms:ViaService": f"{service}.{region}.amazonaws.com",
    }
    statements: list[dict[str, Any]] = [
        {
            "Sid": f"Allow access through {service} for all principals in the account that are "
            f"authorized to use {service}",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:CreateGrant",
                "kms:DescribeKey",
            ],
            "Resource": "*",
            "Condition": {"StringEquals": through},
        },
        {
            "Sid": "Allow direct access to key metadata to the account",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
            "Action": ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
            "Resource": "*",
        },
    ]
    return json.dumps({"Version": "2012-10-17", "Id": f"auto-{name}-1", "Statement": statements})
