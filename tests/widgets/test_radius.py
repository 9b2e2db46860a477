"""The picture of the blast radius: nothing covers anything, and what is gone looks gone."""

from __future__ import annotations

import random
from typing import Any

import pytest

from simulator.widgets import radius
from simulator.widgets.reaching import summary
from tests.widgets.after_action import covered, report


def reaching(seed: int) -> tuple[Any, Any]:
    """A blast radius of many sources and kinds, and what is left of it."""
    rng = random.Random(seed)
    kinds = ("buckets", "IAM", "instances", "secrets", "functions", "trails", "KMS keys")
    verbs = ("lists", "reads", "writes", "administers", "connects to port 22")
    sources = [
        {
            "id": f"s{number}",
            "kind": rng.choice(["an access key", "a role", "a federation token"]),
            "name": f"name-of-a-principal-{number}" * rng.randint(1, 3),
            "alive": True,
            "key": "ABCD",
        }
        for number in range(rng.randint(1, 9))
    ]
    holds = [[kind, f"{kind}-{number}"] for kind in kinds for number in range(rng.randint(1, 5))]
    edges = [
        [source["id"], kind, name, rng.sample(verbs, rng.randint(1, 5))]
        for source in sources
        for kind, name in holds
        if rng.random() < 0.5
    ]
    roles = [source["id"] for source in sources if source["kind"] == "a role"]
    takes = [[source["id"], role] for source in sources for role in roles if source["id"] != role]
    before = {"sources": sources, "takes": takes, "holds": holds, "edges": edges}
    left = [edge for edge in edges if rng.random() < 0.4]
    return before, {**before, "edges": left, "takes": takes[::2], "sources": sources[1:]}


@pytest.mark.parametrize("seed", range(15))
def test_no_label_of_a_blast_radius_covers_another(seed: int) -> None:
    before, now = reaching(seed)
    for of_now in (False, True):
        placed, _ = radius.draw(before, now, of_now=of_now)
        labels = placed.labels
        assert covered(labels) == []
        assert all(label.box[2] <= radius.WIDTH for label in labels)
        assert all(label.box[3] <= placed.height for label in labels)


def test_everything_has_the_same_place_before_and_now() -> None:
    before, now = report()["reach"]
    one, other = (radius.layout(before, now, of_now=each) for each in (False, True))
    assert (one.sources, one.kinds, one.height) == (other.sources, other.kinds, other.height)
    assert {(row.source, row.kind, row.y) for row in one.rows} <= {
        (row.source, row.kind, row.y) for row in other.rows
    }


def test_what_is_gone_is_dashed_and_crossed_out() -> None:
    before, now = report()["reach"]
    then = radius.picture(before, now, of_now=False)
    after = radius.picture(before, now, of_now=True)
    assert "line-through" not in then
    assert "stroke-dasharray" not in then
    assert after.count("text-decoration='line-through'") == 3
    assert "deployer no longer" in after
    assert "dead" in after


def test_the_sentence_tells_also_what_is_possible_in_iam() -> None:
    source = {"id": "s", "kind": "a role session", "name": "web/i-1", "alive": True, "key": "ABCD"}
    edges = [["s", "buckets", "b", ["reads"]], ["s", "IAM", "users", ["makes keys"]]]
    picture = {"sources": [source], "takes": [], "holds": [], "edges": edges}
    assert summary(picture) == "1 credential reached 1 bucket; in IAM: makes keys"
    edges[1][3] = ["makes keys", "administers"]
    assert summary(picture).endswith("1 bucket, and could administer IAM: so everything")
