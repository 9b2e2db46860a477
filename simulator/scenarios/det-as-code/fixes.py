"""Rules for the next night: right ones, and those that people really write."""

from __future__ import annotations

import json

from simulator.scenario import fix

HOME = "us-east-1"
CALL, SIGN_IN = "AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"
DONE = {"errorCode": [{"exists": False}]}
"""Calls that were not refused."""
PUBLIC = [{"wildcard": "*/groups/global/*"}]
GRANTS = ("read", "write", "read-acp", "write-acp", "full-control")
SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


# --- patterns -----------------------------------------------------------------------------------


def calls(service, names, **more):
    """Calls of a service that succeeded."""
    detail = {"eventSource": [f"{service}.amazonaws.com"], "eventName": names, **DONE, **more}
    return {"source": [f"aws.{service}"], "detail-type": [CALL], "detail": detail}


def either(*choices):
    """Any of these, in the request's parameters."""
    return {"requestParameters": {"$or": list(choices)}}


def lower(name):
    """A name as the account's own Block Public Access is recorded."""
    return name[0].lower() + name[1:]


POLICY = calls(
    "s3",
    ["PutBucketPolicy"],
    requestParameters={
        "bucketPolicy": {
            "Statement": {
                "Effect": ["Allow"],
                "$or": [{"Principal": ["*"]}, {"Principal": {"AWS": ["*"]}}],
            }
        }
    },
)
ACL = calls(
    "s3",
    ["PutBucketAcl"],
    **either(
        {"x-amz-acl": [{"prefix": "public-"}, "authenticated-read"]},
        {"AccessControlPolicy": {"AccessControlList": {"Grant": {"Grantee": {"URI": PUBLIC}}}}},
        *({f"x-amz-grant-{grant}": PUBLIC} for grant in GRANTS),
    ),
)
GUARD_OFF = calls("s3", ["DeleteBucketPublicAccessBlock", "DeleteAccountPublicAccessBlock"])
GUARD_WEAK = calls(
    "s3",
    ["PutBucketPublicAccessBlock", "PutAccountPublicAccessBlock"],
    **either(
        *({"PublicAccessBlockConfiguration": {name: [False]}} for name in SETTINGS),
        *({"publicAccessBlockConfiguration": {lower(name): [False]}} for name in SETTINGS),
    ),
)
TRAIL = calls("cloudtrail", ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"])
KEYS = calls(
    "iam",
    ["CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile"],
    requestParameters={"userName": [{"exists": True}]},
)
ROOT = {
    "source": ["aws.signin"],
    "detail-type": [SIGN_IN],
    "detail": {"eventName": ["ConsoleLogin"], "userIdentity": {"type": ["Root"]}},
}
PORT = calls(
    "ec2",
    ["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"],
    **either(
        {"cidrIp": ["0.0.0.0/0"]},
        {"ipPermissions": {"items": {"ipRanges": {"items": {"cidrIp": ["0.0.0.0/0"]}}}}},
        {"ipPermissions": {"items": {"ipv6Ranges": {"items": {"cidrIpv6": ["::/0"]}}}}},
        *(
            {"ModifySecurityGroupRulesRequest": {"SecurityGroupRule": {"SecurityGroupRule": block}}}
            for block in ({"CidrIpv4": ["0.0.0.0/0"]}, {"CidrIpv6": ["::/0"]})
        ),
    ),
)
RULES = {
    "bucket-policy": POLICY,
    "bucket-acl": ACL,
    "guard-off": GUARD_OFF,
    "guard-weak": GUARD_WEAK,
    "trail": TRAIL,
    "credentials": KEYS,
    "root": ROOT,
    "open-port": PORT,
}
BRANCH = {"source": ["aws.s3", "aws.ec2", "aws.cloudtrail"], "detail-type": [CALL]}


# --- single measures ----------------------------------------------------------------------------


def report_findings(submit, guilty, night):
    """All that was found."""
    submit(
        principals=guilty,
        evidence=[record["eventID"] for records in night.values() for record in records],
    )


def mend_the_trail(responder, trail_name, log_bucket, blinding, selectors=None):
    """It is there, it logs, and it logs all management events of all Regions."""
    trails = responder.cloudtrail
    if blinding == "delete":
        trails.create_trail(
            Name=trail_name,
            S3BucketName=log_bucket,
            IsMultiRegionTrail=True,
            IncludeGlobalServiceEvents=True,
            EnableLogFileValidation=True,
        )
    trails.put_event_selectors(
        TrailName=trail_name,
        EventSelectors=selectors
        or [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}],
    )
    trails.start_logging(Name=trail_name)


