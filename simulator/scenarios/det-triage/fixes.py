"""Responses to forty findings: right ones, and those that responders really give."""

from __future__ import annotations

import json
from datetime import timedelta

from simulator.scenario import fix

CALLS = "service.action.awsApiCallAction.remoteIpDetails.ipAddressV4"
FLOWS = "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4"
HIGH = {"severity": [{"numeric": [">=", 7]}]}
TRUSTED, THREATS = "lists/trusted.txt", "lists/threats.txt"


def document(*statements):
    """A policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


# --- what was found -----------------------------------------------------------------------------


def stamp(moment):
    """As it is handed in."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def report_findings(
    submit, records, first_record, thieves, guilty, true_findings, pentest_findings, went_blind
):
    """All of it."""
    submit(
        findings=true_findings,
        principals=guilty,
        evidence=[
            record["eventID"]
            for record in records[:first_record]
            if record["eventName"] in {"CreateFilter", "UpdateIPSet"}
            and record["sourceIPAddress"] in thieves
        ],
        blind_since=stamp(went_blind),
        pentest=pentest_findings,
    )


# --- single measures ----------------------------------------------------------------------------


def replace_the_key(perform):
    """The automation gets a new key; the old one goes."""
    perform(give_a_key)
    perform(end_the_key)


def give_a_key(responder, settings, automation_user):
    """A second key for the automation."""
    key = responder.iam.create_access_key(UserName=automation_user)["AccessKey"]
    settings["automation"] = {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }


def end_the_key(responder, automation_user, leaked_key_id):
    """Off."""
    responder.iam.update_access_key(
        UserName=automation_user, AccessKeyId=leaked_key_id, Status="Inactive"
    )


def revoke_sessions(responder, now, forensics_role):
    """Sessions of the role that are older than this moment may do nothing."""
    older = {"DateLessThan": {"aws:TokenIssueTime": stamp(now())}}
    responder.iam.put_role_policy(
        RoleName=forensics_role,
        PolicyName="AWSRevokeOlderSessions",
        PolicyDocument=document(
            {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": older}
        ),
    )


def contain(perform):
    """Key and session."""
    perform(replace_the_key)
    perform(revoke_sessions)


def remove_planted_filter(responder, detector, planted_filter):
    """What it archived stays archived."""
    responder.guardduty.delete_filter(DetectorId=detector, FilterName=planted_filter)


def clean_the_list(perform):
    """The offices' network alone, and read again."""
    perform(clean_the_object)
    perform(activate_the_list)


def clean_the_object(responder, list_bucket, offices):
    """The object alone."""
    responder.s3.put_object(Bucket=list_bucket, Key=TRUSTED, Body=f"{offices}\n".encode())


def activate_the_list(responder, detector, trusted_list):
    """GuardDuty reads it when it is activated."""
    responder.guardduty.update_ip_set(DetectorId=detector, IpSetId=trusted_list, Activate=True)


def unshare(responder, loot, mule_account):
    """No further copies."""
    for snapshot in loot:
        responder.ec2.modify_snapshot_attribute(
            SnapshotId=snapshot,
            Attribute="createVolumePermission",
            OperationType="remove",
            UserIds=[mule_account],
        )


def bring_back(responder, detector, true_findings):
    """Out of the archive."""
    responder.guardduty.unarchive_findings(DetectorId=detector, FindingIds=true_findings)


def narrow_the_exception(responder, detector, pentest_filter, scanner_address, pentest_ends):
    """The firm's address until the pentest's end: one filter for calls, one for connections."""
    guardduty, until = responder.guardduty, before(pentest_ends)
    guardduty.update_filter(
        DetectorId=detector,
        FilterName=pentest_filter,
        Action="ARCHIVE",
        FindingCriteria={"Criterion": {CALLS: {"Equals": [scanner_address]}, **until}},
    )
    guardduty.create_filter(
        DetectorId=detector,
        Name=f"{pentest_filter}-connections",
        Action="ARCHIVE",
        FindingCriteria={"Criterion": {FLOWS: {"Equals": [scanner_address]}, **until}},
    )


def before(moment):
    """A criterion: up to then."""
    return {"updatedAt": {"LessThan": int(moment.timestamp() * 1000)}}


def page_the_soc(responder, perform, soc_topic_arn):
    """A rule, and a topic that lets EventBridge publish."""
    make_rule(responder, HIGH, soc_topic_arn)
    perform(open_the_topic)


def make_rule(responder, detail, target, state="ENABLED"):
    """Findings that fit, to a target."""
    pattern = {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], "detail": detail}
    responder.events.put_rule(Name="guardduty-high", EventPattern=json.dumps(pattern), State=state)
    responder.events.put_targets(Rule="guardduty-high", Targets=[{"Id": "soc", "Arn": target}])


