"""Hive's column types, and what they are to Athena's engine and to the embedded one.

Source: "Data types in Amazon Athena".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.athena.refusal import QueryFailed

_TOKEN = re.compile(r"\s*(?:`([^`]+)`|([\w$@-]+)|([<>,:()]))")
_DEEPEST = 32
_SCALARS = {
    "string": ("VARCHAR", "varchar"),
    "varchar": ("VARCHAR", "varchar"),
    "char": ("VARCHAR", "char"),
    "boolean": ("BOOLEAN", "boolean"),
    "tinyint": ("TINYINT", "tinyint"),
    "smallint": ("SMALLINT", "smallint"),
    "int": ("INTEGER", "integer"),
    "integer": ("INTEGER", "integer"),
    "bigint": ("BIGINT", "bigint"),
    "float": ("FLOAT", "float"),
    "double": ("DOUBLE", "double"),
    "decimal": ("DECIMAL", "decimal"),
    "date": ("DATE", "date"),
    "timestamp": ("TIMESTAMP", "timestamp"),
    "binary": ("BLOB", "varbinary"),
}


@dataclass(frozen=True, slots=True)
class HiveType:
    """`name` is the lower-case type; `parts` are what a complex type is made of, with names for a
    struct's fields; `size` is what stands in a scalar's parentheses."""

    name: str
    parts: tuple[tuple[str, HiveType], ...] = ()
    size: tuple[int, ...] = ()

    @property
    def written(self) -> str:
        """As the catalog keeps it: "struct<type:string,arn:string>"."""
        if self.name == "struct":
            return f"struct<{','.join(f'{name}:{part.written}' for name, part in self.parts)}>"
        if self.parts:
            return f"{self.name}<{','.join(part.written for _, part in self.parts)}>"
        sizes = f"({','.join(map(str, self.size))})" if self.size else ""
        return f"{self.name}{sizes}"

    @property
    def duckdb(self) -> str:
        """The type of the embedded engine."""
        parts = [part.duckdb for _, part in self.parts]
        if self.name == "struct":
            fields = (
                f"{quoted(name)} {part}" for (name, _), part in zip(self.parts, parts, strict=True)
            )
            return f"STRUCT({', '.join(fields)})"
        if self.name == "array":
            return f"{parts[0]}[]"
        if self.name == "map":
            return f"MAP({parts[0]}, {parts[1]})"
        if self.name == "decimal":
            precision, scale = (*self.size, 10, 0)[:2] if len(self.size) != 1 else (*self.size, 0)
            return f"DECIMAL({precision},{scale})"
        return _SCALARS[self.name][0]

    @property
    def trino(self) -> str:
        """The name that GetQueryResults and SHOW COLUMNS give it."""
        return {"struct": "row"}.get(self.name) or (
            self.name if self.parts else _SCALARS[self.name][1]
        )


def quoted(name: str) -> str:
    """A quoted identifier of the embedded engine."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string literal of the embedded engine."""
    return "'" + text.replace("'", "''") + "'"


def parse_type(text: str) -> HiveType:
    """Read a type as DDL or the catalog writes it. Names of fields become lower case.

    Raises:
        QueryFailed: there is no such type.
    """
    tokens = [(quote or word or sign) for quote, word, sign in _TOKEN.findall(text)]
    if "".join(tokens) != re.sub(r"[\s`]", "", text):
        raise _unknown(text)
    try:
        found, rest = _read(tokens, 0, text)
    except IndexError:
        raise _unknown(text) from None
    if rest != len(tokens):
        raise _unknown(text)
    return found


def _read(tokens: list[str], at: int, text: str, depth: int = 0) -> tuple[HiveType, int]:
    name = tokens[at].lower()
    at += 1
    if depth > _DEEPEST:
        raise _unknown(text)
    if name in {"array", "map", "struct"}:
        parts: list[tuple[str, HiveType]] = []
        _expect(tokens[at], "<", text)
        while tokens[at] != ">":
            label = ""
            if name == "struct":
                label = tokens[at + 1].lower()
                _expect(tokens[at + 2], ":", text)
                at += 2
            part, at = _read(tokens, at + 1, text, depth + 1)
            parts.append((label, part))
            if tokens[at] not in {",", ">"}:
                raise _unknown(text)
        if len(parts) != {"array": 1, "map": 2}.get(name, len(parts)):
            raise _unknown(text)
        return HiveType(name, tuple(parts)), at + 1
    if name not in _SCALARS:
        raise _unknown(text)
    size: list[int] = []
    if at < len(tokens) and tokens[at] == "(":
        while tokens[at] != ")":
            if not tokens[at + 1].isdecimal():
                raise _unknown(text)
            size.append(int(tokens[at + 1]))
            at += 2
        at += 1
    return HiveType(name, size=tuple(size)), at


def _expect(found: str, wanted: str, text: str) -> None:
    if found != wanted:
        raise _unknown(text)


def _unknown(text: str) -> QueryFailed:
    return QueryFailed(f"FAILED: ParseException cannot recognize input '{text}' in column type")