def document_of(responder, queue_url):
    """The queue's policy."""
    asked = responder.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["Policy"])
    return json.loads(asked["Attributes"]["Policy"])


def admission(resource, account_id, action="sqs:SendMessage", rule="*"):
    """EventBridge may send, for rules of this account."""
    source = f"arn:aws:events:{HOME}:{account_id}:rule/{rule}"
    return {
        "Sid": "RulesOfThisAccount",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnLike": {"aws:SourceArn": source}},
    }


def admit_rules(responder, account_id, queue_url, queue_arn):
    """The queue takes what rules send, beside what it took before."""
    document = document_of(responder, queue_url)
    document["Statement"].append(admission(queue_arn, account_id))
    set_policy(responder, queue_url, document)


def set_policy(responder, queue_url, document):
    """Another policy for the queue."""
    responder.sqs.set_queue_attributes(
        QueueUrl=queue_url, Attributes={"Policy": json.dumps(document)}
    )


def put(responder, arn, patterns, *, bus="default", state="ENABLED", region=HOME, **target):
    """Rules with one target."""
    events = responder.client("events", region)
    for name, pattern in patterns.items():
        events.put_rule(Name=name, EventPattern=json.dumps(pattern), State=state, EventBusName=bus)
        if arn:
            events.put_targets(
                Rule=name, EventBusName=bus, Targets=[{"Id": "team", "Arn": arn, **target}]
            )


def send_on(responder, account_id, branch_region):
    """What may matter goes from the other Region's bus to that of the home Region."""
    bus = f"arn:aws:events:{HOME}:{account_id}:event-bus/default"
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    allow = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus}],
    }
    role = responder.iam.create_role(
        RoleName="events-to-home", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    responder.iam.put_role_policy(
        RoleName="events-to-home", PolicyName="send", PolicyDocument=json.dumps(allow)
    )
    put(responder, bus, {"to-home": BRANCH}, region=branch_region, RoleArn=role)


def all_but(perform, responder, queue_arn, *, rules=RULES, **how):
    """All measures, with these rules."""
    for act in (report_findings, mend_the_trail, admit_rules, send_on):
        perform(act)
    put(responder, how.pop("arn", queue_arn), rules, **how)


def changed(names, change):
    """The rules with some patterns changed; `change` gets a copy."""
    rules = json.loads(json.dumps(RULES))
    for name in names:
        change(rules[name])
    return rules


# --- right responses ----------------------------------------------------------------------------


@fix()
def reference(perform, responder, queue_arn):
    """The trail logs, the queue takes what rules send, and each step has rules of its own."""
    all_but(perform, responder, queue_arn)


@fix()
def by_the_topic(perform, responder, account_id, branch_region, topic_arn):
    """The topic as the target, a message of one's own making, and the same rules in both Regions."""
    for act in (report_findings, mend_the_trail, send_on):
        perform(act)
    asked = responder.sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    document = json.loads(asked["Policy"])
    document["Statement"].append(admission(topic_arn, account_id, action="sns:Publish"))
    responder.sns.set_topic_attributes(
        TopicArn=topic_arn, AttributeName="Policy", AttributeValue=json.dumps(document)
    )
    message = {
        "InputPathsMap": {
            "what": "$.detail.eventName",
            "who": "$.detail.userIdentity.arn",
            "where": "$.region",
            "id": "$.detail.eventID",
        },
        "InputTemplate": '"<what> by <who> in <where>: event <id>"',
    }
    put(responder, topic_arn, RULES, InputTransformer=message)


# --- the trail ----------------------------------------------------------------------------------


@fix(trail_tells_everything="so that EventBridge never hears of it")
def leave_the_trail_alone(perform, responder, queue_arn):
    """Good rules, and nothing comes to them."""
    for act in (report_findings, admit_rules, send_on):
        perform(act)
    put(responder, queue_arn, RULES)


@fix(trail_tells_everything="so that EventBridge never hears of it")
def start_what_reads_alone(perform, responder, queue_arn, trail_name, log_bucket):
    """The trail is there, it logs, its status is good: it logs what only reads."""
    reads = [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True, "DataResources": []}]
    all_but(perform, responder, queue_arn)
    mend_the_trail(responder, trail_name, log_bucket, "", selectors=reads)


