"""botocore's event handlers, copied for a client without copying the 800 that all clients share."""

from __future__ import annotations

import copy
from typing import Any

from botocore.hooks import HierarchicalEmitter, NodeList, _PrefixTrie

_MIDDLE = 1


class SharedTrie(_PrefixTrie):  # type: ignore[misc]
    """botocore's trie of handlers. A copy shares every node until one of both changes it."""

    def __init__(self) -> None:
        super().__init__()
        self._root: dict[str, Any]
        self._owner = object()

    def append_item(self, key: str, value: Any, section: int = _MIDDLE) -> None:
        """Add a handler; nodes on its way that others may see are copied first."""
        node = self._root = self._own(self._root)
        for part in key.split("."):
            node = self._child(node, part)
        if node["values"] is None:
            node["values"] = NodeList([], [], [])
        node["values"][section].append(value)

    def remove_item(self, key: str, value: Any) -> None:
        """Remove a handler.

        Raises:
            ValueError: there is none under that key.
        """
        node = self._root = self._own(self._root)
        for part in key.split("."):
            if part not in node["children"]:
                break
            node = self._child(node, part)
        super().remove_item(key, value)

    def _child(self, node: dict[str, Any], part: str) -> dict[str, Any]:
        found = node["children"].get(part) or {"chunk": part, "values": None, "children": {}}
        own: dict[str, Any] = self._own(found)
        node["children"][part] = own
        return own

    def _own(self, node: dict[str, Any]) -> dict[str, Any]:
        if node.get("owner") is self._owner:
            return node
        values = node["values"]
        return {
            "chunk": node["chunk"],
            "children": dict(node["children"]),
            "values": None if values is None else NodeList(*map(list, values)),
            "owner": self._owner,
        }

    def __copy__(self) -> SharedTrie:
        other = SharedTrie()
        other._root = self._root
        self._owner = object()
        return other


def shared(emitter: HierarchicalEmitter) -> HierarchicalEmitter:
    """An emitter with the same handlers, of which copies are cheap."""
    same = copy.copy(emitter)
    trie = SharedTrie()
    trie._root = same._handlers._root
    same._handlers = trie
    return same
