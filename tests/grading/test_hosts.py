"""A scenario equips hosts and lets its actors work on them; a replay there leaves no trace."""

from __future__ import annotations

import json
from typing import Any

from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.grading.replay import replay

ACTS = """
import json

from simulator.hosts import Fetch, Host, Process, Web

ROLE = "http://169.254.169.254/latest/meta-data/iam/security-credentials/web"
TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
         "Action": "sts:AssumeRole"}


def inject(admin, hosts):
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    admin.iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    admin.iam.put_role_policy(RoleName="web", PolicyName="own", PolicyDocument=POLICY)
    admin.iam.create_instance_profile(InstanceProfileName="web")
    admin.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    image = admin.ec2.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]
    made = admin.ec2.run_instances(
        ImageId=image, MinCount=1, MaxCount=1, IamInstanceProfile={"Name": "web"}
    )["Instances"][0]["InstanceId"]
    hosts.equip(made, Host(services={80: Web("Hi", fetches={"/preview": Fetch("url")})}))
    described = admin.ec2.describe_instances(InstanceIds=[made])["Reservations"][0]["Instances"][0]
    admin.ec2.authorize_security_group_ingress(
        GroupId=described["SecurityGroups"][0]["GroupId"], IpProtocol="tcp", FromPort=80, ToPort=80,
        CidrIp="0.0.0.0/0",
    )
    return {"instance": made, "address": described["PublicIpAddress"]}


def detonate(thief, address):
    loot = json.loads(thief.get(f"http://{address}/preview?url={ROLE}").body)
    return {"loot": loot}


def steal_again(thief, address):
    assert thief.get(f"http://{address}/preview?url={ROLE}").ok


def mine(thief, instance):
    on = thief.on(instance)
    on.start(Process("xmrig", cpu=99.0))
    on.write("/tmp/x", "x")
    on.s3.list_buckets()


def look(thief, instance):
    return {"seen": thief.on(instance).run("ps aux; cat /tmp/x").out}
"""


def test_the_flaw_gives_a_session_until_version_two_is_required(tiny: Any) -> None:
    drill = tiny(ACTS)
    assert drill.facts["loot"]["Code"] == "Success"
    again = drill.play.module.steal_again
    assert replay(drill, again).worked
    drill.responder().ec2.modify_instance_metadata_options(
        InstanceId=drill.facts["instance"], HttpTokens="required"
    )
    assert not replay(drill, again).worked


def test_what_a_replay_does_on_a_host_is_undone(tiny: Any) -> None:
    drill = tiny(ACTS)
    mine, look = drill.play.module.mine, drill.play.module.look
    assert replay(drill, mine).worked
    drill.perform(look)
    assert "xmrig" not in drill.facts["seen"]
    drill.perform(mine)
    drill.perform(look)
    assert "xmrig" in drill.facts["seen"]
    assert drill.facts["seen"].endswith("x")


def test_the_same_seed_plays_the_same_night(tiny: Any) -> None:
    """Keys, process ids and tokens follow from the seed."""
    drill = tiny(ACTS)
    first = json.dumps(drill.facts["loot"]), drill.account.records[-1]["eventID"]
    seed, play, started = drill.seed, drill.play, drill.started
    drill.close()
    again = Drill(play, seed, Gateway())
    try:
        assert again.facts["loot"]["AccessKeyId"] == json.loads(first[0])["AccessKeyId"]
        assert again.account.records[-1]["eventID"] == first[1]
        assert again.started >= started
    finally:
        again.close()
