"""Signing in to the console as a principal of a scenario does."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from simulator.account import root_user, totp
from simulator.account.browser import Browser
from simulator.account.principal import Attempt, Principal
from simulator.gateway.origin import Origin

if TYPE_CHECKING:
    from tests.conftest import Cloud, Refusal

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
PASSWORD = "Correct-horse-1"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
Person = Callable[..., Principal]


@pytest.fixture
def person(cloud: Cloud) -> Person:
    """Makes a principal with a browser; ann is an administrator with a password."""
    iam = cloud.root("iam")
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password=PASSWORD)
    iam.attach_user_policy(UserName="ann", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")

    def make(keys: Any = None, agent: str = FIREFOX) -> Principal:
        return Principal(
            "person",
            cloud.gateway.respond,
            Origin("203.0.113.9", agent),
            keys,
            "eu-west-1",
            Pace(cloud),
            random.Random(1),
            [],
            Browser(cloud.gateway, cloud.account),
        )

    return make


class Pace:
    """Time passes on a pinned clock alone."""

    def __init__(self, cloud: Cloud) -> None:
        self.clock = cloud.world.clock

    def elapse(self, delta: timedelta) -> None:
        if self.clock.is_pinned:
            self.clock.pin(self.clock.now() + delta)

    def now(self) -> datetime:
        return self.clock.now()


def test_a_user_signs_in_with_the_password_of_its_login_profile(
    cloud: Cloud, person: Person
) -> None:
    """The record is AWS's own, key by key."""
    with cloud.world.clock.pinned(NOON):
        person().console_login("ann", PASSWORD)
    (written,) = cloud.account.records
    user = cloud.root("iam").get_user(UserName="ann")["User"]
    assert written.pop("eventID")
    assert written == {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": user["UserId"],
            "arn": user["Arn"],
            "accountId": "111122223333",
            "userName": "ann",
        },
        "eventTime": "2026-11-02T12:00:00Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": FIREFOX,
        "requestParameters": None,
        "responseElements": {"ConsoleLogin": "Success"},
        "additionalEventData": {
            "LoginTo": "https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true",
            "MobileVersion": "No",
            "MFAUsed": "No",
        },
        "readOnly": False,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": True,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": "signin.aws.amazon.com",
        },
    }


def test_a_sign_in_is_the_last_use_of_the_password(cloud: Cloud, person: Person) -> None:
    """GetUser and the credential report tell it."""
    assert "PasswordLastUsed" not in cloud.root("iam").get_user(UserName="ann")["User"]
    with cloud.world.clock.pinned(NOON):
        person().console_login("ann", PASSWORD)
    assert cloud.root("iam").get_user(UserName="ann")["User"]["PasswordLastUsed"] == NOON


@pytest.mark.parametrize(
    ("user", "password", "message", "name"),
    [
        ("ann", "wrong", "Failed authentication", "ann"),
        (
            "Correct-horse-1",
            "ann",
            "No username found in supplied account",
            "HIDDEN_DUE_TO_SECURITY_REASONS",
        ),
        ("bob", PASSWORD, "Failed authentication", "bob"),
    ],
    ids=["wrong password", "no such user", "no password"],
)
def test_a_failed_sign_in_is_recorded_and_opens_nothing(
    cloud: Cloud,
    person: Person,
    refusal: Refusal,
    user: str,
    password: str,
    message: str,
    name: str,
) -> None:
    """A name that doesn't exist might be a password, so it is hidden."""
    cloud.root("iam").create_user(UserName="bob")
    somebody = person()
    code, _, said = refusal(lambda: somebody.console_login(user, password))
    assert (code, said) == ("FailedAuthentication", message)
    (written,) = cloud.account.records
    identity = written["userIdentity"]
    assert written["errorMessage"] == message
    assert "errorCode" not in written
    assert written["responseElements"] == {"ConsoleLogin": "Failure"}
    assert (identity["userName"], identity["accessKeyId"]) == (name, "")
    assert "arn" not in identity
    assert PASSWORD not in str(written)
    assert not cloud.account.last_used


