"""A small shell: a script's commands run one after the other, and what they print is true.

It knows `;`, `&&`, `||`, pipes, `>` and `>>`, variables, `$(…)`, quotes and `#` comments. Not
simulated: control structures, input from files, globs, background jobs.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from posixpath import normpath

from simulator.hosts import files, programs
from simulator.hosts.asked import Asked, Completed
from simulator.hosts.machine import Machine
from simulator.hosts.script import Command, Pipeline, pipelines

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_SUBSTITUTION = re.compile(r"\$\(([^()]*)\)|`([^`]*)`")
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?(\w+)=(.*)", re.DOTALL)


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
            if not line.strip():
                continue
            done = self._line(line, number)
            out, err, code = out + done.out, err + done.err, done.code
        return Completed(out, err, code)

    def _line(self, line: str, number: int) -> Completed:
        try:
            parts = pipelines(line)
        except ValueError:
            said = (
                f"{self.script}: line {number}: unexpected EOF while looking for matching quote\n"
            )
            return Completed("", said, 2)
        out, err, code = "", "", 0
        for part in parts:
            if (part.operator == "&&" and code != 0) or (part.operator == "||" and code == 0):
                continue
            if not any(command.text.strip() for command in part.commands):
                continue
            done = self._pipeline(part, number)
            out, err, code = out + done.out, err + done.err, done.code
        return Completed(out, err, code)

    def _pipeline(self, part: Pipeline, number: int) -> Completed:
        given, err, code = "", "", 0
        for command in part.commands:
            done = self._sorted(command, self._command(command.text, given, number))
            given, err, code = done.out, err + done.err, done.code
        return Completed(given, err, code)

    def _command(self, text: str, given: str, number: int) -> Completed:
        assigned = _ASSIGNMENT.fullmatch(text)
        if assigned:
            values = shlex.split(self._expanded(assigned[2]))
            self.variables[assigned[1]] = values[0] if values else ""
            return Completed()
        words = shlex.split(self._expanded(text))
        user = self.user
        if words[:1] == ["sudo"]:
            user, words = "root", words[1:]
        if not words:
            return Completed()
        program = programs.find(words[0])
        if program is None:
            said = f"{self.script}: line {number}: {words[0]}: command not found\n"
            return Completed("", said, 127)
        return program(Asked(self.machine, words[1:], given, user, self.hops))

    def _sorted(self, command: Command, done: Completed) -> Completed:
        """What is left on both outputs once the rest has gone where the command says."""
        goes = {"1": "&1", "2": "&2"}
        for stream, target in command.outputs:
            where = goes[target[1:]] if target in {"&1", "&2"} else self._expanded(target)
            goes |= {one: where for one in ("1", "2") if stream in {one, "&"}}
        texts: dict[str, str] = {}
        for stream, text in (("1", done.out), ("2", done.err)):
            texts[goes[stream]] = texts.get(goes[stream], "") + text
        for target, text in texts.items():
            path = normpath(target.removeprefix(">>"))
            if target in {"&1", "&2"} or path == "/dev/null":
                continue
            before = files.files(self.machine).get(path, "") if target.startswith(">>") else ""
            files.write(self.machine, path, before + text)
        return Completed(texts.get("&1", ""), texts.get("&2", ""), done.code)

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