@fix(trail_tells_everything="so that EventBridge never hears of it")
def a_trail_of_one_region(perform, responder, queue_arn, trail_name):
    """The trail sees the home Region alone."""
    all_but(perform, responder, queue_arn)
    responder.cloudtrail.update_trail(Name=trail_name, IsMultiRegionTrail=False)


# --- the line -----------------------------------------------------------------------------------


@fix(alerts_arrive="events.amazonaws.com was refused SendMessage")
def forget_the_queues_policy(perform, responder, queue_arn):
    """Good rules with a target that doesn't take what they send."""
    for act in (report_findings, mend_the_trail, send_on):
        perform(act)
    put(responder, queue_arn, RULES)


@fix(alerts_arrive="events.amazonaws.com was refused SendMessage")
def admit_a_rule_of_another_name(perform, responder, account_id, queue_url, queue_arn):
    """The queue's policy names a rule that there was once."""
    for act in (report_findings, mend_the_trail, send_on):
        perform(act)
    document = document_of(responder, queue_url)
    document["Statement"].append(admission(queue_arn, account_id, rule="alerts-v1"))
    set_policy(responder, queue_url, document)
    put(responder, queue_arn, RULES)


@fix(heartbeat_arrives="heartbeat no longer arrives in the team's queue")
def replace_the_queues_policy(perform, responder, account_id, queue_url, queue_arn):
    """The queue takes what rules send, and nothing else any more."""
    all_but(perform, responder, queue_arn)
    document = {"Version": "2012-10-17", "Statement": [admission(queue_arn, account_id)]}
    set_policy(responder, queue_url, document)


@fix(alerts_arrive="does not exist")
def send_to_a_queue_that_is_not_there(perform, responder, queue_arn):
    """A slip of the pen in the target's ARN, which PutTargets takes."""
    all_but(perform, responder, queue_arn, arn=f"{queue_arn}-prod")


@fix(alerts_arrive="is not the team's")
def send_to_a_queue_of_ones_own(perform, responder, account_id, queue_arn):
    """The alerts arrive, where nobody of the team looks."""
    arn = f"arn:aws:sqs:{HOME}:{account_id}:my-alerts"
    document = {"Version": "2012-10-17", "Statement": [admission(arn, account_id)]}
    responder.sqs.create_queue(QueueName="my-alerts", Attributes={"Policy": json.dumps(document)})
    all_but(perform, responder, queue_arn, arn=arn)


@fix(alerts_arrive="has no target")
def rules_without_a_target(perform, responder, queue_arn):
    """PutRule, and no PutTargets."""
    all_but(perform, responder, queue_arn, arn="")


@fix(alerts_arrive="is disabled")
def test_and_switch_off(perform, responder, queue_arn):
    """The rules were too loud when they were tried, and are disabled."""
    all_but(perform, responder, queue_arn, state="DISABLED")


@fix(alerts_arrive="what AWS services tell comes to the default bus")
def a_bus_of_ones_own(perform, responder, queue_arn):
    """A bus for security, to which nobody sends anything."""
    responder.events.create_event_bus(Name="security")
    all_but(perform, responder, queue_arn, bus="security")


