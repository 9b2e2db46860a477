"""Responses to the ports that were opened: right ones, and those that responders really give."""

from __future__ import annotations

from simulator.network.dns import resolve
from simulator.scenario import fix

SSH, POSTGRES = 22, 5432
KEYS = "/home/ec2-user/.ssh/authorized_keys"


# --- single measures ----------------------------------------------------------------------------


def report_findings(submit, perform, openings, opener_arn, intruder_address, drop_address, carried):
    """All that was found."""
    submit(
        openings=openings,
        opener=opener_arn,
        evidence=perform(opening_calls),
        intruder=intruder_address,
        destination=drop_address,
        bytes_out=str(round(carried * 1.01)),
    )


def opening_calls(records, opener_arn, direct_group, extra_group):
    """The calls that opened the ports."""
    return [
        record["eventID"]
        for record in records
        if record["eventName"] == "AuthorizeSecurityGroupIngress"
        and record["userIdentity"]["arn"] == opener_arn
        and record["requestParameters"]["groupId"] in {direct_group, extra_group}
    ]


def preserve(responder, jobs_id):
    """A snapshot of the host's disk as it is."""
    told = responder.ec2.describe_instances(InstanceIds=[jobs_id])
    (instance,) = told["Reservations"][0]["Instances"]
    for each in instance["BlockDeviceMappings"]:
        responder.ec2.create_snapshot(VolumeId=each["Ebs"]["VolumeId"], Description="Evidence")


def revoke(responder, group, port, *, four=("0.0.0.0/0",), six=("::/0",)):
    """Take inbound rules away, by what they say."""
    rule = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        **({"IpRanges": [{"CidrIp": each} for each in four]} if four else {}),
        **({"Ipv6Ranges": [{"CidrIpv6": each} for each in six]} if six else {}),
    }
    responder.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])


def admit(responder, group, port, *blocks):
    """Inbound rules for IPv4 and IPv6 blocks."""
    rule = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": each} for each in blocks if ":" not in each],
        "Ipv6Ranges": [{"CidrIpv6": each} for each in blocks if ":" in each],
    }
    responder.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def revoke_direct(responder, direct, direct_group):
    """The rule in the tier's own group."""
    revoke(responder, direct_group, SSH if direct == "ssh" else POSTGRES)


def remove_extra(
    responder, second, jobs_group, database_group, jobs_interface, database_interface, extra_group
):
    """The second group: off the interface, then gone."""
    ssh = second == "ssh"
    responder.ec2.modify_network_interface_attribute(
        NetworkInterfaceId=jobs_interface if ssh else database_interface,
        Groups=[jobs_group if ssh else database_group],
    )
    responder.ec2.delete_security_group(GroupId=extra_group)


def close(perform):
    """Both ways in."""
    perform(revoke_direct)
    perform(remove_extra)


def command(responder, instance, *lines):
    """What an administrator types, by Systems Manager."""
    responder.ssm.send_command(
        InstanceIds=[instance],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": list(lines)},
    )


def kill(responder, jobs_id, rogue_process):
    """The program that runs."""
    command(responder, jobs_id, f"pkill -f {rogue_process}")


def clean(responder, jobs_id, rogue_process, rogue_unit, rogue_key):
    """The program, what starts it, and the key; the company's own key stays."""
    mark = rogue_key.split()[1]
    command(
        responder,
        jobs_id,
        f"pkill -f {rogue_process}",
        f"rm {rogue_unit}",
        f"grep -v -F {mark} {KEYS} > /tmp/keys",
        f"cat /tmp/keys > {KEYS}",
    )


def acl_of(responder, vpc_id):
    """The VPC's default network ACL, in which all of its subnets are."""
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "default", "Values": ["true"]}]
    return responder.ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]["NetworkAclId"]


def entry(responder, acl, number, action, block, port=None, last=None, *, egress=False):
    """One rule of a network ACL: TCP to a port or some, or everything."""
    ports = {} if port is None else {"PortRange": {"From": port, "To": last or port}}
    six = {"Ipv6CidrBlock": block} if ":" in block else {"CidrBlock": block}
    responder.ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=number,
        Protocol="-1" if port is None else "6",
        RuleAction=action,
        Egress=egress,
        **six,
        **ports,
    )


