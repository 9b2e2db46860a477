"""The board over HTTP is the instructor's, and gives their token to nobody."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from werkzeug.test import Client, TestResponse

from simulator.admission import Admission
from simulator.classroom import Classroom
from simulator.control import Control
from simulator.roster import Member, Roster

TOKEN = "teaches-this-class"
NAME = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def control() -> Control:
    roster = Roster([Member("ann", "token-of-ann", 1, NAME)])
    return Control(Classroom(roster=roster), "http://x", Admission("starts", TOKEN, roster))


@pytest.fixture
def browser(control: Control) -> Client:
    """It keeps cookies."""
    return Client(control)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def sign_in(browser: Client, token: str = TOKEN) -> TestResponse:
    return browser.post("/board", data={"token": token})


def test_the_instructors_token_gets_the_class_as_json(browser: Client) -> None:
    answer = browser.get("/class", headers=bearer(TOKEN))
    assert answer.status_code == 200
    assert answer.json is not None
    assert [each["name"] for each in answer.json["absent"]] == [NAME]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["", "starts", "token-of-ann", TOKEN[:-1], TOKEN.upper(), "ü"])
def test_no_other_token_sees_the_class(browser: Client, token: str) -> None:
    for path in ("/class", "/board/class"):
        answer = browser.get(path, headers=bearer(token))
        assert answer.status_code == 403
        assert answer.json is not None
        assert set(answer.json) == {"error", "message"}
    refused = sign_in(browser, token)
    assert refused.status_code == 403
    assert "Set-Cookie" not in refused.headers
    assert browser.get("/board/class").status_code == 403


def test_the_form_sets_a_cookie_that_is_not_the_token(browser: Client) -> None:
    """Scripts can't read it, other sites don't send it, and a JupyterLab on this host never gets it."""
    assert b'type="password"' in browser.get("/board").data
    said = sign_in(browser)
    cookie = said.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/board"} <= set(cookie.split("; "))
    assert TOKEN not in cookie
    assert TOKEN not in said.text
    page = browser.get("/board")
    assert b'id="rows"' in page.data
    assert TOKEN not in page.text
    seen = browser.get("/board/class")
    assert seen.json is not None
    assert seen.json["learners"] == 1


def test_the_cookie_opens_the_board_alone(browser: Client) -> None:
    sign_in(browser)
    assert browser.get("/class").status_code == 403
    started = browser.post("/labs", json={"scenario": "iam-leaked-key"})
    assert started.status_code == 403
    assert browser.get("/board/class", headers={"Cookie": "drill_board_80=x"}).status_code == 200
    assert Client(browser.application).get("/board/class").status_code == 403


def test_a_link_lets_one_browser_in_once(control: Control, browser: Client) -> None:
    path = control.board.invite()
    assert TOKEN not in path
    assert browser.get(path).status_code == 200
    assert browser.get("/board/class").status_code == 200
    other = Client(control)
    assert other.get(path).status_code == 403
    assert other.get("/board/class").status_code == 403
    assert other.get("/board/enter/anything").status_code == 403


def test_nothing_but_its_own_style_and_script_runs_in_the_page(browser: Client) -> None:
    sign_in(browser)
    page = browser.get("/board")
    policy = dict(
        part.strip().split(" ", 1)
        for part in page.headers["Content-Security-Policy"].split(";")
        if " " in part.strip()
    )
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", page.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert policy[directive] == f"'sha256-{digest}'"
    assert not re.search(r"(src|href)=", page.text), "it is self-contained"
    assert not re.search(r"innerHTML|insertAdjacent|document\.write|eval\(", page.text)
    assert NAME not in page.text


@pytest.mark.parametrize("stuck", ["0", "-1", "x", "1e3", "9999999", "²"])
def test_a_time_that_nobody_is_stuck_for_is_refused(browser: Client, stuck: str) -> None:
    answer = browser.get("/class", query_string={"stuck": stuck}, headers=bearer(TOKEN))
    assert answer.status_code == 400
    assert answer.json is not None
    assert "minutes" in answer.json["message"]


def test_another_time_can_be_asked_for(browser: Client) -> None:
    answer = browser.get("/class?stuck=40", headers=bearer(TOKEN))
    assert answer.json is not None
    assert answer.json["stuck_minutes"] == 40
