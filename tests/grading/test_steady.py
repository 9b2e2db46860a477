"""Time in an account that is graded."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from simulator.account.clock import real_now
from simulator.gateway.sigv4 import LEAD
from simulator.grading.steady import STEP, Steady

AT = datetime(2026, 1, 2, 3, tzinfo=UTC)


@pytest.fixture
def steady() -> Steady:
    made = Steady()
    made.begin(AT)
    return made


def told(steady: Steady, seen: list[Any], refused: Response | None = None) -> Client:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append((real_now(), environ[LEAD]))
        start_response("200 OK", [])
        return [b""]

    return Client(steady.paced(app, lambda: refused))


def test_each_request_from_outside_is_a_tenth_of_a_second_after_the_one_before(
    steady: Steady,
) -> None:
    seen: list[Any] = []
    client = told(steady, seen)
    for _ in range(3):
        client.get("/")
    assert [at for at, _ in seen] == [AT + STEP, AT + 2 * STEP, AT + 3 * STEP]


CHECK, REPORT = ("/lab/check", "Bearer x"), ("/lab/report", "Bearer x")
SIGNED = ("/lab/check", "AWS4-HMAC-SHA256 Credential=x")
OTHER = ("/lab/submit", "Bearer x")


@pytest.mark.parametrize(
    ("asked", "steps"),
    [
        ([CHECK, REPORT, CHECK], [1, 1, 1]),
        ([OTHER, CHECK, CHECK, OTHER, CHECK], [1, 2, 2, 4, 5]),
        ([CHECK, CHECK, REPORT, OTHER, OTHER], [1, 1, 1, 4, 5]),
        ([CHECK, OTHER, CHECK, OTHER], [1, 2, 3, 4]),
        ([SIGNED, SIGNED, CHECK], [1, 2, 3]),
        ([CHECK, SIGNED], [1, 2]),
    ],
)
def test_looks_that_follow_one_another_are_of_one_moment_and_nothing_else_comes_earlier(
    steady: Steady, asked: list[tuple[str, str]], steps: list[int]
) -> None:
    seen: list[Any] = []
    client = told(steady, seen)
    for path, authorization in asked:
        client.post(path, headers={"Authorization": authorization})
    assert [at for at, _ in seen] == [AT + step * STEP for step in steps]
    with steady.moment() as last:
        assert last == AT + steps[-1] * STEP


def test_another_account_begins_without_what_the_one_before_looked(steady: Steady) -> None:
    seen: list[Any] = []
    client = told(steady, seen)
    for _ in range(3):
        client.post(CHECK[0], headers={"Authorization": CHECK[1]})
    steady.begin(AT)
    client.post(CHECK[0], headers={"Authorization": CHECK[1]})
    client.get("/")
    assert [at for at, _ in seen[3:]] == [AT + STEP, AT + 2 * STEP]


def test_no_time_passes_by_itself(steady: Steady) -> None:
    with steady.moment() as first:
        assert real_now() == first == AT
    with steady.moment() as second:
        assert second == first


def test_the_gateway_is_told_how_far_this_machines_clock_leads(steady: Steady) -> None:
    seen: list[Any] = []
    told(steady, seen).get("/")
    ((at, lead),) = seen
    assert abs(at + lead - datetime.now(UTC)) < timedelta(minutes=1)


def test_who_is_not_admitted_takes_no_time(steady: Steady) -> None:
    seen: list[Any] = []
    answer = told(steady, seen, Response("It is over.", 503)).get("/")
    assert (answer.status_code, answer.text, seen) == (503, "It is over.", [])
    with steady.moment() as now:
        assert now == AT


def test_a_moment_is_waited_for_only_so_long(steady: Steady) -> None:
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with steady.moment():
            taken.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(10)
    with pytest.raises(TimeoutError), steady.moment(0.01):
        pass
    done.set()
    holder.join()
    with steady.moment(10) as now:
        assert now == AT
