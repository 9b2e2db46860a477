"""Responses to the host that was taken: right ones, and those that responders really give."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

from simulator.scenario import fix

SSH, APP = 22, 8080
EVERYTHING = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


# --- single measures, in the order in which they are to be taken --------------------------------


def report_findings(submit, perform, victim, first_request, thief_address, c2_address, pool_address,
                    taken, people_count):  # fmt: skip
    """All that was found."""
    submit(
        instance=victim,
        since=first_request,
        source=thief_address,
        credentials=perform(used_from_outside),
        destinations=[c2_address, pool_address],
        taken=taken,
        people=str(people_count),
        evidence=perform(telling_events),
    )


def used_from_outside(records, first_record, thieves):
    """The access keys in calls from the intruder's addresses."""
    found = {
        record["userIdentity"].get("accessKeyId")
        for record in records[:first_record]
        if record["sourceIPAddress"] in thieves
    }
    return sorted(found - {None})


def telling_events(records, first_record, thieves, theft_event):
    """Use from outside, what was made, what was taken."""
    wanted = {
        "GetCallerIdentity",
        "AuthorizeSecurityGroupIngress",
        "CreateLaunchTemplateVersion",
        "ModifyLaunchTemplate",
        "CreateAccessKey",
        theft_event,
    }
    return [
        record["eventID"]
        for record in records[:first_record]
        if record["sourceIPAddress"] in thieves and record["eventName"] in wanted
    ]


def command(responder, instance, *lines):
    """What an operator types, by Systems Manager."""
    responder.ssm.send_command(
        InstanceIds=[instance],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": list(lines)},
    )


def dump_memory(responder, victim):
    """Onto a volume of its own, so that the host's disk stays as it is."""
    told = responder.ec2.describe_instances(InstanceIds=[victim])["Reservations"][0]["Instances"][0]
    volume = responder.ec2.create_volume(
        AvailabilityZone=told["Placement"]["AvailabilityZone"], Size=32
    )["VolumeId"]
    responder.ec2.attach_volume(VolumeId=volume, InstanceId=victim, Device="/dev/sdf")
    command(
        responder,
        victim,
        "mkdir -p /mnt/evidence",
        "mount /dev/xvdf /mnt/evidence",
        "avml /mnt/evidence/memory.lime",
        "sha256sum /mnt/evidence/memory.lime",
    )
    responder.ec2.create_snapshot(VolumeId=volume, Description="Evidence: memory")


def dump_onto_the_disk(responder, victim):
    """Onto the host's own disk, which is kept afterwards: right, but it changes what is kept."""
    command(responder, victim, "avml /var/memory.lime")


def keep_the_disk(responder, victim, volumes):
    """A snapshot of the root volume."""
    responder.ec2.create_snapshot(VolumeId=volumes[victim], Description="Evidence: disk")


def take_out_of_service(responder, victim, target_group):
    """Customers go on being served by the others."""
    responder.elbv2.deregister_targets(TargetGroupArn=target_group, Targets=[{"Id": victim}])


def quarantine(perform):
    """As AWS's own runbook: a group that admits everything, so that nothing is tracked, then nothing."""
    perform(wear_all_access)
    perform(wear_containment)


def wear_all_access(responder, victim, vpc_id):
    """Everything in, everything out."""
    wear(responder, victim, vpc_id, "all-access", opened=True)


def wear_containment(responder, victim, vpc_id):
    """Nothing in, nothing out."""
    wear(responder, victim, vpc_id, "containment", opened=False)


def wear(responder, victim, vpc_id, named, *, opened):
    """Put a new group in the place of the instance's groups."""
    group = responder.ec2.create_security_group(
        GroupName=named, Description="Incident response", VpcId=vpc_id
    )["GroupId"]
    if opened:
        responder.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=EVERYTHING)
    else:
        responder.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=EVERYTHING)
    responder.ec2.modify_instance_attribute(InstanceId=victim, Groups=[group])


def put_deny(responder, role_name, name, condition=None):
    """An inline policy that denies everything, on a condition."""
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    if condition:
        statement["Condition"] = condition
    document = {"Version": "2012-10-17", "Statement": [statement]}
    responder.iam.put_role_policy(
        RoleName=role_name, PolicyName=name, PolicyDocument=json.dumps(document)
    )


