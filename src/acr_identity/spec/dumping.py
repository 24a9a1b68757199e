"""Write a spec as YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acr_identity.spec.models import Spec


class _Dumper(yaml.SafeDumper):
    """Lists of scalars and mappings of at most one scalar stand on one line."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True

    def represent_sequence(
        self, tag: str, sequence: Iterable[object], flow_style: bool | None = None
    ) -> yaml.SequenceNode:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = all(isinstance(entry, yaml.ScalarNode) for entry in node.value)
        return node

    def represent_mapping(
        self, tag: str, mapping: Mapping[object, object], flow_style: bool | None = None
    ) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = len(node.value) <= 1 and all(isinstance(value, yaml.ScalarNode) for _, value in node.value)
        return node


def dump_spec(spec: Spec) -> str:
    """Return the spec as YAML: short where it is simple, without what is default, without any secret.

    `parse_spec` gives an equal spec, read in the same folder.
    """
    return yaml.dump(spec.to_tree(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