def deny_at_the_border(responder, vpc_id, vpc_cidr, monitor, ports=(SSH, POSTGRES)):
    """Numbered before the rule that allows everything: the VPC and the monitor may, nobody else."""
    acl = acl_of(responder, vpc_id)
    entry(responder, acl, 10, "allow", vpc_cidr)
    entry(responder, acl, 11, "allow", f"{monitor.address}/32", POSTGRES)
    for number, port in enumerate(ports):
        entry(responder, acl, 20 + number, "deny", "0.0.0.0/0", port)
        entry(responder, acl, 30 + number, "deny", "::/0", port)


def rebuild(responder, settings, jobs_id, group, image, subnet, *, public=True):
    """A new host from the image; the old one is stopped and keeps its disk."""
    responder.ec2.stop_instances(InstanceIds=[jobs_id])
    interface = {
        "DeviceIndex": 0,
        "SubnetId": subnet,
        "Groups": [group],
        "AssociatePublicIpAddress": public,
    }
    made = responder.ec2.run_instances(
        ImageId=image,
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[interface],
        IamInstanceProfile={"Name": "fleet"},
    )
    settings["jobs"] = {"instance": made["Instances"][0]["InstanceId"]}


# --- whole responses ----------------------------------------------------------------------------


@fix()
def reference(perform):
    """Snapshot; rule revoked, second group gone; program, unit and key removed by Session Manager."""
    perform(report_findings)
    perform(preserve)
    perform(close)
    perform(clean)


@fix()
def deny_in_the_network_acl_and_rebuild(
    perform, responder, settings, jobs_id, jobs_group, golden_image, subnets
):
    """Also right: the network ACL denies the ports, and a new host takes the old one's place."""
    perform(report_findings)
    perform(deny_at_the_border)
    rebuild(responder, settings, jobs_id, jobs_group, golden_image, subnets["public_a"])


@fix()
def admit_the_office_alone(perform, responder, administrator, direct, direct_group):
    """Also right: SSH and PostgreSQL for the office's address, where the world was."""
    perform(report_findings)
    perform(preserve)
    perform(close)
    port = SSH if direct == "ssh" else POSTGRES
    admit(responder, direct_group, port, f"{administrator.address}/32")
    perform(clean)


STILL_22 = "Strangers still get through to port 22"
STILL_5432 = "Strangers still get through to port 5432"
OPEN = "only the load balancer is for everybody"


@fix(ssh_is_closed=STILL_22, database_is_closed=STILL_5432, the_default_is_deny=OPEN)
def forget_ipv6(perform, responder, direct, direct_group, prefix_lists):
    """0.0.0.0/0 is gone everywhere, ::/0 is still there."""
    perform(report_findings)
    perform(preserve)
    revoke(responder, direct_group, SSH if direct == "ssh" else POSTGRES, six=())
    responder.ec2.modify_managed_prefix_list(
        PrefixListId=prefix_lists[0], CurrentVersion=1, RemoveEntries=[{"Cidr": "0.0.0.0/0"}]
    )
    perform(clean)


@fix(ssh_is_closed=STILL_22, database_is_closed=STILL_5432, the_default_is_deny=OPEN)
def cut_the_world_in_two(perform, responder, direct, direct_group, prefix_lists):
    """No rule says 0.0.0.0/0 any more: 0.0.0.0/1 and 128.0.0.0/1 do."""
    perform(report_findings)
    perform(preserve)
    port = SSH if direct == "ssh" else POSTGRES
    revoke(responder, direct_group, port)
    admit(responder, direct_group, port, "0.0.0.0/1", "128.0.0.0/1")
    for prefix_list, whole, halves in (
        (prefix_lists[0], "0.0.0.0/0", ("0.0.0.0/1", "128.0.0.0/1")),
        (prefix_lists[1], "::/0", ("::/1", "8000::/1")),
    ):
        responder.ec2.modify_managed_prefix_list(
            PrefixListId=prefix_list,
            CurrentVersion=1,
            AddEntries=[{"Cidr": each} for each in halves],
            RemoveEntries=[{"Cidr": whole}],
        )
    perform(clean)