def revoke_sessions(responder, now, role_name):
    """What the console's button does: no session that was issued before now."""
    put_deny(
        responder,
        role_name,
        "AWSRevokeOlderSessions",
        {"DateLessThan": {"aws:TokenIssueTime": now().strftime("%Y-%m-%dT%H:%M:%SZ")}},
    )


def healthy(servers, victim):
    """The fleet without the host that was taken."""
    return [each for each in servers if each != victim]


def renew(responder, instances, profile_name):
    """New credentials: the metadata service goes on giving the old ones until shortly before they end."""
    held = responder.ec2.describe_iam_instance_profile_associations()
    known = {
        one["InstanceId"]: one["AssociationId"] for one in held["IamInstanceProfileAssociations"]
    }
    for each in instances:
        responder.ec2.disassociate_iam_instance_profile(AssociationId=known[each])
        if profile_name:
            responder.ec2.associate_iam_instance_profile(
                IamInstanceProfile={"Name": profile_name}, InstanceId=each
            )


def renew_the_fleet(responder, servers, victim, profile_name):
    """The healthy servers get new credentials, the other one none."""
    renew(responder, healthy(servers, victim), profile_name)
    renew(responder, [victim], "")


def require_tokens(responder, servers):
    """Version 2 of the metadata service alone, on every server."""
    for each in servers:
        responder.ec2.modify_instance_metadata_options(InstanceId=each, HttpTokens="required")


def mend_the_template(responder, template_id, user_data, golden_image, profile_name):
    """A version as it was at first, with tokens required, is the default; all others go."""
    mended(
        responder, template_id, user_data, golden_image, profile_name, {"HttpTokens": "required"}
    )


def mended(responder, template, script, image, profile, options):
    """A launch template's new default version, from nothing."""
    data = {
        "ImageId": image,
        "InstanceType": "t3.small",
        "IamInstanceProfile": {"Name": profile},
        "MetadataOptions": options,
        "UserData": base64.b64encode(script.encode()).decode(),
    }
    made = responder.ec2.create_launch_template_version(
        LaunchTemplateId=template, LaunchTemplateData=data
    )["LaunchTemplateVersion"]["VersionNumber"]
    responder.ec2.modify_launch_template(LaunchTemplateId=template, DefaultVersion=str(made))


def shut_the_door(responder, fleet_group, rogue_ssh_key=None):
    """The rule that was opened, if one was."""
    if rogue_ssh_key:
        rule = {
            "IpProtocol": "tcp",
            "FromPort": SSH,
            "ToPort": SSH,
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
        }
        responder.ec2.revoke_security_group_ingress(GroupId=fleet_group, IpPermissions=[rule])


def delete_made_keys(responder, feed_user, feed_key_id):
    """Every key of the partner's user that isn't the partner's."""
    for each in responder.iam.list_access_keys(UserName=feed_user)["AccessKeyMetadata"]:
        if each["AccessKeyId"] != feed_key_id:
            responder.iam.delete_access_key(UserName=feed_user, AccessKeyId=each["AccessKeyId"])


def rebuild(responder, perform, settings, subnets, fleet_group, target_group):
    """A new server, as the company's deployment launches it, in the old one's place."""
    template = {"LaunchTemplateId": settings["fleet"]["launch_template"], "Version": "$Default"}
    enlist(responder, subnets[0], fleet_group, target_group, LaunchTemplate=template)


def enlist(responder, subnet, group, target_group, **how):
    """Launch a server and put it behind the load balancer."""
    interface = {
        "DeviceIndex": 0,
        "SubnetId": subnet,
        "Groups": [group],
        "AssociatePublicIpAddress": True,
    }
    made = responder.ec2.run_instances(MinCount=1, MaxCount=1, NetworkInterfaces=[interface], **how)
    instance = made["Instances"][0]["InstanceId"]
    responder.elbv2.register_targets(TargetGroupArn=target_group, Targets=[{"Id": instance}])
    return instance


def rotate(responder, settings, data_bucket, key_place):
    """A new payment key at the provider, and where the shop keeps it."""
    key = f"{settings['payments']['secret_key'][:20]}new"
    settings["payments"] = {**settings["payments"], "secret_key": key}
    put_key(responder, key_place, key, data_bucket)