def open_the_topic(responder, soc_topic_arn):
    """EventBridge is somebody else than the account."""
    sns = responder.sns
    held = json.loads(sns.get_topic_attributes(TopicArn=soc_topic_arn)["Attributes"]["Policy"])
    held["Statement"].append(
        {
            "Sid": "Events",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": soc_topic_arn,
        }
    )
    sns.set_topic_attributes(
        TopicArn=soc_topic_arn, AttributeName="Policy", AttributeValue=json.dumps(held)
    )


def escalate(responder, wait, perform, worst_findings, status="NOTIFIED"):
    """As soon as Security Hub has them."""
    wait(timedelta(minutes=10))
    mark(responder, worst_findings, status)


def mark(responder, findings, status):
    """A workflow status in Security Hub."""
    pages = responder.securityhub.get_paginator("get_findings").paginate(
        Filters={"ProductName": [{"Value": "GuardDuty", "Comparison": "EQUALS"}]}
    )
    known = [one for page in pages for one in page["Findings"]]
    wanted = [one for one in known if one["Id"].rpartition("/")[2] in findings]
    responder.securityhub.batch_update_findings(
        FindingIdentifiers=[{"Id": one["Id"], "ProductArn": one["ProductArn"]} for one in wanted],
        Workflow={"Status": status},
        Note={"Text": "Told the SOC", "UpdatedBy": "responder"},
    )


def scope_the_automation(
    responder, automation_user, account_id, detector, threat_list, list_bucket, forensics_role_arn,
    key=THREATS, more=(),
):  # fmt: skip
    """One list, its object, and the role."""
    own = f"arn:aws:guardduty:us-east-1:{account_id}:detector/{detector}"
    responder.iam.put_user_policy(
        UserName=automation_user,
        PolicyName="work",
        PolicyDocument=document(
            {"Effect": "Allow", "Action": "guardduty:List*", "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": ["guardduty:GetThreatIntelSet", "guardduty:UpdateThreatIntelSet"],
                "Resource": f"{own}/threatintelset/{threat_list}",
            },
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject"],
                "Resource": f"arn:aws:s3:::{list_bucket}/{key}",
            },
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": forensics_role_arn},
            *more,
        ),
    )


STEPS = (
    report_findings,
    contain,
    remove_planted_filter,
    clean_the_list,
    unshare,
    bring_back,
    narrow_the_exception,
    page_the_soc,
    escalate,
    scope_the_automation,
)


def all_but(perform, *left_out, instead=()):
    """The reference without some of its steps, and with others at their place."""
    others = list(instead)
    for step in STEPS:
        if step not in left_out:
            perform(step)
        elif others:
            perform(others.pop(0))


# --- right --------------------------------------------------------------------------------------


@fix()
def reference(perform):
    """Contain, bring back what was hidden, keep a narrow exception, and tell somebody."""
    all_but(perform)


@fix()
def listen_to_security_hub(perform):
    """The rule is on Security Hub's findings, and sends to the queue; the testers' calls alone are out."""
    all_but(
        perform,
        narrow_the_exception,
        page_the_soc,
        instead=(narrow_by_address_and_user, rule_on_security_hub),
    )


def narrow_by_address_and_user(responder, detector, pentest_filter, scanner_address, pentest_ends):
    """What testers' users do, from the firm's address, until the end."""
    criterion = {
        CALLS: {"Equals": [scanner_address]},
        "resource.accessKeyDetails.userName": {"Matches": ["pt-*"]},
        **before(pentest_ends),
    }
    responder.guardduty.update_filter(
        DetectorId=detector, FilterName=pentest_filter, FindingCriteria={"Criterion": criterion}
    )


