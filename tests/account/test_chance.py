"""Identifiers follow from a text alone, and look like what AWS writes."""

from __future__ import annotations

import uuid

import pytest

from simulator.account.chance import letters_of, uuid_of


def test_the_same_text_gives_the_same_identifiers_and_another_gives_others() -> None:
    texts = [f"event/{seed}/{number}" for seed in range(3) for number in range(200)]
    for make in (uuid_of, letters_of):
        assert len({make(each) for each in texts}) == len(texts)
        assert [make(each) for each in texts] == [make(each) for each in texts]


def test_a_uuid_is_one_of_version_4() -> None:
    made = uuid.UUID(uuid_of("event/1"))
    assert (made.version, made.variant) == (4, uuid.RFC_4122)


@pytest.mark.parametrize("count", [1, 16, 64])
def test_letters_are_capitals_and_digits_and_all_of_them_occur(count: int) -> None:
    made = "".join(letters_of(f"request/{number}", count) for number in range(3000 // count))
    assert set(made) == set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert len(letters_of("request", count)) == count