@fix(alerts_arrive="asks for another detail-type")
def ask_for_another_detail_type(perform, responder, queue_arn):
    """A detail-type as it was found in somebody's blog."""

    def change(pattern):
        pattern["detail-type"] = ["AWS Service Event via CloudTrail"]

    all_but(perform, responder, queue_arn, rules=changed(RULES, change))


@fix(alerts_arrive="The team's queue")
def delete_the_queue(perform, responder, queue_arn, queue_url):
    """Too many messages, so the queue is deleted."""
    all_but(perform, responder, queue_arn)
    responder.sqs.delete_queue(QueueUrl=queue_url)


# --- too little ---------------------------------------------------------------------------------


@fix(opened_bucket_pages="Block Public Access of the account, taken off")
def the_bucket_policy_alone(perform, responder, queue_arn):
    """A bucket is opened by its policy, isn't it? By ACLs too, and by what guards all buckets."""
    rules = {
        name: pattern
        for name, pattern in RULES.items()
        if name not in {"bucket-acl", "guard-off", "guard-weak"}
    }
    all_but(perform, responder, queue_arn, rules=rules)


@fix(opened_bucket_pages="Block Public Access of the account, weakened")
def the_guard_is_deleted_never_weakened(perform, responder, queue_arn):
    """DeletePublicAccessBlock is one call, PutPublicAccessBlock with a false the other one."""
    rules = {name: pattern for name, pattern in RULES.items() if name != "guard-weak"}
    all_but(perform, responder, queue_arn, rules=rules)


@fix(opened_bucket_pages="an ACL in the request's body")
def canned_acls_alone(perform, responder, queue_arn):
    """ACLs are given by name, by grants in headers, and in the request's body."""

    def change(pattern):
        pattern["detail"]["requestParameters"] = {"x-amz-acl": [{"prefix": "public-"}]}

    all_but(perform, responder, queue_arn, rules=changed(["bucket-acl"], change))


@fix(blinded_trail_pages="PutEventSelectors")
def stop_and_delete_alone(perform, responder, queue_arn):
    """A trail that logs nothing of interest is neither stopped nor deleted."""

    def change(pattern):
        pattern["detail"]["eventName"] = ["StopLogging", "DeleteTrail"]

    all_but(perform, responder, queue_arn, rules=changed(["trail"], change))


@fix(made_credentials_page="a console password")
def keys_alone(perform, responder, queue_arn):
    """A password is a credential as well."""

    def change(pattern):
        pattern["detail"]["eventName"] = ["CreateAccessKey"]

    all_but(perform, responder, queue_arn, rules=changed(["credentials"], change))


@fix(root_sign_in_pages="a sign-in that fails")
def root_when_it_succeeds(perform, responder, queue_arn):
    """Who guesses at the root user's password is heard of once it is guessed."""

    def change(pattern):
        pattern["detail"]["responseElements"] = {"ConsoleLogin": ["Success"]}

    all_but(perform, responder, queue_arn, rules=changed(["root"], change))


@fix(root_sign_in_pages="asks for another detail-type")
def root_as_an_api_call(perform, responder, queue_arn):
    """A sign-in is no API call, and has a detail-type of its own."""

    def change(pattern):
        pattern["detail-type"] = [CALL]

    all_but(perform, responder, queue_arn, rules=changed(["root"], change))


@fix(opened_port_pages="a port for ::/0")
def ipv4_alone(perform, responder, queue_arn):
    """The internet has two protocols."""

    def change(pattern):
        choices = pattern["detail"]["requestParameters"]["$or"]
        kept = [each for each in choices if "0.0.0.0/0" in json.dumps(each)]
        pattern["detail"]["requestParameters"]["$or"] = kept

    all_but(perform, responder, queue_arn, rules=changed(["open-port"], change))


@fix(opened_port_pages="a rule that is changed to 0.0.0.0/0")
def new_rules_alone(perform, responder, queue_arn):
    """A rule that is there can be changed."""

    def change(pattern):
        pattern["detail"]["eventName"] = ["AuthorizeSecurityGroupIngress"]

    all_but(perform, responder, queue_arn, rules=changed(["open-port"], change))


