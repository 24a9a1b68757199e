"""Which cloud to talk to: whoever runs the program says it, by name or by file."""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from acr_identity.errors import SettingsError
from acr_identity.ids import CLOUD_VARIABLE, CLOUDS, Cloud, is_https
from acr_identity.spec import load_document
from acr_identity.spec.files import is_file
from acr_identity.spec.mistakes import quoted


def _check_address(value: str) -> str:
    if not is_https(value) or "/" in value.removeprefix("https://").removesuffix("/"):
        raise ValueError("This is no https address of a host. An example is https://127.0.0.1:8443.")
    return value


def _check_suffix(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value):
        raise ValueError("This is no suffix of host names. An example is azurecr.io, without a dot in front.")
    return value


_Https = Annotated[str, AfterValidator(_check_address)]
_Suffix = Annotated[str, AfterValidator(_check_suffix)]


class CloudFile(BaseModel):
    """A file that describes a private cloud, or a local one."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    resource_manager: _Https = Field(description="The address of Azure Resource Manager.")
    authority: _Https = Field(description="The address that issues tokens.")
    credential_scopes: tuple[str, ...] = Field(
        (), description="The scopes of a token for Resource Manager; by default its address with `/.default`."
    )
    registry_suffix: _Suffix = Field(description="What follows a registry's name in its login server.")
    vault_suffix: _Suffix = Field(description="What follows a vault's name in its host.")
    ca_bundle: str = Field(default="", description="A file of certificate authorities to trust, relative to this file.")


def cloud_of_the_environment() -> Cloud | None:
    """Return the cloud that the environment variable names, or `None` where it names none.

    Raises:
        SettingsError: there is neither such a cloud nor such a file, or the file's `ca_bundle` is not there.
        SpecError: the file is invalid.
    """
    named = os.environ.get(CLOUD_VARIABLE)
    try:
        return load_cloud(named) if named else None
    except SettingsError as error:
        raise SettingsError(f"{CLOUD_VARIABLE}: {error.message}", advice=error.advice) from error


def load_cloud(cloud: str | Path) -> Cloud:
    """Return the cloud of this name, or the one that a file describes.

    >>> load_cloud("AzureUSGovernment").registry_suffix
    'azurecr.us'

    Raises:
        SettingsError: there is neither such a cloud nor such a file, or the file's `ca_bundle` holds no certificate.
        SpecError: the file is invalid.
    """
    if str(cloud) in CLOUDS:
        return CLOUDS[str(cloud)]
    path = Path(cloud)
    if not str(cloud) or not os.path.lexists(path):
        known = ", ".join(CLOUDS)
        raise SettingsError(f"no cloud and no file is called {str(cloud)!r}", advice=f"Known clouds: {known}.")
    read = load_document(path, CloudFile)
    bundle = path.parent / read.ca_bundle if read.ca_bundle else None
    if bundle is not None:
        _check_bundle(bundle, f"{path}: ca_bundle {quoted(read.ca_bundle)}")
    address = read.resource_manager.rstrip("/")
    return Cloud(
        name=path.name,
        resource_manager=address,
        authority=read.authority.rstrip("/"),
        credential_scopes=read.credential_scopes or (f"{address}/.default",),
        registry_suffix=read.registry_suffix,
        vault_suffix=read.vault_suffix,
        ca_bundle=str(bundle) if bundle else "",
    )


def _check_bundle(bundle: Path, what: str) -> None:
    if not is_file(bundle):
        raise SettingsError(f"{what} is not a file", advice="Give its path, relative to the cloud file.")
    try:
        ssl.create_default_context(cafile=bundle)
    except OSError as error:
        raise SettingsError(f"{what} holds no certificates", advice="Name a file of them in PEM.") from error
