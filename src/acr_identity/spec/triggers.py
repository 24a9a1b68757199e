"""When a task runs by itself."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self, Unpack
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from acr_identity.spec.base import Model, Tree, at_least_one, one_or_more, tree_of
from acr_identity.spec.cron import schedule_mistakes
from acr_identity.spec.mistakes import KeyPath, Mistake, listed, quoted, refusal, refuse
from acr_identity.spec.names import Address, Text, TriggerName
from acr_identity.spec.sources import Token

if TYPE_CHECKING:
    from acr_identity.spec.inputs import SourceTriggerInput, TriggersInput

DEFAULT_BASE_IMAGE = "defaultBaseimageTriggerName"
"""The name that the Azure CLI gives to the trigger for base images."""
DEFAULT_SOURCE = "defaultSourceTriggerName"
"""The name that the Azure CLI gives to the trigger for commits and pull requests."""

_REPOSITORY = "https://github.com/Azure-Samples/acr-tasks.git"
_TOKEN = {"env": "GIT_TOKEN"}
_GITHUB = ("github.com", "www.github.com")
_HOSTS = ("github.com", "www.github.com", "dev.azure.com")
_OLD_AZURE_REPOS = ".visualstudio.com"

Event = Literal["commit", "pullrequest"]
Events = Annotated[
    tuple[Event, ...],
    AfterValidator(at_least_one),
    BeforeValidator(one_or_more, json_schema_input_type=Event | Annotated[tuple[Event, ...], Field(min_length=1)]),
]


_ENABLED = Field(
    default=None,
    description="Whether the trigger starts runs; a new one does, and one that exists stays as it is.",
    examples=[False],
)


class Timer(Model):
    """A time at which the task runs. Without a name it is called t1, t2 and so on by its position."""

    schedule: str = Field(
        description="A cron expression in UTC: minute, hour, day of the month, month, day of the week.",
        examples=["0 21 * * *"],
    )
    name: TriggerName = Field(
        default="", description="The name of the trigger; t1, t2, … by default.", examples=["night"]
    )
    enabled: bool | None = _ENABLED

    @field_validator("schedule")
    @classmethod
    def _check_schedule(cls, value: str) -> str:
        if found := schedule_mistakes(value):
            raise refusal(" ".join(found), "An example is '0 21 * * *': each day at 21:00 UTC.")
        return value


class BaseImage(Model):
    """The task runs when an image on which its image is built is pushed."""

    type: Literal["runtime", "all"] = Field(
        default="runtime",
        description="Which base images count: that of the last stage, or those of all stages.",
        examples=["runtime"],
    )
    name: TriggerName = Field(default=DEFAULT_BASE_IMAGE, description="The name of the trigger.", examples=["base"])
    enabled: bool | None = _ENABLED


class SourceTrigger(Model):
    """The task runs when somebody commits to a repository, or opens a pull request."""

    repository: Address = Field(description="The address of the repository.", examples=[_REPOSITORY])
    branch: Text | None = Field(
        default=None,
        description="The branch: by default that of the address (`…#BRANCH`), else main.",
        examples=["main"],
    )
    events: Events = Field(default=("commit",), description="What starts a run.", examples=[["commit", "pullrequest"]])
    token: Token = Field(
        description="The token that sets up the webhook, from an environment variable.", examples=[_TOKEN]
    )
    name: TriggerName = Field(default=DEFAULT_SOURCE, description="The name of the trigger.", examples=["commits"])
    enabled: bool | None = _ENABLED

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[SourceTriggerInput]) -> None: ...

    @field_validator("repository")
    @classmethod
    def _check_repository(cls, value: str) -> str:
        host = urlsplit(value).hostname or ""
        if host not in _HOSTS and not host.endswith(_OLD_AZURE_REPOS):
            those = listed((*_HOSTS, f"ORGANIZATION{_OLD_AZURE_REPOS}"), "and")
            raise refusal(
                f"{quoted(host)} has no source triggers.",
                f"They are for {those}; use a timer, or start runs from the pipeline.",
            )
        return value

    @property
    def is_github(self) -> bool:
        """Say whether the repository is one of GitHub, and not of Azure Repos."""
        return urlsplit(self.repository).hostname in _GITHUB

    @property
    def watched_branch(self) -> str:
        """Return the branch of which commits count."""
        return self.branch or urlsplit(self.repository).fragment.partition(":")[0] or "main"


def _timer(value: object) -> object:
    return {"schedule": value} if isinstance(value, str) else value


def _base_image(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


class Triggers(Model):
    """All that starts the task. The names of the triggers differ."""

    timers: tuple[Annotated[Timer, BeforeValidator(_timer, json_schema_input_type=str | Timer)], ...] = Field(
        default=(),
        description="Times, each a cron expression in UTC, with or without a name.",
        examples=[["0 21 * * *"]],
    )
    base_image: (
        Annotated[BaseImage, BeforeValidator(_base_image, json_schema_input_type=Literal["runtime", "all"] | BaseImage)]
        | None
    ) = Field(default=None, description="New base images.", examples=["runtime"])
    sources: tuple[SourceTrigger, ...] = Field(
        default=(), description="Commits and pull requests.", examples=[[{"repository": _REPOSITORY, "token": _TOKEN}]]
    )

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[TriggersInput]) -> None: ...

    @field_validator("timers")
    @classmethod
    def _name_timers(cls, timers: tuple[Timer, ...]) -> tuple[Timer, ...]:
        return tuple(
            timer if timer.name else timer.model_copy(update={"name": f"t{number}"})
            for number, timer in enumerate(timers, 1)
        )

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        refuse("Triggers", self._same_names())
        return self

    def _same_names(self) -> Iterator[Mistake]:
        seen: set[str] = set()
        for path, name in self._names():
            if name.lower() in seen:
                yield Mistake(f"Two triggers are called {quoted(name)}.", "Give each its own `name`.", path)
            seen.add(name.lower())

    def _names(self) -> Iterator[tuple[KeyPath, str]]:
        for index, timer in enumerate(self.timers):
            yield ("timers", index, "name"), timer.name
        for index, source in enumerate(self.sources):
            yield ("sources", index, "name"), source.name
        if self.base_image is not None:
            yield ("base_image", "name"), self.base_image.name

    def to_tree(self) -> Tree:
        """Return the triggers with each timer as its schedule and the base image as its type, where that says all."""
        timers = [_short_timer(timer, number) for number, timer in enumerate(self.timers, 1)]
        short: dict[str, Tree] = {"timers": timers} if timers else {}
        base = self.base_image
        if base is not None and base.name == DEFAULT_BASE_IMAGE and base.enabled is None:
            short["base_image"] = base.type
        return {**self.entries(), **short}


def _short_timer(timer: Timer, number: int) -> Tree:
    return timer.schedule if timer.name == f"t{number}" and timer.enabled is None else tree_of(timer)
