"""Simple expressions of metric math, over the values of other queries.

Source: "Using math expressions with CloudWatch metrics" (Amazon CloudWatch User Guide). Arithmetic,
comparisons, AND and OR, and the functions below; of others the account says that it hasn't them.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

Values = dict[int, float]
"""By time, in seconds since 1970."""
Result = Values | float | list[Values]

_LONGEST: Final = 2048
_SIGNS: Final = (
    (re.compile(r"&&|\bAND\b"), " and "),
    (re.compile(r"\|\||\bOR\b"), " or "),
    (re.compile(r"\^"), "**"),
)
_ARITHMETIC: Final[dict[type, Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.And: lambda one, other: float(bool(one and other)),
    ast.Or: lambda one, other: float(bool(one or other)),
}
_OVER: Final[dict[str, Callable[[Collection[float]], float]]] = {
    "SUM": math.fsum,
    "AVG": lambda values: math.fsum(values) / len(values),
    "MIN": min,
    "MAX": max,
}
_EACH: Final[dict[str, Callable[[float], float]]] = {
    "ABS": abs,
    "CEIL": math.ceil,
    "FLOOR": math.floor,
}


class InvalidExpression(Exception):
    """The expression can't be evaluated; the message says why."""


def names(expression: str) -> set[str]:
    """The ids of queries that an expression refers to.

    Raises:
        InvalidExpression: it can't be read.
    """
    called = {
        node.func.id
        for node in ast.walk(_read(expression))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    found = {node.id for node in ast.walk(_read(expression)) if isinstance(node, ast.Name)}
    return found - called - {"REPEAT"}


def evaluate(
    expression: str,
    known: Mapping[str, Values],
    times: Collection[int],
    metrics: Collection[Values] = (),
) -> Values:
    """What an expression comes to, at each of the times at which it comes to something.

    `metrics` is what METRICS() stands for.

    Raises:
        InvalidExpression: it can't be read, or has what is not simulated.
    """
    try:
        result = _Math(known, times, metrics).of(_read(expression).body)
    except RecursionError as error:
        raise InvalidExpression("Error in expression: it is too deep") from error
    if isinstance(result, list):
        raise InvalidExpression("The expression returns several time series.")
    return result if isinstance(result, dict) else dict.fromkeys(times, float(result))


def _read(expression: str) -> ast.Expression:
    if not 1 <= len(expression) <= _LONGEST:
        raise InvalidExpression("Error in expression: its length is not valid")
    for sign, replacement in _SIGNS:
        expression = sign.sub(replacement, expression)
    try:
        return ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InvalidExpression("Error in expression: it can't be parsed") from error


class _Math:
    def __init__(
        self, known: Mapping[str, Values], times: Collection[int], metrics: Collection[Values]
    ) -> None:
        self._known, self._times, self._metrics = known, times, metrics

    def of(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=bool() | str() | None):
                raise InvalidExpression("Error in expression: unexpected constant")
            case ast.Constant(value=int() | float() as value):
                return float(value)
            case ast.Name(id=name) if name in self._known:
                return self._known[name]
            case ast.Name(id=name):
                raise InvalidExpression(f"Error in expression: undefined variable '{name}'")
            case ast.List(elts=members):
                return [self._series(member) for member in members]
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _ARITHMETIC:
                return self._combine(_ARITHMETIC[type(sign)], self.of(left), self.of(right))
            case ast.BoolOp(op=sign, values=parts):
                first, *others = (self.of(part) for part in parts)
                for other in others:
                    first = self._combine(_ARITHMETIC[type(sign)], first, other)
                return first
            case ast.Compare(left=left, ops=[sign], comparators=[right]) if (
                type(sign) in _ARITHMETIC
            ):
                return self._combine(_ARITHMETIC[type(sign)], self.of(left), self.of(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._combine(operator.sub, 0.0, self.of(operand))
            case ast.Call(func=ast.Name(id=function), args=args, keywords=[]):
                return self._call(function.upper(), args)
        raise InvalidExpression("Error in expression: it has what is not simulated")

    def _call(self, function: str, args: list[ast.expr]) -> Any:
        match function, args:
            case "METRICS", []:
                return list(self._metrics)
            case (("SUM" | "AVG" | "MIN" | "MAX"), [one]):
                return self._over(_OVER[function], self.of(one))
            case (("ABS" | "CEIL" | "FLOOR"), [one]):
                each = _EACH[function]
                return {time: float(each(value)) for time, value in self._series(one).items()}
            case "FILL", [one, ast.Name(id="REPEAT")]:
                return self._repeated(self._series(one))
            case "FILL", [one, other]:
                return self._filled(self.of(other)) | self._series(one)
            case "IF", [one, two]:
                return self._either(self.of(one), self.of(two), {})
            case "IF", [one, two, three]:
                return self._either(self.of(one), self.of(two), self.of(three))
        raise InvalidExpression(f"Error in expression: the function {function} is not simulated")

    def _series(self, node: ast.expr) -> Values:
        found = self.of(node)
        if isinstance(found, list):
            raise InvalidExpression("Error in expression: a time series is needed")
        return self._filled(found)

    def _filled(self, found: Values | float) -> Values:
        return found if isinstance(found, dict) else dict.fromkeys(self._times, found)

    def _over(self, total: Callable[[Collection[float]], float], found: Any) -> Any:
        """Of several series at each time; of one, over all its times."""
        if not isinstance(found, list):
            values = list(self._filled(found).values())
            return float(total(values)) if values else {}
        made: Values = {}
        for time in self._times:
            values = [series[time] for series in found if time in series]
            if values:
                made[time] = float(total(values))
        return made

    def _repeated(self, series: Values) -> Values:
        made: Values = {}
        last: float | None = None
        for time in sorted(self._times):
            last = series.get(time, last)
            if last is not None:
                made[time] = last
        return made

    def _either(self, condition: Any, yes: Any, no: Any) -> Values:
        asked, then, otherwise = (self._filled(one) for one in (condition, yes, no))
        made: Values = {}
        for time, value in asked.items():
            chosen = then if value else otherwise
            if time in chosen:
                made[time] = chosen[time]
        return made

    def _combine(self, sign: Callable[[float, float], float], one: Any, other: Any) -> Any:
        """Where both have a value; what can't be computed, as a division by zero, has none."""
        if isinstance(one, list) or isinstance(other, list):
            raise InvalidExpression("Error in expression: a time series is needed")
        if not isinstance(one, dict) and not isinstance(other, dict):
            found = _computed(sign, one, other)
            return {} if found is None else found
        left, right = self._filled(one), self._filled(other)
        made = {time: _computed(sign, left[time], right[time]) for time in left if time in right}
        return {time: value for time, value in made.items() if value is not None}


def _computed(sign: Callable[[float, float], float], one: float, other: float) -> float | None:
    try:
        found = float(sign(one, other))
    except (ArithmeticError, ValueError):
        return None
    return found if math.isfinite(found) else None
