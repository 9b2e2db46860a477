"""hints.md is read, and its hints are given one by one."""

from __future__ import annotations

import pytest

from simulator.errors import BadSubmission
from simulator.hints import cost, read, take

TEXT = """For the author.

## key_is_dead

Think.

Do this:
`iam.update_access_key(…)`.

Do that.

## one_alone
The only one.

## empty

"""


def test_a_hint_is_a_paragraph_of_its_checks_section() -> None:
    hints = read(TEXT)
    assert list(hints) == ["key_is_dead", "one_alone", "empty"]
    assert hints["key_is_dead"] == ["Think.", "Do this:\n`iam.update_access_key(…)`.", "Do that."]
    assert hints["one_alone"] == ["The only one."]


def test_a_text_without_sections_has_no_hints() -> None:
    assert read("") == read("Nothing here.") == {}


def test_hints_come_in_their_order_and_the_last_one_again() -> None:
    hints, taken = read(TEXT), dict[str, int]()
    given = [take(hints, "key_is_dead", taken) for _ in range(5)]
    assert [each["hint"][:7] for each in given] == ["Think.", "Do this", *["Do that"] * 3]
    assert [each["left"] for each in given] == [2, 1, 0, 0, 0]
    assert taken == {"key_is_dead": 3}


def test_the_first_hint_and_the_last_one_seen_again_cost_nothing() -> None:
    hints, taken = read(TEXT), dict[str, int]()
    prices = [take(hints, "key_is_dead", taken)["cost"] for _ in range(4)]
    assert prices[0] == prices[3] == 0
    assert min(prices[1:3]) > 0
    assert cost(taken, ["key_is_dead"]) == sum(prices)


def test_each_check_has_a_first_hint_of_its_own() -> None:
    hints, taken = read(TEXT), dict[str, int]()
    take(hints, "key_is_dead", taken)
    assert take(hints, "one_alone", taken)["cost"] == 0
    assert cost(taken, hints) == 0


@pytest.mark.parametrize("name", ["key_is_ded", "empty", ""])
def test_a_check_without_hints_names_those_that_have_some(name: str) -> None:
    taken = dict[str, int]()
    with pytest.raises(BadSubmission, match=r"there are for key_is_dead, one_alone\."):
        take(read(TEXT), name, taken)
    assert taken == {}


def test_a_misspelt_check_names_the_nearest() -> None:
    with pytest.raises(BadSubmission, match="Did you mean 'key_is_dead'"):
        take(read(TEXT), "key_is_ded", {})
