"""Access control lists grant what AWS's documentation says, and nothing when they are disabled."""

from __future__ import annotations

from typing import Any

import pytest

GROUPS = "http://acs.amazonaws.com/groups/"
DENIED = ("AccessDenied", 403, "Access Denied")


def grants(answer: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (each["Grantee"].get("URI", "").rsplit("/", 1)[-1] or each["Grantee"]["ID"],
         each["Permission"])
        for each in answer["Grants"]
    }  # fmt: skip


class TestPublicObjects:
    def test_anybody_reads_a_public_object_and_no_other(
        self, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_object(Bucket=name, Key="page", Body=b"hello", ACL="public-read")
        admin.put_object(Bucket=name, Key="secret", Body=b"x")
        assert anybody.get_object(Bucket=name, Key="page")["Body"].read() == b"hello"
        assert anybody.head_object(Bucket=name, Key="page")["ContentLength"] == 5
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="secret")) == DENIED
        assert refusal(lambda: anybody.list_objects_v2(Bucket=name)) == DENIED
        assert refusal(lambda: anybody.get_object_acl(Bucket=name, Key="page")) == DENIED
        assert refusal(lambda: anybody.put_object(Bucket=name, Key="page", Body=b"x")) == DENIED

    def test_put_object_acl_opens_and_closes_an_object(
        self, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_object(Bucket=name, Key="k", Body=b"hello")
        admin.put_object_acl(Bucket=name, Key="k", ACL="public-read")
        anybody.get_object(Bucket=name, Key="k")
        admin.put_object_acl(Bucket=name, Key="k", ACL="private")
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="k")) == DENIED

    def test_each_version_has_an_acl_of_its_own(
        self, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        old = admin.put_object(Bucket=name, Key="k", Body=b"old")["VersionId"]
        admin.put_object(Bucket=name, Key="k", Body=b"new")
        admin.put_object_acl(Bucket=name, Key="k", VersionId=old, ACL="public-read")
        read = anybody.get_object(Bucket=name, Key="k", VersionId=old)
        assert read["Body"].read() == b"old"
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="k")) == DENIED

    def test_a_copy_and_an_overwritten_object_are_private_again(
        self, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_object(Bucket=name, Key="k", Body=b"x", ACL="public-read")
        source = {"Bucket": name, "Key": "k"}
        admin.copy_object(Bucket=name, Key="copy", CopySource=source)
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="copy")) == DENIED
        admin.copy_object(Bucket=name, Key="copy", CopySource=source, ACL="public-read")
        anybody.get_object(Bucket=name, Key="copy")
        admin.put_object(Bucket=name, Key="k", Body=b"x")
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="k")) == DENIED

    def test_an_upload_in_parts_has_the_acl_it_was_begun_with(
        self, admin: Any, anybody: Any, bucket: Any
    ) -> None:
        where = {"Bucket": bucket(), "Key": "big"}
        begun = admin.create_multipart_upload(**where, ACL="public-read")
        assert begun["ServerSideEncryption"] == "AES256"
        part = admin.upload_part(**where, UploadId=begun["UploadId"], PartNumber=1, Body=b"x")
        done = admin.complete_multipart_upload(
            **where,
            UploadId=begun["UploadId"],
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )
        assert done["ServerSideEncryption"] == "AES256"
        assert anybody.get_object(**where)["Body"].read() == b"x"

    def test_the_account_a_request_is_denied_in_by_policy_stays_denied(
        self, cloud: Any, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_object(Bucket=name, Key="k", Body=b"x", ACL="public-read")
        arn = f"arn:aws:s3:::{name}/*"
        deny = cloud.statement("s3:GetObject", arn, "Deny", Principal="*")
        admin.put_bucket_policy(Bucket=name, Policy=cloud.policy(deny))
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="k")) == DENIED


