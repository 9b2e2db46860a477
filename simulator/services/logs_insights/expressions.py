"""Reading an expression.

From the loosest binding to the tightest: or, and, not, comparisons, + -, * / %, ^.
"""

from __future__ import annotations

import re
from typing import Final

from simulator.services.logs_insights.aggregates import AGGREGATES
from simulator.services.logs_insights.functions import FUNCTIONS
from simulator.services.logs_insights.lexer import Lexer
from simulator.services.logs_insights.limits import DEEPEST, TALLEST
from simulator.services.logs_insights.patterns import RegularExpression, regular_expression
from simulator.services.logs_insights.syntax import (
    Among,
    Field,
    Function,
    Infix,
    Like,
    Literal,
    Named,
    Node,
    Period,
    Prefix,
    children,
)

_COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
_UNITS: Final = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
}
_PART: Final = re.compile(r"`([^`]+)`|([^.`]+)")
_MOST_PARTS: Final = 100


class Reader:
    """Reads the expressions of one query."""

    def __init__(self, lexer: Lexer) -> None:
        self.lexer = lexer
        self._depth = 0

    def named(self) -> Named:
        """An expression, with the name after `as` or else the text as it is written."""
        start = self.lexer.peek().start
        node = self.expression()
        written = self.lexer.text[start : self.lexer.last_end]
        if self.lexer.accept("as"):
            return Named(node, self.name())
        return Named(node, node.name if isinstance(node, Field) else " ".join(written.split()))

    def all_named(self) -> tuple[Named, ...]:
        """Expressions with commas between them."""
        found = [self.named()]
        while self.lexer.accept(","):
            found.append(self.named())
        return tuple(found)

    def name(self) -> str:
        """The name of a column that the query makes."""
        word = self.lexer.peek()
        if word.kind not in {"name", "string"}:
            self.lexer.refuse()
        self.lexer.take()
        return word.string if word.kind == "string" else word.text.replace("`", "")

    def field(self) -> Node:
        """The field that `parse` looks into."""
        if self.lexer.peek().kind != "name":
            self.lexer.refuse()
        return self._primary()

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            self.lexer.refuse("The query is nested too deeply")
        ways = [self._and()]
        while self.lexer.accept("or"):
            ways.append(self._and())
        node = _joined("or", ways)
        if _height(node) > TALLEST:
            self.lexer.refuse("The query is nested too deeply")
        self._depth -= 1
        return node

    def _and(self) -> Node:
        conditions = [self._not()]
        while self.lexer.accept("and"):
            conditions.append(self._not())
        return _joined("and", conditions)

    def _not(self) -> Node:
        negations = 0
        while self.lexer.accept("not"):
            negations += 1
        node = self._comparison()
        return Prefix("not", node) if negations % 2 else node

    def _comparison(self) -> Node:
        node = self._sum()
        if self.lexer.peek().means(*_COMPARISONS):
            return Infix(self.lexer.take().text, node, self._sum())
        negated = self.lexer.accept("not")
        if self.lexer.accept("like"):
            node = Like(node, self._pattern())
        elif self.lexer.accept("in"):
            node = Among(node, self._members())
        elif not negated and self.lexer.accept("=~"):
            node = Like(node, self._pattern())
        elif negated:
            self.lexer.refuse()
        return Prefix("not", node) if negated else node

    def regex(self) -> RegularExpression | None:
        """A regular expression between slashes, if that is next."""
        word = self.lexer.peek()
        text = self.lexer.regex()
        if text is None:
            return None
        try:
            return regular_expression(text.replace(r"\/", "/"))
        except ValueError as error:
            self.lexer.refuse(str(error), word)

    def _pattern(self) -> RegularExpression | Node:
        return self.regex() or self._sum()

    def _members(self) -> tuple[Node, ...]:
        self.lexer.expect("[")
        found = [self._sum()]
        while self.lexer.accept(","):
            found.append(self._sum())
        self.lexer.expect("]")
        return tuple(found)

    def _sum(self) -> Node:
        node = self._product()
        while self.lexer.peek().means("+", "-"):
            node = Infix(self.lexer.take().text, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._power()
        while self.lexer.peek().means("*", "/", "%"):
            node = Infix(self.lexer.take().text, node, self._power())
        return node

    def _power(self) -> Node:
        negations = 0
        while self.lexer.accept("-"):
            negations += 1
        factors = [self._primary()]
        while self.lexer.accept("^"):
            factors.append(self._primary())
        node = factors.pop()
        while factors:
            node = Infix("^", factors.pop(), node)
        return Prefix("-", node) if negations % 2 else node

    def _primary(self) -> Node:
        word = self.lexer.peek()
        if word.means("("):
            self.lexer.take()
            node = self.expression()
            self.lexer.expect(")")
            return node
        if word.kind not in {"number", "string", "period", "name"}:
            self.lexer.refuse()
        self.lexer.take()
        if word.kind == "number":
            return Literal(int(word.text) if word.text.isdecimal() else float(word.text))
        if word.kind == "string":
            return Literal(word.string)
        if word.kind == "period":
            return _period(word.text)
        if self.lexer.peek().means("(") and "`" not in word.text:
            return self._function(word.text)
        if word.means("true", "false"):
            return Literal(int(word.means("true")))
        parts = [quoted or plain for quoted, plain in _PART.findall(word.text)]
        if len(parts) > _MOST_PARTS:
            self.lexer.refuse("The name of a field is too long")
        return Field(word.text.replace("`", ""), tuple(parts))

    def _function(self, written: str) -> Node:
        name = written.lower()
        if name not in FUNCTIONS and name not in AGGREGATES:
            self.lexer.refuse(f"unknown function {written}")
        self.lexer.expect("(")
        arguments: list[Node] = []
        if name == "count" and self.lexer.peek().means("*"):
            self.lexer.take()
        elif not self.lexer.peek().means(")"):
            arguments.append(self.expression())
            while self.lexer.accept(","):
                arguments.append(self.expression())
        least, most = FUNCTIONS[name].arity if name in FUNCTIONS else AGGREGATES[name].arity
        if not least <= len(arguments) <= most:
            self.lexer.refuse(f"wrong number of arguments for {written}")
        self.lexer.expect(")")
        return Function(name, tuple(arguments))


def _joined(operator: str, nodes: list[Node]) -> Node:
    """All of them in their order, in a tree that isn't tall."""
    if len(nodes) == 1:
        return nodes[0]
    half = len(nodes) // 2
    return Infix(operator, _joined(operator, nodes[:half]), _joined(operator, nodes[half:]))


def _height(node: Node) -> int:
    height, level = 0, [node]
    while level and height <= TALLEST:
        height += 1
        level = [child for each in level for child in children(each)]
    return height


def _period(text: str) -> Period:
    digits = re.match(r"\d+", text)
    assert digits is not None
    unit = text[digits.end() :]
    short = "ms" if unit.startswith("ms") else unit[0]
    return Period(int(digits[0]) * _UNITS[short])
