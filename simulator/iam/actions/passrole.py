"""Calls that hand a role to a service: the caller also needs iam:PassRole on that role.

Source: "Grant a user permissions to pass a role to an AWS service" (IAM User Guide) and the
services' own pages. The service is what iam:PassedToService holds.
"""

from __future__ import annotations

from collections.abc import Mapping

_LAMBDA = {"Role": "lambda.amazonaws.com"}
_STATES = {"roleArn": "states.amazonaws.com"}
_CLOUDFORMATION = {"RoleARN": "cloudformation.amazonaws.com"}
_STACK_SET = {"AdministrationRoleARN": "cloudformation.amazonaws.com"}
_TRAIL = {"CloudWatchLogsRoleArn": "cloudtrail.amazonaws.com"}
_TASK = {
    "overrides.executionRoleArn": "ecs-tasks.amazonaws.com",
    "overrides.taskRoleArn": "ecs-tasks.amazonaws.com",
}
_GLUE = {"Role": "glue.amazonaws.com"}
_MONITORING = {"MonitoringRoleArn": "monitoring.rds.amazonaws.com"}
_RDS_ROLE = {"RoleArn": "rds.amazonaws.com"}
_BACKUP = {"IamRoleArn": "backup.amazonaws.com"}
_WINDOW_TASK = {
    "ServiceRoleArn": "ssm.amazonaws.com",
    "TaskInvocationParameters.RunCommand.ServiceRoleArn": "ssm.amazonaws.com",
}
_AUTOMATION = {"Parameters.AutomationAssumeRole[]": "ssm.amazonaws.com"}