class TestPublicBuckets:
    def test_anybody_lists_a_public_bucket_and_reads_nothing_in_it(
        self, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_object(Bucket=name, Key="k", Body=b"x")
        admin.put_bucket_acl(Bucket=name, ACL="public-read")
        assert [each["Key"] for each in anybody.list_objects_v2(Bucket=name)["Contents"]] == ["k"]
        anybody.head_bucket(Bucket=name)
        anybody.list_object_versions(Bucket=name)
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="k")) == DENIED
        assert refusal(lambda: anybody.get_bucket_acl(Bucket=name)) == DENIED
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="none"))[0] == "NoSuchKey"

    def test_anybody_writes_to_a_public_writable_bucket_but_not_over_what_others_own(
        self, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_object(Bucket=name, Key="theirs", Body=b"x")
        assert refusal(lambda: anybody.put_object(Bucket=name, Key="k", Body=b"x")) == DENIED
        admin.put_bucket_acl(Bucket=name, ACL="public-read-write")
        anybody.put_object(Bucket=name, Key="k", Body=b"x")
        anybody.put_object(Bucket=name, Key="k", Body=b"y")
        assert anybody.get_object(Bucket=name, Key="k")["Body"].read() == b"y"
        assert refusal(lambda: anybody.put_object(Bucket=name, Key="theirs", Body=b"x")) == DENIED
        assert refusal(lambda: anybody.delete_object(Bucket=name, Key="theirs")) == DENIED
        anybody.delete_object(Bucket=name, Key="k")

    def test_what_nobody_wrote_is_not_the_bucket_owners_to_read(
        self, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_bucket_acl(Bucket=name, ACL="public-read-write")
        anybody.put_object(Bucket=name, Key="k", Body=b"x")
        assert refusal(lambda: admin.get_object(Bucket=name, Key="k"))[0] == "AccessDenied"
        admin.delete_object(Bucket=name, Key="k")


class TestGrantees:
    def test_authenticated_read_is_for_every_account_and_not_for_anonymous(
        self, admin: Any, anybody: Any, neighbour: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_object(Bucket=name, Key="k", Body=b"x", ACL="authenticated-read")
        assert neighbour.s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="k")) == DENIED
        assert refusal(lambda: neighbour.idle.get_object(Bucket=name, Key="k")) == DENIED

    @pytest.mark.parametrize("form", ["header", "body"])
    def test_a_grant_to_an_account_is_that_accounts_to_hand_on(
        self, admin: Any, neighbour: Any, bucket: Any, refusal: Any, form: str
    ) -> None:
        name, reader = bucket(), neighbour.canonical_id
        admin.put_object(Bucket=name, Key="k", Body=b"x")
        assert refusal(lambda: neighbour.s3.get_object(Bucket=name, Key="k")) == DENIED
        if form == "header":
            admin.put_object_acl(Bucket=name, Key="k", GrantRead=f'id="{reader}"')
        else:
            policy = admin.get_object_acl(Bucket=name, Key="k")
            grantee = {"Type": "CanonicalUser", "ID": reader}
            admin.put_object_acl(
                Bucket=name,
                Key="k",
                AccessControlPolicy={
                    "Owner": policy["Owner"],
                    "Grants": [*policy["Grants"], {"Grantee": grantee, "Permission": "READ"}],
                },
            )
        assert (reader, "READ") in grants(admin.get_object_acl(Bucket=name, Key="k"))
        assert neighbour.s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"
        assert refusal(lambda: neighbour.idle.get_object(Bucket=name, Key="k")) == DENIED
        assert refusal(lambda: neighbour.s3.get_object_acl(Bucket=name, Key="k")) == DENIED

    def test_full_control_of_a_bucket_is_all_four_permissions(
        self, admin: Any, neighbour: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        owner = admin.list_buckets()["Owner"]["ID"]
        both = f'id="{owner}", id="{neighbour.canonical_id}"'
        admin.put_bucket_acl(Bucket=name, GrantFullControl=both)
        neighbour.s3.list_objects_v2(Bucket=name)
        neighbour.s3.put_object(Bucket=name, Key="k", Body=b"x", ACL="bucket-owner-full-control")
        assert neighbour.s3.get_bucket_acl(Bucket=name)["Owner"]["ID"] == owner
        neighbour.s3.put_bucket_acl(Bucket=name, ACL="private")
        assert refusal(lambda: neighbour.s3.list_objects_v2(Bucket=name)) == DENIED

    def test_log_delivery_is_granted_to_its_group(self, admin: Any, bucket: Any) -> None:
        name = bucket()
        admin.put_bucket_acl(Bucket=name, ACL="log-delivery-write")
        read = grants(admin.get_bucket_acl(Bucket=name))
        assert {("LogDelivery", "WRITE"), ("LogDelivery", "READ_ACP")} < read
        logging = {"LoggingEnabled": {"TargetBucket": name, "TargetPrefix": "log/"}}
        admin.put_bucket_logging(Bucket=name, BucketLoggingStatus=logging)

    def test_a_group_is_granted_by_its_uri(self, admin: Any, anybody: Any, bucket: Any) -> None:
        name = bucket()
        admin.put_bucket_acl(Bucket=name, GrantRead=f'uri="{GROUPS}global/AllUsers"')
        anybody.list_objects_v2(Bucket=name)

    def test_acls_are_restored_with_the_account(
        self, cloud: Any, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_object(Bucket=name, Key="k", Body=b"x", ACL="public-read")
        saved = cloud.gateway.save(cloud.world)
        admin.put_object_acl(Bucket=name, Key="k", ACL="private")
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="k")) == DENIED
        cloud.gateway.restore(cloud.world, saved)
        anybody.get_object(Bucket=name, Key="k")

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"ACL": "public"}, "InvalidArgument"),
            ({"ACL": "private", "GrantRead": f'uri="{GROUPS}global/AllUsers"'}, "InvalidRequest"),
            ({"GrantRead": 'id="nobody"'}, "InvalidArgument"),
            ({"GrantRead": f'uri="{GROUPS}global/Nobody"'}, "InvalidArgument"),
            (
                {"GrantRead": 'emailAddress="a@example.com"'},
                "UnresolvableGrantByEmailAddress",
            ),
            ({"AccessControlPolicy": {"Owner": {"ID": "0" * 64}, "Grants": []}}, "AccessDenied"),
            ({}, "MissingSecurityHeader"),
        ],
    )
    def test_a_wrong_acl_is_refused(
        self, admin: Any, bucket: Any, refusal: Any, asked: dict[str, Any], code: str
    ) -> None:
        name = bucket()
        before = admin.get_bucket_acl(Bucket=name)["Grants"]
        assert refusal(lambda: admin.put_bucket_acl(Bucket=name, **asked))[0] == code
        assert admin.get_bucket_acl(Bucket=name)["Grants"] == before


