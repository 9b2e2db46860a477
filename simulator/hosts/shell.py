"""A small shell: a script's commands run one after the other, and what they print is true.

It knows `;`, `&&`, `||`, pipes, variables, `$(…)`, quotes and `#` comments. Not simulated: control
structures, redirection to files but `> FILE`, globs, background jobs.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

from simulator.hosts import files, programs
from simulator.hosts.machine import Machine
from simulator.hosts.programs import Completed

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_SUBSTITUTION = re.compile(r"\$\(([^()]*)\)|`([^`]*)`")
_ASSIGNMENT = re.compile(r"(?:export\s+)?(\w+)=(.*)", re.DOTALL)
_OPERATORS = {";", "&&", "||", "|", ">", ">>"}


@dataclass(slots=True)
class Shell:
    """A shell on a host. `hops` is the distance of what it sends from the host itself."""

    machine: Machine
    user: str = "root"
    hops: int = 0
    script: str = "bash"
    """What it is called in its error messages."""
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, script: str) -> Completed:
        """Run a script. Its exit code is that of the last command, and 2 if it isn't understood."""
        out, err, code = "", "", 0
        for number, line in enumerate(script.replace("\\\n", " ").splitlines(), 1):
            done = self._line(line, number)
            out, err, code = out + done.out, err + done.err, done.code
        return Completed(out, err, code)

    def _line(self, line: str, number: int) -> Completed:
        try:
            parts = _parts(line)
        except ValueError:
            said = (
                f"{self.script}: line {number}: unexpected EOF while looking for matching quote\n"
            )
            return Completed("", said, 2)
        out, err, code = "", "", 0
        for operator, pipeline in parts:
            if (operator == "&&" and code != 0) or (operator == "||" and code == 0):
                continue
            done = self._pipeline(pipeline, number)
            out, err, code = out + done.out, err + done.err, done.code
        return Completed(out, err, code)

    def _pipeline(self, commands: list[str], number: int) -> Completed:
        given, err, code = "", "", 0
        for command in commands:
            done = self._command(command, given, number)
            given, err, code = done.out, err + done.err, done.code
        return Completed(given, err, code)

    def _command(self, command: str, given: str, number: int) -> Completed:
        assigned = _ASSIGNMENT.fullmatch(command)
        if assigned:
            values = shlex.split(self._expanded(assigned[2]))
            self.variables[assigned[1]] = values[0] if values else ""
            return Completed()
        command, _, target = command.partition(" > ")
        words = shlex.split(self._expanded(command), comments=True)
        if not words:
            return Completed()
        program = programs.find(words[0])
        if program is None:
            said = f"{self.script}: line {number}: {words[0]}: command not found\n"
            return Completed("", said, 127)
        done = program(programs.Asked(self.machine, words[1:], given, self.user, self.hops))
        if target:
            files.write(self.machine, shlex.split(self._expanded(target))[0], done.out)
            return Completed("", done.err, done.code)
        return done

    def _expanded(self, text: str) -> str:
        """Substitutions and variables, but what stands between single quotes."""
        quoted = re.split(r"('[^']*')", text)
        return "".join(
            piece
            if piece.startswith("'")
            else _VARIABLE.sub(
                lambda found: self.variables.get(found[1] or found[2], ""),
                _SUBSTITUTION.sub(
                    lambda found: self.run(found[1] or found[2] or "").out.rstrip("\n"), piece
                ),
            )
            for piece in quoted
        )


def _parts(line: str) -> list[tuple[str, list[str]]]:
    """A line as pipelines, each after the operator that leads to it.

    Raises:
        ValueError: a quote is not closed.
    """
    parts: list[tuple[str, list[str]]] = []
    operator, commands, current = ";", [], ""
    for token in _tokens(line):
        if token in _OPERATORS - {">", ">>"}:
            commands.append(current.strip())
            current = ""
            if token != "|":
                parts.append((operator, commands))
                operator, commands = token, []
        else:
            current += token
    parts.append((operator, [*commands, current.strip()]))
    return parts


def _tokens(line: str) -> list[str]:
    """Operators, and what stands between them: a quoted or substituted text is one piece."""
    pattern = r"""'[^']*'|"(?:\\.|[^"\\])*"|\$\([^()]*\)|`[^`]*`|&&|\|\||[;|]|\\.|[^'"`;|&\\$]+|[&$]|['"`\\]"""
    found = re.findall(pattern, line)
    if any(piece in {"'", '"', "`"} for piece in found):
        raise ValueError(line)
    return found