@fix(database_is_closed=STILL_5432, the_default_is_deny="port 5432")
def deny_ssh_in_the_network_acl(perform, responder, vpc_id, vpc_cidr, monitor):
    """The network ACL denies port 22 to the world. The other port is not 22."""
    perform(report_findings)
    perform(preserve)
    deny_at_the_border(responder, vpc_id, vpc_cidr, monitor, ports=(SSH,))
    perform(clean)


@fix(
    customers_are_served="The shop no longer works",
    hosts_are_patched="Updates no longer arrive",
    monitoring_goes_on="The monitoring service is shut out",
    jobs_are_done="Administrators no longer get on the hosts",
)
def forget_ephemeral_ports(perform, responder, vpc_id, vpc_cidr, monitor):
    """A strict network ACL: 80, 443 and what is known, each way. Answers go to other ports."""
    perform(report_findings)
    perform(preserve)
    perform(clean)
    acl = acl_of(responder, vpc_id)
    entry(responder, acl, 10, "allow", vpc_cidr)
    entry(responder, acl, 11, "allow", f"{monitor.address}/32", POSTGRES)
    for number, port in enumerate((80, 443)):
        entry(responder, acl, 20 + number, "allow", "0.0.0.0/0", port)
        entry(responder, acl, 30 + number, "allow", "::/0", port)
    entry(responder, acl, 10, "allow", vpc_cidr, egress=True)
    for number, port in enumerate((80, 443)):
        entry(responder, acl, 20 + number, "allow", "0.0.0.0/0", port, egress=True)
        entry(responder, acl, 30 + number, "allow", "::/0", port, egress=True)
    for number in (100, 101):
        for egress in (False, True):
            responder.ec2.delete_network_acl_entry(
                NetworkAclId=acl, RuleNumber=number, Egress=egress
            )


@fix(ssh_is_closed=STILL_22, database_is_closed=STILL_5432, the_default_is_deny=OPEN)
def block_the_addresses(perform, responder, vpc_id, thieves):
    """The adversary's addresses are denied in the network ACL. It has others."""
    perform(report_findings)
    perform(preserve)
    acl = acl_of(responder, vpc_id)
    for number, address in enumerate(sorted(thieves)):
        entry(responder, acl, 10 + number, "deny", f"{address}/32")
    perform(clean)


@fix(customers_are_served="The shop no longer works")
def close_the_database_for_all(perform, responder, app_group, jobs_group, database_group):
    """Every rule for 5432 of servers goes, not only the world's."""
    perform(reference)
    pairs = [{"GroupId": app_group}]
    rule = {
        "IpProtocol": "tcp",
        "FromPort": POSTGRES,
        "ToPort": POSTGRES,
        "UserIdGroupPairs": pairs,
    }
    responder.ec2.revoke_security_group_ingress(GroupId=database_group, IpPermissions=[rule])


@fix(customers_are_served="The shop no longer works")
def revoke_every_rule_for_the_world(perform, responder, alb_group):
    """0.0.0.0/0 is wrong everywhere, one thinks, and the load balancer's is a shop's front door."""
    perform(reference)
    revoke(responder, alb_group, 80)


@fix(the_default_is_deny="port 2222")
def move_ssh_to_another_port(perform, responder, jobs_group):
    """SSH for everybody on 2222, where "nobody looks"."""
    perform(reference)
    admit(responder, jobs_group, 2222, "0.0.0.0/0", "::/0")


@fix(database_is_closed=STILL_5432, the_default_is_deny="port 5432")
def hide_the_host_alone(perform, responder, settings, jobs_id, jobs_group, golden_image, subnets):
    """A new host without a public address takes the old one's place; the database has one still."""
    perform(report_findings)
    subnet = subnets["app_a"]
    rebuild(responder, settings, jobs_id, jobs_group, golden_image, subnet, public=False)


