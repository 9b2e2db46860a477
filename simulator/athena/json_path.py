"""JSON paths, put into the embedded engine's words.

Source: "Extract JSON data from strings" (Athena User Guide).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.athena.refusal import QueryFailed

if TYPE_CHECKING:
    from sqlglot import exp


def engine_path(path: exp.JSONPath) -> str:
    """A parsed path with every key quoted.

    Raises:
        QueryFailed: json_extract takes no such path.
    """
    from sqlglot import exp

    found = "$"
    for part in path.expressions:
        if isinstance(part, exp.JSONPathRoot):
            continue
        if isinstance(part, exp.JSONPathKey) and isinstance(part.this, str):
            key = part.this.replace('"', '\\"')
            found += f'."{key}"'
        elif isinstance(part, exp.JSONPathSubscript) and isinstance(part.this, int):
            found += f"[{part.this}]"
        elif isinstance(part, exp.JSONPathSubscript) and isinstance(part.this, str):
            found += f'."{part.this}"'
        else:
            raise QueryFailed(f"INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '{path.sql()}'")
    return found
