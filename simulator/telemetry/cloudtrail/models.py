"""botocore's description of a service, loaded once."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Final

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, OperationNotFoundError, ServiceModel, Shape
from botocore.regions import EndpointResolver

_SHOWN_ALL_THE_SAME: Final = frozenset({"ModifyInstanceAttributeValue"})
"""Shapes that hold a secret only in one of their uses."""


@cache
def service_model(service: str) -> ServiceModel | None:
    """The model of botocore service `service`, or None where botocore has no such service."""
    try:
        description = _loader().load_service_model(service, "service-2")
    except UnknownServiceError:
        return None
    return ServiceModel(description, service)


@cache
def operation_model(service: str, operation: str) -> OperationModel | None:
    """The model of one operation, or None where botocore does not know it."""
    model = service_model(service)
    if model is None:
        return None
    try:
        return model.operation_model(operation)
    except OperationNotFoundError:
        return None


def is_sensitive(shape: Shape) -> bool:
    """Whether the model marks values of this shape as secret."""
    return bool(shape.metadata.get("sensitive")) and shape.name not in _SHOWN_ALL_THE_SAME


@lru_cache(maxsize=1024)
def endpoint(service: str, region: str) -> tuple[str, str]:
    """The hostname of `service` in `region` and the region that signs for it.

    A global service answers with its one hostname and home region:
    ("iam.amazonaws.com", "us-east-1").
    """
    model = service_model(service)
    prefix = model.endpoint_prefix if model is not None else service
    found: dict[str, Any] | None = _resolver().construct_endpoint(prefix, region)
    if found is None or "hostname" not in found:
        return f"{prefix}.{region}.amazonaws.com", region
    scope = found.get("credentialScope", {}).get("region", region)
    return found["hostname"], scope if found.get("endpointName") != region else region


@cache
def _loader() -> Loader:
    return Loader()


@cache
def _resolver() -> EndpointResolver:
    return EndpointResolver(_loader().load_data("endpoints"))
