"""Copies are what `copy.deepcopy` makes, and what happens in a trial leaves the state as it was."""

from __future__ import annotations

import copy
import dataclasses
import io
import random
import tempfile
import threading
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from ipaddress import IPv4Network
from typing import Any
from weakref import WeakValueDictionary

import pytest

from simulator import catalogue
from simulator.account import copying, snapshot
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.grading.judge import judge
from simulator.grading.play import apply
from simulator.grading.verify import REFERENCE

ATOMS = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    bytearray,
    type,
    datetime,
    Enum,
    IPv4Network,
)


def unlike(one: Any, other: Any) -> list[str]:
    """Where two graphs of objects differ: in a type, a value, an order, or in what is shared."""
    found: list[str] = []
    pairs: dict[int, int] = {}
    back: dict[int, int] = {}
    kept: list[Any] = []
    todo = [("", one, other)]
    while todo and len(found) < 5:
        path, left, right = todo.pop()
        if type(left) is not type(right):
            found.append(f"{path}: {type(left)} and {type(right)}")
            continue
        if isinstance(left, ATOMS):
            if left != right:
                found.append(f"{path}: {left!r} and {right!r}")
            continue
        if left is right:
            continue
        if id(left) in pairs or id(right) in back:
            if pairs.get(id(left)) != id(right) or back.get(id(right)) != id(left):
                found.append(f"{path}: {type(left)} is shared otherwise")
            continue
        pairs[id(left)], back[id(right)] = id(right), id(left)
        kept += [left, right]
        todo += parts(path, left, right, found)
    return found


def _attributes(one: Any) -> Iterator[tuple[str, Any]]:
    """All but a function's client of Docker, which its copies make anew."""
    return (each for each in vars(one).items() if each[0] != "_DockerModel__docker_client")


def parts(path: str, left: Any, right: Any, found: list[str]) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(left, tempfile.SpooledTemporaryFile | io.BytesIO):
        ours, theirs = ((each.seek(0), each.read())[1] for each in (left, right))
        yield f"{path}.content", ours, theirs
        return
    if isinstance(left, types.MethodType):
        yield f"{path}.self", left.__self__, right.__self__
        return
    if isinstance(left, dict):  # as dictionaries: some of moto's show only a part of what they hold
        ours, theirs = ([*map(repr, dict.keys(each))] for each in (left, right))
        if ours != theirs:
            found.append(f"{path}: {ours[:20]} and {theirs[:20]}")
        else:
            pairs = zip(dict.values(left), dict.values(right), strict=True)
            yield from ((f"{path}[{key}]", *pair) for key, pair in zip(ours, pairs, strict=True))
    if isinstance(left, list | tuple | deque):
        if len(left) != len(right):
            found.append(f"{path}: {len(left)} and {len(right)} elements")
        yield from ((f"{path}[{n}]", *p) for n, p in enumerate(zip(left, right, strict=False)))
    if isinstance(left, set | frozenset) and {*map(repr, left)} != {*map(repr, right)}:
        found.append(f"{path}: {left} and {right}")
    if hasattr(left, "__dict__"):
        yield f"{path}.", *(dict(sorted(_attributes(each))) for each in (left, right))
    for base in type(left).__mro__:
        names = vars(base).get("__slots__", ())
        for name in [names] if isinstance(names, str) else names:
            if name not in {"__dict__", "__weakref__"}:
                yield f"{path}.{name}", getattr(left, name, None), getattr(right, name, None)


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    inner: list[int]


@dataclasses.dataclass(slots=True)
class Open:
    inner: list[int]


@dataclasses.dataclass(frozen=True)
class Frozen:
    inner: list[int]


class Tabled(dict):  # type: ignore[type-arg]
    def __init__(self) -> None:
        super().__init__()
        self.more = [1]


class Stateful:
    def __init__(self) -> None:
        self.open, self.lock = [1], object()

    def __getstate__(self) -> dict[str, Any]:
        return {"open": self.open}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.open, self.lock = state["open"], object()


class Own:
    def __init__(self) -> None:
        self.inner = [1]

    def __deepcopy__(self, memo: dict[int, Any]) -> Own:
        made = Own()
        made.inner = copy.deepcopy(self.inner, memo)
        return made


class Colour(Enum):
    RED = 1


def graph() -> dict[str, Any]:
    shared: list[Any] = [1, {"a": (1, [2])}]
    node = types.SimpleNamespace(shared=shared)
    node.itself = node
    ring: tuple[Any, ...] = ([],)
    ring[0].append(ring)
    tabled = Tabled()
    tabled["k"] = shared
    return {
        "shared": [shared, shared, node, Frozen(shared), Slotted(shared), Open(shared)],
        "ring": ring,
        "same": (1, "a"),
        "tables": [defaultdict(list, a=[1]), OrderedDict(b=[2]), tabled, {(1, 2): {3}}],
        "others": [Stateful(), Own(), Colour.RED, deque([shared]), frozenset({1}), list.append],
        "method": node.__class__.__repr__.__get__(node),
        "chance": random.Random(5),
        "bound": Own().__deepcopy__,
        "now": datetime(2026, 11, 2, tzinfo=UTC),
    }


