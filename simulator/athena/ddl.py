"""DDL statements as Athena documents them, read into plain values.

Source: "DDL statements" (Amazon Athena User Guide).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.athena.tokens import Kind, Token, position, tokenize
from simulator.athena.types import HiveType, parse_type

Name = tuple[str | None, str]
"""Database, if one is named, and table: both in lower case."""
Spec = tuple[tuple[str, str], ...]
"""A partition: its columns' names and values."""


class Malformed(Exception):
    """A statement that can't be read. The message is Athena's."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    type: HiveType
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class CreateDatabase:
    """CREATE DATABASE | SCHEMA."""

    name: str
    if_absent: bool = False
    comment: str | None = None
    location: str | None = None
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DropDatabase:
    """DROP DATABASE | SCHEMA; `cascade` takes the tables along."""

    name: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class CreateTable:
    """CREATE EXTERNAL TABLE."""

    name: Name
    if_absent: bool
    columns: tuple[Column, ...]
    keys: tuple[Column, ...] = ()
    comment: str | None = None
    serde: str | None = None
    serde_properties: dict[str, str] = field(default_factory=dict)
    stored_as: str = "TEXTFILE"
    formats: tuple[str, str] | None = None
    location: str = ""
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drop:
    """DROP TABLE | VIEW."""

    name: Name
    view: bool
    if_exists: bool


@dataclass(frozen=True, slots=True)
class AddPartitions:
    """ALTER TABLE … ADD PARTITION; each with its location, if one is given."""

    name: Name
    if_absent: bool
    partitions: tuple[tuple[Spec, str | None], ...]


@dataclass(frozen=True, slots=True)
class DropPartitions:
    """ALTER TABLE … DROP PARTITION."""

    name: Name
    if_exists: bool
    partitions: tuple[Spec, ...]


@dataclass(frozen=True, slots=True)
class SetProperties:
    """ALTER TABLE … SET TBLPROPERTIES."""

    name: Name
    properties: dict[str, str]


@dataclass(frozen=True, slots=True)
class SetLocation:
    """ALTER TABLE … [PARTITION …] SET LOCATION."""

    name: Name
    partition: Spec | None
    location: str


@dataclass(frozen=True, slots=True)
class AddColumns:
    """ALTER TABLE … ADD COLUMNS."""

    name: Name
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """MSCK REPAIR TABLE."""

    name: Name


@dataclass(frozen=True, slots=True)
class Show:
    """SHOW DATABASES | TABLES | VIEWS | PARTITIONS | COLUMNS | CREATE TABLE | TBLPROPERTIES."""

    what: str
    name: Name | None = None
    database: str | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Describe:
    """DESCRIBE a table or view."""

    name: Name


@dataclass(frozen=True, slots=True)
class CreateView:
    """CREATE [OR REPLACE] VIEW; `query` is its SELECT as written."""

    name: Name
    replace: bool
    query: str


Statement = (
    CreateDatabase
    | DropDatabase
    | CreateTable
    | Drop
    | AddPartitions
    | DropPartitions
    | SetProperties
    | SetLocation
    | AddColumns
    | Repair
    | Show
    | Describe
    | CreateView
)


class Reader:
    """Reads a statement from its first token to its last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *words: str) -> bool:
        """Pass these keywords, if they are next."""
        here = [token.upper for token in self.tokens[self.at : self.at + len(words)]]
        if here != list(words):
            return False
        self.at += len(words)
        return True

    def need(self, *words: str) -> None:
        if not self.take(*words):
            raise self.mismatch(" ".join(words))

    def mismatch(self, expected: str) -> Malformed:
        line, column = position(self.text, self.next.start)
        return Malformed(
            f"line {line}:{column}: mismatched input '{self.next.text}'. Expecting: {expected}"
        )

    def pop(self, *kinds: Kind) -> str:
        token = self.next
        if token.kind not in kinds:
            raise self.mismatch(" or ".join(f"<{kind}>" for kind in kinds))
        self.at += 1
        return token.text

    def string(self) -> str:
        return self.pop(Kind.STRING)

    def word(self) -> str:
        """An identifier, in lower case."""
        return self.pop(Kind.WORD, Kind.NAME, Kind.STRING).lower()

    def name(self) -> Name:
        """A table's name, of any of the forms x, db.x, catalog.db.x, `db.x`."""
        parts = self.word().split(".")
        while self.take("."):
            parts += self.word().split(".")
        return (parts[-2] if len(parts) > 1 else None, parts[-1])

    def end(self) -> None:
        if self.next.kind is not Kind.END:
            raise self.mismatch("<EOF>")

    def properties(self) -> dict[str, str]:
        found = {}
        self.need("(")
        while not self.take(")"):
            key = self.pop(Kind.STRING, Kind.WORD)
            self.need("=")
            found[key] = self.pop(Kind.STRING, Kind.WORD)
            if not self.take(","):
                self.need(")")
                break
        return found

    def spec(self) -> Spec:
        """(column = value, …)."""
        found = []
        self.need("(")
        while True:
            key = self.word()
            self.need("=")
            found.append((key, self.pop(Kind.STRING, Kind.WORD)))
            if not self.take(","):
                self.need(")")
                return tuple(found)

    def columns(self) -> tuple[Column, ...]:
        found = []
        self.need("(")
        while not self.take(")"):
            name = self.word()
            kind = self.type()
            comment = self.string() if self.take("COMMENT") else None
            found.append(Column(name, kind, comment))
            if not self.take(","):
                self.need(")")
                break
        return tuple(found)

    def type(self) -> HiveType:
        start, depth = self.next.start, 0
        end = start
        while self.next.kind is not Kind.END:
            sign = self.next.upper
            if depth == 0 and sign in {",", ")", "COMMENT"}:
                break
            depth += (sign in {"<", "("}) - (sign in {">", ")"})
            end = self.next.end
            self.at += 1
        if end == start:
            raise self.mismatch("<type>")
        return parse_type(self.text[start:end])