def put_key(who, place, key, bucket):
    """Keep a payment key at its place."""
    kind, _, name = place.partition(":")
    if kind == "s3":
        who.s3.put_object(Bucket=bucket, Key=name, Body=f"PAYMENT_KEY={key}\n".encode())
    elif kind == "ssm":
        who.ssm.put_parameter(Name=name, Type="SecureString", Value=key, Overwrite=True)
    else:
        who.secretsmanager.put_secret_value(SecretId=name, SecretString=key)


def unshare(responder, shared_snapshot=None, foreign_account=None):
    """The snapshot that was shared, if one was."""
    if shared_snapshot:
        responder.ec2.modify_snapshot_attribute(
            SnapshotId=shared_snapshot,
            Attribute="createVolumePermission",
            OperationType="remove",
            UserIds=[foreign_account],
        )


IN_ORDER = (
    report_findings,
    dump_onto_the_disk,
    keep_the_disk,
    take_out_of_service,
    quarantine,
    revoke_sessions,
    renew_the_fleet,
    require_tokens,
    mend_the_template,
    shut_the_door,
    delete_made_keys,
    rebuild,
    rotate,
    unshare,
)


def respond(perform, *without, **instead):
    """The reference response without some measures, or with others `instead` of them, by name."""
    for measure in IN_ORDER:
        if measure in without:
            continue
        perform(instead.get(measure.__name__, measure))


# --- right responses ----------------------------------------------------------------------------


@fix()
def reference(perform):
    """Memory, disk, out of service, quarantine, revoke and renew, tokens, clean, rebuild, rotate."""
    respond(perform, dump_onto_the_disk=dump_memory)


def stop(responder, victim):
    """Programs end with the host; the disk stays."""
    responder.ec2.stop_instances(InstanceIds=[victim])


def deny_what_was_stolen(responder, role_name, account_id, victim):
    """Sessions by version 1, and the victim's: the fleet's own, by version 2, aren't interrupted."""
    put_deny(responder, role_name, "by-version-1", {"NumericLessThan": {"ec2:RoleDelivery": "2.0"}})
    arn = f"arn:aws:ec2:us-east-1:{account_id}:instance/{victim}"
    put_deny(responder, role_name, "victim", {"ArnEquals": {"ec2:SourceInstanceARN": arn}})


@fix()
def stop_the_host_and_deny_by_delivery(perform):
    """Also right: the host is stopped once its memory is kept, and no healthy server loses its session."""
    respond(
        perform,
        renew_the_fleet,
        quarantine=stop,
        revoke_sessions=deny_what_was_stolen,
    )


@fix()
def replace_the_whole_fleet(perform, responder, servers, settings, victim, volumes, subnets,
                            fleet_group, target_group, account_id, data_bucket, user_data,
                            golden_image, role_name):  # fmt: skip
    """Also right: a new role, template and fleet; the old role is denied everything, old servers go."""
    for measure in (report_findings, dump_memory, keep_the_disk, take_out_of_service):
        perform(measure)
    told = responder.iam.get_role(RoleName=role_name)["Role"]["AssumeRolePolicyDocument"]
    held = responder.iam.get_role_policy(RoleName=role_name, PolicyName="shop")["PolicyDocument"]
    responder.iam.create_role(RoleName="shop-2", AssumeRolePolicyDocument=json.dumps(told))
    responder.iam.put_role_policy(
        RoleName="shop-2", PolicyName="shop", PolicyDocument=json.dumps(held)
    )
    responder.iam.attach_role_policy(
        RoleName="shop-2", PolicyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    )
    responder.iam.create_instance_profile(InstanceProfileName="shop-2")
    responder.iam.add_role_to_instance_profile(InstanceProfileName="shop-2", RoleName="shop-2")
    made = responder.ec2.create_launch_template(
        LaunchTemplateName="shop-2",
        LaunchTemplateData={
            "ImageId": golden_image,
            "InstanceType": "t3.small",
            "IamInstanceProfile": {"Name": "shop-2"},
            "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
            "UserData": base64.b64encode(user_data.encode()).decode(),
        },
    )["LaunchTemplate"]["LaunchTemplateId"]
    settings["fleet"] = {"launch_template": made}
    for subnet in (subnets[0], subnets[1], subnets[1]):
        template = {"LaunchTemplateId": made, "Version": "$Default"}
        enlist(responder, subnet, fleet_group, target_group, LaunchTemplate=template)
    responder.elbv2.deregister_targets(
        TargetGroupArn=target_group, Targets=[{"Id": each} for each in healthy(servers, victim)]
    )
    put_deny(responder, role_name, "nobody")
    responder.ec2.terminate_instances(InstanceIds=servers)
    for measure in (shut_the_door, delete_made_keys, rotate, unshare):
        perform(measure)