def rule_on_security_hub(responder, perform, soc_queue_arn):
    """What is imported from GuardDuty and severe."""
    finding = {
        "ProductName": ["GuardDuty"],
        "Severity": {"Label": ["HIGH", "CRITICAL"]},
        "RecordState": ["ACTIVE"],
        "Workflow": {"Status": ["NEW"]},
    }
    pattern = {
        "source": ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
        "detail": {"findings": finding},
    }
    responder.events.put_rule(Name="severe", EventPattern=json.dumps(pattern))
    responder.events.put_targets(Rule="severe", Targets=[{"Id": "soc", "Arn": soc_queue_arn}])
    perform(open_the_queue)


def open_the_queue(responder, soc_queue_url, soc_queue_arn):
    """EventBridge may send to it, as the topic may."""
    sqs = responder.sqs
    told = sqs.get_queue_attributes(QueueUrl=soc_queue_url, AttributeNames=["Policy"])
    held = json.loads(told["Attributes"]["Policy"])
    held["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": soc_queue_arn,
        }
    )
    sqs.set_queue_attributes(QueueUrl=soc_queue_url, Attributes={"Policy": json.dumps(held)})


# --- findings put away --------------------------------------------------------------------------


@fix(
    true_findings_stand_out="are in the archive",
    incident_is_escalated="is archived, and so on nobody's list",
)
def archive_everything(perform, responder, wait, detector):
    """All is well again when the list is empty."""
    all_but(perform)
    guardduty = responder.guardduty
    pages = guardduty.get_paginator("list_findings").paginate(DetectorId=detector)
    ids = [one for page in pages for one in page["FindingIds"]]
    for start in range(0, len(ids), 50):
        guardduty.archive_findings(DetectorId=detector, FindingIds=ids[start : start + 50])
    wait(timedelta(minutes=10))


@fix(
    true_findings_stand_out="are in the archive",
    incident_is_escalated="Security Hub doesn't have the intruder's finding",
)
def leave_the_archive_as_it_is(perform):
    """The filter is gone; what it archived stays where it is."""
    all_but(perform, bring_back, escalate)


@fix(
    true_findings_stand_out="are lost",
    incident_is_escalated="Security Hub doesn't have the intruder's finding",
    automation_works="the detector has no threat list",
    pentest_pages_nobody="pages the SOC",
)
def begin_with_a_new_detector(perform, responder, detector):
    """Off and on again: no planted filter, no trusted list, and no findings."""
    all_but(
        perform, remove_planted_filter, clean_the_list, bring_back, narrow_the_exception, escalate
    )
    responder.guardduty.delete_detector(DetectorId=detector)
    responder.guardduty.create_detector(Enable=True)


@fix(
    suppression_is_gone="The detector is suspended",
)
def suspend_the_detector(perform, responder, detector):
    """Quiet, at last."""
    all_but(perform)
    responder.guardduty.update_detector(DetectorId=detector, Enable=False)


# --- what suppresses ----------------------------------------------------------------------------


@fix(suppression_is_gone="which the intruder made, is still there")
def keep_the_planted_filter(perform):
    """It looks like all the others."""
    all_but(perform, remove_planted_filter)


@fix(suppression_is_gone="which the intruder made, is still there")
def switch_the_planted_filter_off(perform, responder, detector, planted_filter):
    """With the action NOOP it archives nothing, until somebody says ARCHIVE."""
    all_but(perform, remove_planted_filter)
    responder.guardduty.update_filter(DetectorId=detector, FilterName=planted_filter, Action="NOOP")


@fix(when="trusted_network", suppression_is_gone="still trusts the intruder's network")
def keep_the_trusted_list(perform):
    """The filter was found, and nobody asked for more."""
    all_but(perform, clean_the_list)


@fix(when="trusted_network", suppression_is_gone="GuardDuty reads a list when it is activated")
def clean_the_object_alone(perform):
    """The file is right, and GuardDuty has read the other one."""
    all_but(perform, clean_the_list, instead=(clean_the_object,))


