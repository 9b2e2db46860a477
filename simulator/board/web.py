"""The board over HTTP: JSON for the instructor's token, a page for their browser.

The page never holds the token, nor does an address that a projector would show: a form, or a link
that works once, sets a cookie that scripts can't read and that other sites' pages don't send. It
is sent to the board alone, not to a JupyterLab on the same host, whose cookies it shares.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from simulator.admission import Admission
from simulator.board import page
from simulator.board.rows import STUCK, told
from simulator.classroom import Classroom
from simulator.errors import DrillError, NotYourTurn

_EVENING = 12 * 60 * 60
"""Seconds that a browser is let in for."""
_LONGEST_STUCK = 24 * 60
"""Minutes."""
_REFUSED = "The board is the instructor's: give the token that the simulator printed for them."


class Board:
    """Who may see the board, and what of it. Browsers are forgotten when the simulator ends."""

    def __init__(self, classroom: Classroom, admission: Admission) -> None:
        self._classroom, self._admission = classroom, admission
        self._browsers: dict[str, float] = {}
        """Until when each is let in, by its cookie; on the clock of `time.monotonic`."""
        self._invitations: set[str] = set()

    def invite(self) -> str:
        """The path of a link that lets one browser in, once."""
        invitation = secrets.token_urlsafe(18)
        self._invitations.add(invitation)
        return f"/board/enter/{invitation}"

    def told(self, request: Request, token: str) -> Response:
        """The board as JSON, for the instructor's token."""
        if not self._admission.is_instructor(token):
            raise NotYourTurn(_REFUSED)
        return self._json(request)

    def told_to_page(self, request: Request) -> Response:
        """The board as JSON, for a browser that was let in."""
        if not self._is_in(request):
            raise NotYourTurn(_REFUSED)
        return self._json(request)

    def page(self, request: Request) -> Response:
        """The page; a form for whoever hasn't been let in, which posts the token here."""
        if request.method == "POST":
            if not self._admission.is_instructor(request.form.get("token", "").strip()):
                return _sealed(page.form(_REFUSED), 403)
            return self._let_in(request)
        return _sealed(page.board() if self._is_in(request) else page.form(), 200)

    def enter(self, request: Request, invitation: str) -> Response:
        """Let a browser in by a link from `invite`."""
        if invitation not in self._invitations:
            return _sealed(page.form("This link has been used. The token still works."), 403)
        self._invitations.discard(invitation)
        return self._let_in(request)

    def _let_in(self, request: Request) -> Response:
        now, cookie = time.monotonic(), secrets.token_urlsafe(24)
        self._browsers = {each: until for each, until in self._browsers.items() if until > now}
        self._browsers[cookie] = now + _EVENING
        response = _sealed(page.onward(), 200)
        response.set_cookie(
            _cookie_name(request),
            cookie,
            max_age=_EVENING,
            path="/board",
            httponly=True,
            samesite="Strict",
        )
        return response

    def _is_in(self, request: Request) -> bool:
        until = self._browsers.get(request.cookies.get(_cookie_name(request), ""), 0.0)
        return time.monotonic() < until

    def _json(self, request: Request) -> Response:
        asked = request.args.get("stuck", "")
        stuck = STUCK
        if asked:
            if not asked.isascii() or not asked.isdigit() or not 0 < int(asked) <= _LONGEST_STUCK:
                raise DrillError(f"stuck is a number of minutes from 1 to {_LONGEST_STUCK}.")
            stuck = timedelta(minutes=int(asked))
        body: dict[str, Any] = told(self._classroom, stuck)
        return _closed(Response(json.dumps(body), content_type="application/json"), ())


def _cookie_name(request: Request) -> str:
    """Ports of one host share their cookies: two simulators' must not be called the same."""
    return f"drill_board_{request.environ.get('SERVER_PORT', '')}"


def _sealed(html: page.Html, status: int) -> Response:
    response = Response(html.text, status, content_type="text/html; charset=utf-8")
    return _closed(response, html.allowed)


def _closed(response: Response, allowed: Iterable[str]) -> Response:
    """Nothing but what it brings runs in the page, nobody frames it, and nothing keeps it."""
    policy = ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", *allowed]
    response.headers["Content-Security-Policy"] = "; ".join(policy)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
