"""The spec: what the user wants, loaded from YAML or built in Python."""

from typing import TYPE_CHECKING

from acr_identity.loading import on_demand
from acr_identity.spec.accesses import Credential, RegistryAccess, RoleAccess, VaultAccess
from acr_identity.spec.loading import load_document, load_spec, parse_spec
from acr_identity.spec.models import Spec
from acr_identity.spec.outline import SYSTEM
from acr_identity.spec.sources import FromEnvironment, FromIdentity, FromVault, TaskFile
from acr_identity.spec.steps import DockerBuild, GitTaskFile, command_file
from acr_identity.spec.targets import TARGETS, Identity, Registry, Target, Vault
from acr_identity.spec.tasks import NOBODY, Agent, Platform, Task
from acr_identity.spec.triggers import BaseImage, SourceTrigger, Timer, Triggers

if TYPE_CHECKING:
    from acr_identity.spec.dumping import dump_spec
    from acr_identity.spec.schema import json_schema

__all__ = [
    "NOBODY",
    "SYSTEM",
    "TARGETS",
    "Agent",
    "BaseImage",
    "Credential",
    "DockerBuild",
    "FromEnvironment",
    "FromIdentity",
    "FromVault",
    "GitTaskFile",
    "Identity",
    "Platform",
    "Registry",
    "RegistryAccess",
    "RoleAccess",
    "SourceTrigger",
    "Spec",
    "Target",
    "Task",
    "TaskFile",
    "Timer",
    "Triggers",
    "Vault",
    "VaultAccess",
    "command_file",
    "dump_spec",
    "json_schema",
    "load_document",
    "load_spec",
    "parse_spec",
]

# Who reads a spec does not need what writes one.
__getattr__ = on_demand(__name__, {"dumping": ("dump_spec",), "schema": ("json_schema",)})
