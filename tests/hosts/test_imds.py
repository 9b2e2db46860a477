"""The instance metadata service: versions, options, and what it tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from simulator.hosts.resident import Resident
from simulator.network.message import Reply
from tests.conftest import Refusal
from tests.hosts.conftest import Site

BASE = "http://169.254.169.254/latest"
TTL, TOKEN = "X-aws-ec2-metadata-token-ttl-seconds", "X-aws-ec2-metadata-token"


def read(who: Resident, path: str, **headers: str) -> Reply:
    return who.get(f"{BASE}/{path}", headers=headers)


def token(who: Resident, seconds: int | str = 60, **more: str) -> Reply:
    return who.get(f"{BASE}/api/token", method="PUT", headers={TTL: str(seconds), **more})


def test_version_one_answers_a_plain_get(site: Site) -> None:
    made = site.launch()
    assert read(site.on(made), "meta-data/instance-id").body == made["InstanceId"]


def test_where_tokens_are_required_a_get_without_one_is_unauthorized(site: Site) -> None:
    who = site.on(site.launch(MetadataOptions={"HttpTokens": "required"}))
    assert read(who, "meta-data/instance-id").status == 401
    assert "401 - Unauthorized" in read(who, "meta-data/").body


def test_version_two_takes_a_token(site: Site) -> None:
    made = site.launch(MetadataOptions={"HttpTokens": "required"})
    who = site.on(made)
    given = token(who)
    assert given.headers[TTL] == "60"
    assert read(who, "meta-data/instance-id", **{TOKEN: given.body}).body == made["InstanceId"]


def test_a_token_ends_with_its_time(site: Site) -> None:
    who = site.on(site.launch())
    given = token(who, 60).body
    site.wait(seconds=61)
    assert read(who, "meta-data/", **{TOKEN: given}).status == 401


def test_a_token_is_good_on_its_own_instance_alone(site: Site) -> None:
    one, other = site.on(site.launch()), site.on(site.launch())
    given = token(one).body
    assert read(one, "meta-data/", **{TOKEN: given}).status == 200
    assert read(other, "meta-data/", **{TOKEN: given}).status == 401


@pytest.mark.parametrize("seconds", ["", "0", "21601", "soon", "²"])
def test_a_token_lives_one_second_to_six_hours(site: Site, seconds: str) -> None:
    assert token(site.on(site.launch()), seconds).status == 400


def test_a_put_that_came_through_a_proxy_is_refused(site: Site) -> None:
    who = site.on(site.launch())
    assert token(who, **{"X-Forwarded-For": "203.0.113.9"}).status == 403


def test_a_token_does_not_get_to_a_container_unless_the_hop_limit_lets_it(site: Site) -> None:
    made = site.launch(MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1})
    with pytest.raises(ReadTimeoutError):
        token(site.on(made, container=True))
    assert token(site.on(made)).ok
    site.ec2.modify_instance_metadata_options(
        InstanceId=made["InstanceId"], HttpPutResponseHopLimit=2
    )
    assert token(site.on(made, container=True)).ok


def test_the_hop_limit_does_not_stop_version_one(site: Site) -> None:
    assert read(site.on(site.launch(), container=True), "meta-data/").ok


def test_turned_off_it_refuses_everything(site: Site) -> None:
    made = site.launch()
    site.ec2.modify_instance_metadata_options(
        InstanceId=made["InstanceId"], HttpEndpoint="disabled"
    )
    who = site.on(made)
    assert (read(who, "meta-data/").status, token(who).status) == (403, 403)


def test_it_has_an_ipv6_address_where_the_option_says_so(site: Site) -> None:
    made = site.launch()
    who = site.on(made)
    url = "http://[fd00:ec2::254]/latest/meta-data/instance-id"
    with pytest.raises(EndpointConnectionError):
        who.get(url)
    site.ec2.modify_instance_metadata_options(
        InstanceId=made["InstanceId"], HttpProtocolIpv6="enabled"
    )
    assert who.get(url).body == made["InstanceId"]


def test_other_methods_are_not_allowed(site: Site) -> None:
    who = site.on(site.launch())
    assert who.get(f"{BASE}/meta-data/", method="POST").status == 405


def test_names_are_listed_as_directories_and_leaves(site: Site) -> None:
    site.role()
    made = site.launch("web")
    who = site.on(made)
    assert read(who, "").body.split() == ["dynamic/", "meta-data/"]
    names = read(who, "meta-data/").body.split()
    assert {"ami-id", "iam/", "network/", "placement/", "local-ipv4"} <= set(names)
    assert read(who, "meta-data/iam").body.split() == ["info", "security-credentials/"]
    assert read(who, "meta-data/iam/security-credentials/").body == "web"
    assert read(who, "meta-data/nonsense").status == 404


def test_the_interface_tells_its_network(site: Site) -> None:
    made = site.launch()
    who = site.on(made)
    mac = read(who, "meta-data/mac").body
    macs = "meta-data/network/interfaces/macs"
    assert read(who, macs).body == f"{mac}/"
    assert read(who, f"{macs}/{mac}/vpc-id").body == made["VpcId"]
    assert read(who, f"{macs}/{mac}/subnet-id").body == made["SubnetId"]
    assert read(who, f"{macs}/{mac}/local-ipv4s").body == made["PrivateIpAddress"]


def test_user_data_is_what_the_launch_said(site: Site) -> None:
    script = "#!/bin/bash\nexport DB_PASSWORD=hunter2\n"
    assert read(site.on(site.launch(UserData=script)), "user-data").body == script
    assert read(site.on(site.launch()), "user-data").status == 404


def test_tags_are_told_where_the_option_says_so(site: Site) -> None:
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}]
    made = site.launch(TagSpecifications=tags)
    who = site.on(made)
    assert read(who, "meta-data/tags/instance/Name").status == 404
    site.ec2.modify_instance_metadata_options(
        InstanceId=made["InstanceId"], InstanceMetadataTags="enabled"
    )
    assert read(who, "meta-data/tags/instance/Name").body == "web-1"


def test_the_identity_document_has_no_signature_and_says_so(site: Site) -> None:
    made = site.launch()
    who = site.on(made)
    document: dict[str, Any] = json.loads(read(who, "dynamic/instance-identity/document").body)
    assert document["instanceId"] == made["InstanceId"]
    assert document["accountId"] == "111122223333"
    assert document["pendingTime"] == "2026-11-02T12:00:00Z"
    signature = read(who, "dynamic/instance-identity/signature")
    assert signature.status == 501
    assert "not simulated" in signature.body


def test_new_instances_take_the_account_defaults_and_old_ones_keep_theirs(site: Site) -> None:
    old = site.launch()
    site.ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=3)
    held = site.ec2.get_instance_metadata_defaults()["AccountLevel"]
    assert (held["HttpTokens"], held["HttpPutResponseHopLimit"]) == ("required", 3)
    new = site.launch()
    assert read(site.on(old), "meta-data/").status == 200
    assert read(site.on(new), "meta-data/").status == 401
    assert new["MetadataOptions"]["HttpPutResponseHopLimit"] == 3


def test_a_launch_says_more_than_its_template_and_that_more_than_the_account(site: Site) -> None:
    site.ec2.modify_instance_metadata_defaults(HttpTokens="required")
    site.ec2.create_launch_template(
        LaunchTemplateName="t",
        LaunchTemplateData={
            "ImageId": site.image,
            "MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 5},
        },
    )
    template = {"LaunchTemplateName": "t"}
    by_template = site.launch(LaunchTemplate=template)["MetadataOptions"]
    said = {"HttpTokens": "required"}
    by_call = site.launch(LaunchTemplate=template, MetadataOptions=said)["MetadataOptions"]
    assert (by_template["HttpTokens"], by_template["HttpPutResponseHopLimit"]) == ("optional", 5)
    assert (by_call["HttpTokens"], by_call["HttpPutResponseHopLimit"]) == ("required", 5)


def test_no_preference_takes_a_default_away(site: Site) -> None:
    site.ec2.modify_instance_metadata_defaults(HttpTokens="required")
    site.ec2.modify_instance_metadata_defaults(HttpTokens="no-preference")
    assert site.ec2.get_instance_metadata_defaults()["AccountLevel"] == {}
    assert read(site.on(site.launch()), "meta-data/").status == 200


def test_the_defaults_need_their_own_action(site: Site, refusal: Refusal) -> None:
    keys = site.cloud.user("eve", site.cloud.statement("ec2:RunInstances"))
    ec2 = site.cloud.client("ec2", keys)
    code, _, text = refusal(lambda: ec2.modify_instance_metadata_defaults(HttpTokens="optional"))
    assert code == "UnauthorizedOperation"
    assert "ec2:ModifyInstanceMetadataDefaults" in text
