"""botocore's models by which a service's own calls are written as they would arrive."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moto.core.model import OperationModel


@functools.cache
def serializer(protocol: str, *, checked: bool = True) -> Any:
    """What writes requests of a protocol; it checks parameters, unless they are our own."""
    from botocore.serialize import create_serializer

    return create_serializer(protocol, include_validation=checked)


@functools.cache
def operation_model(service: str, name: str) -> OperationModel:
    """The model of an operation, in moto's class, which the gateway's parser knows."""
    from moto.core.utils import get_service_model

    model: OperationModel = get_service_model(service).operation_model(name)
    return model