@fix(suppression_is_gone="which the intruder made, is still there")
def tidy_up_before_containing(perform, wait):
    """Filters first; the key after lunch. Meanwhile the filter is planted again."""
    perform(report_findings)
    perform(remove_planted_filter)
    wait(timedelta(hours=3))
    all_but(perform, report_findings, remove_planted_filter)


@fix(pentest_pages_nobody="pages the SOC")
def delete_all_filters(perform):
    """No filter is the safest filter, until the next pentest at three in the morning."""
    all_but(perform, narrow_the_exception, instead=(delete_pentest_filter,))


@fix(
    attacks_are_found="is archived as it comes up",
    soc_is_told="never reaches the SOC",
)
def keep_the_wide_exception(perform):
    """Findings are suppressed by type: whoever else does the like is not seen."""
    all_but(perform, narrow_the_exception)


@fix(
    attacks_are_found="is archived as it comes up",
    pentest_pages_nobody="pages the SOC",
)
def suppress_what_is_low(perform, responder, detector, pentest_filter):
    """Low and medium are archived: they are how the next one begins."""
    all_but(perform, narrow_the_exception)
    responder.guardduty.update_filter(
        DetectorId=detector,
        FilterName=pentest_filter,
        FindingCriteria={"Criterion": {"severity": {"Lt": 7}}},
    )


@fix(
    attacks_are_found="a penetration tester's stolen key",
    soc_is_told="never reaches the SOC",
)
def suppress_the_testers_users(
    perform, responder, detector, pentest_filter, tester_one_user, tester_two_user
):
    """The testers' users, wherever they call from: their keys can be stolen as well."""
    all_but(perform, narrow_the_exception)
    users = {"resource.accessKeyDetails.userName": {"Eq": [tester_one_user, tester_two_user]}}
    responder.guardduty.update_filter(
        DetectorId=detector, FilterName=pentest_filter, FindingCriteria={"Criterion": users}
    )


@fix(exception_ends="is still suppressed")
def except_the_address_for_ever(perform, responder, detector, pentest_filter, scanner_address):
    """The firm's address, with no end: one day it is somebody else's."""
    all_but(perform)
    responder.guardduty.update_filter(
        DetectorId=detector,
        FilterName=pentest_filter,
        FindingCriteria={"Criterion": {CALLS: {"Equals": [scanner_address]}}},
    )


@fix(exception_ends="the SOC is still not told")
def let_the_rule_know_the_pentest(perform):
    """No filter: the rule leaves the firm's address out, whenever."""
    all_but(
        perform,
        narrow_the_exception,
        page_the_soc,
        instead=(delete_pentest_filter, rule_without_pentest),
    )


def delete_pentest_filter(responder, detector, pentest_filter):
    """The exception goes."""
    responder.guardduty.delete_filter(DetectorId=detector, FilterName=pentest_filter)


def rule_without_pentest(responder, perform, scanner_address, soc_queue_arn):
    """Calls from elsewhere, and everything that is no call."""
    call = {"remoteIpDetails": {"ipAddressV4": [{"anything-but": [scanner_address]}]}}
    action = {
        "$or": [
            {"actionType": [{"anything-but": "AWS_API_CALL"}]},
            {"awsApiCallAction": call},
        ]
    }
    make_rule(responder, HIGH | {"service": {"action": action}}, soc_queue_arn)
    perform(open_the_queue)


@fix(pentest_pages_nobody="leaves no findings at all")
def trust_the_pentest(
    perform,
    responder,
    detector,
    pentest_filter,
    list_bucket,
    offices,
    scanner_address,
    trusted_list,
):
    """The firm's address on the trusted list: nothing is looked at that comes from there."""
    all_but(perform, narrow_the_exception, instead=(delete_pentest_filter,))
    responder.s3.put_object(
        Bucket=list_bucket, Key=TRUSTED, Body=f"{offices}\n{scanner_address}\n".encode()
    )
    perform(activate_the_list)


