"""A finished call to make records of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.wrappers import Response

from simulator.account.account import Account
from simulator.gateway.call import Call, Outcome
from simulator.gateway.caller import Caller, CallerType


class Calls:
    """Makes calls of user ann in account 111122223333 at 2026-11-24T12:00:05Z."""

    noon = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
    account = "111122223333"
    ann = Caller(
        CallerType.IAM_USER,
        account,
        f"arn:aws:iam::{account}:user/ann",
        "AIDAANN",
        "AKIAANN",
        "ann",
    )

    def __call__(
        self,
        service: str,
        operation: str,
        params: dict[str, Any] | None = None,
        result: dict[str, Any] | None = None,
        error: tuple[str, str] | None = None,
        headers: dict[str, str] | None = None,
        **fields: Any,
    ) -> Call:
        """A finished call; `error` is a code and a message, `headers` the response's."""
        given = {
            "event_source": f"{service}.amazonaws.com",
            "region": "eu-west-1",
            "headers": {"Content-Length": "7"},
            "host": "localhost:4566",
            "source_ip": "198.51.100.7",
            "user_agent": "Boto3/1.44.5",
            "request_id": "7a1c0e4b-9d20-4ce7-9df0-ee3c71d02b1a",
            "event_id": "ee3c71d0-2b1a-4ce7-9df0-7a1c0e4b9d20",
            "time": self.noon,
            "tls": True,
            "caller": self.ann,
            "signature_version": "SigV4",
            "authentication_method": "AuthHeader",
            **fields,
        }
        made = Call(service=service, operation=operation, params=params or {}, **given)
        made.account = Account(self.account, None)  # type: ignore[arg-type]
        code, message = error or (None, None)
        made.outcome = Outcome(Response(b"answer", headers=headers), code, message, result)
        return made


@pytest.fixture
def calls() -> Calls:
    """A maker of finished calls."""
    return Calls()
