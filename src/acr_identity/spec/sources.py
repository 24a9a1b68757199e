"""Values that come from elsewhere: a task file, an environment variable, a key vault."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, PrivateAttr, SecretStr, ValidationInfo, field_validator, model_serializer

from acr_identity.errors import PlacedMistake, SpecError
from acr_identity.secrecy import NotSet
from acr_identity.secrecy import Secret as SecretValue
from acr_identity.spec.base import Model, Tree
from acr_identity.spec.files import LARGEST_TASK_FILE, place_below, read_file
from acr_identity.spec.mistakes import quoted, refusal
from acr_identity.spec.names import SecretName, SecretVersion, Text, VariableName
from acr_identity.spec.places import Reading

_LONGEST_PATH = 300
_LITERAL = "A secret is never written into the spec."
_WHERE_FROM = "Write {env: NAME} for an environment variable or {vault: …, secret: …} for a key vault."
_ALLOW = "Put it there, or allow its folder: --files-from DIR on the command line, files_from in Python."
_VALUE_FROM = (
    "Write the text, {env: NAME} for a secret from an environment variable, or {client_id_of: NAME} for the client id "
    "of an identity."
)


_VALUE = re.compile(r"\.Values\.([A-Za-z_][A-Za-z0-9_]*)")


class TaskFile(Model):
    """A task file on disk. In YAML it is the file's path, relative to the spec.

    Equality covers the content; a dump holds only the path.

    Args:
        path: the path as written in the spec.
        content: the text of the file; every line ends with a line feed.
    """

    path: Text = Field(description="The path of the task file, relative to the spec.")
    content: Text = Field(description="The text of the file.", repr=False)

    @field_validator("content", mode="before")
    @classmethod
    def _end_lines_with_line_feeds(cls, value: object) -> object:
        return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value

    @property
    def value_names(self) -> frozenset[str]:
        """Return the names of the values that the file uses as `{{.Values.NAME}}`."""
        return frozenset(_VALUE.findall(self.content))

    @classmethod
    def read(cls, path: str, folder: Path = Path()) -> Self:
        """Read a task file; the path is relative to the folder.

        Whoever calls this chooses the file: it may be anywhere. What a spec names must be below its own folders.

        Raises:
            SpecError: there is no such file, it is not a regular one, has more than one mebibyte, cannot be read, is
                not UTF-8, has a NUL, or is empty.
        """
        return cls._at(folder / path, path, folder / path)

    @classmethod
    def _at(cls, place: Path, path: str, shown: Path) -> Self:
        try:
            content = read_file(place, LARGEST_TASK_FILE).decode()
        except (OSError, ValueError) as error:
            raise _unreadable(shown, error) from error
        if not content.strip():
            raise SpecError([PlacedMistake(f"The task file {quoted(path)} is empty.", file=str(shown))])
        if "\0" in content:
            raise SpecError([PlacedMistake(f"The task file {quoted(path)} is no text.", file=str(shown))])
        return cls(path=path, content=content)

    @classmethod
    def of_a_spec(cls, path: str, reading: Reading) -> Self:
        """Read a task file that a spec names.

        Raises:
            SpecError: it is not below the spec's own folders, or cannot be read; as for `read`.
        """
        shown = reading.folder / path
        try:
            place = place_below(shown, reading.folders)
        except ValueError as error:
            raise _unreadable(shown, error) from error
        if place is None:
            message = f"The file {quoted(path, _LONGEST_PATH)} is not in the repository of the spec."
            raise SpecError([PlacedMistake(message, _ALLOW, file=str(shown))])
        return cls._at(place, path, shown)

    @model_serializer
    def _dump(self) -> str:
        return self.path

    def to_tree(self) -> Tree:
        """Return the path."""
        return self.path


class FromEnvironment(Model):
    """A secret in an environment variable. No text, dump or error ever shows its value.

    >>> FromEnvironment(env="DOCKER_PASSWORD").filled({"DOCKER_PASSWORD": "s3cret"})
    FromEnvironment(env='DOCKER_PASSWORD')
    """

    env: VariableName = Field(description="The name of the environment variable.", examples=["DOCKER_PASSWORD"])
    _value: SecretValue | None = PrivateAttr(default=None)

    @property
    def value(self) -> SecretValue:
        """Return the secret, or that there is none.

        Raises:
            SpecError: the variable was not read yet; see `Spec.with_environment`.
        """
        if self._value is None:
            raise SpecError(
                [PlacedMistake(f"The environment variable {self.env} was not read.", "Fill the spec first.")]
            )
        return self._value

    def __reduce__(self) -> tuple[object, ...]:
        # A pickle names the variable only: whoever unpickles it reads the variable where that process runs.
        return partial(type(self), env=self.env), ()

    def filled(self, environ: Mapping[str, str]) -> Self:
        """Return a copy that holds the variable's value, or that it has none."""
        text = environ.get(self.env)
        copy = self.model_copy()
        copy._value = SecretStr(text) if text else NotSet(self.env, "not set" if text is None else "empty")  # noqa: SLF001 - a copy of ourselves
        return copy