@fix(pentest_pages_nobody="the exception for its address is missing, or fits nothing")
def one_filter_for_calls_and_connections(
    perform, responder, detector, pentest_filter, scanner_address
):
    """Criteria of one filter add up: no finding is both a call and a connection."""
    all_but(perform, narrow_the_exception)
    both = {CALLS: {"Eq": [scanner_address]}, FLOWS: {"Eq": [scanner_address]}}
    responder.guardduty.update_filter(
        DetectorId=detector, FilterName=pentest_filter, FindingCriteria={"Criterion": both}
    )


@fix(pentest_pages_nobody="pages the SOC")
def suppress_in_security_hub_alone(perform, responder, pentest_findings):
    """What Security Hub is told not to show, GuardDuty goes on to tell."""
    all_but(perform, narrow_the_exception, instead=(delete_pentest_filter,))
    mark(responder, pentest_findings, "SUPPRESSED")


# --- containment --------------------------------------------------------------------------------


@fix(session_is_dead="The session of the role, taken before your fix, still works")
def forget_the_session(perform):
    """The key is off, and the session needs no key."""
    all_but(perform, contain, instead=(replace_the_key,))


@fix(stolen_key_is_dead="The stolen key still works")
def forget_the_key(perform):
    """The worst finding names a role, so the role's sessions are ended, and nothing else."""
    all_but(perform, contain, instead=(revoke_sessions,))


@fix(
    stolen_key_is_dead="The stolen key still works",
    session_is_dead="still works from another address",
)
def escalate_and_go_home(perform):
    """The SOC was told, in writing."""
    all_but(perform, contain)


@fix(nothing_is_shared="is still shared with the intruder's account")
def leave_the_snapshot(perform):
    """Who did it can't come back, and needn't."""
    all_but(perform, unshare)


@fix(automation_works="The automation no longer works")
def leave_the_automation_without_a_key(perform):
    """The key is off; the automation has no other."""
    all_but(perform, contain, instead=(end_key_and_sessions,))


def end_key_and_sessions(perform):
    """Both, and no new key."""
    perform(end_the_key)
    perform(revoke_sessions)


# --- telling ------------------------------------------------------------------------------------


@fix(soc_is_told="Nothing reaches the SOC's queue")
def forget_the_topics_policy(perform, responder, soc_topic_arn):
    """The rule fits, and the topic refuses."""
    all_but(perform, page_the_soc)
    make_rule(responder, HIGH, soc_topic_arn)


@fix(soc_is_told="Nothing reaches the SOC's queue")
def leave_the_rule_off(perform, responder, soc_topic_arn):
    """Made, tested with TestEventPattern, and never enabled."""
    all_but(perform, page_the_soc)
    perform(open_the_topic)
    make_rule(responder, HIGH, soc_topic_arn, state="DISABLED")


@fix(soc_is_told="never reaches the SOC")
def page_for_this_finding_alone(perform, responder, soc_topic_arn):
    """A rule for the last attack."""
    all_but(perform, page_the_soc)
    perform(open_the_topic)
    make_rule(responder, {"type": ["Exfiltration:IAMUser/AnomalousBehavior"]}, soc_topic_arn)


@fix(soc_is_told="no message has its id or its title")
def page_without_saying_what(perform, responder, soc_topic_arn):
    """A short text is easily read on a telephone, and says nothing."""
    all_but(perform)
    told = {"InputPathsMap": {"level": "$.detail.severity"}, "InputTemplate": '"Severity <level>"'}
    target = {"Id": "soc", "Arn": soc_topic_arn, "InputTransformer": told}
    responder.events.put_targets(Rule="guardduty-high", Targets=[target])


@fix(noise_pages_nobody="An ordinary day pages the SOC")
def page_for_everything(perform, responder, soc_topic_arn):
    """Whoever is woken by every bot sleeps through the rest."""
    all_but(perform, page_the_soc)
    perform(open_the_topic)
    make_rule(responder, {"severity": [{"numeric": [">=", 1]}]}, soc_topic_arn)


@fix(incident_is_escalated="has the workflow status RESOLVED")
def resolve_instead_of_telling(perform, responder, wait, worst_findings):
    """Done is done, and nobody knows."""
    all_but(perform, escalate)
    wait(timedelta(minutes=10))
    mark(responder, worst_findings, "RESOLVED")