def parse(text: str) -> Statement | None:
    """The DDL statement, or None for one of another kind.

    Raises:
        Malformed: it begins as DDL does and can't be read.
    """
    reader = Reader(text)
    statement = _statement(reader)
    if statement is not None and not isinstance(statement, CreateView):
        reader.end()
    return statement


def _statement(reader: Reader) -> Statement | None:
    if reader.take("CREATE"):
        return _create(reader)
    if reader.take("DROP"):
        return _drop(reader)
    if reader.take("ALTER", "TABLE"):
        return _alter(reader)
    if reader.take("MSCK", "REPAIR", "TABLE"):
        return Repair(reader.name())
    if reader.take("SHOW"):
        return _show(reader)
    if reader.take("DESCRIBE") or reader.take("DESC"):
        for word in ("EXTENDED", "FORMATTED"):
            reader.take(word)
        return Describe(reader.name())
    return None


def _absent(reader: Reader) -> bool:
    return reader.take("IF", "NOT", "EXISTS")


def _create(reader: Reader) -> Statement | None:
    if reader.take("DATABASE") or reader.take("SCHEMA"):
        if_absent = _absent(reader)
        label, options = reader.word(), _options(reader)
        return CreateDatabase(
            label,
            if_absent,
            options.get("comment"),
            options.get("location"),
            options.get("properties", {}),
        )
    replace = reader.take("OR", "REPLACE")
    if reader.take("VIEW"):
        name = reader.name()
        reader.need("AS")
        return CreateView(name, replace, reader.text[reader.next.start :].strip())
    if not reader.take("EXTERNAL"):
        return None
    reader.need("TABLE")
    if_absent = _absent(reader)
    name = reader.name()
    columns = reader.columns()
    return CreateTable(name, if_absent, columns, **_options(reader))


def _options(reader: Reader) -> dict[str, Any]:
    """The clauses after a table's columns, in any order."""
    found: dict[str, Any] = {}
    while reader.next.kind is not Kind.END:
        if reader.take("COMMENT"):
            found["comment"] = reader.string()
        elif reader.take("PARTITIONED", "BY"):
            found["keys"] = reader.columns()
        elif reader.take("ROW", "FORMAT", "SERDE"):
            found["serde"] = reader.string()
        elif reader.take("WITH", "SERDEPROPERTIES"):
            found["serde_properties"] = reader.properties()
        elif reader.take("WITH", "DBPROPERTIES") or reader.take("TBLPROPERTIES"):
            found["properties"] = reader.properties()
        elif reader.take("ROW", "FORMAT", "DELIMITED"):
            found["serde_properties"] = _delimited(reader)
        elif reader.take("STORED", "AS", "INPUTFORMAT"):
            given = reader.string()
            reader.need("OUTPUTFORMAT")
            found["formats"] = (given, reader.string())
        elif reader.take("STORED", "AS"):
            found["stored_as"] = reader.word().upper()
        elif reader.take("LOCATION"):
            found["location"] = reader.string()
        else:
            raise reader.mismatch(
                "'COMMENT', 'LOCATION', 'PARTITIONED', 'ROW', 'STORED', 'TBLPROPERTIES', <EOF>"
            )
    return found


