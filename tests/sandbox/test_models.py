"""What kernels share of botocore says what botocore says."""

import json
import subprocess
import sys

import pytest

SAID = """
import json, sys
import boto3, botocore.hooks, botocore.utils
from simulator.sandbox import models

if sys.argv[1] == "shared":
    models.read()
parts = sorted({part for each in botocore.utils.EVENT_ALIASES for part in each.split(".")})
names = [f"before-call.{each}.Get" for each in (*parts, "s3", "ec2", *botocore.utils.EVENT_ALIASES)]
names += [f"{a}.{b}" for a, b in zip(parts, parts[1:])]
aliaser = botocore.hooks.EventAliaser(botocore.hooks.HierarchicalEmitter())
own = botocore.hooks.EventAliaser(botocore.hooks.HierarchicalEmitter(), {"s3": "mine"})

def client(service):
    return boto3.Session("id", "secret", region_name="eu-west-1").client(service)

one, other = client("iam"), client("iam")
type(one).mine = 1
heard = []
one.meta.events.register("mine.iam", lambda **_: heard.append("one"))
for each in (other, client("iam"), one):
    each.meta.events.emit("mine.iam.GetUser")

def endpoint(service, region, **params):
    asked = boto3.Session("id", "secret", region_name=region).client(service)
    model = asked.meta.service_model.operation_model("ListObjectsV2" if service == "s3" else "GetUser")
    return asked._resolve_endpoint_ruleset(model, params, {})[0]
print(json.dumps({
    "events": [aliaser._alias_event_name(each) for each in [*names, *names]],
    "own": [own._alias_event_name(each) for each in names],
    "methods": [sorted(client(each).meta.method_to_api_mapping) for each in ("iam", "s3", "sns")],
    "doc": [client(each).meta.service_model.operation_names for each in ("iam", "sns")],
    "help": str(other.get_user.__doc__)[:2000],
    "alone": [hasattr(other, "mine"), one is other],
    "url": [client(each).meta.endpoint_url for each in ("iam", "s3", "elbv2")],
    "heard": heard,
    "endpoints": [
        endpoint("s3", "eu-west-1", Bucket="one"),
        endpoint("s3", "us-gov-west-1", Bucket="t.wo"),
        endpoint("iam", "cn-north-1"),
        endpoint("iam", "us-east-1"),
    ],
    "named": [client(each).meta.service_model.service_name for each in ("iam", "elb", "elbv2")],
    "times": [
        str(botocore.utils.parse_timestamp(each))
        for each in ("2026-11-20T12:00:00Z", "20261120T120000Z", "12 Nov 2026", 1, "1.5")
    ],
    "agent": boto3.Session(region_name="eu-west-1")._session.user_agent(),
    "pages": [client("s3").can_paginate("list_objects_v2"), client("s3").waiter_names],
}))
"""


def said(how):
    done = subprocess.run([sys.executable, "-c", SAID, how], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.slow
def test_what_is_shared_between_clients_is_what_each_would_make_itself():
    shared, alone = said("shared"), said("alone")

    assert shared == alone
    assert shared["alone"] == [False, False]
    assert shared["heard"] == ["one"]
    assert len(set(shared["endpoints"])) == 4
    assert any(name.startswith("before-call.cloudwatch.") for name in shared["events"])
    assert "before-call.mine.Get" in shared["own"]
