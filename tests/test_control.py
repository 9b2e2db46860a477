"""The control API gives each token what is its own, and says what it doesn't take."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from simulator.admission import Admission
from simulator.classroom import Classroom, Seat
from simulator.control import Control
from simulator.roster import Member, Roster

ID = "iam-leaked-key"
ENDPOINT = "http://127.0.0.1:4598"
Ask = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def classroom() -> Classroom:
    return Classroom()


@pytest.fixture(scope="module")
def seat(classroom: Classroom) -> Iterator[Seat]:
    taken = classroom.start(ID, "ann", seed=231)
    yield taken
    taken.drill.close()


@pytest.fixture
def ask(classroom: Classroom, seat: Seat) -> Iterator[Ask]:
    """Ask as ann unless told otherwise; what happens in her account is undone."""
    client = Client(Control(classroom, ENDPOINT, Admission("opens-labs", "sees-all")))

    def ask(
        path: str, body: Any = None, *, token: str | None = None, method: str = "POST"
    ) -> tuple[int, dict[str, Any]]:
        bearer = seat.token if token is None else token
        answer = client.open(
            path,
            method=method,
            data=body if isinstance(body, bytes) else json.dumps(body or {}),
            headers={"Authorization": f"Bearer {bearer}"} if bearer else {},
        )
        assert answer.content_type == "application/json"
        return answer.status_code, json.loads(answer.get_data() or b"{}")

    with seat.drill.fresh():
        yield ask


def test_health_needs_no_token(ask: Ask) -> None:
    assert ask("/health", method="GET", token="") == (200, {"status": "ok", "endpoint": ENDPOINT})


def test_a_lab_is_started_once_and_found_again(ask: Ask, seat: Seat) -> None:
    status, lab = ask("/labs", {"scenario": ID, "learner": "ann"}, token="opens-labs")
    assert (status, lab["lab"], lab["endpoint"]) == (200, seat.token, ENDPOINT)
    assert lab["account_id"] == seat.drill.account.id


@pytest.mark.parametrize("token", ["", "opens-lab", "opens-labs2", "OPENS-LABS"])
def test_only_the_simulators_token_starts_labs(ask: Ask, token: str) -> None:
    status, said = ask("/labs", {"scenario": ID, "learner": "ann"}, token=token)
    assert (status, said["error"]) == (403, "NotYourTurn")
    assert "lab" not in said


def test_a_learners_token_starts_no_lab_nor_finds_one(ask: Ask) -> None:
    for learner in ("ann", "bob", ""):
        status, said = ask("/labs", {"scenario": ID, "learner": learner})
        assert (status, set(said)) == (403, {"error", "message"})
        assert said["error"] == "NotYourTurn"
        assert "DRILL_TOKEN" in said["message"]


def test_a_token_sees_its_own_seat_alone(ask: Ask, classroom: Classroom, seat: Seat) -> None:
    other = classroom.start(ID, "bob", seed=232)
    try:
        ask("/lab/submit", {"answers": {"key": "anns"}})
        _, theirs = ask("/lab", method="GET", token=other.token)
        assert theirs["account_id"] == other.drill.account.id != seat.drill.account.id
        assert theirs["submitted"] == {}
        # nothing in a body names another seat
        status, said = ask("/lab/submit", {"answers": {}, "learner": "bob", "token": other.token})
        assert status == 400
        assert "unexpected keyword argument 'learner'" in said["message"]
    finally:
        other.drill.close()


@pytest.mark.parametrize("token", ["", "opens-labs", "x" * 32])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/lab"), ("POST", "/lab/check"), ("POST", "/lab/reset")]
)
def test_a_token_of_no_seat_opens_none(ask: Ask, token: str, method: str, path: str) -> None:
    status, said = ask(path, token=token, method=method)
    assert (status, said["error"]) == (403, "NotYourTurn")
    assert "Make a new Lab(…)" in said["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("POST", "/lab/about", 404),
        ("POST", "/lab/_now", 404),
        ("POST", "/lab/reach", 404),
        ("POST", "/lab/check/", 404),
        ("POST", "/lab//check", 404),
        ("POST", "/moto-api/reset", 404),
        ("GET", "/lab/check", 405),
        ("POST", "/lab", 405),
        ("GET", "/labs", 405),
        ("DELETE", "/lab", 405),
        ("PUT", "/health", 405),
    ],
)
def test_a_path_or_method_that_does_not_exist_is_named(
    ask: Ask, method: str, path: str, status: int
) -> None:
    assert ask(path, method=method) == (
        status,
        {"error": "DrillError", "message": f"The control API has no {method} {path}."},
    )


@pytest.mark.parametrize("path", ["/lab/submit", "/lab/check", "/labs"])
@pytest.mark.parametrize("body", [b"nope", b'{"answers": {"key"', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_not_json_is_refused(ask: Ask, path: str, body: bytes) -> None:
    status, said = ask(path, body, token="opens-labs" if path == "/labs" else None)
    assert status == 400
    assert said["message"].startswith("The request's body is not JSON")


@pytest.mark.parametrize("body", [b"[]", b"5", b"null", b'"check"'])
def test_a_body_that_is_no_object_is_refused(ask: Ask, body: bytes) -> None:
    said = {"error": "DrillError", "message": "The request's body must be a JSON object."}
    assert ask("/lab/check", body) == (400, said)


@pytest.mark.parametrize(
    ("verb", "body", "words"),
    [
        ("submit", {}, "missing a required argument: 'answers'"),
        ("submit", {"answers": ["key"]}, "takes an object as 'answers', not [\"key\"]"),
        ("submit", {"answers": None}, "takes an object as 'answers', not null"),
        ("check", {"phase": 5}, "takes a text as 'phase', not 5"),
        ("check", {"phases": "detect"}, "unexpected keyword argument 'phases'"),
        ("hint", {"check": ["names_the_key"]}, "takes a text as 'check'"),
        ("wait", {"seconds": "5"}, "takes a number as 'seconds', not \"5\""),
        ("wait", {"seconds": True}, "takes a number as 'seconds', not true"),
        ("wait", {"seconds": None}, "takes a number as 'seconds', not null"),
        ("wait", {"seconds": 1e300}, "Wait between nothing and 30 days"),
        ("wait", b'{"seconds": NaN}', "Wait between nothing and 30 days"),
        ("configure", {"system": ["ci"], "values": {}}, "takes a text as 'system'"),
        ("probe", {"source": "internet", "destination": 5}, "takes a text as 'destination'"),
        (
            "probe",
            {"source": "internet", "destination": "i-1", "port": "22"},
            "takes a number as 'port'",
        ),
        (
            "probe",
            {"source": "internet", "destination": "i-1", "port": 22.5},
            "A port is a whole number, not 22.5.",
        ),
        (
            "probe",
            {"source": "internet", "destination": "i-1", "port": float("inf")},
            "A port is a whole number",
        ),
        ("configure", {"system": "ci", "values": "issuer"}, "takes an object as 'values'"),
        ("configure", {"system": "ci"}, "missing a required argument: 'values'"),
        ("reset", {"seed": 1}, "unexpected keyword argument 'seed'"),
    ],
)
def test_arguments_that_a_verb_does_not_take_are_named_and_nothing_is_lost(
    ask: Ask, verb: str, body: Any, words: str
) -> None:
    ask("/lab/submit", {"answers": {"key": "kept"}})
    status, said = ask(f"/lab/{verb}", body)
    assert status == 400
    assert words in said["message"]
    assert ask("/lab", method="GET")[1]["submitted"] == {"key": "kept"}


def test_an_error_comes_with_its_name_and_status(ask: Ask) -> None:
    start = {"scenario": "iam-leaked-kee"}
    status, said = ask("/labs", start, token="opens-labs")
    assert (status, said["error"]) == (404, "UnknownScenario")
    assert "Did you mean 'iam-leaked-key'?" in said["message"]
    status, said = ask("/lab/submit", {"answers": {"keys": "x"}})
    assert (status, said["error"]) == (400, "BadSubmission")


def test_a_second_learner_with_the_same_seed_is_told_why(seat: Seat) -> None:
    classroom = Classroom(seed=233)
    first = classroom.start(ID, "ann")
    client = Client(Control(classroom, ENDPOINT, Admission("opens-labs", "sees-all")))
    try:
        answer = client.post(
            "/labs",
            json={"scenario": ID, "learner": "bob"},
            headers={"Authorization": "Bearer opens-labs"},
        )
        assert answer.status_code == 400
        assert answer.json is not None
        assert answer.json["error"] == "CannotServe"
        assert "without --seed" in answer.json["message"]
    finally:
        first.drill.close()


def test_every_verb_answers(ask: Ask) -> None:
    assert ask("/lab/submit", {"answers": {"key": "x"}})[1]["submitted"] == {"key": "x"}
    assert ask("/lab/check", {"phase": None})[1]["checks"]
    assert ask("/lab/hint", {"check": "names_the_key"})[1]["check"] == "names_the_key"
    assert ask("/lab/wait", {"seconds": 60})[0] == 200
    changed = ask("/lab/configure", {"system": "ci", "values": {"issuer": "x"}})[1]
    assert changed["settings"]["ci"]["issuer"] == "x"


def test_a_visit_takes_an_address_and_says_who_does_not_answer(ask: Ask) -> None:
    status, said = ask("/lab/visit", {"url": "http://nowhere.example.net/"})
    assert (status, said["error"]) == (400, "DrillError")
    assert "nowhere.example.net" in said["message"]
    status, said = ask("/lab/visit", {"url": "http://x/", "headers": "none"})
    assert (status, "an object" in said["message"]) == (400, True)


@pytest.fixture(scope="module")
def a_class() -> Iterator[Classroom]:
    """Of ann and bob alone."""
    roster = Roster([Member("ann", "token-of-ann", 234), Member("bob", "token-of-bob", 235)])
    classroom = Classroom(roster=roster)
    yield classroom
    for seat in classroom.seats():
        seat.drill.close()


@pytest.fixture
def class_client(a_class: Classroom) -> Client:
    admission = Admission("opens-labs", "sees-all", a_class.roster)
    return Client(Control(a_class, ENDPOINT, admission))


def start_as(client: Client, token: str, learner: str = "") -> Any:
    return client.post(
        "/labs",
        json={"scenario": ID, "learner": learner},
        headers={"Authorization": f"Bearer {token}"},
    )


def test_a_member_of_the_class_starts_their_own_lab_with_the_rosters_seed(
    class_client: Client, a_class: Classroom
) -> None:
    lab = start_as(class_client, "token-of-ann").json
    assert lab is not None
    for same in (
        start_as(class_client, "token-of-ann", "token-of-ann"),
        start_as(class_client, "opens-labs", "token-of-ann"),
        start_as(class_client, "sees-all", "ann"),
    ):
        assert same.json is not None
        assert same.json["lab"] == lab["lab"]
    seat = a_class.seat(lab["lab"])
    assert (seat.learner, seat.drill.seed) == ("ann", 234)


@pytest.mark.parametrize(
    ("token", "learner"),
    [
        ("token-of-ann", "bob"),
        ("token-of-ann", "token-of-bob"),
        ("opens-labs", "bob"),
        ("opens-labs", ""),
        ("token-of-eve", ""),
        ("token-of-eve", "bob"),
    ],
)
def test_nobody_gets_anothers_seat_of_a_class(
    class_client: Client, token: str, learner: str
) -> None:
    said = start_as(class_client, token, learner)
    assert said.status_code == 403
    assert said.json is not None
    assert set(said.json) == {"error", "message"}
    assert "235" not in said.json["message"]


def test_a_members_token_opens_no_lab_of_its_own(class_client: Client) -> None:
    """It starts one; the lab has another token."""
    answer = class_client.get("/lab", headers={"Authorization": "Bearer token-of-ann"})
    assert answer.status_code == 403


@pytest.mark.parametrize("learner", ["x" * 201, "a\nb", "\x1b[31m", "\ud800"])
def test_a_name_that_is_none_is_refused(class_client: Client, learner: str) -> None:
    said = start_as(class_client, "sees-all", learner)
    assert said.status_code == 400
    assert said.json is not None
    assert "at most 200 characters" in said.json["message"]


@pytest.mark.parametrize(
    ("path", "method"),
    [("/class", "POST"), ("/board/class", "POST"), ("/board", "PUT"), ("/lab/found", "POST")],
)
def test_what_the_board_is_not_asked_is_refused(ask: Ask, path: str, method: str) -> None:
    assert ask(path, method=method)[0] in {404, 405}
