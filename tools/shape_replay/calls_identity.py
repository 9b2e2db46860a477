"""Calls to IAM, STS, Organizations and IAM Roles Anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from tools.shape_replay.stage import ACCOUNT, Stage, document
from tools.shape_replay.table import replays

_ADMINISTRATOR: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
_TRUST: Final = document(
    {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
)
_ANYTHING: Final = document({"Effect": "Allow", "Action": "*", "Resource": "*"})


@replays("iam", "UpdateAssumeRolePolicy")
def update_assume_role_policy(stage: Stage) -> None:
    stage.role("deploy", {"Service": "ec2.amazonaws.com"})
    stage.call("iam").update_assume_role_policy(RoleName="deploy", PolicyDocument=_TRUST)


@replays("iam", "CreateAccessKey")
def create_access_key(stage: Stage) -> None:
    stage.prepare("iam").create_user(UserName="ann")
    stage.call("iam").create_access_key(UserName="ann")


@replays("iam", "AttachUserPolicy")
def attach_user_policy(stage: Stage) -> None:
    stage.prepare("iam").create_user(UserName="ann")
    stage.call("iam").attach_user_policy(UserName="ann", PolicyArn=_ADMINISTRATOR)


@replays("iam", "CreateUser")
def create_user(stage: Stage) -> None:
    stage.call("iam").create_user(UserName="ann", Tags=[{"Key": "team", "Value": "web"}])


@replays("iam", "AttachRolePolicy")
def attach_role_policy(stage: Stage) -> None:
    stage.role("deploy", {"AWS": ACCOUNT})
    stage.call("iam").attach_role_policy(RoleName="deploy", PolicyArn=_ADMINISTRATOR)


@replays("iam", "CreateRole")
def create_role(stage: Stage) -> None:
    stage.call("iam").create_role(
        RoleName="deploy",
        AssumeRolePolicyDocument=_TRUST,
        PermissionsBoundary="arn:aws:iam::aws:policy/AWSDenyAll",
    )


@replays("iam", "CreateLoginProfile")
def create_login_profile(stage: Stage) -> None:
    stage.prepare("iam").create_user(UserName="ann")
    stage.call("iam").create_login_profile(
        UserName="ann", Password="Correct-horse-1", PasswordResetRequired=False
    )


@replays("iam", "UpdateLoginProfile")
def update_login_profile(stage: Stage) -> None:
    _with_password(stage)
    stage.call("iam").update_login_profile(UserName="ann", Password="Correct-horse-2")


@replays("iam", "DeleteLoginProfile")
def delete_login_profile(stage: Stage) -> None:
    _with_password(stage)
    stage.call("iam").delete_login_profile(UserName="ann")


def _with_password(stage: Stage) -> None:
    iam = stage.prepare("iam")
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password="Correct-horse-1")


@replays("sts", "GetCallerIdentity")
def get_caller_identity(stage: Stage) -> None:
    stage.call("sts").get_caller_identity()


@replays("sts", "AssumeRole")
def assume_role(stage: Stage) -> None:
    role = stage.role("deploy", {"AWS": ACCOUNT})
    stage.call("sts").assume_role(RoleArn=role, RoleSessionName="session", DurationSeconds=900)


@replays("sts", "GetFederationToken")
def get_federation_token(stage: Stage) -> None:
    stage.call("sts").get_federation_token(Name="somebody", Policy=_ANYTHING)


@replays("organizations", "LeaveOrganization")
def leave_organization(stage: Stage) -> None:
    stage.call("organizations").leave_organization()


@replays("rolesanywhere", "CreateTrustAnchor")
def create_trust_anchor(stage: Stage) -> None:
    stage.call("rolesanywhere").create_trust_anchor(
        name="anchor",
        enabled=True,
        source={
            "sourceType": "CERTIFICATE_BUNDLE",
            "sourceData": {"x509CertificateData": authority()},
        },
        tags=[{"key": "team", "value": "web"}],
    )


@replays("rolesanywhere", "CreateProfile")
def create_profile(stage: Stage) -> None:
    role = stage.role("deploy", {"Service": "rolesanywhere.amazonaws.com"})
    stage.call("rolesanywhere").create_profile(
        name="profile",
        enabled=True,
        durationSeconds=3600,
        roleArns=[role],
        tags=[{"key": "team", "value": "web"}],
    )


def authority() -> str:
    """A certificate authority's own certificate, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()
