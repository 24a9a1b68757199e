"""Write a spec as YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acr_identity.spec.models import Spec


class _Dumper(yaml.SafeDumper):
    """Write lists of scalars, and mappings of at most one scalar, on one line; never use an alias."""

    def serialize(self, node: yaml.Node) -> None:
        _lay_out(node)
        super().serialize(node)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


def _lay_out(node: yaml.Node) -> None:
    inner: list[yaml.Node] = []
    match node:
        case yaml.SequenceNode():
            inner = node.value
            node.flow_style = _are_scalars(inner)
        case yaml.MappingNode():
            inner = [part for entry in node.value for part in entry]
            node.flow_style = len(node.value) <= 1 and _are_scalars(inner)
        case yaml.ScalarNode() if not node.value.isprintable():
            node.style = '"'  # PyYAML loses some line breaks in its other styles
        case _:
            pass
    for entry in inner:
        _lay_out(entry)


def _are_scalars(nodes: Iterable[yaml.Node]) -> bool:
    return all(isinstance(node, yaml.ScalarNode) for node in nodes)


def dump_spec(spec: Spec) -> str:
    """Return the spec as YAML: short where it is simple, without what is default, without any secret.

    `parse_spec` gives an equal spec, read in the same folder.
    """
    return yaml.dump(spec.to_tree(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
