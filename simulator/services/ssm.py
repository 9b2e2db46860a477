"""AWS Systems Manager: managed nodes, Session Manager and Run Command."""

from __future__ import annotations

from simulator.services import ssm_commands, ssm_compliance, ssm_nodes, ssm_sessions

describe_instance_information = ssm_nodes.describe_instance_information
send_command = ssm_commands.send_command
get_command_invocation = ssm_commands.get_command_invocation
list_commands = ssm_commands.list_commands
list_command_invocations = ssm_commands.list_command_invocations
cancel_command = ssm_commands.cancel_command
start_session = ssm_sessions.start_session
terminate_session = ssm_sessions.terminate_session
describe_sessions = ssm_sessions.describe_sessions
list_resource_compliance_summaries = ssm_compliance.list_resource_compliance_summaries
