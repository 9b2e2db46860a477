"""A lab played again from its journal, after the process that served it is gone."""

from __future__ import annotations

import hashlib
import io
import logging
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator import __version__
from simulator.account.clock import machine_time
from simulator.drill import Drill
from simulator.journal import Entry, Journal
from simulator.report.reach import reach

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.catalogue import Play
    from simulator.gateway.app import Gateway

_log = logging.getLogger(__name__)


def made_by(play: Play) -> str:
    """Names the code that a lab follows from: this version's, and the scenario's text."""
    import moto

    digest = hashlib.sha256()
    for path in sorted(play.folder.rglob("*")):
        if path.suffix in {".py", ".json", ".md"}:
            digest.update(path.read_bytes())
    return f"drills {__version__}, moto {moto.__version__}, {play.id} {digest.hexdigest()[:16]}"


def play_again(
    journal: Journal,
    play: Play,
    gateway: Gateway,
    ask: Callable[[Drill, str, Mapping[str, Any]], object],
) -> Drill:
    """The lab as its journal leaves it. `ask` carries out a verb of the control API.

    An answer other than the one that was given then is logged: the lab has taken another course.
    """
    beginning = journal.beginning
    with machine_time(datetime.fromisoformat(beginning.at)):
        drill = Drill(play, beginning.seed, gateway, secret=beginning.secret)
        drill.exposed = reach(drill)
    for number, entry in enumerate(journal.entries(), 1):
        with machine_time(entry.at):
            if entry.environ is None:
                drill.world.asked = entry.at
                drill.keep_up()
                ask(drill, entry.verb, entry.arguments)
            elif _answer(entry, gateway) != entry.answer:
                _log.warning("%s: call %d is answered otherwise now", journal.path.name, number)
    return drill


def _answer(entry: Entry, gateway: Gateway) -> tuple[int, int]:
    environ: dict[str, Any] = {
        **(entry.environ or {}),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "0",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(entry.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
    }
    response = gateway.respond(environ)
    return response.status_code, zlib.crc32(response.get_data())
