"""A fresh account, and in it a principal of the kind that made the real call."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from botocore.credentials import Credentials

from simulator.account import transport
from simulator.account.browser import Browser
from simulator.account.instance_role import instance_credentials
from simulator.account.world import World
from simulator.gateway.app import Gateway
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.origin import Origin

ACCOUNT: Final = "111122223333"
OTHER: Final = "444455556666"
REGION: Final = "us-east-1"
_ADDRESS: Final = "198.51.100.7"
_EVERYTHING: Final = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_REFUSALS: Final = ("AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation")


class Stage:
    """An account, clients that prepare it unrecorded, and clients of whoever makes the call.

    `real` is the record of the call to be made again: who made it, with which tool, and whether
    it was refused decide on the principal. A refused call is made by one without rights.
    """

    def __init__(self, gateway: Gateway, real: Mapping[str, Any]) -> None:
        self.gateway, self.real = gateway, real
        self.account = World(seed=7).open_account(ACCOUNT, REGION)
        gateway.add(self.account.world)
        root = Caller(CallerType.ROOT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
        self._unseen = Origin(_ADDRESS, vouched=root, account_id=ACCOUNT, recorded=False)
        self._keys: Mapping[str, Any] | None = None

    @property
    def shown(self) -> dict[str, Any]:
        """The real record's requestParameters: which optional parameters were passed."""
        return dict(self.real.get("requestParameters") or {})

    def prepare(self, service: str) -> Any:
        """A boto3 client that may do everything and leaves no record."""
        return self._client(service, {"AccessKeyId": "-", "SecretAccessKey": "-"}, self._unseen)

    def call(self, service: str) -> Any:
        """A boto3 client of a principal of the real caller's kind."""
        if self._keys is None:
            self._keys = self._credentials(self.real["userIdentity"])
        return self._client(service, self._keys, Origin(_ADDRESS, self.real["userAgent"]))

    def browse(self, user: str, password: str) -> None:
        """Sign in to the console as an IAM user."""
        origin = Origin(_ADDRESS, self.real["userAgent"])
        Browser(self.gateway, self.account).log_in(origin, user, password, mfa=False, region=None)

    def user(self, name: str, *statements: dict[str, Any]) -> Mapping[str, Any]:
        """The access key of a new IAM user that may do what the statements say."""
        iam = self.prepare("iam")
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(
                UserName=name, PolicyName="own", PolicyDocument=document(*statements)
            )
        key: Mapping[str, Any] = iam.create_access_key(UserName=name)["AccessKey"]
        return key

    def role(self, name: str, trusted: dict[str, str], *statements: dict[str, Any]) -> str:
        """The ARN of a new role."""
        iam = self.prepare("iam")
        trust = document({"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"})
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        if statements:
            iam.put_role_policy(
                RoleName=name, PolicyName="own", PolicyDocument=document(*statements)
            )
        return str(arn)

    def instance(self, profile: str | None = None) -> str:
        """The id of a running instance; `profile` names the role that its profile holds."""
        ec2, iam = self.prepare("ec2"), self.prepare("iam")
        more: dict[str, Any] = {"InstanceType": "t3.micro"}
        if profile is not None:
            iam.create_instance_profile(InstanceProfileName=profile)
            iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=profile)
            more["IamInstanceProfile"] = {"Name": profile}
        run = ec2.run_instances(ImageId=self.image(), MinCount=1, MaxCount=1, **more)
        return str(run["Instances"][0]["InstanceId"])

    def image(self) -> str:
        """The id of an image of the account's own."""
        made = self.prepare("ec2").register_image(Name="base", RootDeviceName="/dev/sda1")
        return str(made["ImageId"])

    def close(self) -> None:
        self.gateway.remove(self.account.world)

    def _client(self, service: str, keys: Mapping[str, Any], origin: Origin) -> Any:
        credentials = Credentials(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken")
        )
        session = transport.session(self.gateway.respond, lambda: origin, credentials, REGION)
        return session.client(service, endpoint_url=transport.ENDPOINT)

    def _credentials(self, identity: Mapping[str, Any]) -> Mapping[str, Any]:
        rights = () if self.real.get("errorCode") in _REFUSALS else (_EVERYTHING,)
        kind = CallerType(identity["type"])
        if kind is CallerType.IAM_USER:
            return self.user("caller", *rights)
        if kind is CallerType.FEDERATED_USER:
            sts = self._client("sts", self.user("caller", _EVERYTHING), Origin(_ADDRESS))
            made = sts.get_federation_token(Name="caller", Policy=document(*rights))
            return dict(made["Credentials"])
        if "ec2RoleDelivery" in identity["sessionContext"]:
            self.role("caller", {"Service": "ec2.amazonaws.com"}, *rights)
            instance = self.instance("caller")
            with self.gateway.turn(self.account.world):
                return instance_credentials(self.account, instance, delivery="1.0")
        role = self.role("caller", {"AWS": ACCOUNT}, *rights)
        sts = self._client("sts", self.user("before", _EVERYTHING), Origin(_ADDRESS))
        return dict(sts.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"])


@contextmanager
def stage(real: Mapping[str, Any], gateway: Gateway | None = None) -> Iterator[Stage]:
    """An account for the call that `real` records; gone after the block."""
    made = Stage(gateway or Gateway(), real)
    try:
        yield made
    finally:
        made.close()


def document(*statements: dict[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def package(source: str = "def handler(event, context): return {}") -> bytes:
    """A deployment package for Lambda."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("index.py", source)
    return written.getvalue()