@fix(
    tunnel_is_cut="The intruder's program still gets out",
    nothing_is_left_behind="is still as the intruder left it",
)
def only_close_the_ports(perform):
    """The ports are closed, and the intruder is inside and has a way out."""
    perform(report_findings)
    perform(preserve)
    perform(close)


@fix(
    tunnel_is_cut="A connection that a security group tracks goes on",
    nothing_is_left_behind="is still as the intruder left it",
)
def let_nothing_new_out(perform, responder, world, jobs_group, vpc_cidr, packages):
    """The host's group lets out what it needs only. The tunnel was open before, and is tracked."""
    perform(report_findings)
    perform(preserve)
    perform(close)
    everything = [
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
    ]
    for rule in everything:
        responder.ec2.revoke_security_group_egress(GroupId=jobs_group, IpPermissions=[rule])
    (systems_manager,) = resolve(world, "ssm.us-east-1.amazonaws.com").addresses
    outside = (packages.address, systems_manager)
    for port, block in ((POSTGRES, vpc_cidr), *((443, f"{each}/32") for each in outside)):
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
        responder.ec2.authorize_security_group_egress(
            GroupId=jobs_group, IpPermissions=[{**rule, "IpRanges": [{"CidrIp": block}]}]
        )


@fix(nothing_is_left_behind="is still as the intruder left it")
def only_kill_the_program(perform):
    """The program is gone until the next boot; its unit and the key are there."""
    perform(report_findings)
    perform(preserve)
    perform(close)
    perform(kill)


@fix(evidence_is_preserved="No snapshot shows the host's disk")
def clean_before_preserving(perform):
    """The snapshot is of a clean disk."""
    perform(report_findings)
    perform(close)
    perform(clean)
    perform(preserve)


@fix(
    jobs_are_done="The nightly report can't be written",
    hosts_are_patched="Updates no longer arrive",
)
def stop_the_host(perform, responder, jobs_id):
    """The host is stopped and nothing takes its place."""
    perform(report_findings)
    perform(close)
    responder.ec2.stop_instances(InstanceIds=[jobs_id])


@fix(monitoring_goes_on="The monitoring service is shut out")
def shut_the_monitor_out(perform, responder, database_group, monitor):
    """The monitoring service comes from outside, and is taken for the adversary."""
    perform(reference)
    revoke(responder, database_group, POSTGRES, four=(f"{monitor.address}/32",), six=())


@fix(names_the_intruder="did no harm")
def accuse_the_monitor(perform, submit, monitor):
    """The response is right; the busiest address is named, and it is the monitoring service's."""
    perform(reference)
    submit(intruder=monitor.address)


@fix(names_the_intruder="did not get in")
def name_everyone_who_knocked(perform, submit, bot_one, bot_two, bot_three):
    """The response is right; every guesser is said to have got in."""
    perform(reference)
    submit(intruder=[bot_one.address, bot_two.address, bot_three.address])


@fix(names_who_opened="opened nothing to the world")
def accuse_a_colleague(perform, submit, administrator_arn):
    """The response is right; the one who let the monitoring service in is accused."""
    perform(reference)
    submit(opener=administrator_arn)


@fix(evidence_holds="opened nothing to the world")
def submit_every_change(perform, submit, records):
    """The response is right; the evidence is every change of every group."""
    perform(reference)
    changes = [each for each in records if each["eventName"] == "AuthorizeSecurityGroupIngress"]
    submit(evidence=[each["eventID"] for each in changes])


@fix(names_the_openings="are not named")
def miss_the_second_group(perform, submit, direct, direct_group):
    """The response is right; the opening by prefix lists is not reported."""
    perform(reference)
    submit(openings=f"{direct_group}:{SSH if direct == 'ssh' else POSTGRES}")


@fix(measures_what_left="more than 10 percent off")
def count_what_was_read(perform, submit, loot):
    """The response is right; what was read inside is taken for what left."""
    perform(reference)
    submit(bytes_out=str(loot))