# --- the next time ------------------------------------------------------------------------------


@fix(next_leak_blinds_nobody="CreateFilter")
def keep_the_rights(perform):
    """A new key, and every right in GuardDuty as before."""
    all_but(perform, scope_the_automation)


@fix(next_leak_blinds_nobody="UpdateFilter")
def forbid_new_filters_alone(perform, responder, automation_user):
    """Old filters can be changed, lists as well, and the detector can be switched off."""
    all_but(perform, scope_the_automation)
    deny = {"Effect": "Deny", "Action": "guardduty:CreateFilter", "Resource": "*"}
    responder.iam.put_user_policy(
        UserName=automation_user, PolicyName="no-filters", PolicyDocument=document(deny)
    )


@fix(next_leak_blinds_nobody="PutObject")
def leave_the_trusted_object_writable(perform):
    """GuardDuty is guarded; the object that it reads next time is not."""

    def scope(
        responder,
        automation_user,
        account_id,
        detector,
        threat_list,
        list_bucket,
        forensics_role_arn,
    ):
        scope_the_automation(
            responder, automation_user, account_id, detector, threat_list, list_bucket,
            forensics_role_arn, key="*",
        )  # fmt: skip

    all_but(perform, scope_the_automation, instead=(scope,))


# --- what was handed in -------------------------------------------------------------------------


@fix(names_the_true_findings="is somebody's honest work")
def call_everything_severe_true(perform, submit, responder, detector):
    """The response is right; what is red is true."""
    all_but(perform)
    severe = {"severity": {"Gte": 7}}
    found = responder.guardduty.list_findings(
        DetectorId=detector, FindingCriteria={"Criterion": severe}
    )
    submit(findings=found["FindingIds"])


@fix(names_the_true_findings="ListFindings shows archived ones as well")
def name_one_finding_alone(perform, submit, worst_findings):
    """The response is right; the first look around is not counted."""
    all_but(perform)
    submit(findings=worst_findings[:1])


@fix(names_the_principals="did nothing wrong: an accusation needs evidence")
def accuse_the_new_office(perform, submit, guilty, engineer_arn):
    """The response is right; who shared a snapshot with the other site is accused as well."""
    all_but(perform)
    submit(principals=[*guilty, engineer_arn])


@fix(evidence_holds="did not make GuardDuty look away")
def blame_every_filter(perform, submit, records, first_record):
    """The response is right; the security engineer's own filter counts as evidence."""
    all_but(perform)
    submit(
        evidence=[
            record["eventID"]
            for record in records[:first_record]
            if record["eventName"] == "CreateFilter"
        ]
    )


@fix(knows_since_when="is not when the planted filter was made")
def count_from_the_pentest(perform, submit, records, first_record):
    """The response is right; blind since the first filter there was."""
    all_but(perform)
    made = [
        record["eventTime"]
        for record in records[:first_record]
        if record["eventName"] == "CreateFilter"
    ]
    submit(blind_since=min(made))


@fix(tells_the_pentest_apart="was not caused by the penetration test")
def count_all_guessing_as_the_pentest(perform, submit, responder, detector, pentest_findings):
    """The response is right; every guess at a password is taken for the firm's."""
    all_but(perform)
    guessed = {"type": {"Eq": ["UnauthorizedAccess:EC2/SSHBruteForce"]}}
    found = responder.guardduty.list_findings(
        DetectorId=detector, FindingCriteria={"Criterion": guessed}
    )
    submit(pentest=[*pentest_findings, *found["FindingIds"]])


@fix(tells_the_pentest_apart="calls and connections, archived or not")
def count_the_testers_calls_alone(perform, submit, responder, detector, tester_one_user):
    """The response is right; the pentest's connections have no user."""
    all_but(perform)
    calls = {"resource.accessKeyDetails.userName": {"Eq": [tester_one_user]}}
    found = responder.guardduty.list_findings(
        DetectorId=detector, FindingCriteria={"Criterion": calls}
    )
    submit(pentest=found["FindingIds"])
