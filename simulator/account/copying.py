"""Copies of a backend's objects: what `copy.deepcopy` makes, several times as fast.

Most of a backend's state are dictionaries and plain objects, for which nothing has to be asked.
What is not known to be plain is copied by its own `__deepcopy__` or `__reduce_ex__`.
"""

from __future__ import annotations

import copyreg
import re
import types
import uuid
import weakref
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any

from simulator.backends import moto_instances

Memo = dict[int, Any]
"""Copies by the id of what they are copies of, as `copy.deepcopy` keeps it."""
Copy = Callable[[Any, Memo], Any]

_unchanging: set[type] = {
    *(type(None), type(Ellipsis), type(NotImplemented), bool, int, float, complex, str, bytes),
    *(type, range, property, weakref.ref, types.CodeType, types.ModuleType, re.Pattern),
    *(types.FunctionType, types.BuiltinFunctionType),
    *(date, datetime, time, timedelta, timezone, Decimal, uuid.UUID),
    *(IPv4Address, IPv4Network, IPv6Address, IPv6Network),
}
"""Types whose objects are shared between what is copied and its copy."""


def deep_copy(value: Any, memo: Memo) -> Any:
    """A copy of `value`. What `memo` holds is not copied again, and all copies are put there."""
    kind = type(value)
    if kind in _unchanging:
        return value
    known = id(value)
    if known in memo:
        return memo[known]
    return (_ways.get(kind) or _way(kind))(value, memo)


def share(kind: type) -> None:
    """Never copy objects of this type."""
    _unchanging.add(kind)


def plainly(kind: type) -> None:
    """Copy objects of this type attribute by attribute, whatever the type has to say about it."""
    _ways[kind] = _plain(kind)


def shallowly(kind: type, *deep: str) -> None:
    """A copy has the very attributes of an object of this type, and copies of those in `deep`."""
    new = object.__new__

    def shallow(value: Any, memo: Memo) -> Any:
        made: Any = new(kind)
        memo[id(value)] = made
        made.__dict__.update(value.__dict__)
        for name in deep:
            made.__dict__[name] = deep_copy(value.__dict__[name], memo)
        return made

    _ways[kind] = shallow


def _itself(value: Any, _: Memo) -> Any:
    return value


def _dictionary(value: dict[Any, Any], memo: Memo) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    memo[id(value)] = made
    return _fill(made, value, memo)


def _fill(made: dict[Any, Any], value: dict[Any, Any], memo: Memo) -> dict[Any, Any]:
    unchanging, ways = _unchanging, _ways
    for key, each in value.items():
        if type(key) not in unchanging:
            key = deep_copy(key, memo)  # noqa: PLW2901
        kind = type(each)
        if kind in unchanging:
            made[key] = each
        elif (known := id(each)) in memo:
            made[key] = memo[known]
        else:
            made[key] = (ways.get(kind) or _way(kind))(each, memo)
    return made


def _list(value: list[Any], memo: Memo) -> list[Any]:
    made: list[Any] = []
    memo[id(value)] = made
    unchanging, ways, add = _unchanging, _ways, made.append
    for each in value:
        kind = type(each)
        if kind in unchanging:
            add(each)
        elif (known := id(each)) in memo:
            add(memo[known])
        else:
            add((ways.get(kind) or _way(kind))(each, memo))
    return made


def _tuple(value: tuple[Any, ...], memo: Memo) -> tuple[Any, ...]:
    made = [deep_copy(each, memo) for each in value]
    if id(value) in memo:  # it holds something that holds it
        found: tuple[Any, ...] = memo[id(value)]
        return found
    same = all(one is other for one, other in zip(made, value, strict=True))
    result = value if same else tuple(made)
    memo[id(value)] = result
    return result


def _set(value: set[Any], memo: Memo) -> set[Any]:
    made: set[Any] = set()
    memo[id(value)] = made
    made.update([deep_copy(each, memo) for each in value])
    return made


def _default(value: defaultdict[Any, Any], memo: Memo) -> defaultdict[Any, Any]:
    made: defaultdict[Any, Any] = defaultdict(deep_copy(value.default_factory, memo))
    memo[id(value)] = made
    _fill(made, value, memo)
    return made


