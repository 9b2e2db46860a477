"""pySigma's SQLite backend, for a table in which a field may hold several values.

A field that has several in any event is a column of JSON lists, and a condition on it asks whether
any of them fits: a rule that names `items.cidrIp` means any of them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

TIME, FULLTEXT = "eventTime", "all_of_its_values"
_EACH = "each_one"


def backend(several: frozenset[str]) -> Any:
    """A backend that knows the fields of several values."""
    from sigma.backends.sqlite.correlation import numeric
    from sigma.backends.sqlite.sqlite import sqliteBackend
    from sigma.types import SigmaExists, SigmaNull, SigmaTimestampPart

    plain: Any = sqliteBackend

    class Backend(plain):  # type: ignore[misc]
        def escape_and_quote_field(self, field: str) -> str:
            if field == _EACH:
                return "json_each.value"
            quoted: str = super().escape_and_quote_field(field)
            return quoted

        def convert_condition_field_eq_val(self, cond: Any, state: Any) -> Any:
            whole = isinstance(cond.value, (SigmaNull, SigmaExists))
            if whole or cond.field.lower() not in several:
                return super().convert_condition_field_eq_val(cond, state)
            one = replace(cond, field=_EACH)
            column, fits = (
                self.escape_and_quote_field(cond.field),
                self.convert_condition(one, state),
            )
            return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE {fits})"

        def convert_condition_field_eq_val_num(self, cond: Any, state: Any) -> str:
            column = self.escape_and_quote_field(cond.field)
            return f"({column}={cond.value} OR {column}='{cond.value}')"

        def convert_condition_field_compare_op_val(self, cond: Any, state: Any) -> Any:
            if isinstance(cond.value.number, SigmaTimestampPart):
                return super().convert_condition_field_compare_op_val(cond, state)
            number = numeric(self.escape_and_quote_field(cond.field))
            operator = self.compare_operators[cond.value.op]
            return f"(({number}) {operator} {cond.value.number})"

    return Backend(collate_nocase=True, timestamp_field=TIME, fulltext_field=FULLTEXT)


def regexp(pattern: str, value: Any) -> bool:
    """SQLite's REGEXP, by RE2, whose time is linear: false for what is absent."""
    return value is not None and _compiled(pattern).search(str(value)) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    import re2  # type: ignore[import-untyped]

    return re2.compile(pattern)