def _delimited(reader: Reader) -> dict[str, str]:
    found: dict[str, str] = {}
    clauses = (
        (("FIELDS", "TERMINATED", "BY"), "field.delim"),
        (("ESCAPED", "BY"), "escape.delim"),
        (("COLLECTION", "ITEMS", "TERMINATED", "BY"), "collection.delim"),
        (("MAP", "KEYS", "TERMINATED", "BY"), "mapkey.delim"),
        (("LINES", "TERMINATED", "BY"), "line.delim"),
        (("NULL", "DEFINED", "AS"), "serialization.null.format"),
    )
    while True:
        key = next((key for words, key in clauses if reader.take(*words)), None)
        if key is None:
            return found
        found[key] = reader.string()


def _drop(reader: Reader) -> Statement | None:
    if reader.take("DATABASE") or reader.take("SCHEMA"):
        if_exists = reader.take("IF", "EXISTS")
        name = reader.word()
        cascade = reader.take("CASCADE")
        reader.take("RESTRICT")
        return DropDatabase(name, if_exists, cascade)
    view = reader.take("VIEW")
    if not view:
        reader.need("TABLE")
    if_exists = reader.take("IF", "EXISTS")
    return Drop(reader.name(), view, if_exists)


def _alter(reader: Reader) -> Statement:
    name = reader.name()
    if reader.take("SET", "TBLPROPERTIES"):
        return SetProperties(name, reader.properties())
    if reader.take("SET", "LOCATION"):
        return SetLocation(name, None, reader.string())
    if reader.take("PARTITION"):
        spec = reader.spec()
        reader.need("SET", "LOCATION")
        return SetLocation(name, spec, reader.string())
    if reader.take("ADD", "COLUMNS"):
        return AddColumns(name, reader.columns())
    if reader.take("DROP"):
        if_exists = reader.take("IF", "EXISTS")
        dropped = []
        while reader.take("PARTITION") or reader.take(",", "PARTITION"):
            dropped.append(reader.spec())
        return DropPartitions(name, if_exists, tuple(dropped))
    reader.need("ADD")
    if_absent = _absent(reader)
    added = []
    while reader.take("PARTITION"):
        spec = reader.spec()
        added.append((spec, reader.string() if reader.take("LOCATION") else None))
    if not added:
        raise reader.mismatch("'PARTITION'")
    return AddPartitions(name, if_absent, tuple(added))


def _show(reader: Reader) -> Statement:
    if reader.take("CREATE"):
        what = "CREATE VIEW" if reader.take("VIEW") else "CREATE TABLE"
        if what == "CREATE TABLE":
            reader.need("TABLE")
        return Show(what, reader.name())
    if reader.take("DATABASES") or reader.take("SCHEMAS"):
        return Show("DATABASES", pattern=_pattern(reader))
    for what in ("TABLES", "VIEWS"):
        if reader.take(what):
            within = reader.word() if reader.take("IN") or reader.take("FROM") else None
            return Show(what, database=within, pattern=_pattern(reader))
    if reader.take("COLUMNS"):
        if not reader.take("IN"):
            reader.need("FROM")
        database, table = reader.name()
        if reader.take("IN") or reader.take("FROM"):
            database = reader.word()
        return Show("COLUMNS", (database, table))
    if reader.take("TBLPROPERTIES"):
        found = Show("TBLPROPERTIES", reader.name())
        if reader.next.upper == "(":
            reader.need("(")
            found = Show("TBLPROPERTIES", found.name, pattern=reader.string())
            reader.need(")")
        return found
    reader.need("PARTITIONS")
    return Show("PARTITIONS", reader.name())


def _pattern(reader: Reader) -> str | None:
    reader.take("LIKE")
    return reader.string() if reader.next.kind is Kind.STRING else None
