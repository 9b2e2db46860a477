"""Lambda: how a function is described while it is made and changed."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Cloud


def package(source: str) -> bytes:
    """A deployment package."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("index.py", source)
    return written.getvalue()


@pytest.fixture
def made(cloud: Cloud) -> dict[str, Any]:
    """What CreateFunction answers."""
    role = cloud.role("functions", cloud.trust({"Service": "lambda.amazonaws.com"}))
    answer: dict[str, Any] = cloud.root("lambda").create_function(
        FunctionName="web",
        Runtime="python3.12",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": package("handler = print")},
        Environment={"Variables": {"TOKEN": "hunter2"}},
    )
    return answer


def test_a_new_function_is_pending_and_then_active(cloud: Cloud, made: dict[str, Any]) -> None:
    """A waiter for it ends."""
    assert (made["State"], made["StateReasonCode"]) == ("Pending", "Creating")
    assert made["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/web"}
    client = cloud.root("lambda")
    client.get_waiter("function_active_v2").wait(FunctionName="web")
    found = client.get_function(FunctionName="web")["Configuration"]
    described = client.get_function_configuration(FunctionName="web")
    assert found["State"] == "Active"
    assert {name: described[name] for name in found} == found
    assert found["RevisionId"] == made["RevisionId"]


def test_a_change_is_in_progress_and_then_done(cloud: Cloud, made: dict[str, Any]) -> None:
    """It has a revision of its own; what is published is a pending version."""
    client = cloud.root("lambda")
    changed = client.update_function_code(FunctionName="web", ZipFile=package("handler = id"))
    assert (changed["State"], changed["LastUpdateStatus"]) == ("Active", "InProgress")
    assert changed["RevisionId"] != made["RevisionId"]
    client.get_waiter("function_updated_v2").wait(FunctionName="web")
    published = client.update_function_code(
        FunctionName="web", ZipFile=package("handler = str"), Publish=True
    )
    assert (published["Version"], published["State"]) == ("1", "Pending")
    assert "LastUpdateStatus" not in published


def test_a_record_shows_that_there_are_variables_and_none_of_them(cloud: Cloud) -> None:
    """An empty environment, also where the call passes none."""
    keys = cloud.user("ann", cloud.statement("*"))
    role = cloud.role("functions", cloud.trust({"Service": "lambda.amazonaws.com"}))
    client = cloud.client("lambda", keys)
    client.create_function(
        FunctionName="web",
        Runtime="python3.12",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": package("handler = print")},
        Environment={"Variables": {"TOKEN": "hunter2"}},
    )
    client.update_function_configuration(FunctionName="web", Timeout=9)
    for written in cloud.account.records[-2:]:
        assert written["requestParameters"]["environment"] == {}
        assert written["responseElements"]["environment"] == {}
        assert "hunter2" not in str(written)
