"""Specs that say of a task what `az acr task create` says of it by itself."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import yaml

from acr_identity.spec import Spec, load_spec
from flows.flows import Flow

TOLD_BY_AZ = {"timeout": 3600, "agent": {"cpu": 2}, "triggers": {"base_image": "runtime"}}
"""What `az` sets of each task, as a spec says it."""


def spec_that_says_what_az_says(flow: Flow, folder: Path, names: Mapping[str, str] | None = None) -> Spec:
    """Return the spec of an example, made complete and with other names, from a copy in a folder."""
    copied = shutil.copytree(flow.folder, folder / flow.name)
    for file in copied.iterdir():
        file.write_text(renamed(file.read_text(), names or {}))
        file.rename(copied / renamed(file.name, names or {}))
    path = copied / "spec.yaml"
    tree = yaml.safe_load(path.read_text())
    for task in tree["tasks"].values():
        task.update(TOLD_BY_AZ)
    path.write_text(yaml.safe_dump(tree))
    return load_spec(path)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a text with other names in it."""
    for old, new in names.items():
        text = text.replace(old, new)
    return text
