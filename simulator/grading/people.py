"""The roster's member whom a file or folder means, however it calls them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from simulator.grading.layouts import Whose
from simulator.grading.names import distinct, shown
from simulator.roster import Member, Roster

_NUMBERS = {
    "canvas": ("id", "canvas id", "canvas_id"),
    "moodle": ("identifier", "participant"),
}
"""The columns in which a list holds a system's own number of a learner."""
_IDS = ("sis user id", "sis login id", "id number", "idnumber", "username", "login")


class People:
    """A roster, searched by what systems call its members. Who isn't meant alone isn't found."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self._sure: dict[str, set[str]] = {}
        self._by_name: dict[str, set[str]] = {}
        self._numbers: dict[tuple[str, str], set[str]] = {}
        for each in roster:
            for key in _sure(each):
                self._sure.setdefault(key, set()).add(each.learner)
            for key in _by_name(each):
                self._by_name.setdefault(key, set()).add(each.learner)
            for system, columns in _NUMBERS.items():
                for column in columns:
                    number = "".join(filter(str.isdigit, each.more.get(column, "")))
                    if number and (column != "id" or "student" in each.more):
                        self._numbers.setdefault((system, number), set()).add(each.learner)

    def knows(self, called: str) -> bool:
        """Whether a folder of this name is a member's."""
        return self.member(called, {}) is not None

    def by_number(self, ids: Mapping[str, str]) -> Member | None:
        """Whom a system's number means, which nobody can choose."""
        for each in ids.items():
            if len(found := self._numbers.get(each, set())) == 1:
                return self.roster.of_learner(next(iter(found)))
        return None

    def member(self, called: str, ids: Mapping[str, str]) -> Member | None:
        """Whom it means: by a system's number, else by learner, id or address, else by name."""
        if known := self.by_number(ids) or self.roster.of_learner(called):
            return known
        key = _key(called)
        for meant in (self._sure, self._by_name):
            found = meant.get(key, set()) if key else set()
            if len(found) == 1:
                return self.roster.of_learner(next(iter(found)))
            if found:
                return None
        return None


def _sure(member: Member) -> Iterator[str]:
    for text in (member.learner, member.email, *(member.more.get(each, "") for each in _IDS)):
        if key := _key(text):
            yield key


def _by_name(member: Member) -> Iterator[str]:
    for name in (member.name, member.more.get("student", ""), member.more.get("full name", "")):
        last, comma, first = name.partition(",")
        words = name.replace(",", " ").split()
        for form in (name, f"{first} {last}" if comma else " ".join([*words[-1:], *words[:-1]])):
            if key := _key(form):
                yield key
    for address in (member.email, member.learner):
        local, at, _ = address.partition("@")
        if at and (key := _key(local)):
            yield key


def _key(text: str) -> str:
    """Letters and digits alone, without case and accents: systems keep neither for sure."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in plain if each.isalnum())


@dataclass(frozen=True, slots=True)
class Piece:
    """A file that somebody handed in: where it is, whose by that, and the token in it."""

    parts: tuple[str, ...]
    place: Whose
    token: str = ""


def learners(
    pieces: Iterable[Piece], people: People
) -> dict[tuple[str, ...], tuple[str, tuple[str, ...]]]:
    """Each piece's learner by its path, and sentences on what is strange about that."""
    pieces = list(pieces)
    members = _by_place(pieces, people)
    sure = {member.learner for member in members.values()}
    claims: dict[str, set[str]] = {}
    for each in pieces:
        if each.parts not in members and each.place.called:
            claims.setdefault(each.token, set()).add(_stranger(each))
    found: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}
    strangers: dict[tuple[str, ...], str] = {}
    for each in pieces:
        member, owner = members.get(each.parts), people.roster.of_token(each.token)
        alone = owner is not None and owner.learner not in sure and len(claims[each.token]) < 2
        if member is not None:
            strange = owner is not None and owner.learner != member.learner
            found[each.parts] = (member.learner, _notes(owner) if strange else ())
        elif owner is not None and (alone or not each.place.called):
            found[each.parts] = (owner.learner, ())
        else:
            strangers[each.parts] = _stranger(each)
            found[each.parts] = ("", _notes(owner))
    names = _named(pieces, strangers, people)
    return found | {path: (names[who], found[path][1]) for path, who in strangers.items()}


def _by_place(pieces: Iterable[Piece], people: People) -> dict[tuple[str, ...], Member]:
    """Whom the roster knows by where a piece lies; nobody whose name two people have there."""
    found: dict[tuple[str, ...], Member] = {}
    numbers: dict[str, set[str]] = {}
    for each in pieces:
        if member := people.member(each.place.called, each.place.ids):
            found[each.parts] = member
            numbers.setdefault(member.learner, set()).add(str(dict(each.place.ids)))
    return {
        each.parts: member
        for each in pieces
        if (member := found.get(each.parts))
        and (len(numbers[member.learner]) == 1 or people.by_number(each.place.ids))
    }


def _stranger(piece: Piece) -> str:
    """Who it is that the roster doesn't know: two of one name are two if their numbers are."""
    if not piece.place.called:
        return "\0".join(piece.parts)
    return "\0".join([piece.place.called, *piece.place.ids.values()])


def _named(
    pieces: Iterable[Piece], strangers: Mapping[tuple[str, ...], str], people: People
) -> dict[str, str]:
    """A folder name for each stranger; with their number only where somebody has the same name."""
    wanted: dict[str, set[str]] = {}
    for each in pieces:
        if who := strangers.get(each.parts):
            wanted.setdefault(each.place.called or "/".join(each.parts), set()).add(who)
    called = {
        who: name if len(of) == 1 else who.replace("\0", " ")
        for name, of in wanted.items()
        for who in of
    }
    names = distinct(called.values(), [each.learner for each in people.roster])
    return {who: names[name] for who, name in called.items()}


def _notes(owner: Member | None) -> tuple[str, ...]:
    if owner is None:
        return ()
    return (f"It carries the token of {shown(owner.learner)}, but lies where another's is.",)
