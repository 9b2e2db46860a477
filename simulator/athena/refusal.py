"""Why a query fails, in Athena's words."""

from __future__ import annotations

from dataclasses import dataclass

USER, SYSTEM = 2, 1


@dataclass(eq=False)
class QueryFailed(Exception):
    """A query that ends FAILED. `reason` is its StateChangeReason.

    `category` is AthenaError's ErrorCategory: 1 system, 2 user.
    """

    reason: str
    category: int = USER

    def __str__(self) -> str:
        return self.reason


def at(line: int, column: int, code: str, text: str) -> QueryFailed:
    """An error of the SQL text, as the engine words it: "CODE: line 1:15: text"."""
    return QueryFailed(f"{code}: line {line}:{column}: {text}")


def not_simulated(what: str) -> QueryFailed:
    """Athena has it, this account hasn't: said plainly, and refused."""
    return QueryFailed(
        f"NOT_SUPPORTED: {what} is not simulated in this training account. Nothing was done."
    )
