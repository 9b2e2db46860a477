"""What a policy says about users of a path."""

from __future__ import annotations

from tests.conftest import Cloud


def test_an_access_key_is_made_for_the_user_with_its_path(cloud: Cloud) -> None:
    """CreateAccessKey names a user that is there: its path is the user's, no parameter."""
    cloud.root("iam").create_user(UserName="feed", Path="/feeds/")
    allowed = cloud.statement("iam:CreateAccessKey", "arn:aws:iam::*:user/feeds/*")
    made = cloud.client("iam", cloud.user("eve", allowed)).create_access_key(UserName="feed")
    assert made["AccessKey"]["UserName"] == "feed"
