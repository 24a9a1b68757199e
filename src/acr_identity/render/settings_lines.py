"""What is set of a task, as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.render.words import platform_words, status_words, step_values, step_words, trigger_words, value_words
from acr_identity.secrecy import NotSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acr_identity.state import TaskSettings


def settings_lines(settings: TaskSettings) -> Iterator[str]:
    """Yield a line for each setting that says something."""
    if settings.step:
        yield f"step: {step_words(settings.step)}"
        yield from (f"value: {value_words(value)}" for value in step_values(settings.step))
    if settings.platform:
        yield f"platform: {platform_words(settings.platform)}"
    yield from (f"trigger: {line}" for line in trigger_words(settings))
    yield from _unset_tokens(settings)
    if settings.enabled is not None:
        yield f"status: {status_words(settings)}"
    yield from (f"{name}: {value}" for name, value in plain_settings(settings))


def _unset_tokens(settings: TaskSettings) -> Iterator[str]:
    """Yield a line for each token that the environment does not have; of one that it has, nothing is shown."""
    if settings.step and isinstance(settings.step.token, NotSet):
        yield f"token of the step: {settings.step.token}"
    for source in settings.sources or ():
        if isinstance(source.token, NotSet):
            yield f"token of source {source.name}: {source.token}"


def plain_settings(settings: TaskSettings) -> tuple[tuple[str, str], ...]:
    """Return the settings that are one number or word, as far as they are set."""
    named = (
        ("cores", settings.cpu),
        ("agent pool", settings.pool),
        ("timeout", f"{settings.timeout} s" if settings.timeout else None),
        ("log template", settings.log_template),
        ("login to the own registry", settings.source_login),
    )
    return tuple((name, str(value)) for name, value in named if value is not None)