def test_an_attempt_of_a_sign_in_is_in_the_journal(person: Person, refusal: Refusal) -> None:
    """So that a check can see that a stolen password no longer works."""
    thief = person()
    refusal(lambda: thief.console_login("ann", "wrong"))
    thief.console_login("ann", PASSWORD)
    assert thief._journal == [
        Attempt("person", "ConsoleLogin", "FailedAuthentication"),
        Attempt("person", "ConsoleLogin", None),
    ]


def test_a_deleted_login_profile_ends_signing_in(
    cloud: Cloud, person: Person, refusal: Refusal
) -> None:
    """Sessions that are open go on, as on AWS."""
    before = person()
    before.console_login("ann", PASSWORD)
    cloud.root("iam").delete_login_profile(UserName="ann")
    assert refusal(lambda: person().console_login("ann", PASSWORD))[0] == "FailedAuthentication"
    assert before.sts.get_caller_identity()["Arn"].endswith(":user/ann")


def test_calls_after_a_sign_in_are_a_console_sessions(cloud: Cloud, person: Person) -> None:
    """Temporary credentials with a session context, marked as the console's."""
    ann = person()
    with cloud.world.clock.pinned(NOON):
        ann.console_login("ann", PASSWORD)
        ann.iam.create_user(UserName="eve")
        ann.s3.list_buckets()
        ann.cloudtrail.describe_trails()
    made, listed, described = cloud.account.records[1:]
    identity = made["userIdentity"]
    assert identity["type"] == "IAMUser"
    assert identity["accessKeyId"].startswith("ASIA")
    assert identity["sessionContext"] == {
        "attributes": {"creationDate": "2026-11-02T12:00:00Z", "mfaAuthenticated": "false"}
    }
    assert [one["sessionCredentialFromConsole"] for one in (made, listed, described)] == [
        "true"
    ] * 3
    assert made["userAgent"] == "AWS Internal"
    assert "tlsDetails" not in made
    assert listed["userAgent"].startswith("[S3Console/0.4, aws-internal/3 ")
    assert described["userAgent"] == FIREFOX
    assert described["sourceIPAddress"] == "203.0.113.9"


def test_console_credentials_in_another_tool_keep_the_tools_agent(
    cloud: Cloud, person: Person
) -> None:
    """As those of CloudShell: marked, and with the AWS CLI as agent."""
    shell = person(agent="aws-cli/2.17.62 exec-env/CloudShell")
    shell.console_login("ann", PASSWORD)
    shell.iam.list_users()
    written = cloud.account.records[-1]
    assert written["userAgent"] == "aws-cli/2.17.62 exec-env/CloudShell"
    assert written["sessionCredentialFromConsole"] == "true"
    assert written["tlsDetails"]


def test_a_console_session_ends_with_the_act_and_after_twelve_hours(
    cloud: Cloud, person: Person, refusal: Refusal
) -> None:
    """`sign_in` is what an act begins with: the principal's own credentials count again."""
    keys = cloud.user("job", cloud.statement("*"))
    job = person(lambda: keys)
    with cloud.world.clock.pinned(NOON):
        job.console_login("ann", PASSWORD)
        cloud.world.clock.pin(NOON + timedelta(hours=12, minutes=1))
        assert refusal(job.sts.get_caller_identity)[0] == "ExpiredToken"
        job.sign_in()
        assert job.sts.get_caller_identity()["Arn"].endswith(":user/job")


