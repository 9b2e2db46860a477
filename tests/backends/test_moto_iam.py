"""AWS's managed policies in an account."""

from __future__ import annotations


def test_each_account_has_its_own_of_each_policy(cloud) -> None:
    """What one attaches isn't attached in the other."""
    other = cloud.open("444455556666", world=cloud.world)
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    cloud.root("iam").create_user(UserName="ann")
    cloud.root("iam").attach_user_policy(UserName="ann", PolicyArn=arn)
    counts = [
        cloud.root("iam", account).get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"]
        for account in (cloud.account, other)
    ]
    assert counts == [1, 0]
    told = cloud.root("iam").get_policy(PolicyArn=arn)["Policy"]
    assert (told["Arn"], told["PolicyName"]) == (arn, "ReadOnlyAccess")