@fix(other_region_pages="there is no rule in")
def the_home_region_alone(perform, responder, queue_arn):
    """Good rules where the team is, none where the branch is."""
    for act in (report_findings, mend_the_trail, admit_rules):
        perform(act)
    put(responder, queue_arn, RULES)


@fix(other_region_pages="may it put events there")
def send_on_without_the_right(perform, responder, queue_arn):
    """The role of the rule in the other Region may do nothing."""
    all_but(perform, responder, queue_arn)
    responder.iam.delete_role_policy(RoleName="events-to-home", PolicyName="send")


# --- constants of that night --------------------------------------------------------------------

PECULIAR = "wants it as it was that night, and not this one"


@fix(
    opened_bucket_pages=PECULIAR,
    blinded_trail_pages=PECULIAR,
    made_credentials_page=PECULIAR,
    opened_port_pages=PECULIAR,
)
def who_did_it_that_night(perform, responder, queue_arn, ci_user_arn, dormant_user_arn):
    """The rules ask for the user whose key leaked; the next key is somebody else's."""

    def change(pattern):
        pattern["detail"]["userIdentity"] = {"arn": [ci_user_arn, dormant_user_arn]}

    names = [name for name in RULES if name != "root"]
    all_but(perform, responder, queue_arn, rules=changed(names, change))


@fix(
    opened_bucket_pages=PECULIAR,
    blinded_trail_pages=PECULIAR,
    made_credentials_page=PECULIAR,
    root_sign_in_pages=PECULIAR,
    opened_port_pages=PECULIAR,
)
def where_it_came_from_that_night(perform, responder, queue_arn, thief, planted, intruder):
    """The rules ask for that night's addresses; there are others."""
    addresses = [thief.address, planted.address, intruder.address]

    def change(pattern):
        pattern["detail"]["sourceIPAddress"] = addresses

    all_but(perform, responder, queue_arn, rules=changed(RULES, change))


@fix(blinded_trail_pages=PECULIAR)
def the_trail_of_that_night(perform, responder, queue_arn, trail_name):
    """The rule names the trail; the next trail has another name."""

    def change(pattern):
        pattern["detail"]["requestParameters"] = {
            "$or": [{"name": [trail_name]}, {"trailName": [trail_name]}]
        }

    all_but(perform, responder, queue_arn, rules=changed(["trail"], change))


@fix(opened_port_pages=PECULIAR, nobody_is_woken="a port for the office in the other Region")
def port_22_alone(perform, responder, queue_arn):
    """That night it was SSH."""

    def change(pattern):
        pattern["detail"]["requestParameters"] = {"ipPermissions": {"items": {"fromPort": [22]}}}

    all_but(perform, responder, queue_arn, rules=changed(["open-port"], change))


@fix(
    opened_bucket_pages="a policy put with an engineer's stolen key",
    opened_port_pages="opened by a colleague in the office",
)
def everybody_but_those_one_knows(
    perform, responder, queue_arn, engineer_arn, analyst_arn, ci_user_arn
):
    """Whatever strangers do: keys of colleagues are stolen too, and new colleagues come."""
    known = [engineer_arn, analyst_arn, ci_user_arn]
    rules = {
        "strangers": {
            "source": [{"prefix": "aws."}],
            "detail": {"userIdentity": {"arn": [{"anything-but": known}]}},
        }
    }
    all_but(perform, responder, queue_arn, rules=rules)


@fix(opened_port_pages="opened by a colleague in the office")
def not_from_the_office(perform, responder, queue_arn, engineer):
    """What comes from the office is work, even when it opens a port to the world."""

    def change(pattern):
        pattern["detail"]["sourceIPAddress"] = [{"anything-but": [engineer.address]}]

    all_but(perform, responder, queue_arn, rules=changed(["open-port"], change))


# --- too much -----------------------------------------------------------------------------------


