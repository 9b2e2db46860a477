"""The file a lab is kept in: whole entries survive, half ones never were."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.errors import CannotServe
from simulator.journal import Beginning, Journal
from simulator.journals import Journals

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BEGINNING = Beginning("iam-leaked-key", "ann", 7, "token", "secret", NOON.isoformat(), "drills 1")
ENVIRON = {
    "REQUEST_METHOD": "PUT",
    "PATH_INFO": "/b/\xc3\xa9",
    "HTTP_HOST": "127.0.0.1",
    "REMOTE_ADDR": "198.51.100.7",
    "wsgi.url_scheme": "http",
    "SERVER_SOFTWARE": "waitress",
}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.begin(tmp_path / "lab.journal", BEGINNING)


def test_what_was_written_is_read_again(journal: Journal) -> None:
    body = bytes(range(256)) + b"\n{}\n"
    journal.keep_call(NOON, ENVIRON, body, 200, b"answer")
    journal.keep_verb(NOON, "wait", {"seconds": 60})
    call, verb = Journal(journal.path).entries()
    assert Journal(journal.path).beginning == BEGINNING
    assert (call.at, call.body, call.answer[0]) == (NOON, body, 200)
    assert call.environ is not None
    assert call.environ["PATH_INFO"] == "/b/\xc3\xa9"
    assert call.environ.keys() == ENVIRON.keys() - {"wsgi.url_scheme", "SERVER_SOFTWARE"}
    assert (verb.verb, verb.arguments, verb.environ) == ("wait", {"seconds": 60}, None)


def test_a_file_cut_anywhere_keeps_every_whole_entry(journal: Journal) -> None:
    """A killed process leaves the beginning of its last entry at most."""
    ends = [journal.path.stat().st_size]
    for number in range(3):
        journal.keep_call(NOON, ENVIRON, b"x\n" * number, 200, b"")
        ends.append(journal.path.stat().st_size)
    whole = journal.path.read_bytes()
    for cut in range(ends[0], len(whole) + 1):
        journal.path.write_bytes(whole[:cut])
        left = sum(end <= cut for end in ends) - 1
        assert len(list(Journal(journal.path).entries())) == left
        assert journal.path.stat().st_size == ends[left]


def test_writing_goes_on_behind_the_last_whole_entry(journal: Journal) -> None:
    journal.keep_verb(NOON, "hint", {"check": None})
    with journal.path.open("ab") as file:
        file.write(b'{"at":"2026-11-24T12:00:00+00:00","verb":"wa')
    again = Journal(journal.path)
    again.keep_verb(NOON, "wait", {"seconds": 1})
    assert [entry.verb for entry in again.entries()] == ["hint", "wait"]


def test_a_new_beginning_replaces_the_old_journal_whole(journal: Journal, tmp_path: Path) -> None:
    journal.keep_verb(NOON, "wait", {"seconds": 1})
    fresh = Journal.begin(journal.path, BEGINNING)
    assert list(fresh.entries()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["lab.journal"]


def test_a_folder_belongs_to_one_simulator_at_a_time(tmp_path: Path) -> None:
    first = Journals(tmp_path / "labs")
    with pytest.raises(CannotServe, match="Another simulator keeps its journals"):
        Journals(tmp_path / "labs")
    first.close()
    Journals(tmp_path / "labs").close()


def test_a_folder_that_cant_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotServe, match="Name another folder"):
        Journals(tmp_path / "file" / "labs")


def test_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    journals = Journals(tmp_path / "labs")
    token = journals.token()
    journals.begin(BEGINNING)
    assert journals.token() == token
    for path in (tmp_path / "labs").iterdir():
        if path.read_bytes():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_learners_have_journals_of_their_own(tmp_path: Path) -> None:
    journals = Journals(tmp_path)
    names = ["", "ann", "../ann", "ann/../bob", "ü" * 300]
    for name in names:
        journals.begin(Beginning(**{**_fields(), "learner": name}))
    assert sorted(one.beginning.learner for one in journals.found()) == sorted(names)
    assert all(path.parent == tmp_path for path in tmp_path.rglob("*.journal"))


def _fields() -> dict[str, object]:
    return dict(json.loads(json.dumps({n: getattr(BEGINNING, n) for n in BEGINNING.__slots__})))
