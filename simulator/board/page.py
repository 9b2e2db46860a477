"""The board's pages: each one file, with its style and script inside."""

from __future__ import annotations

import base64
import functools
import hashlib
from dataclasses import dataclass
from html import escape
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Html:
    """A page, and the directives of a Content-Security-Policy that let its own parts run."""

    text: str
    allowed: tuple[str, ...]


@functools.cache
def board() -> Html:
    """The board. Its script fetches what it shows, and fetches again."""
    body, script = _part("board.html"), _part("board.js")
    return _page("The class", f"{body}<script>{script}</script>", script)


def form(said: str = "") -> Html:
    """Asks for the instructor's token."""
    text = _part("form.html").replace("${said}", escape(said))
    return _page("The class: who is there?", text)


@functools.cache
def onward() -> Html:
    """Goes on to the board: a browser sends a strict cookie from a page of the same site alone."""
    head = '<meta http-equiv="refresh" content="0;url=/board">'
    return _page(
        "The class", '<main class="form"><a href="/board">To the board</a></main>', head=head
    )


def _page(title: str, body: str, script: str = "", head: str = "") -> Html:
    style = _part("board.css")
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title>{head}<style>{style}</style></head><body>{body}</body></html>"
    )
    allowed = [f"style-src {_hash(style)}", "form-action 'self'"]
    if script:
        allowed += [f"script-src {_hash(script)}", "connect-src 'self'"]
    return Html(text, tuple(allowed))


@functools.cache
def _part(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