class TestOwnership:
    def test_a_new_bucket_has_acls_disabled(self, admin: Any, refusal: Any) -> None:
        admin.create_bucket(Bucket="plain")
        rules = admin.get_bucket_ownership_controls(Bucket="plain")["OwnershipControls"]["Rules"]
        assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
        expected = ("AccessControlListNotSupported", 400, "The bucket does not allow ACLs")
        for acl in ("private", "public-read"):
            assert (
                refusal(lambda acl=acl: admin.put_bucket_acl(Bucket="plain", ACL=acl)) == expected
            )
            put = {"Bucket": "plain", "Key": "k", "ACL": acl}
            assert refusal(lambda put=put: admin.put_object(**put)) == expected
            assert refusal(lambda put=put: admin.create_multipart_upload(**put)) == expected
        admin.put_object(Bucket="plain", Key="k", ACL="bucket-owner-full-control")
        owner = admin.list_buckets()["Owner"]["ID"]
        admin.put_object(Bucket="plain", Key="k", GrantFullControl=f"id={owner}")
        acl = admin.get_object_acl(Bucket="plain", Key="k")
        assert grants(acl) == {(owner, "FULL_CONTROL")}
        assert (
            refusal(lambda: admin.put_object_acl(Bucket="plain", Key="k", ACL="public-read"))
            == expected
        )

    def test_disabling_acls_closes_what_they_opened_and_enabling_opens_it_again(
        self, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_object(Bucket=name, Key="k", Body=b"x", ACL="public-read")
        for rule in ("BucketOwnerEnforced", "BucketOwnerPreferred"):
            controls = {"Rules": [{"ObjectOwnership": rule}]}
            admin.put_bucket_ownership_controls(Bucket=name, OwnershipControls=controls)
            if rule == "BucketOwnerEnforced":
                assert refusal(lambda: anybody.get_object(Bucket=name, Key="k")) == DENIED
        anybody.get_object(Bucket=name, Key="k")

    def test_acls_of_a_bucket_open_to_others_cant_be_disabled(
        self, admin: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_bucket_acl(Bucket=name, ACL="public-read")
        controls = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        disable = {"Bucket": name, "OwnershipControls": controls}
        code = "InvalidBucketAclWithObjectOwnership"
        assert refusal(lambda: admin.put_bucket_ownership_controls(**disable))[:2] == (code, 400)
        admin.put_bucket_acl(Bucket=name, ACL="private")
        admin.put_bucket_ownership_controls(**disable)

    def test_a_bucket_can_be_without_ownership_controls(
        self, admin: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.delete_bucket_ownership_controls(Bucket=name)
        assert (
            refusal(lambda: admin.get_bucket_ownership_controls(Bucket=name))[:2]
            == ("OwnershipControlsNotFoundError", 404)
        )  # fmt: skip
        admin.put_bucket_acl(Bucket=name, ACL="public-read")

    @pytest.mark.parametrize(
        ("ownership", "acl", "owned"),
        [
            ("ObjectWriter", None, "writer"),
            ("ObjectWriter", "bucket-owner-full-control", "writer, shared"),
            ("BucketOwnerPreferred", None, "writer"),
            ("BucketOwnerPreferred", "bucket-owner-full-control", "bucket owner"),
            ("BucketOwnerEnforced", None, "bucket owner"),
            ("BucketOwnerEnforced", "bucket-owner-full-control", "bucket owner"),
        ],
    )
    def test_who_owns_what_another_account_writes(
        self, cloud: Any, admin: Any, neighbour: Any, bucket: Any, refusal: Any,
        ownership: str, acl: str | None, owned: str,
    ) -> None:  # fmt: skip
        name = bucket(ownership=ownership)
        account = {"AWS": f"arn:aws:iam::{neighbour.account.id}:root"}
        allow = cloud.statement(
            ["s3:PutObject", "s3:PutObjectAcl", "s3:GetObject"],
            f"arn:aws:s3:::{name}/*",
            Principal=account,
        )
        admin.put_bucket_policy(Bucket=name, Policy=cloud.policy(allow))
        extra = {"ACL": acl} if acl else {}
        neighbour.s3.put_object(Bucket=name, Key="k", Body=b"x", **extra)
        home = admin.list_buckets()["Owner"]["ID"]
        if owned == "writer":
            assert refusal(lambda: admin.get_object(Bucket=name, Key="k")) == DENIED
            assert refusal(lambda: admin.get_object_acl(Bucket=name, Key="k")) == DENIED
            of = neighbour.s3.get_object_acl(Bucket=name, Key="k")["Owner"]["ID"]
            assert of == neighbour.canonical_id
        else:
            assert admin.get_object(Bucket=name, Key="k")["Body"].read() == b"x"
            of = admin.get_object_acl(Bucket=name, Key="k")["Owner"]["ID"]
            assert of == (neighbour.canonical_id if "shared" in owned else home)
        assert neighbour.s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"
        admin.delete_object(Bucket=name, Key="k")

    def test_the_bucket_policy_denies_on_an_object_of_another_owner_and_grants_nothing(
        self, cloud: Any, admin: Any, neighbour: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        owner = admin.list_buckets()["Owner"]["ID"]
        both = f'id="{owner}", id="{neighbour.canonical_id}"'
        admin.put_bucket_acl(Bucket=name, GrantFullControl=both)
        neighbour.s3.put_object(Bucket=name, Key="k", Body=b"x")
        everything = f"arn:aws:s3:::{name}/*"
        allow = cloud.statement("s3:GetObject", everything, Principal={"AWS": "111122223333"})
        deny = cloud.statement("s3:GetObject", everything, "Deny", Principal="*")
        admin.put_bucket_policy(Bucket=name, Policy=cloud.policy(allow))
        assert refusal(lambda: admin.get_object(Bucket=name, Key="k")) == DENIED
        neighbour.s3.get_object(Bucket=name, Key="k")
        admin.put_bucket_policy(Bucket=name, Policy=cloud.policy(deny))
        assert refusal(lambda: neighbour.s3.get_object(Bucket=name, Key="k"))[0] == "AccessDenied"