def test_a_copy_is_what_deepcopy_makes() -> None:
    value = graph()
    ours, theirs = copying.deep_copy(value, {}), copy.deepcopy(value)
    assert unlike(ours, theirs) == []
    assert ours["chance"].random() == theirs["chance"].random()


def test_what_changes_is_not_shared_and_what_cannot_change_is() -> None:
    value = graph()
    made = copying.deep_copy(value, {})
    value["shared"][0][1]["a"][1].append(3)
    value["tables"][2].more.append(3)
    value["others"][0].open.append(3)
    value["others"][1].inner.append(3)
    assert unlike(made, copy.deepcopy(graph())) == []
    assert made["same"] is value["same"]
    assert made["others"][2] is Colour.RED


def test_what_the_memo_holds_is_not_copied() -> None:
    kept: list[int] = []
    assert copying.deep_copy([kept, {"a": kept}], {id(kept): kept})[1]["a"] is kept


def test_an_id_that_was_freed_is_not_taken_for_the_object_before_it() -> None:
    """What an object says of itself is made for the copy, and freed before the copy is done."""

    class Fleeting:
        def __init__(self, number: int) -> None:
            self.number = number

        def __getstate__(self) -> dict[str, Any]:
            return {"number": [self.number]}

    made = copying.deep_copy([Fleeting(n) for n in range(300)], {})
    assert [each.number for each in made] == [[n] for n in range(300)]


def test_a_difference_is_seen() -> None:
    """Of the comparison that the tests here rely on."""
    one, other = graph(), graph()
    other["shared"][1] = list(other["shared"][1])
    assert unlike(one, other)
    other = graph()
    other["tables"][2].more.append(2)
    assert unlike(one, other)
    assert unlike({"a": 1, "b": 2}, {"b": 2, "a": 1})


def test_what_is_weakly_held_is_the_copy_of_what_is_held_beside_it() -> None:
    """moto's Lambda finds a function by its ARN that way."""
    held = Own()
    weak: Any = WeakValueDictionary(arn=held)
    made = copying.deep_copy([weak, held], {})
    assert made[0]["arn"] is made[1]
    assert made[1] is not held


@pytest.fixture(scope="module", params=catalogue.ids())
def drill(request: pytest.FixtureRequest) -> Iterator[Drill]:
    made = Drill(catalogue.load(request.param), 8, Gateway())
    yield made
    made.close()


COUNTS = "attachments of AWS's own policies"


def states(drill: Drill) -> dict[Any, dict[str, Any]]:
    """The backends' state as it is, and how many have each of AWS's own policies."""
    found = {}
    for key, state in snapshot._states(drill.world.accounts):
        found[key] = dict(state.__dict__)
        if key[0] == "iam":
            found[key][COUNTS] = [each.attachment_count for each in state.aws_managed_policies]
    return found


def by_deepcopy(drill: Drill) -> dict[Any, dict[str, Any]]:
    memo = snapshot._backends()
    for key, state in snapshot._states(drill.world.accounts):
        if key[0] == "iam":
            memo.update((id(policy), policy) for policy in state.aws_managed_policies)
    return copy.deepcopy(states(drill), memo)


def test_a_whole_account_is_copied_as_deepcopy_copies_it(drill: Drill) -> None:
    saved = snapshot.save(drill.world.accounts)
    ours = {key: state for key, (_, state) in saved.states.items()}
    theirs = by_deepcopy(drill)
    for each in theirs.values():
        each.pop(COUNTS, None)
    assert unlike(ours, theirs) == []


@pytest.mark.parametrize(
    "fixes", [REFERENCE, pytest.param("every", marks=pytest.mark.worlds)], ids=str
)
def test_whatever_a_trial_does_to_an_account_is_undone(fixes: str, drill: Drill) -> None:
    """A fix and its judgement, each other fix: the whole state, and the account's own objects."""
    before, own = by_deepcopy(drill), states(drill)
    beside = drill.account.save()
    for name, fix in drill.play.fixes.items():
        if fixes not in {name, "every"} or (fix.when and not drill.facts.get(fix.when)):
            continue
        with drill.fresh():
            apply(drill, name)
            if name == REFERENCE:
                judge(drill)
            assert unlike(states(drill), before), f"{name} does nothing"
        after = states(drill)
        assert unlike(after, before) == [], name
        assert drill.account.save() == beside
    for key, state in own.items():
        kept = [name for name, value in state.items() if after[key][name] is value]
        assert kept == [name for name in state if name != COUNTS]


def test_a_checkpoint_is_restored_as_it_was(drill: Drill) -> None:
    """Saved, changed, restored, changed and restored again."""
    before, saved = by_deepcopy(drill), drill.gateway.save(drill.world)
    for _ in range(2):
        apply(drill, "reference")
        drill.gateway.restore(drill.world, saved)
        assert unlike(states(drill), before) == []


def test_a_lock_is_copied_as_a_new_one() -> None:
    lock = threading.Lock()
    with lock:
        assert copying.deep_copy([lock], {})[0].acquire(blocking=False)