@fix()
def clean_in_place(perform, responder, victim):
    """Also right: the programs, the console and all that starts them go, and the host stays in service."""
    respond(
        perform,
        take_out_of_service,
        rebuild,
        quarantine=clean,
        renew_the_fleet=renew_all,
    )


def clean(responder, victim, implant, implant_unit, keys_path, rogue_ssh_key=None):
    """Everything on the host that isn't the company's, and the debug console."""
    lines = [
        f"systemctl disable --now {implant}",
        f"pkill {implant}",
        "pkill kworker-u8",
        "pkill debug-console",
        f"rm -f {implant_unit} /usr/local/sbin/{implant}",
        "rm -rf /var/tmp",
    ]
    if rogue_ssh_key:
        mark = rogue_ssh_key.split()[1]
        lines += [f"grep -v -F {mark} {keys_path} > /tmp/keys", f"cat /tmp/keys > {keys_path}"]
    command(responder, victim, *lines)


def renew_all(responder, servers, profile_name):
    """New credentials for every server."""
    renew(responder, servers, profile_name)


# --- evidence -----------------------------------------------------------------------------------

NO_MEMORY = "Nothing shows what ran in the host's memory"
NO_DISK = "No snapshot of yours shows the host's disk"
STILL_WORKS = "A session that was stolen still works"
STILL_OUT = "The intruder's programs still get out"
TRACKED = "A connection that a security group tracks goes on"


@fix(memory_is_kept=NO_MEMORY, disk_is_kept=NO_DISK)
def terminate_first(perform, responder, victim):
    """The quickest containment there is, and nobody will ever know what was on that host."""
    respond(
        perform,
        dump_onto_the_disk,
        keep_the_disk,
        quarantine=terminate,
        renew_the_fleet=renew_healthy,
    )


def terminate(responder, victim):
    """The host is gone, with its disk."""
    responder.ec2.terminate_instances(InstanceIds=[victim])


def renew_healthy(responder, servers, victim, profile_name):
    """The healthy servers alone."""
    renew(responder, healthy(servers, victim), profile_name)


@fix(memory_is_kept=NO_MEMORY)
def stop_and_then_snapshot(perform):
    """A stopped host has a disk and no memory."""
    respond(perform, dump_onto_the_disk, keep_the_disk, quarantine=stop)
    perform(keep_the_disk)


@fix(memory_is_kept="A dump on the disk of a host that runs on or was terminated isn't kept")
def dump_onto_the_host_and_terminate(perform):
    """The dump was made, and went with the disk that it was made on."""
    respond(
        perform, dump_onto_the_disk=nothing_yet, keep_the_disk=snapshot_then_dump,
        quarantine=terminate, renew_the_fleet=renew_healthy,
    )  # fmt: skip


def nothing_yet():
    """Later: see snapshot_then_dump."""


def snapshot_then_dump(responder, victim, volumes):
    """The snapshot first, so that it doesn't have the dump."""
    responder.ec2.create_snapshot(VolumeId=volumes[victim], Description="Evidence: disk")
    command(responder, victim, "avml /var/memory.lime")


@fix(disk_is_kept=NO_DISK)
def clean_before_the_snapshot(perform):
    """A snapshot of a clean disk shows a clean disk."""
    respond(perform, keep_the_disk=clean_and_keep)


def clean_and_keep(perform):
    """In the wrong order."""
    perform(clean)
    perform(keep_the_disk)


# --- containment --------------------------------------------------------------------------------


@fix(programs_are_cut_off=TRACKED)
def swap_the_group_only(perform):
    """The isolation group is put on at once; what was connected stays connected."""
    respond(perform, quarantine=wear_containment)


@fix(when="fileless", programs_are_cut_off=STILL_OUT, nothing_is_left_behind="runs on")
def block_the_pool_only(perform):
    """The mining stops at this address. The relay and the next pool have others."""
    respond(perform, quarantine=deny_the_pool)


def deny_the_pool(responder, vpc_id, pool_address):
    """In the network ACL of the VPC."""
    deny(responder, vpc_id, f"{pool_address}/32", egress=True)