def test_mfa_is_checked_and_recorded(cloud: Cloud, person: Person, refusal: Refusal) -> None:
    """CheckMfa, then ConsoleLogin with the device; a wrong code fails, none is asked for."""
    serial = _enable_mfa(cloud)
    ann = person()
    with cloud.world.clock.pinned(NOON):
        assert refusal(lambda: ann.console_login("ann", PASSWORD))[0] == "MfaRequired"
        refused = refusal(lambda: ann.console_login("ann", PASSWORD, mfa="000000"))
        assert refused[0] == "FailedAuthentication"
        ann.console_login("ann", PASSWORD, mfa=True)
        ann.iam.list_users()
    names = [one["eventName"] for one in cloud.account.records]
    assert names == [
        "CheckMfa",
        "CheckMfa",
        "ConsoleLogin",
        "CheckMfa",
        "ConsoleLogin",
        "ListUsers",
    ]
    check, _, failed, _, done, listed = cloud.account.records
    assert check["responseElements"] == {"CheckMfa": "Success"}
    assert check["additionalEventData"] == {"MfaType": "Virtual MFA"}
    assert failed["additionalEventData"]["MFAUsed"] == "Yes"
    assert done["additionalEventData"]["MFAUsed"] == "Yes"
    assert done["additionalEventData"]["MFAIdentifier"] == serial
    attributes = listed["userIdentity"]["sessionContext"]["attributes"]
    assert attributes["mfaAuthenticated"] == "true"


def _enable_mfa(cloud: Cloud) -> str:
    iam = cloud.root("iam")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ann")["VirtualMFADevice"]
    first, second = totp.codes(device["Base32StringSeed"], cloud.world.clock.now())
    iam.enable_mfa_device(
        UserName="ann",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1=first,
        AuthenticationCode2=second,
    )
    return str(device["SerialNumber"])


def test_a_regional_endpoint_records_in_its_region(cloud: Cloud, person: Person) -> None:
    """Events of the root user stay in us-east-1."""
    person().console_login("ann", PASSWORD, region="eu-west-1")
    root_user.set_password(cloud.account, "Root-horse-1")
    person().console_login(None, "Root-horse-1", region="eu-west-1")
    users, roots = cloud.account.records
    assert users["awsRegion"] == "eu-west-1"
    assert users["tlsDetails"]["clientProvidedHostHeader"] == "eu-west-1.signin.aws.amazon.com"
    assert users["additionalEventData"]["LoginTo"].startswith("https://eu-west-1.console.aws.")
    assert roots["awsRegion"] == "us-east-1"
    assert roots["tlsDetails"]["clientProvidedHostHeader"] == "signin.aws.amazon.com"


def test_the_root_user_signs_in_and_may_do_everything(
    cloud: Cloud, person: Person, refusal: Refusal
) -> None:
    """Without a password there is no way in; the session has the root user's identity."""
    owner = person()
    assert refusal(lambda: owner.console_login(None, ""))[0] == "FailedAuthentication"
    root_user.set_password(cloud.account, "Root-horse-1")
    owner.console_login(None, "Root-horse-1")
    owner.iam.create_user(UserName="eve")
    failed, signed_in, made = cloud.account.records
    root = {
        "type": "Root",
        "principalId": "111122223333",
        "arn": "arn:aws:iam::111122223333:root",
        "accountId": "111122223333",
    }
    assert failed["errorMessage"] == "Failed authentication"
    assert failed["userIdentity"] == signed_in["userIdentity"] == {**root, "accessKeyId": ""}
    identity = made["userIdentity"]
    assert identity.pop("accessKeyId").startswith("ASIA")
    assert set(identity.pop("sessionContext")) == {"attributes"}
    assert identity == root
    assert made["sessionCredentialFromConsole"] == "true"


def test_the_root_user_goes_by_the_accounts_alias(cloud: Cloud, person: Person) -> None:
    """userName is there where an alias is set ("CloudTrail userIdentity element")."""
    cloud.root("iam").create_account_alias(AccountAlias="tin-shop")
    root_user.set_password(cloud.account, "Root-horse-1")
    owner = person()
    owner.console_login(None, "Root-horse-1")
    owner.ec2.describe_instances()
    assert cloud.account.records[-1]["userIdentity"]["userName"] == "tin-shop"