def _ordered(value: OrderedDict[Any, Any], memo: Memo) -> OrderedDict[Any, Any]:
    made: OrderedDict[Any, Any] = OrderedDict()
    memo[id(value)] = made
    _fill(made, value, memo)
    return made


def _weak(
    value: weakref.WeakValueDictionary[Any, Any], memo: Memo
) -> weakref.WeakValueDictionary[Any, Any]:
    """Its own way leaves the values uncopied: the copy would be of something else's objects."""
    made: weakref.WeakValueDictionary[Any, Any] = weakref.WeakValueDictionary()
    memo[id(value)] = made
    for key, each in value.items():
        made[deep_copy(key, memo)] = deep_copy(each, memo)
    return made


def _method(value: types.MethodType, memo: Memo) -> types.MethodType:
    return types.MethodType(value.__func__, deep_copy(value.__self__, memo))


def _plain(kind: type) -> Copy:
    new = object.__new__

    def plain(value: Any, memo: Memo) -> Any:
        made: Any = new(kind)
        memo[id(value)] = made
        _fill(made.__dict__, value.__dict__, memo)
        return made

    return plain


def _by_itself(value: Any, memo: Memo) -> Any:
    made = value.__deepcopy__(memo)
    if made is not value:
        memo[id(value)] = made
        _keep(value, memo)
    return made


def _by_parts(value: Any, memo: Memo) -> Any:
    """As the object says how to be made anew: with a constructor, a state, and what it holds."""
    reduced = copyreg.dispatch_table.get(type(value))
    parts: Any = reduced(value) if reduced else value.__reduce_ex__(4)
    if isinstance(parts, str):
        return value
    build, arguments, state, items, pairs = [*parts, None, None, None][:5]
    _keep(parts, memo)
    made = build(*[deep_copy(each, memo) for each in arguments])
    memo[id(value)] = made
    if state is not None:
        state = deep_copy(state, memo)
        if hasattr(made, "__setstate__"):
            made.__setstate__(state)
        else:
            both = isinstance(state, tuple) and len(state) == 2
            attributes, slots = state if both else (state, None)
            if attributes:
                made.__dict__.update(attributes)
            for name, each in (slots or {}).items():
                setattr(made, name, each)
    for each in items or ():
        made.append(deep_copy(each, memo))
    for key, each in pairs or ():
        made[deep_copy(key, memo)] = deep_copy(each, memo)
    return made


def _keep(value: Any, memo: Memo) -> None:
    """Have `value` live as long as the memo: else its id could become another object's."""
    memo.setdefault(id(memo), []).append(value)


_ways: dict[type, Copy] = {
    dict: _dictionary,
    list: _list,
    tuple: _tuple,
    set: _set,
    defaultdict: _default,
    OrderedDict: _ordered,
    weakref.WeakValueDictionary: _weak,
    types.MethodType: _method,
}


def _way(kind: type) -> Copy:
    """How objects of a type are copied; found out once."""
    found: Copy = _by_parts
    if issubclass(kind, type):
        found = _itself
    elif kind not in copyreg.dispatch_table:
        if hasattr(kind, "__deepcopy__"):
            found = _by_itself
        elif _is_plain(kind):
            found = _plain(kind)
    _ways[kind] = found
    return found


def _is_plain(kind: type) -> bool:
    """Whether such an object is its attributes and nothing else."""
    for name in ("__reduce_ex__", "__reduce__", "__getstate__"):
        if getattr(kind, name) is not getattr(object, name):
            return False
    if any(hasattr(kind, each) for each in ("__setstate__", "__getnewargs__", "__getnewargs_ex__")):
        return False
    if any(vars(base).get("__slots__") for base in kind.__mro__) or not kind.__dictoffset__:
        return False
    if kind.__new__ not in {object.__new__, moto_instances.make}:
        return False
    try:
        object.__new__(kind)
    except TypeError:  # it is a dictionary, say, besides
        return False
    return True
