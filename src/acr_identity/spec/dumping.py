"""Write a spec as YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from acr_identity.spec.models import Spec


class _Dumper(yaml.SafeDumper):
    """Write lists of scalars, and mappings of at most one scalar, on one line; never use an alias."""

    def serialize(self, node: yaml.Node) -> None:
        _lay_out(node)
        super().serialize(node)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


def _lay_out(node: yaml.Node) -> None:
    match node:
        case yaml.SequenceNode():
            node.flow_style = all(isinstance(entry, yaml.ScalarNode) for entry in node.value)
            inner = node.value
        case yaml.MappingNode():
            inner = [value for _, value in node.value]
            node.flow_style = len(inner) <= 1 and all(isinstance(value, yaml.ScalarNode) for value in inner)
        case _:
            inner = []
    for entry in inner:
        _lay_out(entry)


def dump_spec(spec: Spec) -> str:
    """Return the spec as YAML: short where it is simple, without what is default, without any secret.

    `parse_spec` gives an equal spec, read in the same folder.
    """
    return yaml.dump(spec.to_tree(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
