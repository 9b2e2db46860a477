"""One thing that ValidatePolicy has to say, and how it looks in the API's answer.

Source: "ValidatePolicyFinding" (IAM Access Analyzer API Reference); the codes and the wording are
those of "IAM policy validation check reference" (IAM User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.access_analyzer.checks.positions import Node, Path, Text

ERROR, WARNING = "ERROR", "WARNING"
SECURITY, SUGGESTION = "SECURITY_WARNING", "SUGGESTION"
_PAGE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
)
_ANCHORS = {WARNING: "general-warning", SECURITY: "security-warning"}


@dataclass(frozen=True, slots=True)
class Issue:
    """What is wrong, and the parts of the document it is about."""

    kind: str
    code: str
    details: str
    nodes: tuple[tuple[Path, Node], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its place in the document."""

    path: Path
    node: Node
    policy_type: str
    resource_type: str
    version: str

    @property
    def allows(self) -> bool:
        effect = self.node.get("Effect")
        return effect is not None and effect.value == "Allow"

    def texts(self, *elements: str) -> Iterator[tuple[Path, Node]]:
        """The strings of elements that hold one string or a list."""
        for element in elements:
            node = self.node.get(element)
            if node is None:
                continue
            for index, each in enumerate(node.listed):
                if isinstance(each.value, str):
                    place = (index,) if isinstance(node.value, list) else ()
                    yield (*self.path, element, *place), each

    def issue(self, kind: str, code: str, details: str, *parts: str) -> Issue:
        """An issue about elements of the statement, or about all of it."""
        nodes = [((*self.path, name), self.node.get(name)) for name in parts]
        there = tuple((path, node) for path, node in nodes if node is not None)
        return Issue(kind, code, details, there or ((self.path, self.node),))


def shown(issue: Issue, text: Text) -> dict[str, Any]:
    """An issue in the API's form."""
    anchor = "-".join(
        (
            "access-analyzer-reference-policy-checks",
            _ANCHORS.get(issue.kind, issue.kind.lower()),
            issue.code.lower().replace("_", "-"),
        )
    )
    return {
        "findingDetails": issue.details,
        "findingType": issue.kind,
        "issueCode": issue.code,
        "learnMoreLink": f"{_PAGE}#{anchor}",
        "locations": [
            {
                "path": [
                    {"index": part} if isinstance(part, int) else {"value": part} for part in path
                ],
                "span": {"start": text.position(node.start), "end": text.position(node.end)},
            }
            for path, node in issue.nodes
        ],
    }
