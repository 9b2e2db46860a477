"""Digest files as `aws cloudtrail validate-logs`, the real one, judges them."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from simulator.listener import listen
from simulator.telemetry import digest_key

if TYPE_CHECKING:
    from tests.conftest import LogTrail

DIGEST = re.compile(
    r"AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/11/02/"
    r"111122223333_CloudTrail-Digest_us-east-1_main_us-east-1_20261102T1[2-6]\d{4}Z\.json\.gz"
)


def digests(
    trail: LogTrail, bucket: str = "logs", region: str = "us-east-1"
) -> dict[str, dict[str, Any]]:
    """The digests of a region, by key, oldest first."""
    s3 = trail.client("s3")
    found = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", ()):
            if f"/CloudTrail-Digest/{region}/" in item["Key"]:
                body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
                found[item["Key"]] = json.loads(gzip.decompress(body))
    return found


@pytest.fixture
def validated(trail: LogTrail) -> LogTrail:
    """The trail "main" in bucket "logs", some calls of three hours, seen at 17 o'clock."""
    trail.bucket()
    trail.start(EnableLogFileValidation=True)
    for _ in range(3):
        trail.client("iam").list_users()
        trail.wait(hours=1)
    trail.wait(hours=2)
    return trail


class TestDigestFiles:
    def test_every_hour_has_one_with_the_log_files_delivered_in_it(
        self, validated: LogTrail
    ) -> None:
        found = digests(validated)
        assert all(DIGEST.fullmatch(key) for key in found)
        ends = [datetime.fromisoformat(one["digestEndTime"]) for one in found.values()]
        assert [after - before for before, after in pairwise(ends)] == [timedelta(hours=1)] * 4
        assert validated.noon < ends[0] <= validated.noon + timedelta(hours=1)
        told = [file["s3Object"] for one in found.values() for file in one["logFiles"]]
        assert told == list(validated.files())
        s3 = validated.client("s3")
        for one in found.values():
            for file in one["logFiles"]:
                at = s3.head_object(Bucket="logs", Key=file["s3Object"])["LastModified"]
                start, end = (
                    datetime.fromisoformat(one[f"digest{side}Time"]) for side in ("Start", "End")
                )
                assert start <= at <= end

    def test_its_fields_are_those_of_aws(self, validated: LogTrail) -> None:
        found = list(digests(validated).items())
        first, (key, one) = next(two for two in pairwise(found) if len(two[1][1]["logFiles"]) == 1)
        *_, last = found
        s3 = validated.client("s3")
        before = s3.get_object(Bucket="logs", Key=first[0])
        (file,) = one["logFiles"]
        times = [event["eventTime"] for event in validated.files()[file["s3Object"]]]
        pair = digest_key.key_pair(7, "us-east-1")
        assert file | {"hashValue": ""} == {
            "s3Bucket": "logs",
            "s3Object": file["s3Object"],
            "hashValue": "",
            "hashAlgorithm": "SHA-256",
            "newestEventTime": max(times),
            "oldestEventTime": min(times),
        }
        assert one | {"logFiles": [], "previousDigestHashValue": ""} == {
            "awsAccountId": "111122223333",
            "digestStartTime": first[1]["digestEndTime"],
            "digestEndTime": one["digestEndTime"],
            "digestS3Bucket": "logs",
            "digestS3Object": key,
            "digestPublicKeyFingerprint": pair.fingerprint,
            "digestSignatureAlgorithm": "SHA256withRSA",
            "newestEventTime": max(times),
            "oldestEventTime": min(times),
            "previousDigestS3Bucket": "logs",
            "previousDigestS3Object": first[0],
            "previousDigestHashValue": "",
            "previousDigestHashAlgorithm": "SHA-256",
            "previousDigestSignature": before["Metadata"]["signature"],
            "logFiles": [],
        }
        assert before["Metadata"]["signature-algorithm"] == "SHA256withRSA"
        assert last[1]["logFiles"] == []
        assert (last[1]["newestEventTime"], last[1]["oldestEventTime"]) == (None, None)

    def test_the_first_has_no_predecessor(self, validated: LogTrail) -> None:
        first, *rest = digests(validated).values()
        names = [name for name in first if name.startswith("previous")]
        assert len(names) == 5
        assert {first[name] for name in names} == {None}
        assert all(one[name] for one in rest for name in names)

    def test_the_signature_is_of_the_documented_string_under_the_listed_key(
        self, validated: LogTrail
    ) -> None:
        (listed,) = validated.client("cloudtrail").list_public_keys()["PublicKeyList"]
        public = load_der_public_key(listed["Value"])
        assert isinstance(public, RSAPublicKey)
        assert public.key_size == 2048
        for key, one in digests(validated).items():
            got = validated.client("s3").get_object(Bucket="logs", Key=key)
            hashed = hashlib.sha256(gzip.decompress(got["Body"].read())).hexdigest()
            lines = (one["digestEndTime"], f"logs/{key}", hashed, one["previousDigestSignature"])
            text = "\n".join(line or "null" for line in lines)
            public.verify(
                bytes.fromhex(got["Metadata"]["signature"]), text.encode(), PKCS1v15(), SHA256()
            )

    def test_a_trail_that_does_not_validate_has_none(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.wait(hours=5)
        assert trail.files()
        assert digests(trail) == {}
        status = trail.client("cloudtrail").get_trail_status(Name="main")
        assert "LatestDigestDeliveryTime" not in status

    def test_the_status_has_the_time_of_the_last_one(self, validated: LogTrail) -> None:
        *_, last = digests(validated)
        at = validated.client("s3").head_object(Bucket="logs", Key=last)["LastModified"]
        status = validated.client("cloudtrail").get_trail_status(Name="main")
        assert status["LatestDigestDeliveryTime"].replace(microsecond=0) == at
        assert "LatestDigestDeliveryError" not in status

    def test_a_prefix_stands_before_the_folder(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(EnableLogFileValidation=True, S3KeyPrefix="audit")
        trail.wait(hours=2)
        assert {key.split("/")[0] for key in digests(trail)} == {"audit"}

    def test_a_region_has_a_chain_from_its_first_log_file_on(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(EnableLogFileValidation=True, IsMultiRegionTrail=True)
        trail.wait(hours=3)
        trail.client("ec2", "eu-west-1").describe_vpcs()
        trail.wait(hours=3)
        home, other = digests(trail), digests(trail, region="eu-west-1")
        assert len(home) in {5, 6}
        assert len(other) in {2, 3}
        first, *rest = other.items()
        assert first[0].split("_")[2:5] == ["eu-west-1", "main", "us-east-1"]
        assert first[1]["previousDigestSignature"] is None
        assert len(first[1]["logFiles"]) == 1
        assert [len(one["logFiles"]) for _, one in rest] == [0] * len(rest)
        keys = {one["digestPublicKeyFingerprint"] for one in (*home.values(), *other.values())}
        assert len(keys) == 2

    def test_what_is_undone_is_signed_again_alike(self, validated: LogTrail) -> None:
        with validated.cloud.gateway.turn(validated.cloud.world), validated.cloud.world.undone():
            inside = digests(validated)
        assert digests(validated) == inside

    def test_a_refused_digest_comes_once_the_policy_is_mended(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(EnableLogFileValidation=True)
        trail.wait(hours=2)
        before = len(digests(trail))
        trail.client("s3").delete_bucket_policy(Bucket="logs")
        trail.wait(hours=3)
        status = trail.client("cloudtrail").get_trail_status(Name="main")
        assert status["LatestDigestDeliveryError"] == "AccessDenied"
        assert len(digests(trail)) == before
        trail.allow()
        mended = trail.wait(hours=1)
        assert len(digests(trail)) == before + 4
        status = trail.client("cloudtrail").get_trail_status(Name="main")
        assert "LatestDigestDeliveryError" not in status
        assert status["LatestDigestDeliveryTime"] <= mended

    def test_a_policy_may_forbid_digests_alone(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(EnableLogFileValidation=True)
        s3, cloud = trail.client("s3"), trail.cloud
        allowed = json.loads(s3.get_bucket_policy(Bucket="logs")["Policy"])["Statement"]
        digest_folder = "arn:aws:s3:::logs/AWSLogs/*/CloudTrail-Digest/*"
        deny = cloud.statement("s3:PutObject", digest_folder, "Deny", Principal="*")
        s3.put_bucket_policy(Bucket="logs", Policy=cloud.policy(*allowed, deny))
        trail.wait(hours=3)
        assert trail.files()
        assert digests(trail) == {}
        status = trail.client("cloudtrail").get_trail_status(Name="main")
        assert status["LatestDigestDeliveryError"] == "AccessDenied"
        assert "LatestDeliveryError" not in status


class TestChains:
    """The sizes of the chains that a trail left, and the log files that none tells of."""

    @staticmethod
    def _chains(trail: LogTrail) -> list[list[dict[str, Any]]]:
        found: list[list[dict[str, Any]]] = []
        for one in digests(trail).values():
            if one["previousDigestS3Object"] is None:
                found.append([])
            else:
                assert found[-1][-1]["digestS3Object"] == one["previousDigestS3Object"]
            found[-1].append(one)
        return found

    @classmethod
    def _untold(cls, trail: LogTrail) -> list[str]:
        told = {
            file["s3Object"]
            for chain in cls._chains(trail)
            for one in chain
            for file in one["logFiles"]
        }
        return [
            event["eventName"]
            for key, events in trail.files().items()
            if key not in told
            for event in events
        ]

    def test_stopped_logging_ends_it_with_a_last_digest(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(EnableLogFileValidation=True)
        trail.wait(hours=2)
        trail.client("cloudtrail").stop_logging(Name="main")
        trail.wait(hours=10)
        (chain,) = self._chains(trail)
        assert len(chain) in {3, 4}
        (file,) = chain[-1]["logFiles"] or chain[-2]["logFiles"]
        names = [event["eventName"] for event in trail.files()[file["s3Object"]]]
        assert names == ["StopLogging"]

    def test_logging_that_starts_again_has_a_new_one(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(EnableLogFileValidation=True)
        trail.wait(hours=2)
        trail.client("cloudtrail").stop_logging(Name="main")
        trail.wait(hours=10)
        trail.client("cloudtrail").start_logging(Name="main")
        trail.wait(hours=3)
        _, second = self._chains(trail)
        assert len(second) in {2, 3}
        assert self._untold(trail) == []

    def test_a_short_stop_breaks_it_as_well(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(EnableLogFileValidation=True)
        trail.wait(hours=2)
        trail.client("cloudtrail").stop_logging(Name="main")
        trail.wait(minutes=1)
        trail.client("cloudtrail").start_logging(Name="main")
        trail.wait(hours=3)
        assert len(self._chains(trail)) == 2
        assert self._untold(trail) == []

    def test_a_deleted_trail_leaves_a_last_digest(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(EnableLogFileValidation=True)
        trail.client("cloudtrail").delete_trail(Name="main")
        trail.wait(hours=5)
        assert len(self._chains(trail)) == 1
        assert self._untold(trail) == []
        assert trail.cloud.account.delivery == {}

    def test_files_delivered_without_validation_are_in_none(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(EnableLogFileValidation=True)
        trail.wait(hours=2)
        trails = trail.client("cloudtrail")
        trails.update_trail(Name="main", EnableLogFileValidation=False)
        trail.client("iam").list_users()
        trail.wait(hours=2)
        trails.update_trail(Name="main", EnableLogFileValidation=True)
        trail.client("iam").list_roles()
        trail.wait(hours=2)
        assert len(self._chains(trail)) == 2
        assert self._untold(trail) == ["UpdateTrail", "ListUsers"]

    def test_a_new_bucket_goes_on_with_it(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.bucket("new")
        trail.start(EnableLogFileValidation=True)
        trail.wait(hours=2)
        *_, last = digests(trail).items()
        trail.client("cloudtrail").update_trail(Name="main", S3BucketName="new")
        trail.wait(hours=2)
        first, *_ = digests(trail, "new").values()
        assert first["previousDigestS3Bucket"] == "logs"
        assert first["previousDigestS3Object"] == last[0]


class TestPublicKeys:
    @pytest.mark.parametrize(
        ("since", "until", "found"),
        [
            (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC), 1),
            (datetime(2010, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC), 1),
            (datetime(2010, 11, 1, tzinfo=UTC), datetime(2011, 11, 2, tzinfo=UTC), 0),
        ],
    )
    def test_a_time_range_selects(
        self, trail: LogTrail, since: datetime, until: datetime, found: int
    ) -> None:
        answer = trail.client("cloudtrail").list_public_keys(StartTime=since, EndTime=until)
        assert len(answer["PublicKeyList"]) == found

    def test_a_range_that_ends_before_it_starts_is_refused(
        self, trail: LogTrail, refusal: Any
    ) -> None:
        code, _, _ = refusal(
            lambda: trail.client("cloudtrail").list_public_keys(
                StartTime=trail.noon, EndTime=trail.noon - timedelta(days=1)
            )
        )
        assert code == "InvalidTimeRangeException"

    def test_regions_and_seeds_have_keys_of_their_own(self) -> None:
        pairs = {
            digest_key.key_pair(seed, region).fingerprint
            for seed in (1, 2)
            for region in ("us-east-1", "eu-west-1")
        }
        assert len(pairs) == 4

    def test_every_number_of_the_stock_is_a_prime(self) -> None:
        for number in range(0, digest_key._STOCK, 2):
            p, q = digest_key._prime(number), digest_key._prime(number + 1)
            assert math.gcd(p, q) == 1
            digest_key.private_numbers(p, q).private_key()  # OpenSSL tries both


@dataclass(frozen=True)
class Cli:
    """The AWS CLI against the trail's gateway, over HTTP."""

    trail: LogTrail
    endpoint: str

    def validate(
        self, region: str = "us-east-1", *options: str, name: str = "main"
    ) -> tuple[int, str, list[str]]:
        """Exit status, the summary, and what was found wrong, a line each."""
        given = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.trail.keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self.trail.keys["SecretAccessKey"],
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        }
        trail_arn = f"arn:aws:cloudtrail:us-east-1:111122223333:trail/{name}"
        span = ["--start-time", f"{self.trail.noon:%Y-%m-%dT%H:%M:%SZ}"]
        span += ["--end-time", f"{self.trail.clock.now():%Y-%m-%dT%H:%M:%SZ}"]
        command = [
            "--region",
            region,
            "cloudtrail",
            "validate-logs",
            "--trail-arn",
            trail_arn,
            *span,
            *options,
        ]
        done = subprocess.run(
            [sys.executable, "-m", "awscli", *command],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=given,
        )
        return done.returncode, done.stdout, [line for line in done.stderr.splitlines() if line]


@pytest.fixture
def cli(trail: LogTrail) -> Iterator[Cli]:
    """The CLI, and the gateway on a port of this process."""
    server = listen(trail.cloud.gateway, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Cli(trail, f"http://127.0.0.1:{server.effective_port}")
    server.close()
    thread.join(10)


class TestValidateLogs:
    """What `aws cloudtrail validate-logs` says."""

    def test_untouched_logs_are_valid(self, validated: LogTrail, cli: Cli) -> None:
        status, said, wrong = cli.validate()
        assert (status, wrong) == (0, [])
        assert "5/5 digest files valid" in said
        assert "3/3 log files valid" in said

    def test_other_regions_are_valid_too(self, trail: LogTrail, cli: Cli) -> None:
        trail.bucket()
        trail.start(EnableLogFileValidation=True, IsMultiRegionTrail=True)
        trail.client("ec2", "eu-west-1").describe_vpcs()
        trail.wait(hours=3)
        status, said, wrong = cli.validate("eu-west-1")
        assert (status, wrong) == (0, [])
        assert "1/1 log files valid" in said

    def test_a_member_of_an_organization_has_valid_logs(self, trail: LogTrail, cli: Cli) -> None:
        organizations = trail.client("organizations")
        organizations.create_organization()
        organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
        organizations.create_account(Email="payments@example.com", AccountName="payments")
        member = trail.cloud.world.accounts[
            next(name for name in trail.cloud.world.accounts if name != "111122223333")
        ]
        trail.bucket()
        trail.start("org", EnableLogFileValidation=True, IsOrganizationTrail=True)
        keys = trail.cloud.user("dev", trail.cloud.statement("*"), account=member)
        trail.cloud.client("iam", keys).list_roles()
        trail.wait(hours=3)
        status, said, wrong = cli.validate("us-east-1", "--account-id", member.id, name="org")
        assert (status, wrong) == (0, [])
        assert "1/1 log files valid" in said

    def test_files_under_a_key_of_ones_own_are_valid(self, trail: LogTrail, cli: Cli) -> None:
        trail.bucket()
        cloud = trail.cloud
        policy = cloud.policy(
            cloud.statement("kms:*", Principal={"AWS": "111122223333"}),
            cloud.statement(
                "kms:GenerateDataKey*", Principal={"Service": "cloudtrail.amazonaws.com"}
            ),
        )
        key = trail.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
        trail.start(EnableLogFileValidation=True, KmsKeyId=key)
        trail.wait(hours=3)
        status, said, wrong = cli.validate()
        assert (status, wrong) == (0, [])
        assert "1/1 log files valid" in said

    def test_one_changed_byte_of_a_log_file_is_found(self, validated: LogTrail, cli: Cli) -> None:
        key = list(validated.files())[1]
        self._change(validated, key, lambda text: text.replace(b"ListUsers", b"ListUserz"))
        status, said, wrong = cli.validate()
        assert status == 1
        assert wrong == [f"Log file\ts3://logs/{key}\tINVALID: hash value doesn't match"]
        assert "5/5 digest files valid" in said
        assert "2/3 log files valid, 1/3 log files INVALID" in said

    def test_a_deleted_log_file_is_found(self, validated: LogTrail, cli: Cli) -> None:
        key = next(iter(validated.files()))
        validated.client("s3").delete_object(Bucket="logs", Key=key)
        status, said, wrong = cli.validate()
        assert status == 1
        assert wrong == [f"Log file\ts3://logs/{key}\tINVALID: not found"]
        assert "2/3 log files valid, 1/3 log files INVALID" in said

    def test_a_deleted_digest_is_found(self, validated: LogTrail, cli: Cli) -> None:
        key = list(digests(validated))[1]
        validated.client("s3").delete_object(Bucket="logs", Key=key)
        status, said, wrong = cli.validate()
        assert status == 1
        assert wrong == [f"Digest file\ts3://logs/{key}\tINVALID: not found"]
        assert "4/5 digest files valid, 1/5 digest files INVALID" in said

    def test_a_changed_digest_is_found(self, validated: LogTrail, cli: Cli) -> None:
        key = list(digests(validated))[1]
        self._change(validated, key, lambda text: text.replace(b'"logFiles"', b' "logFiles"'))
        status, said, wrong = cli.validate()
        assert status == 1
        assert wrong == [f"Digest file\ts3://logs/{key}\tINVALID: signature verification failed"]
        assert "4/5 digest files valid, 1/5 digest files INVALID" in said

    def test_a_gap_is_told_and_not_wrong(self, validated: LogTrail, cli: Cli) -> None:
        trails = validated.client("cloudtrail")
        trails.stop_logging(Name="main")
        validated.wait(hours=5)
        trails.start_logging(Name="main")
        validated.wait(hours=2)
        status, said, told = cli.validate()
        assert status == 0
        assert [line[:43] for line in told] == ["No log files were delivered by CloudTrail b"]
        assert "INVALID" not in said

    @staticmethod
    def _change(trail: LogTrail, key: str, change: Callable[[bytes], bytes]) -> None:
        """Put an object again, with its metadata, after a change of its text."""
        s3 = trail.client("s3")
        got = s3.get_object(Bucket="logs", Key=key)
        before = gzip.decompress(got["Body"].read())
        after = change(before)
        assert after != before
        s3.put_object(Bucket="logs", Key=key, Body=gzip.compress(after), Metadata=got["Metadata"])