def deny(responder, vpc_id, block, *, egress):
    """A first rule of the VPC's default network ACL, in which all of its subnets are."""
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "default", "Values": ["true"]}]
    acl = responder.ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]["NetworkAclId"]
    responder.ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=5,
        Protocol="-1",
        RuleAction="deny",
        Egress=egress,
        CidrBlock=block,
    )


@fix(
    customers_are_served="The shop no longer works",
    servers_do_their_work="The servers no longer do their work",
    operations_go_on="no longer",
    next_server_is_safe="doesn't work",
)
def isolate_the_subnet(perform):
    """A network ACL cuts tracked connections as well: of every host in its subnets."""
    respond(perform, rebuild=rebuild_and_isolate)


def rebuild_and_isolate(perform, responder, vpc_id):
    """The replacement first, then the deny for everybody."""
    perform(rebuild)
    deny(responder, vpc_id, "0.0.0.0/0", egress=True)


@fix(sessions_are_dead=STILL_WORKS)
def forget_the_sessions(perform):
    """The host is quarantined. Its credentials were never on the host alone."""
    respond(perform, revoke_sessions, renew_the_fleet)


@fix(sessions_are_dead=STILL_WORKS)
def take_the_profile_away(perform):
    """Without a profile the host gets no new credentials; those that were handed out live on."""
    respond(perform, revoke_sessions)


@fix(sessions_are_dead=STILL_WORKS)
def deny_the_addresses(perform):
    """The role is denied to the addresses in the log. There are others."""
    respond(perform, renew_the_fleet, revoke_sessions=deny_addresses)


def deny_addresses(responder, role_name, records, first_record, thieves):
    """aws:SourceIp, for each that was seen."""
    seen = sorted({record["sourceIPAddress"] for record in records[:first_record]} & thieves)
    put_deny(responder, role_name, "addresses", {"IpAddress": {"aws:SourceIp": seen}})


@fix(when="other_lender", sessions_are_dead=STILL_WORKS)
def revoke_the_victims_sessions_only(perform):
    """Another server's session was stolen as well, by the hole."""
    respond(perform, renew_the_fleet, revoke_sessions=deny_the_victim)


def deny_the_victim(responder, role_name, account_id, victim):
    """By the instance that the credentials are for."""
    arn = f"arn:aws:ec2:us-east-1:{account_id}:instance/{victim}"
    put_deny(responder, role_name, "victim", {"ArnEquals": {"ec2:SourceInstanceARN": arn}})


@fix(sessions_are_dead=STILL_WORKS)
def renew_before_containing(perform, wait):
    """Sessions are revoked and renewed while the shell is open: it fetches the new ones."""
    for measure in (report_findings, dump_onto_the_disk, keep_the_disk, revoke_sessions, renew_all):
        perform(measure)
    wait(timedelta(hours=2.5))
    respond(
        perform, report_findings, dump_onto_the_disk, keep_the_disk, revoke_sessions,
        renew_the_fleet=take_the_victims_profile,
    )  # fmt: skip


def take_the_victims_profile(responder, victim):
    """The victim's alone."""
    renew(responder, [victim], "")


@fix(
    servers_do_their_work="The servers no longer do their work",
    operations_go_on="Operators no longer get on the servers",
    next_server_is_safe="A server launched now doesn't work",
)
def deny_the_whole_role(perform):
    """The thief is out, and so is every server."""
    respond(perform, renew_the_fleet, revoke_sessions=deny_everything)


def deny_everything(responder, role_name):
    """Without a condition."""
    put_deny(responder, role_name, "quarantine")


@fix(
    servers_do_their_work="The servers no longer do their work",
    operations_go_on="Operators no longer get on the servers",
    next_server_is_safe="A server launched now doesn't work",
)
def delete_the_role(perform):
    """Its sessions die with it, the fleet's too."""
    respond(perform, renew_the_fleet, revoke_sessions=delete_role)


def delete_role(responder, role_name, profile_name):
    """Out of the profile, without policies, gone."""
    iam = responder.iam
    iam.remove_role_from_instance_profile(InstanceProfileName=profile_name, RoleName=role_name)
    iam.delete_role_policy(RoleName=role_name, PolicyName="shop")
    iam.detach_role_policy(
        RoleName=role_name, PolicyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    )
    iam.delete_role(RoleName=role_name)


@fix(servers_do_their_work="The servers no longer do their work")
def revoke_and_not_renew(perform):
    """The healthy servers hold sessions from before, too: IMDS gives those until they end."""
    respond(perform, renew_the_fleet)


