"""A federated user's session and the IAM user who made it."""

import pytest


@pytest.mark.parametrize(("named", "code"), [("maker", None), ("guest", "AccessDenied")])
def test_a_grant_to_the_user_behind_a_session_reaches_it(cloud, refusal, named, code):
    """ "How AWS enforcement code logic evaluates requests to allow or deny access": limited by the
    session policy. A session named as another user is not that user."""
    keys = cloud.user("maker", cloud.statement("sts:GetFederationToken"))
    cloud.user("guest")
    cloud.root("s3").create_bucket(Bucket="reports")
    cloud.root("s3").put_object(Bucket="reports", Key="a", Body=b"x")
    principal = {"AWS": f"arn:aws:iam::111122223333:user/{named}"}
    grant = cloud.statement("s3:GetObject", "arn:aws:s3:::reports/*", Principal=principal)
    cloud.root("s3").put_bucket_policy(Bucket="reports", Policy=cloud.policy(grant))
    allowed = cloud.policy(cloud.statement("s3:*"))
    sts = cloud.client("sts", keys)
    session = sts.get_federation_token(Name="guest", Policy=allowed)["Credentials"]
    s3 = cloud.client("s3", session)
    if code is None:
        assert s3.get_object(Bucket="reports", Key="a")["Body"].read() == b"x"
        narrow = cloud.policy(cloud.statement("ec2:*"))
        limited = sts.get_federation_token(Name="guest", Policy=narrow)["Credentials"]
        s3, code = cloud.client("s3", limited), "AccessDenied"
    assert refusal(lambda: s3.get_object(Bucket="reports", Key="a"))[0] == code