class FromVault(Model):
    """A secret in a key vault. The task's identity reads it when the task runs."""

    vault: str = Field(description="The vault: a key of `vaults`.", examples=["mykeyvault"])
    secret: SecretName = Field(description="The name of the secret in the vault.", examples=["Password"])
    version: SecretVersion | None = Field(
        default=None,
        description="The version of the secret; by default the newest.",
        examples=["0123456789abcdef0123456789abcdef"],
    )


class FromIdentity(Model):
    """The client id of a user-assigned identity of the task: by it a step signs in. It is known when that is there."""

    client_id_of: str = Field(
        description="The identity: a key of `identities` that the task has.", examples=["myACRTasksId"]
    )


def _task_file(value: object, info: ValidationInfo) -> object:
    if isinstance(value, TaskFile):
        return value
    if not isinstance(value, str):
        raise refusal("Expected the path of a task file.", "Write `file: task.yaml`.")
    try:
        return TaskFile.of_a_spec(value, info.context) if isinstance(info.context, Reading) else TaskFile.read(value)
    except SpecError as error:
        raise refusal(error.problems[0].message, error.problems[0].fix) from None


def _secret(value: object) -> object:
    match value:
        case FromEnvironment() | FromVault():
            return value
        case {"env": _, "vault": _}:
            raise refusal("Both `env` and `vault` are given.", "Keep the one that holds the secret.")
        case {"env": _}:
            return FromEnvironment.model_validate(value)
        case {"vault": _} | {"secret": _}:
            return FromVault.model_validate(value)
        case _:
            raise refusal(_LITERAL, _WHERE_FROM)


def _environment(value: object) -> object:
    if isinstance(value, FromEnvironment | Mapping):
        return value
    raise refusal(_LITERAL, "Write {env: NAME} for an environment variable.")


def _value(value: object) -> object:
    match value:
        case str() | FromEnvironment() | FromIdentity():
            return value
        case {"env": _}:
            return FromEnvironment.model_validate(value)
        case {"client_id_of": _}:
            return FromIdentity.model_validate(value)
        case {"vault": _}:
            raise refusal("A value cannot come from a vault.", "Let the task file read it: list it under `secrets`.")
        case bool() | int() | float():
            raise refusal("Expected text.", "Put it in quotes.")
        case _:
            raise refusal("Expected text.", _VALUE_FROM)


def _unreadable(path: Path, error: OSError | ValueError) -> SpecError:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            message, fix = f"There is no file {quoted(str(path), _LONGEST_PATH)}.", "Paths are relative to the spec."
        case IsADirectoryError():
            message, fix = f"{quoted(str(path), _LONGEST_PATH)} is a folder.", "Name the file."
        case UnicodeDecodeError():
            message, fix = f"The file {quoted(str(path), _LONGEST_PATH)} is not UTF-8.", "Save it as UTF-8."
        case OSError():
            message, fix = f"The file {quoted(str(path), _LONGEST_PATH)} cannot be read: {error.strerror}.", ""
        case _:
            message, fix = f"{quoted(str(path), _LONGEST_PATH)} is no path.", ""
    return SpecError([PlacedMistake(message, fix, file=str(path))])


TaskFileEntry = Annotated[TaskFile, BeforeValidator(_task_file, json_schema_input_type=Text)]
"""A task file, or in YAML its path."""
Secret = Annotated[FromEnvironment | FromVault, BeforeValidator(_secret)]
"""A secret: from the environment or from a vault, never literal."""
Token = Annotated[FromEnvironment, BeforeValidator(_environment, json_schema_input_type=FromEnvironment)]
"""A secret that can only come from the environment."""
Value = Annotated[str | FromEnvironment | FromIdentity, BeforeValidator(_value)]
"""A text, a secret from the environment, or the client id of an identity."""