PASSES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "autoscaling": {
        "PutLifecycleHook": {"RoleARN": "autoscaling.amazonaws.com"},
        "CreateAutoScalingGroup": {
            "LifecycleHookSpecificationList[].RoleARN": "autoscaling.amazonaws.com",
            "ServiceLinkedRoleARN": "autoscaling.amazonaws.com",
        },
    },
    "backup": {
        "CreateBackupSelection": {"BackupSelection.IamRoleArn": "backup.amazonaws.com"},
        "StartBackupJob": _BACKUP,
        "StartCopyJob": _BACKUP,
        "StartRestoreJob": _BACKUP,
    },
    "cloudformation": {
        "ContinueUpdateRollback": _CLOUDFORMATION,
        "CreateChangeSet": _CLOUDFORMATION,
        "CreateStack": _CLOUDFORMATION,
        "CreateStackSet": _STACK_SET,
        "DeleteStack": _CLOUDFORMATION,
        "UpdateStack": _CLOUDFORMATION,
        "UpdateStackSet": _STACK_SET,
    },
    "cloudtrail": {"CreateTrail": _TRAIL, "UpdateTrail": _TRAIL},
    "cloudwatch": {"PutMetricStream": {"RoleArn": "streams.metrics.cloudwatch.amazonaws.com"}},
    "cognito-idp": {
        "CreateGroup": {"RoleArn": "cognito-identity.amazonaws.com"},
        "CreateUserImportJob": {"CloudWatchLogsRoleArn": "cognito-idp.amazonaws.com"},
        "UpdateGroup": {"RoleArn": "cognito-identity.amazonaws.com"},
    },
    "config": {
        "PutConfigurationAggregator": {
            "OrganizationAggregationSource.RoleArn": "config.amazonaws.com"
        },
        "PutConfigurationRecorder": {"ConfigurationRecorder.roleARN": "config.amazonaws.com"},
        "PutRemediationConfigurations": {
            "RemediationConfigurations[].Parameters.AutomationAssumeRole.StaticValue.Values[]": (
                "ssm.amazonaws.com"
            )
        },
    },
    "ec2": {"CreateFlowLogs": {"DeliverLogsPermissionArn": "vpc-flow-logs.amazonaws.com"}},
    "ecs": {
        "RegisterTaskDefinition": {
            "executionRoleArn": "ecs-tasks.amazonaws.com",
            "taskRoleArn": "ecs-tasks.amazonaws.com",
        },
        "RunTask": _TASK,
        "StartTask": _TASK,
        "CreateService": {"role": "ecs.amazonaws.com"},
    },
    "eks": {
        "CreateCluster": {"roleArn": "eks.amazonaws.com"},
        "CreateFargateProfile": {"podExecutionRoleArn": "eks-fargate-pods.amazonaws.com"},
        "CreateNodegroup": {"nodeRole": "ec2.amazonaws.com"},
        "CreatePodIdentityAssociation": {"roleArn": "pods.eks.amazonaws.com"},
        "UpdatePodIdentityAssociation": {"roleArn": "pods.eks.amazonaws.com"},
    },
    "events": {
        "CreateEndpoint": {"RoleArn": "events.amazonaws.com"},
        "PutRule": {"RoleArn": "events.amazonaws.com"},
        "PutTargets": {"Targets[].RoleArn": "events.amazonaws.com"},
        "UpdateEndpoint": {"RoleArn": "events.amazonaws.com"},
    },
    "firehose": {
        "CreateDeliveryStream": {
            "ExtendedS3DestinationConfiguration.RoleARN": "firehose.amazonaws.com",
            "KinesisStreamSourceConfiguration.RoleARN": "firehose.amazonaws.com",
            "S3DestinationConfiguration.RoleARN": "firehose.amazonaws.com",
        },
        "UpdateDestination": {
            "ExtendedS3DestinationUpdate.RoleARN": "firehose.amazonaws.com",
            "S3DestinationUpdate.RoleARN": "firehose.amazonaws.com",
        },
    },
    "glue": {
        "CreateCrawler": _GLUE,
        "CreateDevEndpoint": {"RoleArn": "glue.amazonaws.com"},
        "CreateJob": _GLUE,
        "CreateMLTransform": _GLUE,
        "CreateSession": _GLUE,
        "UpdateCrawler": _GLUE,
        "UpdateJob": {"JobUpdate.Role": "glue.amazonaws.com"},
        "UpdateMLTransform": _GLUE,
    },
    "guardduty": {
        "CreateMalwareProtectionPlan": {"Role": "malware-protection-plan.guardduty.amazonaws.com"},
        "UpdateMalwareProtectionPlan": {"Role": "malware-protection-plan.guardduty.amazonaws.com"},
    },
    "lambda": {"CreateFunction": _LAMBDA, "UpdateFunctionConfiguration": _LAMBDA},
    "logs": {
        "CreateScheduledQuery": {"executionRoleArn": "logs.amazonaws.com"},
        "PutDestination": {"roleArn": "logs.amazonaws.com"},
        "PutSubscriptionFilter": {"roleArn": "logs.amazonaws.com"},
        "UpdateScheduledQuery": {"executionRoleArn": "logs.amazonaws.com"},
    },
    "rds": {
        "AddRoleToDBCluster": _RDS_ROLE,
        "AddRoleToDBInstance": _RDS_ROLE,
        "CreateDBCluster": _MONITORING,
        "CreateDBInstance": _MONITORING,
        "CreateDBInstanceReadReplica": _MONITORING,
        "CreateDBProxy": _RDS_ROLE,
        "ModifyDBCluster": _MONITORING,
        "ModifyDBInstance": _MONITORING,
        "ModifyDBProxy": _RDS_ROLE,
        "RestoreDBClusterFromS3": {"S3IngestionRoleArn": "rds.amazonaws.com"},
        "RestoreDBInstanceFromS3": {
            "MonitoringRoleArn": "monitoring.rds.amazonaws.com",
            "S3IngestionRoleArn": "rds.amazonaws.com",
        },
        "StartExportTask": {"IamRoleArn": "export.rds.amazonaws.com"},
    },
    "scheduler": {
        "CreateSchedule": {"Target.RoleArn": "scheduler.amazonaws.com"},
        "UpdateSchedule": {"Target.RoleArn": "scheduler.amazonaws.com"},
    },
    "ssm": {
        "CreateActivation": {"IamRole": "ssm.amazonaws.com"},
        "RegisterTaskWithMaintenanceWindow": _WINDOW_TASK,
        "SendCommand": {"ServiceRoleArn": "ssm.amazonaws.com"},
        "StartAutomationExecution": _AUTOMATION,
        "UpdateMaintenanceWindowTask": _WINDOW_TASK,
        "UpdateManagedInstanceRole": {"IamRole": "ssm.amazonaws.com"},
    },
    "stepfunctions": {"CreateStateMachine": _STATES, "UpdateStateMachine": _STATES},
}
"""Service → operation → path of the role → the service that it is passed to."""
