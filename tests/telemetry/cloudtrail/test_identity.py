"""userIdentity of every kind of caller."""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.gateway.caller import ANONYMOUS, Caller, CallerType, Session, service_caller
from simulator.telemetry.cloudtrail.identity import federated_identity, user_identity

ACCOUNT = "111122223333"
ISSUED = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
EXPIRES = datetime(2026, 11, 24, 4, 4, 5, tzinfo=UTC)


def session(caller: Caller, given: Session) -> Caller:
    """`caller` with temporary credentials."""
    return Caller(
        caller.type,
        caller.account_id,
        caller.arn,
        caller.principal_id,
        "ASIASESSION",
        caller.user_name,
        caller.issuer_arn,
        caller.issuer_id,
        caller.issuer_name,
        given,
    )


ANN = Caller(
    CallerType.IAM_USER,
    ACCOUNT,
    f"arn:aws:iam::{ACCOUNT}:user/ann",
    "AIDAANN",
    "AKIAANN",
    "ann",
)
OPS = Caller(
    CallerType.ASSUMED_ROLE,
    ACCOUNT,
    f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/ann",
    "AROAOPS:ann",
    issuer_arn=f"arn:aws:iam::{ACCOUNT}:role/ops",
    issuer_id="AROAOPS",
    issuer_name="ops",
)


def test_a_user_with_an_access_key_has_no_session() -> None:
    """An IAM user's long-term key shows the user alone."""
    assert user_identity(ANN, ACCOUNT) == {
        "type": "IAMUser",
        "principalId": "AIDAANN",
        "arn": f"arn:aws:iam::{ACCOUNT}:user/ann",
        "accountId": ACCOUNT,
        "accessKeyId": "AKIAANN",
        "userName": "ann",
    }


def test_a_session_token_adds_its_attributes() -> None:
    """GetSessionToken with MFA leaves the user and says that MFA was used, as text."""
    shown = user_identity(session(ANN, Session(ISSUED, EXPIRES, mfa=True)), ACCOUNT)
    assert shown["userName"] == "ann"
    assert shown["sessionContext"] == {
        "attributes": {"creationDate": "2026-11-24T03:04:05Z", "mfaAuthenticated": "true"}
    }


def test_a_role_session_names_its_role() -> None:
    """The role is the session's issuer; a role session has no userName of its own."""
    shown = user_identity(session(OPS, Session(ISSUED, EXPIRES, name="ann")), ACCOUNT)
    assert list(shown) == [
        "type",
        "principalId",
        "arn",
        "accountId",
        "accessKeyId",
        "sessionContext",
    ]
    assert shown["sessionContext"] == {
        "sessionIssuer": {
            "type": "Role",
            "principalId": "AROAOPS",
            "arn": f"arn:aws:iam::{ACCOUNT}:role/ops",
            "accountId": ACCOUNT,
            "userName": "ops",
        },
        "attributes": {"creationDate": "2026-11-24T03:04:05Z", "mfaAuthenticated": "false"},
    }


def test_a_session_keeps_its_source_identity_and_its_web_identity() -> None:
    """What the role was assumed with stays visible in every later call."""
    given = Session(
        ISSUED,
        EXPIRES,
        name="ci",
        source_identity="ann",
        web_identity={"federatedProvider": "token.actions.githubusercontent.com"},
    )
    context = user_identity(session(OPS, given), ACCOUNT)["sessionContext"]
    assert context["sourceIdentity"] == "ann"
    assert context["webIdFederationData"] == {
        "federatedProvider": "token.actions.githubusercontent.com"
    }


def test_an_instances_session_says_how_it_got_its_credentials() -> None:
    """A session named after an instance came from the instance metadata service."""
    given = Session(ISSUED, EXPIRES, name="i-0123456789abcdef0")
    context = user_identity(session(OPS, given), ACCOUNT)["sessionContext"]
    assert context["ec2RoleDelivery"] == "2.0"


def test_a_federated_user_is_issued_by_a_user() -> None:
    """GetFederationToken's user has the IAM user as issuer."""
    federated = Caller(
        CallerType.FEDERATED_USER,
        ACCOUNT,
        f"arn:aws:sts::{ACCOUNT}:federated-user/guest",
        f"{ACCOUNT}:guest",
        issuer_arn=f"arn:aws:iam::{ACCOUNT}:user/ann",
        issuer_id="AIDAANN",
        issuer_name="ann",
    )
    shown = user_identity(session(federated, Session(ISSUED, EXPIRES, name="guest")), ACCOUNT)
    assert shown["type"] == "FederatedUser"
    assert shown["sessionContext"]["sessionIssuer"]["type"] == "IAMUser"
    assert "userName" not in shown


def test_root_has_the_account_as_principal() -> None:
    """The root user is the account itself."""
    root = Caller(CallerType.ROOT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, "AKIAROOT")
    assert user_identity(root, ACCOUNT) == {
        "type": "Root",
        "principalId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:root",
        "accountId": ACCOUNT,
        "accessKeyId": "AKIAROOT",
    }


def test_a_service_in_its_own_name_is_only_its_name() -> None:
    """A service principal has neither account nor key."""
    assert user_identity(service_caller("cloudtrail.amazonaws.com"), ACCOUNT) == {
        "type": "AWSService",
        "invokedBy": "cloudtrail.amazonaws.com",
    }


def test_a_service_for_somebody_is_added_to_that_somebody() -> None:
    """A forwarded call shows both: whose rights, and which service used them."""
    shown = user_identity(ANN, ACCOUNT, "cloudformation.amazonaws.com")
    assert (shown["userName"], shown["invokedBy"]) == ("ann", "cloudformation.amazonaws.com")


def test_an_unsigned_request_is_anonymous() -> None:
    """AWS writes an anonymous reader of a public bucket as an account."""
    assert user_identity(ANONYMOUS, ACCOUNT) == {
        "type": "AWSAccount",
        "principalId": "",
        "accountId": "ANONYMOUS_PRINCIPAL",
    }


def test_another_accounts_caller_keeps_its_name_to_itself() -> None:
    """The account called into learns the principal's id and account, not its ARN or key."""
    assert user_identity(ANN, "444455556666") == {
        "type": "AWSAccount",
        "principalId": "AIDAANN",
        "accountId": ACCOUNT,
    }


def test_a_web_identity_is_who_its_token_says() -> None:
    """AssumeRoleWithWebIdentity is made by the subject of the token."""
    shown = federated_identity(
        "WebIdentityUser",
        {
            "SubjectFromWebIdentityToken": "repo:acme/app:ref:refs/heads/main",
            "Provider": "token.actions.githubusercontent.com",
            "Audience": "sts.amazonaws.com",
        },
    )
    assert shown == {
        "type": "WebIdentityUser",
        "principalId": "token.actions.githubusercontent.com:sts.amazonaws.com:"
        "repo:acme/app:ref:refs/heads/main",
        "userName": "repo:acme/app:ref:refs/heads/main",
        "identityProvider": "token.actions.githubusercontent.com",
    }