@fix(hole_is_closed="still gives a stranger role credentials")
def tokens_on_the_victim_only(perform):
    """The other servers have the same page, and answer version 1."""
    respond(perform, require_tokens=tokens_there)


def tokens_there(responder, victim):
    """On one host, out of service anyhow."""
    responder.ec2.modify_instance_metadata_options(InstanceId=victim, HttpTokens="required")


@fix(
    hole_is_closed="still gives a stranger role credentials",
    next_server_is_safe="answers version 1",
)
def hop_limit_one(perform):
    """A hop limit is for the answer of version 2 to a container; version 1 doesn't ask."""
    respond(perform, require_tokens=short_hops, mend_the_template=short_hops_in_the_template)


def short_hops(responder, servers):
    """Tokens stay optional."""
    for each in servers:
        responder.ec2.modify_instance_metadata_options(
            InstanceId=each, HttpPutResponseHopLimit=1, HttpTokens="optional"
        )


def short_hops_in_the_template(responder, template_id, user_data, golden_image, profile_name):
    """The same for the next servers."""
    options = {"HttpTokens": "optional", "HttpPutResponseHopLimit": 1}
    mended(responder, template_id, user_data, golden_image, profile_name, options)


@fix(
    when="fileless",
    hole_is_closed="the debug console",
    programs_are_cut_off=STILL_OUT,
    nothing_is_left_behind="runs on",
)
def put_it_back_without_cleaning(perform):
    """Memory and disk are kept, sessions are dead, and the same host goes on serving."""
    respond(perform, take_out_of_service, quarantine, rebuild, renew_the_fleet=renew_all)


# --- eradication --------------------------------------------------------------------------------


@fix(
    when="unit_left",
    ways_back_are_closed="it starts again when the host boots",
    nothing_is_left_behind="starts it again at the next boot",
)
def kill_and_leave_the_unit(perform):
    """The programs are ended, the console too. The unit waits for the next boot."""
    respond(perform, take_out_of_service, rebuild, quarantine=kill, renew_the_fleet=renew_all)


def kill(responder, victim, implant):
    """What runs, and not what starts it."""
    command(responder, victim, f"pkill {implant}", "pkill kworker-u8", "pkill debug-console")


@fix(
    when="rogue_ssh_key",
    ways_back_are_closed="its key opens the server",
    nothing_is_left_behind="The intruder's key is still in",
)
def kill_and_leave_the_door(perform):
    """The programs are ended. The key and the rule are there."""
    respond(
        perform, take_out_of_service, rebuild, shut_the_door, quarantine=kill,
        renew_the_fleet=renew_all,
    )  # fmt: skip


@fix(when="rogue_ssh_key", nothing_is_left_behind="The rule that lets the world in")
def leave_the_rule(perform):
    """The host is out. The group's rule waits for the next one."""
    respond(perform, shut_the_door)


@fix(
    when="poisoned_version",
    ways_back_are_closed="the next server is born infected",
    programs_are_cut_off=STILL_OUT,
    nothing_is_left_behind="runs on",
    next_server_is_safe="has the intruder's program from its first minute",
)
def rebuild_from_the_poisoned_template(perform):
    """A new server, from the launch template as it is. Tokens are required, user data is not read."""
    respond(perform, mend_the_template=require_tokens_in_the_template)


def require_tokens_in_the_template(responder, template_id):
    """A version from the default one, with one option more."""
    told = responder.ec2.describe_launch_template_versions(
        LaunchTemplateId=template_id, Versions=["$Default"]
    )["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    mended(
        responder,
        template_id,
        base64.b64decode(told["UserData"]).decode(),
        told["ImageId"],
        told["IamInstanceProfile"]["Name"],
        {"HttpTokens": "required"},
    )


@fix(
    when="unit_left",
    hole_is_closed="the debug console",
    programs_are_cut_off=STILL_OUT,
    ways_back_are_closed="it starts again",
    nothing_is_left_behind="runs on",
)
def rebuild_from_an_image_of_the_victim(perform):
    """An image of the host has everything that is on the host."""
    respond(perform, quarantine=stop, rebuild=rebuild_from_the_victim)


