"""What the backend would only pretend: aggregators, conformance packs, organization rules."""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Operation, Result, operation


def _refused() -> Operation:
    @operation
    def refuse(call: Call, backend: Backend) -> Result:
        raise AwsError.not_simulated(call.service, call.operation)

    return refuse


put_configuration_aggregator = _refused()
put_aggregation_authorization = _refused()
put_organization_conformance_pack = _refused()
put_evaluations = _refused()
select_aggregate_resource_config = _refused()
list_aggregate_discovered_resources = _refused()
batch_get_aggregate_resource_config = _refused()
select_resource_config = _refused()
put_resource_config = _refused()
delete_resource_config = _refused()
describe_organization_conformance_packs = _refused()
describe_organization_conformance_pack_statuses = _refused()
get_organization_conformance_pack_detailed_status = _refused()
