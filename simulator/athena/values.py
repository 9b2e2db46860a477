"""Results as Athena reports them: names of types, and every value as text.

Source: "ColumnInfo" and "Datum" (Amazon Athena API Reference); how query results look in CSV files.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_SCALARS = {
    "VARCHAR": ("varchar", "string"),
    "BIGINT": ("bigint", "bigint"),
    "HUGEINT": ("bigint", "bigint"),
    "UBIGINT": ("bigint", "bigint"),
    "UINTEGER": ("bigint", "bigint"),
    "INTEGER": ("integer", "int"),
    "SMALLINT": ("smallint", "smallint"),
    "TINYINT": ("tinyint", "tinyint"),
    "DOUBLE": ("double", "double"),
    "FLOAT": ("float", "float"),
    "BOOLEAN": ("boolean", "boolean"),
    "DATE": ("date", "date"),
    "TIMESTAMP": ("timestamp", "timestamp"),
    "TIMESTAMP WITH TIME ZONE": ("timestamp with time zone", "timestamp"),
    "TIME": ("time", "string"),
    "JSON": ("json", "string"),
    "BLOB": ("varbinary", "binary"),
    "INTERVAL": ("interval day to second", "string"),
    '"NULL"': ("unknown", "string"),
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_PRECISION = {
    "varchar": (2147483647, True),
    "bigint": (19, False),
    "integer": (10, False),
    "smallint": (5, False),
    "tinyint": (3, False),
    "double": (17, False),
    "float": (17, False),
    "timestamp": (3, False),
    "timestamp with time zone": (3, False),
}


def trino_type(kind: str) -> str:
    """Athena's name of one of the embedded engine's types."""
    if kind.endswith("]"):
        return "array"
    if kind.startswith("STRUCT("):
        return "row"
    if kind.startswith("MAP("):
        return "map"
    if kind.startswith("DECIMAL("):
        return "decimal"
    return _SCALARS.get(kind, ("varchar", "string"))[0]


def hive_type(kind: str) -> str:
    """The catalog's name of one of the embedded engine's types, for the columns of a view."""
    if kind.startswith("DECIMAL("):
        return kind.lower()
    if kind.endswith("[]"):
        return f"array<{hive_type(kind[:-2])}>"
    if kind.startswith(("STRUCT(", "MAP(")) and kind.endswith(")"):
        head, _, body = kind[:-1].partition("(")
        parts = _split(body)
        if head == "MAP":
            return f"map<{','.join(map(hive_type, parts))}>"
        fields = (_field(part) for part in parts)
        return f"struct<{','.join(f'{name}:{hive_type(of)}' for name, of in fields)}>"
    return _SCALARS.get(kind, ("varchar", "string"))[1]


def column_info(name: str, kind: str) -> dict[str, Any]:
    """ColumnInfo of a result's column; `kind` is Athena's name of its type, or a decimal's own."""
    decimal = _DECIMAL.fullmatch(kind)
    shown = trino_type(kind) if decimal or kind.isupper() else kind
    precision, sensitive = _PRECISION.get(shown, (0, shown in {"string", "json"}))
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": shown,
        "Precision": int(decimal[1]) if decimal else precision,
        "Scale": int(decimal[2]) if decimal else 0,
        "Nullable": "UNKNOWN",
        "CaseSensitive": sensitive,
    }


def text(value: Any) -> str | None:
    """A value as Athena writes it; None for null."""
    return None if value is None else _text(value)


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, datetime):
        shown = value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
        return f"{shown} UTC" if value.tzinfo is not None else shown
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("milliseconds")
    if isinstance(value, timedelta):
        hours, rest = divmod(value.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        millis = value.microseconds // 1000
        return f"{value.days} {hours:02d}:{minutes:02d}:{seconds:02d}.{millis:03d}"
    if isinstance(value, bytes | bytearray):
        return value.hex(" ")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(k)}={_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    return str(value)


def _double(value: float) -> str:
    """As Java writes a double."""
    if value != value:
        return "NaN"
    if value in {float("inf"), float("-inf")}:
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value) if "e" not in repr(value) else f"{value:f}"
    mantissa, _, exponent = f"{value!r}".partition("e")
    if not exponent:
        digits = f"{value:.16e}"
        mantissa, _, exponent = digits.partition("e")
        mantissa = _shortest(value, int(exponent))
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


def _shortest(value: float, exponent: int) -> str:
    for places in range(1, 17):
        found = f"{value:.{places}e}"
        if float(found) == value:
            return found.partition("e")[0]
    return f"{value / 10**exponent!r}"


def _split(body: str) -> list[str]:
    """The parts between commas that stand in no parentheses or quotes."""
    parts, depth, start, quoted = [], 0, 0, False
    for place, sign in enumerate(body):
        if sign == '"':
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")")
            if sign == "," and depth == 0:
                parts.append(body[start:place].strip())
                start = place + 1
    return [*parts, body[start:].strip()]


def _field(part: str) -> tuple[str, str]:
    if part.startswith('"'):
        name, _, kind = part[1:].partition('" ')
        return name.lower(), kind
    name, _, kind = part.partition(" ")
    return name.lower(), kind
