"""The kinds of step that a task can have besides an encoded file or command."""

from typing import TYPE_CHECKING, Annotated, Self, Unpack

from pydantic import BeforeValidator, Field, model_validator

from acr_identity.spec.base import Model, Tree, one_or_more
from acr_identity.spec.mistakes import Mistake, refuse
from acr_identity.spec.names import Address, Text
from acr_identity.spec.sources import Token, Value
from acr_identity.spec.templates import Template

if TYPE_CHECKING:
    from acr_identity.spec.inputs import DockerBuildInput, GitTaskFileInput

_REPOSITORY = "https://github.com/Azure-Samples/acr-tasks.git#main"
_READER = "The token that reads the repository, from an environment variable."

Images = Annotated[
    tuple[Template, ...], BeforeValidator(one_or_more, json_schema_input_type=Template | tuple[Template, ...])
]
"""A list of image names; a single name stands for a list of one."""


class GitTaskFile(Model):
    """A task file in a git repository."""

    context: Address = Field(
        description="The repository with branch and folder: https://HOST/OWNER/NAME.git#BRANCH:FOLDER.",
        examples=[_REPOSITORY],
    )
    file: Text = Field(description="The task file, relative to the context.", examples=["acr-task.yaml"])
    values_file: Text | None = Field(
        default=None, description="A file of values, relative to the context.", examples=["values.yaml"]
    )
    token: Token | None = Field(default=None, description=_READER, examples=[{"env": "GIT_TOKEN"}])

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[GitTaskFileInput]) -> None: ...


class DockerBuild(Model):
    """A Dockerfile in a git repository: one image is built, and pushed to the task's registry."""

    context: Address = Field(
        description="The repository with branch and folder: https://HOST/OWNER/NAME.git#BRANCH:FOLDER.",
        examples=[_REPOSITORY],
    )
    file: Template = Field(
        default="Dockerfile", description="The Dockerfile, relative to the context.", examples=["Dockerfile"]
    )
    images: Images = Field(
        default=(),
        description="The names and tags of the image, without the registry.",
        examples=[["hello:{{.Run.ID}}"]],
    )
    push: bool = Field(default=True, description="Whether the image is pushed.", examples=[True])
    cache: bool = Field(default=True, description="Whether the build may use cached layers.", examples=[True])
    target: Text | None = Field(default=None, description="The stage of the Dockerfile to build.", examples=["release"])
    arguments: dict[Text, Value] = Field(
        default_factory=dict,
        description="Build arguments; a secret one comes from an environment variable.",
        examples=[{"NODE_VERSION": "22", "NPM_TOKEN": {"env": "NPM_TOKEN"}}],
    )
    token: Token | None = Field(default=None, description=_READER, examples=[{"env": "GIT_TOKEN"}])

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[DockerBuildInput]) -> None: ...

    @model_validator(mode="after")
    def _check_images(self) -> Self:
        if self.push and not self.images:
            fix = "Add `images: [name:tag]`, or write `push: false`."
            refuse("DockerBuild", [Mistake("The image that is pushed has no name.", fix)])
        return self

    def to_tree(self) -> Tree:
        """Return the build with a single image as a text."""
        images: dict[str, Tree] = {"images": self.images[0]} if len(self.images) == 1 else {}
        return {**self.entries(), **images}


def command_file(command: str) -> str:
    """Return the task file that a command stands for: the text that `az acr task create --cmd` sends.

    So a task that was made by hand shows no difference.
    """
    step = _scalar(command)
    return f"version: v1.1.0\nsteps: \n  - cmd: {step}\n    disableWorkingDirectoryOverride: true\n    timeout: 3600\n"


def _scalar(text: str) -> str:
    is_plain = text[0] not in "{}[]&*!|>'\"%@`,?:-# " and ": " not in text and " #" not in text and text[-1] not in ": "
    return text if is_plain else "'" + text.replace("'", "''") + "'"