def rebuild_from_the_victim(responder, victim, subnets, fleet_group, target_group, profile_name):
    """Made into an image, launched again."""
    image = responder.ec2.create_image(InstanceId=victim, Name="shop-clean")["ImageId"]
    enlist(
        responder,
        subnets[0],
        fleet_group,
        target_group,
        ImageId=image,
        InstanceType="t3.small",
        IamInstanceProfile={"Name": profile_name},
        MetadataOptions={"HttpTokens": "required"},
    )


@fix(
    when="rogue_key",
    ways_back_are_closed="an access key that it made",
    nothing_is_left_behind="which the intruder made, is still there",
)
def leave_the_key(perform):
    """The host and the role are in order. A key of the partner's user isn't the partner's."""
    respond(perform, delete_made_keys)


@fix(when="rogue_key", operations_go_on="The partner no longer gets its feed")
def delete_both_keys(perform):
    """The partner's key as well: it was never stolen."""
    respond(perform, delete_made_keys=delete_every_key)


def delete_every_key(responder, feed_user):
    """Whosever they are."""
    for each in responder.iam.list_access_keys(UserName=feed_user)["AccessKeyMetadata"]:
        responder.iam.delete_access_key(UserName=feed_user, AccessKeyId=each["AccessKeyId"])


@fix(loot_is_worthless="to move it is not to rotate it")
def move_the_secret(perform):
    """A new version of the same value, in a better place."""
    respond(perform, rotate=move)


def move(responder, settings, data_bucket, key_place):
    """Written again; the provider knows of nothing."""
    put_key(responder, key_place, settings["payments"]["secret_key"], data_bucket)


@fix(loot_is_worthless="it has the new one as well")
def rotate_before_containing(perform, wait):
    """The first thing that comes to mind. The intruder reads the new key where it read the old one."""
    perform(rotate)
    wait(timedelta(hours=2.5))
    respond(perform, rotate)


@fix(when="shared_snapshot", loot_is_worthless="is still shared with")
def leave_the_share(perform):
    """The key is rotated. The disk is in an account that isn't the company's."""
    respond(perform, unshare)


# --- recovery, lessons --------------------------------------------------------------------------


@fix(customers_are_served="2 of 3 servers are in service")
def put_nothing_in_its_place(perform):
    """Contained, and one server short."""
    respond(perform, rebuild)


@fix(servers_do_their_work="The servers no longer do their work")
def rotate_at_the_provider_only(perform):
    """The old key is dead, and the shop goes on using it."""
    respond(perform, rotate=rotate_there)


def rotate_there(settings):
    """Nobody told the shop."""
    key = f"{settings['payments']['secret_key'][:20]}new"
    settings["payments"] = {**settings["payments"], "secret_key": key}


# --- findings -----------------------------------------------------------------------------------


@fix(
    names_the_credentials="is an operator's",
    dates_and_places_the_break_in="is what the client wrote into X-Forwarded-For",
    names_where_it_talks_to="is the backup service",
    evidence_holds="are the company's ordinary work",
)
def judge_by_appearances(
    perform, submit, records, operator_key, spoofed, c2_address, vault, role_arn
):
    """Whoever was on the host, what the shop's log says, who gets most, all that the role did."""
    respond(perform)
    issued = [
        record["eventID"]
        for record in records
        if record["userIdentity"].get("sessionContext", {}).get("sessionIssuer", {}).get("arn")
        == role_arn
    ]
    submit(
        credentials=[*perform(used_from_outside), operator_key["AccessKeyId"]],
        source=spoofed.address,
        destinations=[c2_address, vault.address],
        evidence=issued,
    )


@fix(
    names_the_credentials="are not named",
    dates_and_places_the_break_in="the load balancer forwards",
    measures_the_theft="was not taken",
)
def stop_at_the_first_finding(perform, submit, stolen_key_id, base, taken):
    """One session, the address next to the servers, and what the servers themselves read."""
    respond(perform)
    submit(credentials=stolen_key_id, source=f"10.{base}.0.11")
    submit(taken=[*taken, "catalogue/current.json"])


@fix(when="other_lender", names_the_host="that its role session was stolen, makes no shell")
def name_the_lender(perform, submit, lender):
    """The session's name is an instance's id, and that instance is innocent."""
    respond(perform)
    submit(instance=lender)


@fix(when="twice_taken", measures_the_theft="is not how many different customers' records left")
def count_rows(perform, submit, twice_taken):
    """A customer in two files is counted twice."""
    respond(perform)
    submit(people=str(twice_taken))
