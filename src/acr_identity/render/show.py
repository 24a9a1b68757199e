"""A task as it is, for people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.ids import is_memory
from acr_identity.render.document import Column, Document, Facts, Row, Sentences, Table
from acr_identity.render.picture import task_picture
from acr_identity.render.settings_lines import plain_settings
from acr_identity.render.state_data import login_data, run_data, settings_data, tags_data
from acr_identity.render.to_html import to_html
from acr_identity.render.to_json import to_json
from acr_identity.render.to_markdown import to_markdown
from acr_identity.render.to_text import to_text
from acr_identity.render.words import (
    NOT_SET,
    login_words,
    platform_words,
    status_words,
    step_values,
    step_words,
    trigger_words,
    value_words,
)

if TYPE_CHECKING:
    from acr_identity.render.to_json import Json
    from acr_identity.render.views import GrantView, IdentityView, TaskView

_MAY_NOT = "the caller may not list the details of this task"


def task_text(view: TaskView, *, color: bool = False, width: int = 100) -> str:
    """Return a task as lines for a terminal: its settings, identities, grants and credentials."""
    return to_text(_document(view), color=color, width=width)


def task_html(view: TaskView) -> str:
    """Return a task as a fragment of HTML for a notebook, with a picture of its identities and what they may do."""
    return to_html(_document(view), picture=task_picture(view))


def task_markdown(view: TaskView) -> str:
    """Return a task as Markdown for a comment on a pull request."""
    return to_markdown(_document(view))


def task_json(view: TaskView) -> str:
    """Return a task as JSON.

    The keys are `version`, `kind` (`task`), `id`, `name`, `registry`, `location`, `settings`, `identities` (`kind`,
    `name`, `id`, `principal_id`, `client_id`), `grants` (`right`, `resource`, `scope`, `inherited`, `principal_id`),
    `credentials` (`login_server`, and how it signs in as `login`), `details_seen`, `tags` and `latest_run`.
    """
    task = view.task
    return to_json(
        "task",
        {
            "id": str(task.id),
            "name": task.id.name,
            "registry": str(task.id.parent),
            "location": task.location,
            "settings": settings_data(task.settings),
            "identities": [_identity_data(identity) for identity in view.identities],
            "grants": [_grant_data(grant) for grant in view.grants],
            "credentials": [
                {"login_server": server, "login": login_data(login)} for server, login in sorted(task.logins.items())
            ],
            "details_seen": task.details_seen,
            "tags": tags_data(task.tags),
            "latest_run": run_data(view.latest_run) if view.latest_run else None,
        },
    )


def _document(view: TaskView) -> Document:
    return Document(
        f"Task {view.task.id.name}",
        (
            Facts("Settings", tuple(pair for pair in _settings(view) if pair[1])),
            _identities(view),
            _grants(view),
            _credentials(view),
            Sentences("Note", () if view.task.details_seen else (_hidden(view.task.unseen_because or _MAY_NOT),)),
        ),
    )


def _hidden(reason: str) -> str:
    return f"Secret values and credentials are hidden: {reason}."


def _settings(view: TaskView) -> tuple[tuple[str, tuple[str, ...]], ...]:
    task, settings, run = view.task, view.task.settings, view.latest_run
    return (
        ("Id", (str(task.id),)),
        ("Registry", (task.id.parent.name,)),
        ("Location", (task.location,)),
        ("Status", (status_words(settings),)),
        ("Step", (step_words(settings.step),)),
        ("Values", tuple(map(value_words, step_values(settings.step)))),
        ("Platform", (platform_words(settings.platform),) if settings.platform else ()),
        ("Triggers", trigger_words(settings) or ("none",)),
        *((name.capitalize(), (value,)) for name, value in plain_settings(settings)),
        ("Tags", tuple(f"{name} = {text}" for name, text in task.tags if not is_memory(name))),
        ("Latest run", (f"{run.run_id}: {run.status}" if run else "none",)),
    )


def _identities(view: TaskView) -> Table:
    columns = (
        Column("Kind", beside=" ({})"),
        Column("Principal", "principal: "),
        Column("Client", "client: "),
        Column("Id", "id: "),
    )
    rows = tuple(
        Row(
            identity.name,
            (
                (_kind_words(identity),),
                (identity.principal_id or NOT_SET,),
                (identity.client_id,) if identity.client_id else (),
                (str(identity.id),) if identity.id else (),
            ),
        )
        for identity in view.identities
    )
    return Table("Identities", "Identity", columns, rows, empty="This task has no identity.")


def _grants(view: TaskView) -> Table:
    columns = (Column("On", "on "), Column("Held by", "held by "), Column("Scope", "given at "))
    rows = tuple(
        Row(
            grant.right,
            (
                (f"{grant.resource.words}: {grant.resource}",),
                (_holder(grant.principal_id, view),),
                (f"{grant.scope} (inherited)" if grant.is_inherited else "the resource itself (direct)",),
            ),
        )
        for grant in view.grants
    )
    return Table("Grants", "Right", columns, rows, empty="No identity of this task has a right that was looked for.")


def _credentials(view: TaskView) -> Table:
    names = {identity.client_id.lower(): identity.name for identity in view.identities if identity.client_id}
    rows = tuple(Row(server, ((login_words(login, names),),)) for server, login in sorted(view.task.logins.items()))
    empty = "This task has no credentials." if view.task.details_seen else "No credentials could be seen."
    return Table("Credentials", "Login server", (Column("Signs in with", "signs in with: "),), rows, empty=empty)


def _kind_words(identity: IdentityView) -> str:
    return "user-assigned" if identity.id else "system-assigned"


def _holder(principal_id: str, view: TaskView) -> str:
    names = [identity.name for identity in view.identities if identity.principal_id == principal_id]
    return f"{names[0]} ({principal_id})" if names else principal_id


def _identity_data(identity: IdentityView) -> Json:
    return {
        "kind": identity.kind,
        "name": identity.name,
        "id": str(identity.id) if identity.id else None,
        "principal_id": identity.principal_id or None,
        "client_id": identity.client_id or None,
    }


def _grant_data(grant: GrantView) -> Json:
    return {
        "right": grant.right,
        "resource": str(grant.resource),
        "scope": grant.scope,
        "inherited": grant.is_inherited,
        "principal_id": grant.principal_id,
    }
