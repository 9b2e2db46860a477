"""A line of a shell script taken apart: pipelines, commands, and where their outputs go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_QUOTED = r"""'[^']*'|"(?:\\.|[^"\\])*"|\$\([^()]*\)|`[^`]*`"""
_REDIRECTION = r""">>?\s*(?:&\d|"[^"]*"|'[^']*'|[^\s;|&]+)"""
_PIECE = re.compile(
    rf"""{_QUOTED}|{_REDIRECTION}|(?<!\S)\#.*|&&|\|\||[;|]|\\.|[^'"`;|&\\$>\#]+|[&$>\#]|['"`\\]"""
)
_STREAM = re.compile(r"(?:^|\s)([12&])\Z")


@dataclass(slots=True)
class Command:
    """One command. `outputs` are (stream, target): ("2", "/dev/null"), ("1", ">>/tmp/x")."""

    text: str = ""
    outputs: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Pipeline:
    """Commands whose outputs go from one to the next, and the operator that leads to them."""

    operator: str
    commands: list[Command] = field(default_factory=lambda: [Command()])


def pipelines(line: str) -> list[Pipeline]:
    """The pipelines of a line, in their order.

    Raises:
        ValueError: a quote is not closed.
    """
    found = [Pipeline(";")]
    for piece in _PIECE.findall(line):
        commands = found[-1].commands
        if piece in {"'", '"', "`"}:
            raise ValueError(line)
        if piece.startswith("#") and not commands[-1].text[-1:].strip():
            break
        if piece in {";", "&&", "||"}:
            found.append(Pipeline(piece))
        elif piece == "|":
            commands.append(Command())
        elif piece.startswith(">") and len(piece) > 1:
            _redirect(commands[-1], piece)
        else:
            commands[-1].text += piece
    return found


def _redirect(command: Command, piece: str) -> None:
    """A target says itself whether it is appended to."""
    stream = _STREAM.search(command.text)
    if stream is not None:
        command.text = command.text[:-1]
    appends = ">>" if piece.startswith(">>") else ""
    target = piece.lstrip("> ").strip("'\"")
    command.outputs.append((stream[1] if stream else "1", f"{appends}{target}"))
