"""moto's answers, written with less searching: the same bytes in half of the time."""

from __future__ import annotations

from typing import Any

from simulator.backends import moto_xml
from simulator.backends.facade import facade


def adopt() -> None:
    """Have moto's serializers look up once what a member can be called in an object of a class."""
    from moto.core import serialize
    from moto.core.utils import MISSING, get_value

    def picked(self: Any, context: Any) -> Any:
        value = None
        for name in _names(self, context):
            found = get_value(context.obj, name, MISSING)
            if found is not MISSING:
                value = found
                break
        if self.response_transformers:
            path = f"{context.key_path}.{context.key}"
            for suffix, transform in self.response_transformers.items():
                if path.endswith(suffix):
                    return transform(value)
        return value

    module: Any = serialize
    module.AttributePicker.__call__ = picked
    module.xmltodict = facade(module.xmltodict, unparse=moto_xml.unparse)


def _names(picker: Any, context: Any) -> Any:
    """They follow from the shape, its parent and the object's class, which all outlive a call."""
    shape, kind = context.shape, type(context.obj)
    if shape is None or picker.alias_providers is not _default_providers():
        return picker.get_possible_keys(context)
    known = shape.__dict__.setdefault("drill_names", {})
    key = (type(picker), context.key, kind, getattr(shape, "parent", None))
    if key not in known:
        known[key] = tuple(dict.fromkeys(picker.get_possible_keys(context)))
    return known[key]


def _default_providers() -> Any:
    from moto.core.serialize import DEFAULT_ALIAS_PROVIDERS

    return DEFAULT_ALIAS_PROVIDERS