@fix(nobody_is_woken="The team is woken by", refusals_page_nobody="calls that failed")
def catch_everything(perform, responder, queue_arn):
    """Nothing is missed, and nothing is read."""
    everything = {"everything": {"source": [{"prefix": "aws."}]}}
    all_but(perform, responder, queue_arn, rules=everything)


@fix(nobody_is_woken="The team is woken by", refusals_page_nobody="calls that failed")
def names_of_events_alone(perform, responder, queue_arn):
    """Whoever puts a policy, an ACL or a rule, whatever is in it."""

    def change(pattern):
        pattern["detail"].pop("requestParameters", None)
        pattern["detail"].pop("errorCode", None)

    all_but(perform, responder, queue_arn, rules=changed(RULES, change))


@fix(refusals_page_nobody="Their records have an errorCode")
def count_refusals(perform, responder, queue_arn):
    """What was refused pages like what was done."""

    def change(pattern):
        pattern["detail"].pop("errorCode", None)

    all_but(perform, responder, queue_arn, rules=changed(RULES, change))


@fix(nobody_is_woken="a policy that denies everybody")
def the_star_wherever_it_is(perform, responder, queue_arn):
    """A statement that denies everybody what is not encrypted has the principal * as well."""

    def change(pattern):
        del pattern["detail"]["requestParameters"]["bucketPolicy"]["Statement"]["Effect"]

    all_but(perform, responder, queue_arn, rules=changed(["bucket-policy"], change))


@fix(nobody_is_woken="the ACL private")
def every_acl(perform, responder, queue_arn):
    """Whoever puts an ACL."""

    def change(pattern):
        del pattern["detail"]["requestParameters"]

    all_but(perform, responder, queue_arn, rules=changed(["bucket-acl"], change))


@fix(nobody_is_woken="somebody's own key, rotated")
def every_key(perform, responder, queue_arn):
    """Who rotates a key of their own names no user."""

    def change(pattern):
        del pattern["detail"]["requestParameters"]

    all_but(perform, responder, queue_arn, rules=changed(["credentials"], change))


@fix(nobody_is_woken="a person's sign-in")
def every_sign_in(perform, responder, queue_arn):
    """Everybody's day begins with one."""

    def change(pattern):
        del pattern["detail"]["userIdentity"]

    all_but(perform, responder, queue_arn, rules=changed(["root"], change))


# --- messages -----------------------------------------------------------------------------------


@fix(messages_say_who_and_what="doesn't say who did it and what was done")
def something_happened(perform, responder, queue_arn):
    """A message that is the same for everything."""
    all_but(perform, responder, queue_arn, Input='"Security alert: please check the account"')


@fix(messages_say_who_and_what="doesn't say who did it and what was done")
def what_without_who(perform, responder, queue_arn):
    """The transformer takes the event's name and the time along, not the principal."""
    message = {
        "InputPathsMap": {"what": "$.detail.eventName", "when": "$.time"},
        "InputTemplate": '"<what> at <when>"',
    }
    all_but(perform, responder, queue_arn, InputTransformer=message)


# --- findings -----------------------------------------------------------------------------------


@fix(names_the_culprits="is not the intruder's: an accusation needs evidence")
def accuse_the_engineer(perform, submit, guilty, engineer_arn):
    """The engineer opened ports as well: for the office."""
    perform(reference)
    submit(principals=[*guilty, engineer_arn])


@fix(names_the_culprits="are not named")
def name_the_leaked_key_alone(perform, submit, ci_user_arn):
    """The intruder acted as two others, too."""
    perform(reference)
    submit(principals=[ci_user_arn])


@fix(evidence_holds="are the company's ordinary work")
def submit_everything(perform, submit, records, first_record):
    """Every event there is proves nothing."""
    perform(reference)
    submit(evidence=[record["eventID"] for record in records[:first_record]])


@fix(evidence_holds="proves that somebody signed in as the root user")
def overlook_the_sign_in(perform, submit, night):
    """A sign-in is an event too."""
    perform(reference)
    submit(
        evidence=[
            record["eventID"]
            for kind, records in night.items()
            if kind != "root"
            for record in records
        ]
    )
