"""What the learner submits is kept as it was meant, or refused whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.errors import BadSubmission
from simulator.gateway.app import Gateway
from simulator.submission import accept


@pytest.fixture(scope="module")
def drill() -> Iterator[Drill]:
    made = Drill(catalogue.load("iam-leaked-key"), 201, Gateway())
    yield made
    made.close()


def test_a_text_is_kept_without_the_blanks_around_it(drill: Drill) -> None:
    assert accept(drill, {"key": " AKIA\n"}) == {"key": "AKIA"}


@pytest.mark.parametrize("given", [["b", "a ", "b"], ("b", "a", "a")])
def test_a_list_is_kept_in_its_order_without_repetition(drill: Drill, given: Any) -> None:
    assert accept(drill, {"principals": given}) == {"principals": ["b", "a"]}


def test_a_set_is_kept_as_a_list(drill: Drill) -> None:
    assert accept(drill, {"principals": {"one"}}) == {"principals": ["one"]}


def test_event_ids_of_the_account_are_taken_alone_or_in_a_list(drill: Drill) -> None:
    ids = [record["eventID"] for record in drill.account.records[:2]]
    assert accept(drill, {"evidence": ids[0]}) == {"evidence": ids[0]}
    assert accept(drill, {"evidence": ids}) == {"evidence": ids}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (5, "int"),
        (None, "NoneType"),
        (True, "bool"),
        ({"a": "b"}, "dict"),
        (["a", 5], "list"),
        ([["a"]], "list"),
        (b"a", "bytes"),
    ],
)
def test_another_kind_is_named(drill: Drill, value: Any, kind: str) -> None:
    with pytest.raises(BadSubmission, match=rf"'key' takes a text or a list of texts, not {kind}"):
        accept(drill, {"key": value})


def test_an_answer_that_nobody_asked_for_names_those_asked_for(drill: Drill) -> None:
    with pytest.raises(BadSubmission) as caught:
        accept(drill, {"principal": "x"})
    assert str(caught.value) == (
        "'principal' is not asked for; submit key, principals, taken, people, evidence. Did you mean 'principals'?"
    )


def test_an_unknown_event_id_says_where_the_known_ones_are(drill: Drill) -> None:
    real = drill.account.records[0]["eventID"]
    with pytest.raises(BadSubmission) as caught:
        accept(drill, {"evidence": [real, "made-up"]})
    assert "'made-up'" in str(caught.value)
    assert real not in str(caught.value)
    assert "lab.trail()" in str(caught.value)


def test_of_many_unknown_event_ids_three_are_named(drill: Drill) -> None:
    with pytest.raises(BadSubmission, match=r"'0', '1', '2' \(and others\)"):
        accept(drill, {"evidence": [str(number) for number in range(9)]})


def test_an_event_of_another_account_is_unknown(drill: Drill) -> None:
    other = Drill(drill.play, 202, Gateway())
    try:
        foreign = other.account.records[0]["eventID"]
    finally:
        other.close()
    with pytest.raises(BadSubmission, match="No event of this account"):
        accept(drill, {"evidence": foreign})
