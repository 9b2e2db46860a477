"""The embedded engine's errors, in the words that Athena has for them.

Source: Trino's standard error codes, as they begin the StateChangeReason of a failed query.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from simulator.athena.dialect import locate
from simulator.athena.refusal import SYSTEM, QueryFailed, at

_Rule = tuple[re.Pattern[str], str, Callable[[re.Match[str]], str]]
_RULES: tuple[_Rule, ...] = (
    (
        re.compile(r'Referenced column "([^"]+)" (?:not found|was not found)'),
        "COLUMN_NOT_FOUND",
        lambda m: (
            f"Column '{m[1].lower()}' cannot be resolved or requester is not authorized to"
            " access requested resources"
        ),
    ),
    (
        re.compile(r'Table "[^"]*" does not have a column named "([^"]+)"'),
        "COLUMN_NOT_FOUND",
        lambda m: (
            f"Column '{m[1].lower()}' cannot be resolved or requester is not authorized to"
            " access requested resources"
        ),
    ),
    (
        re.compile(r'Referenced table "([^"]+)" not found'),
        "COLUMN_NOT_FOUND",
        lambda m: (
            f"Column '{m[1].lower()}' cannot be resolved or requester is not authorized to"
            " access requested resources"
        ),
    ),
    (
        re.compile(r'Could not find key "([^"]+)" in struct'),
        "COLUMN_NOT_FOUND",
        lambda m: (
            f"Column '{m[1].lower()}' cannot be resolved or requester is not authorized to"
            " access requested resources"
        ),
    ),
    (
        re.compile(r'Ambiguous reference to column name "([^"]+)"'),
        "AMBIGUOUS_NAME",
        lambda m: f"Column '{m[1].lower()}' is ambiguous",
    ),
    (
        re.compile(r'column "?([^" ]+)"? must appear in the GROUP BY clause'),
        "EXPRESSION_NOT_AGGREGATE",
        lambda m: f"'{m[1].lower()}' must be an aggregate expression or appear in GROUP BY clause",
    ),
)
_COMPARE = re.compile(
    r"[Cc]annot compare values of type ([\w() ,]+?) and (?:type )?([\w() ,]+?) [-i]"
)
_FUNCTION = re.compile(r"No function matches the given name and argument types '([^(]+)\(")
_PREFIX = re.compile(r"^\w+ (?:Error|Exception): ")


def worded(error: Any, text: str) -> QueryFailed:
    """The failure of the query `text`."""
    import duckdb

    first = _PREFIX.sub("", str(error).splitlines()[0])
    if isinstance(error, duckdb.InterruptException):
        return QueryFailed("Query timeout", SYSTEM)
    if isinstance(error, duckdb.OutOfMemoryException):
        return QueryFailed("Query exhausted resources at this scale factor", SYSTEM)
    if isinstance(error, duckdb.ConversionException):
        return QueryFailed(f"INVALID_CAST_ARGUMENT: {first}")
    if isinstance(error, duckdb.InvalidInputException | duckdb.OutOfRangeException):
        return QueryFailed(f"INVALID_FUNCTION_ARGUMENT: {first}")
    for pattern, code, message in _RULES:
        match = pattern.search(first)
        if match:
            return at(*locate(text, match[1]), code, message(match))
    compared = _COMPARE.search(first)
    if compared:
        kinds = " = ".join(kind.strip().lower() for kind in compared.groups())
        return at(1, 1, "TYPE_MISMATCH", f"Cannot apply operator: {kinds}")
    called = _FUNCTION.search(first)
    if called:
        name = called[1].lower()
        return at(
            *locate(text, name), "FUNCTION_NOT_FOUND", f"Unexpected parameters for function {name}"
        )
    if isinstance(error, duckdb.BinderException | duckdb.ParserException | duckdb.CatalogException):
        return at(1, 1, "SYNTAX_ERROR", first)
    return QueryFailed("GENERIC_INTERNAL_ERROR: The query could not be carried out", SYSTEM)
