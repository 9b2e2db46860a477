"""The record around parameters and results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.gateway.caller import service_caller
from simulator.telemetry.cloudtrail import record

if TYPE_CHECKING:
    from tests.telemetry.conftest import Calls

DENIED = "User: arn is not authorized to perform: iam:GetRole"


def test_the_frame(calls: Calls) -> None:
    """Everything that every record says."""
    shown = record(calls("ssm", "StartSession", {"Target": "i-1"}, {"SessionId": "s"}))
    del shown["userIdentity"]
    assert shown == {
        "eventVersion": "1.11",
        "eventTime": "2026-11-24T12:00:05Z",
        "eventSource": "ssm.amazonaws.com",
        "eventName": "StartSession",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "Boto3/1.44.5",
        "requestParameters": {"target": "i-1"},
        "responseElements": {"sessionId": "s"},
        "requestID": "7a1c0e4b-9d20-4ce7-9df0-ee3c71d02b1a",
        "eventID": "ee3c71d0-2b1a-4ce7-9df0-7a1c0e4b9d20",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": "ssm.eu-west-1.amazonaws.com",
        },
    }


@pytest.mark.parametrize(
    ("service", "region", "host"),
    [
        ("iam", "us-east-1", "iam.amazonaws.com"),
        ("organizations", "us-east-1", "organizations.us-east-1.amazonaws.com"),
        ("route53", "us-east-1", "route53.amazonaws.com"),
        ("sts", "eu-west-1", "sts.eu-west-1.amazonaws.com"),
        ("elbv2", "eu-west-1", "elasticloadbalancing.eu-west-1.amazonaws.com"),
        ("no-such-service", "eu-west-1", "no-such-service.eu-west-1.amazonaws.com"),
    ],
)
def test_regions_and_hosts_are_awss(calls: Calls, service: str, region: str, host: str) -> None:
    """A global service is recorded in its home region, whatever region the client is set to."""
    shown = record(calls(service, "GetThing"))
    assert shown["awsRegion"] == region
    assert shown["tlsDetails"]["clientProvidedHostHeader"] == host


@pytest.mark.parametrize(
    ("service", "code", "message", "recorded"),
    [
        ("ec2", "UnauthorizedOperation", DENIED, "Client.UnauthorizedOperation"),
        ("ec2", "InvalidGroup.NotFound", "no group", "Client.InvalidGroup.NotFound"),
        ("ec2", "InternalError", "oh", "Server.InternalError"),
        ("iam", "NoSuchEntity", "no user", "NoSuchEntityException"),
        ("organizations", "AccessDeniedException", DENIED, "AccessDenied"),
        ("organizations", "AccessDeniedException", "not a member", "AccessDeniedException"),
    ],
)
def test_error_codes(calls: Calls, service: str, code: str, message: str, recorded: str) -> None:
    """EC2 says whose fault it is; IAM's errors are exceptions, and its refusals have one name."""
    shown = record(calls(service, "GetThing", error=(code, message)))
    assert (shown["errorCode"], shown["errorMessage"]) == (recorded, message)
    assert shown["responseElements"] is None


def test_a_refusal_hides_the_parameters(calls: Calls) -> None:
    """IAM refuses before the service looks at them."""
    refused = calls("iam", "GetRole", {"RoleName": "r"}, error=("AccessDenied", DENIED))
    assert record(refused)["requestParameters"] is None


def test_ec2_and_a_services_own_errors_keep_the_parameters(calls: Calls) -> None:
    """EC2 checks rights itself; other errors come after the parameters were read."""
    refused = calls(
        "ec2", "GetPasswordData", {"InstanceId": "i"}, error=("UnauthorizedOperation", DENIED)
    )
    missing = calls("iam", "GetRole", {"RoleName": "r"}, error=("NoSuchEntity", "no role"))
    assert record(refused)["requestParameters"] == {"instanceId": "i"}
    assert record(missing)["requestParameters"] == {"roleName": "r"}


def test_reads_show_no_response(calls: Calls) -> None:
    """What was read is not in the log."""
    read = calls("iam", "GetUser", {"UserName": "bob"}, {"User": {"UserName": "bob"}})
    assert record(read)["responseElements"] is None


def test_a_call_without_parameters_has_null(calls: Calls) -> None:
    """CloudTrail writes null, not an empty object."""
    assert record(calls("sts", "GetCallerIdentity"))["requestParameters"] is None


def test_a_plain_http_call_has_no_tls_details(calls: Calls) -> None:
    """That is how a client that does without TLS is found."""
    plain = record(calls("s3", "ListBuckets", tls=False))
    assert "tlsDetails" not in plain
    assert "CipherSuite" not in plain["additionalEventData"]


@pytest.mark.parametrize("own_name", [True, False])
def test_a_services_call_comes_from_the_service(calls: Calls, own_name: bool) -> None:
    """Source address and user agent are the service's name, and its TLS is not shown."""
    service = "cloudformation.amazonaws.com"
    fields = {"caller": service_caller(service)} if own_name else {"invoked_by": service}
    shown = record(calls("iam", "CreateUser", {"UserName": "bob"}, **fields))
    assert (shown["sourceIPAddress"], shown["userAgent"]) == (service, service)
    assert shown["userIdentity"]["invokedBy"] == service
    assert "tlsDetails" not in shown


def test_each_account_gets_its_own_view_of_a_cross_account_call(calls: Calls) -> None:
    """The caller's account sees who it was, the account called into sees an account."""
    made = calls("s3", "GetObject", {"Bucket": "b", "Key": "k"})
    assert made.account is not None
    made.account.id = "444455556666"
    theirs, ours = record(made), record(made, recipient="111122223333")
    assert theirs["recipientAccountId"] == "444455556666"
    assert theirs["userIdentity"]["type"] == "AWSAccount"
    assert ours["recipientAccountId"] == "111122223333"
    assert ours["userIdentity"]["userName"] == "ann"
    assert ours["resources"] == theirs["resources"]


def test_notes_become_additional_data(calls: Calls) -> None:
    """A service can leave facts for the record."""
    made = calls("iam", "CreateUser", {"UserName": "bob"}, notes={"MFAUsed": "No"})
    assert record(made)["additionalEventData"] == {"MFAUsed": "No"}


def test_data_events_say_so(calls: Calls) -> None:
    """Category and managementEvent agree."""
    shown = record(calls("lambda", "Invoke", {"FunctionName": "f", "Payload": b"{}"}))
    assert (shown["eventCategory"], shown["managementEvent"]) == ("Data", False)
    assert shown["requestParameters"] == {
        "functionName": "arn:aws:lambda:eu-west-1:111122223333:function:f"
    }
    assert shown["additionalEventData"] == {
        "functionVersion": "arn:aws:lambda:eu-west-1:111122223333:function:f:$LATEST"
    }
