"""The control API: what notebooks and tools call, beside the simulated AWS. JSON over HTTP."""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from simulator.account.clock import real_now
from simulator.admission import Admission
from simulator.board.web import Board
from simulator.classroom import Classroom
from simulator.desk import Desk
from simulator.errors import DrillError, NotYourTurn, UnknownScenario

_log = logging.getLogger(__name__)
_URLS = Map(
    [
        Rule("/health", endpoint="health", methods=["GET"]),
        Rule("/labs", endpoint="start", methods=["POST"]),
        Rule("/class", endpoint="class", methods=["GET"]),
        Rule("/board", endpoint="board", methods=["GET", "POST"]),
        Rule("/board/class", endpoint="class_for_page", methods=["GET"]),
        Rule("/board/enter/<invitation>", endpoint="enter", methods=["GET"]),
        Rule("/lab", endpoint="about", methods=["GET"]),
        Rule(
            "/lab/<any(submit, check, hint, wait, configure, reset, why, visit, probe, adversary,"
            " continuity, report, checkpoint, checkpoints, restore, detect):verb>",
            endpoint="ask",
            methods=["POST"],
        ),
    ],
    merge_slashes=False,
)
_TEXT, _NUMBER, _OBJECT = ((str,), "a text"), ((int, float), "a number"), ((dict,), "an object")
_KINDS = {
    "answers": _OBJECT,
    "values": _OBJECT,
    "seconds": _NUMBER,
    "phase": _TEXT,
    "check": _TEXT,
    "name": _TEXT,
    "call": _TEXT,
    "system": _TEXT,
    "source": _TEXT,
    "destination": _TEXT,
    "port": _NUMBER,
    "protocol": _TEXT,
    "via": _TEXT,
    "url": _TEXT,
    "method": _TEXT,
    "headers": _OBJECT,
    "body": _TEXT,
    "rule": _TEXT,
    "alerts": _OBJECT,
}
"""What each argument of a verb is, in Python's types and in words."""
_LONGEST_NAME = 200
_LEAVES_NOTHING = frozenset(
    {"check", "checkpoints", "why", "probe", "adversary", "continuity", "report", "reset", "detect"}
)
"""Verbs that a journal need not know. A reset begins a new one; what a check finds it keeps itself."""


class Control:
    """A WSGI application. `admission` opens `POST /labs`; each lab then has a token of its own."""

    def __init__(self, classroom: Classroom, endpoint: str, admission: Admission) -> None:
        self._classroom, self._endpoint, self._admission = classroom, endpoint, admission
        self.board = Board(classroom, admission)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        return self.respond(Request(environ))(environ, start_response)

    def respond(self, request: Request) -> Response:
        try:
            endpoint, arguments = _URLS.bind_to_environ(request.environ).match()
            answer = getattr(self, f"_{endpoint}")(request, **arguments)
        except DrillError as error:
            status = (
                403
                if isinstance(error, NotYourTurn)
                else 404
                if isinstance(error, UnknownScenario)
                else 400
            )
            return _json({"error": type(error).__name__, "message": str(error)}, status)
        except HTTPException as error:
            text = f"The control API has no {request.method} {request.path}."
            return _json({"error": "DrillError", "message": text}, error.code or 404)
        except Exception:
            _log.exception("%s %s failed", request.method, request.path)
            text = f"The simulator failed at {request.path}. Its log says more; nothing was lost."
            return _json({"error": "DrillError", "message": text}, 500)
        return answer if isinstance(answer, Response) else _json(answer)

    def _health(self, request: Request) -> dict[str, Any]:
        return {"status": "ok", "endpoint": self._endpoint}

    def _start(self, request: Request) -> dict[str, Any]:
        wanted = _body(request)
        learner = str(wanted.get("learner") or "")
        if len(learner) > _LONGEST_NAME or not learner.isprintable():
            raise DrillError(f"A learner is a name or token of at most {_LONGEST_NAME} characters.")
        place = self._admission.admit(_bearer(request), learner)
        scenario_id = str(wanted.get("scenario", ""))
        seat = self._classroom.start(scenario_id, place.learner, seed=place.seed)
        with seat.lock:
            about = Desk(self._classroom, seat).about()
        return {"lab": seat.token, "endpoint": self._endpoint, **about}

    def _class(self, request: Request) -> Response:
        return self.board.told(request, _bearer(request))

    def _class_for_page(self, request: Request) -> Response:
        return self.board.told_to_page(request)

    def _board(self, request: Request) -> Response:
        return self.board.page(request)

    def _enter(self, request: Request, invitation: str) -> Response:
        return self.board.enter(request, invitation)

    def _about(self, request: Request) -> dict[str, Any]:
        seat = self._classroom.seat(_bearer(request))
        with seat.lock:
            return {"endpoint": self._endpoint, **Desk(self._classroom, seat).about()}

    def _ask(self, request: Request, verb: str) -> dict[str, Any]:
        seat = self._classroom.seat(_bearer(request))
        asked: Callable[..., dict[str, Any]] = getattr(Desk(self._classroom, seat), verb)
        arguments = _body(request)
        _fit(verb, asked, arguments)
        with seat.lock:
            if verb in _LEAVES_NOTHING:
                seat.drill.world.asked = real_now()
                return asked(**arguments)
            answer: dict[str, Any] = seat.keep(verb, arguments, lambda: asked(**arguments))
            return answer


def _fit(verb: str, asked: Callable[..., Any], arguments: dict[str, Any]) -> None:
    """Refuse arguments that `asked` doesn't take, or not of this kind."""
    signature = inspect.signature(asked)
    try:
        signature.bind(**arguments)
    except TypeError as error:
        raise DrillError(f"{verb} was not asked as it can be: {error}.") from error
    for name, value in arguments.items():
        kinds, words = _KINDS[name]
        optional = value is None and signature.parameters[name].default is None
        if not optional and (isinstance(value, bool) or not isinstance(value, kinds)):
            raise DrillError(f"{verb} takes {words} as {name!r}, not {json.dumps(value)[:80]}.")


def _bearer(request: Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.get_data() or b"{}")
    except (ValueError, RecursionError) as error:
        raise DrillError(f"The request's body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise DrillError("The request's body must be a JSON object.")
    return body


def _json(answer: Any, status: int = 200) -> Response:
    return Response(json.dumps(answer, default=str), status, content_type="application/json")
