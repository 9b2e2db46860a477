"""Elastic Load Balancing: names of load balancers, and turning access logs on.

Sources: "CreateLoadBalancer" (Elastic Load Balancing API Reference), "Enable access logs for your
Application Load Balancer", "Enable access logs for your Network Load Balancer" (Elastic Load
Balancing).
"""

from __future__ import annotations

from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation


@operation
def create_load_balancer(call: Call, backend: Backend) -> Result:
    """ARN and DNS name say of which type it is, and no two have the same DNS name."""
    answer = backend()
    assert call.account is not None
    state = state_of("elbv2", call.account.id, call.region)
    for told in answer["LoadBalancers"]:
        made = state.load_balancers.pop(told["LoadBalancerArn"])
        tags = state.tagging_service.get_tag_dict_for_resource(made.arn)
        state.tagging_service.delete_all_tags_for_resource(made.arn)
        made.arn, made.dns_name = _named(made, call.region)
        state.load_balancers[made.arn] = made
        if tags:
            listed = state.tagging_service.convert_dict_to_tags_input(tags)
            state.tagging_service.tag_resource(made.arn, listed)
        told |= {"LoadBalancerArn": made.arn, "DNSName": made.dns_name}
    return answer


def _named(made: Any, region: str) -> tuple[str, str]:
    kind = {"network": "net", "gateway": "gwy"}.get(made.type, "app")
    number = str(made.arn).rpartition("/")[2]
    arn = str(made.arn).replace(":loadbalancer/app/", f":loadbalancer/{kind}/")
    name = f"internal-{made.name}" if made.scheme == "internal" else str(made.name)
    if kind == "app":
        return arn, f"{name}-{int(number, 16) % 10**10}.{region}.elb.amazonaws.com"
    return arn, f"{made.name}-{number}.elb.{region}.amazonaws.com"


@operation
def modify_load_balancer_attributes(call: Call, backend: Backend) -> Result:
    """Access logs are turned on only with a bucket that takes them, and a test file says so."""
    from simulator.gateway.service_call import perform, refusal
    from simulator.telemetry.load_balancer.files import folder, from_delivery, from_elb

    assert call.account is not None
    arn = str(call.params["LoadBalancerArn"])
    state = state_of("elbv2", call.account.id, call.region)
    balancer = state.load_balancers.get(arn) if state is not None else None
    asked = {each["Key"]: each.get("Value") for each in call.params.get("Attributes") or ()}
    told = asked if balancer is None else {**balancer.attrs, **asked}
    concerned = any(name.startswith("access_logs.s3.") for name in asked)
    if balancer is None or not concerned or told.get("access_logs.s3.enabled") != "true":
        return backend()
    bucket = str(told.get("access_logs.s3.bucket") or "")
    _check_place(call.account, bucket, call.region)
    top = folder(call.account, str(told.get("access_logs.s3.prefix") or ""))
    params = {"Bucket": bucket, "Key": f"{top}/ELBAccessLogTestFile"}
    text = f"Enable AccessLog for ELB: {balancer.name} at {call.time:%Y-%m-%dT%H:%M:%S.%f}"
    network = balancer.type == "network"
    ways = (
        from_delivery(call.account, call.region, params, text.encode())
        if network
        else from_elb(arn, call.region, params, text.encode())
    )
    admitted = next((way for way in ways if refusal(way, call.account) is None), None)
    if admitted is None:
        raise AwsError(
            "InvalidConfigurationRequest",
            f"Access Denied for bucket: {bucket}. Please check S3bucket permission",
        )
    answer = backend()
    if not network:
        perform(admitted, call.account)
    return answer


def _check_place(account: Account, bucket: str, region: str) -> None:
    """The bucket must be there, in the load balancer's region."""
    from simulator.telemetry.upload import bucket_region

    if not bucket:
        raise AwsError("ValidationError", "The value of 'access_logs.s3.bucket' cannot be empty")
    found = bucket_region(bucket, account.world)
    if found is None:
        raise AwsError("InvalidConfigurationRequest", f"S3Bucket: {bucket} does not exist")
    if found != region:
        raise AwsError(
            "InvalidConfigurationRequest",
            f"S3Bucket: {bucket} is not located in the same region with Loadbalancer",
        )


@operation
def describe_target_health(call: Call, backend: Backend) -> Result:
    """What the load balancer's own checks find, where moto takes every running target for healthy."""
    from simulator.network.balancers import Target
    from simulator.network.health import judged

    assert call.account is not None
    answer = backend()
    state = state_of("elbv2", call.account.id, call.region)
    group = state.target_groups[call.params["TargetGroupArn"]]
    instances = state_of("ec2", call.account.id, call.region)
    for each in answer["TargetHealthDescriptions"]:
        name, port = str(each["Target"]["Id"]), int(each["Target"].get("Port") or group.port or 0)
        if each["TargetHealth"]["State"] != "healthy" or group.target_type == "lambda":
            continue
        found = instances.get_instance_by_id(name) if instances and name.startswith("i-") else None
        address = str(found.private_ip_address) if found is not None else name
        (health,) = judged(call.account, group, [Target(name, address, port)])
        each["TargetHealth"] = {"State": health.state}
        if health.reason:
            each["TargetHealth"] |= {"Reason": health.reason, "Description": health.description}
    return answer