def test_switching_roles_is_recorded_where_the_role_is(cloud: Cloud, person: Person) -> None:
    """AssumeRole in both accounts, SwitchRole in the role's, then calls of the role."""
    other = cloud.open("444455556666", world=cloud.world)
    role = cloud.role(
        "auditor", cloud.trust({"AWS": "111122223333"}), cloud.statement("*"), account=other
    )
    ann = person()
    ann.console_login("ann", PASSWORD)
    ann.switch_role(role)
    ann.ec2.describe_instances()
    _, own_copy = cloud.account.records
    assumed, switched, described = other.records
    assert own_copy["userAgent"] == assumed["userAgent"]
    assert assumed["userAgent"].startswith("AWS Signin, aws-internal/3 ")
    assert "sessionCredentialFromConsole" not in own_copy
    assert own_copy["sharedEventID"] == assumed["sharedEventID"]
    assert switched["eventName"] == "SwitchRole"
    assert switched["eventType"] == "AwsConsoleSignIn"
    assert switched["responseElements"] == {"SwitchRole": "Success"}
    assert switched["additionalEventData"] == {
        "SwitchFrom": "arn:aws:iam::111122223333:user/ann",
        "RedirectTo": "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1#",
    }
    assert set(switched["userIdentity"]) == {"type", "principalId", "arn", "accountId"}
    assert switched["userIdentity"]["arn"].endswith(":assumed-role/auditor/ann")
    assert described["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"] == "auditor"
    assert described["sessionCredentialFromConsole"] == "true"


def test_only_who_is_signed_in_switches_roles(person: Person) -> None:
    """A script has no console to switch in."""
    with pytest.raises(RuntimeError, match="console_login first"):
        person().switch_role("arn:aws:iam::111122223333:role/auditor")


def test_a_password_that_must_be_changed_opens_nothing_before_it_is(
    cloud: Cloud, person: Person, refusal: Refusal
) -> None:
    """The new one is set by ChangePassword, which the user needs to be allowed."""
    cloud.root("iam").update_login_profile(UserName="ann", PasswordResetRequired=True)
    ann = person()
    assert refusal_code(lambda: ann.console_login("ann", PASSWORD)) == "PasswordResetRequired"
    ann.console_login("ann", PASSWORD, new_password="Correct-horse-2")
    assert ann.sts.get_caller_identity()["Arn"].endswith(":user/ann")
    changed = next(one for one in cloud.account.records if one["eventName"] == "ChangePassword")
    assert changed["requestParameters"] is None
    assert refusal(lambda: person().console_login("ann", PASSWORD))[0] == "FailedAuthentication"


def refusal_code(call: Callable[[], Any]) -> str:
    """The error code of a refusal that has no HTTP response."""
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


def test_sign_ins_are_in_event_history_and_undone_with_the_world(
    cloud: Cloud, person: Person
) -> None:
    """A trial leaves no session and no record behind."""
    person().console_login("ann", PASSWORD)
    found = cloud.root("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ConsoleLogin"}]
    )["Events"]
    assert [(one["Username"], one["EventSource"]) for one in found] == [
        ("ann", "signin.amazonaws.com")
    ]
    with cloud.world.undone():
        person().console_login("ann", PASSWORD)
        assert len(cloud.account.sessions) == 2
    assert len(cloud.account.sessions) == 1
    assert len(cloud.account.records) == 1


def test_the_same_seed_mints_the_same_session(cloud: Cloud, person: Person) -> None:
    """So that a drill can be played again."""
    made = []
    with cloud.world.clock.pinned(NOON):
        saved = cloud.gateway.save(cloud.world)
        for _ in range(2):
            cloud.gateway.restore(cloud.world, saved)
            person().console_login("ann", PASSWORD)
            made.append((list(cloud.account.sessions), cloud.account.records[-1]["eventID"]))
    assert made[0] == made[1]
