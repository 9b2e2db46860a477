"""Copies of an emitter are cheap, and as separate as botocore's own."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from botocore.hooks import HierarchicalEmitter

from simulator.account.event_hooks import shared

EVENTS = ("a", "a.b", "a.b.c", "a.*.c", "a.d", "*.b", "e")


def named(name: str) -> Any:
    def answer(**_: Any) -> str:
        return name

    return answer


def answers(emitter: HierarchicalEmitter) -> list[list[str]]:
    asked = ("a", "a.b", "a.b.c", "a.x.c", "a.d", "x.b", "e", "f")
    return [[answer for _, answer in emitter.emit(event)] for event in asked]


def churn(emitter: HierarchicalEmitter, chance: random.Random) -> list[list[list[str]]]:
    """What copies of copies answer, after each has been changed."""
    known, handlers = [emitter], list[tuple[str, Any]]()
    for number in range(120):
        one = chance.choice(known)
        match chance.randrange(6):
            case 0:
                known.append(copy.copy(one))
            case 1 if handlers:
                one.unregister(*chance.choice(handlers))
            case _:
                handler = (chance.choice(EVENTS), named(str(number)))
                handlers.append(handler)
                how = ("register", "register_first", "register_last")[chance.randrange(3)]
                getattr(one, how)(*handler)
    return [answers(each) for each in known]


@pytest.mark.parametrize("seed", range(8))
def test_copies_answer_as_botocores_own_do(seed: int) -> None:
    own, theirs = HierarchicalEmitter(), HierarchicalEmitter()
    for number, event in enumerate(EVENTS):
        for emitter in (own, theirs):
            emitter.register(event, named(f"before {number}"))
    assert churn(shared(own), random.Random(seed)) == churn(theirs, random.Random(seed))


def test_a_handler_of_a_copy_is_in_neither_the_original_nor_another_copy() -> None:
    original = shared(HierarchicalEmitter())
    original.register("a.b", named("all"))
    one, other = copy.copy(original), copy.copy(original)
    one.register("a.b", named("one"))
    original.register("a.b", named("original"))
    assert [answers(each)[1] for each in (original, one, other)] == [
        ["all", "original"],
        ["all", "one"],
        ["all"],
    ]
