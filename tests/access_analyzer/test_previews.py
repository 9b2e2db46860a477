"""What findings there would be, before anybody changes anything."""

from __future__ import annotations

from typing import Any

from tests.access_analyzer.conftest import Watch
from tests.access_analyzer.test_external_access import FOREIGN, OBJECTS, allow, document, opened

PAPERS = "arn:aws:s3:::papers"


def previewed(watch: Watch, arn: str, configuration: dict[str, Any]) -> list[dict[str, Any]]:
    name = watch.api.create_access_preview(
        analyzerArn=watch.arn, configurations={arn: configuration}
    )["id"]
    return list(
        watch.api.list_access_preview_findings(analyzerArn=watch.arn, accessPreviewId=name)[
            "findings"
        ]
    )


def test_a_further_statement_is_new(watch: Watch) -> None:
    shared = allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS)
    opened(watch, shared)
    watch.start()
    policy = document(shared, allow("*", "s3:ListBucket", PAPERS))
    found = previewed(watch, PAPERS, {"s3Bucket": {"bucketPolicy": policy}})
    assert {one["changeType"]: one["principal"] for one in found} == {
        "NEW": {"AWS": "*"},
        "UNCHANGED": {"AWS": FOREIGN},
    }
    assert len(watch.findings()) == 1


def test_a_block_of_public_access_helps(watch: Watch) -> None:
    opened(watch, allow("*", "s3:GetObject", OBJECTS))
    watch.start()
    block = {"ignorePublicAcls": True, "restrictPublicBuckets": True}
    assert not previewed(watch, PAPERS, {"s3Bucket": {"bucketPublicAccessBlock": block}})


def test_a_role_that_is_not_there_yet(watch: Watch) -> None:
    watch.start()
    arn = "arn:aws:iam::111122223333:role/new"
    trust = watch.cloud.trust({"AWS": FOREIGN})
    (found,) = previewed(watch, arn, {"iamRole": {"trustPolicy": trust}})
    assert (found["resource"], found["action"]) == (arn, ["sts:AssumeRole"])


def test_a_policy_that_is_none(watch: Watch) -> None:
    watch.start()
    name = watch.api.create_access_preview(
        analyzerArn=watch.arn, configurations={PAPERS: {"s3Bucket": {"bucketPolicy": "{"}}}
    )["id"]
    shown = watch.api.get_access_preview(analyzerArn=watch.arn, accessPreviewId=name)
    assert shown["accessPreview"]["status"] == "FAILED"
    (listed,) = watch.api.list_access_previews(analyzerArn=watch.arn)["accessPreviews"]
    assert listed["statusReason"] == {"code": "INVALID_CONFIGURATION"}
