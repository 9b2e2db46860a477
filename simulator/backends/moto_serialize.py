"""moto's answers, written with less searching: the same bytes in half of the time."""

from __future__ import annotations

from typing import Any

from simulator.backends import moto_xml
from simulator.backends.facade import facade


def adopt() -> None:
    """Have moto's serializers look up once what a member can be called in an object of a class."""
    from moto.core import serialize

    module: Any = serialize
    usual, missing, get_value = module.DEFAULT_ALIAS_PROVIDERS, module.MISSING, module.get_value

    def picked(self: Any, context: Any) -> Any:
        value = None
        shape, known = context.shape, self.alias_providers is usual
        names = _names(self, context) if known and shape is not None else None
        for name in names or self.get_possible_keys(context):
            found = get_value(context.obj, name, missing)
            if found is not missing:
                value = found
                break
        if self.response_transformers:
            path = f"{context.key_path}.{context.key}"
            for suffix, transform in self.response_transformers.items():
                if path.endswith(suffix):
                    return transform(value)
        return value

    module.AttributePicker.__call__ = picked
    if not hasattr(module.xmltodict, "drill_writes"):
        unparse = moto_xml.writing(module.xmltodict.unparse)
        module.xmltodict = facade(module.xmltodict, unparse=unparse, drill_writes=True)


def _names(picker: Any, context: Any) -> Any:
    """They follow from the shape, its parent and the object's class, which all outlive a call."""
    attributes = context.shape.__dict__
    known = attributes.setdefault("drill_names", {})
    key = (type(picker), context.key, type(context.obj), attributes.get("parent"))
    names = known.get(key)
    if names is None:
        names = known[key] = tuple(dict.fromkeys(picker.get_possible_keys(context)))
    return names
