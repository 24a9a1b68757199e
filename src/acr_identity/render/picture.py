"""A picture of a task: its identities, and what each may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from acr_identity.render.escape import visible
from acr_identity.render.to_html import text_html

if TYPE_CHECKING:
    from acr_identity.render.views import GrantView, IdentityView, TaskView

_WIDTH, _HEIGHT, _ROW = 220, 44, 60
_COLUMN = 290


def task_picture(view: TaskView) -> str:
    """Return the chain from a task over its identities to registries and vaults as SVG, with its words beside it.

    A line is drawn only for what is there: an identity without rights stands at its end, and a task without identities
    alone. Without identities there is nothing to draw, and the picture is empty.
    """
    if not view.identities:
        return ""
    grants = _drawn_grants(view)
    height = max(len(view.identities), len(grants)) * _ROW
    parts = [
        *_lines(view, grants),
        _box(0, _middle(len(view.identities)), "task", view.task.id.name),
        *(_box(1, row, f"identity ({identity.kind})", identity.name) for row, identity in enumerate(view.identities)),
        *(_box(2, row, grant_words(grant), grant.resource.words) for row, grant in enumerate(grants)),
    ]
    begin = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{text_html(chain_words(view))}" '
        f'viewBox="0 0 {2 * _COLUMN + _WIDTH + 4} {height}" '
        'style="max-width:800px;width:100%;font:13px ui-monospace,monospace">'
    )
    return f'<figure style="margin:8px 0">\n{begin}{"".join(parts)}</svg>\n</figure>'


def chain_words(view: TaskView) -> str:
    """Say what the picture shows: `Task t has identity i. i has AcrPull on r.`."""
    sentences = [f"Task {view.task.id.name} has identity {identity.name}." for identity in view.identities]
    for identity in view.identities:
        held = _held(view, identity)
        sentences += [f"{identity.name} has {grant_words(grant)} on {grant.resource.words}." for grant in held]
        if not held:
            sentences.append(f"{identity.name} has no rights.")
    return " ".join(sentences)


def grant_words(grant: GrantView) -> str:
    """Return the right, and that it is inherited if it is."""
    return grant.right + (" (inherited)" if grant.is_inherited else "")


def _drawn_grants(view: TaskView) -> list[GrantView]:
    return [grant for identity in view.identities for grant in _held(view, identity)]


def _held(view: TaskView, identity: IdentityView) -> tuple[GrantView, ...]:
    return tuple(grant for grant in view.grants if grant.principal_id == identity.principal_id)


def _lines(view: TaskView, grants: list[GrantView]) -> Iterator[str]:
    principals = [identity.principal_id for identity in view.identities]
    yield from (_line(0, _middle(len(principals)), row) for row in range(len(principals)))
    yield from (_line(1, principals.index(grant.principal_id), row) for row, grant in enumerate(grants))


def _middle(count: int) -> float:
    return (count - 1) / 2


def _line(column: int, begin: float, end: float) -> str:
    x, y, to = column * _COLUMN + _WIDTH + 2, begin * _ROW + _HEIGHT / 2 + 4, end * _ROW + _HEIGHT / 2 + 4
    return f'<path d="M{x} {y:g}L{x + _COLUMN - _WIDTH} {to:g}" stroke="currentColor" fill="none"/>'


def _box(column: int, row: float, above: str, name: str) -> str:
    x, y = column * _COLUMN + 2, row * _ROW + 4
    return (
        f"<g><title>{text_html(above)}: {text_html(name)}</title>"
        f'<rect x="{x}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="4" fill="none" stroke="currentColor"/>'
        f'<text x="{x + 8}" y="{y + 17:g}" fill="currentColor" font-size="11">{_short(above, 30)}</text>'
        f'<text x="{x + 8}" y="{y + 35:g}" fill="currentColor" font-weight="bold">{_short(name, 25)}</text></g>'
    )


def _short(text: str, letters: int) -> str:
    shown = visible(text)
    return text_html(shown if len(shown) <= letters else shown[: letters - 1] + "…")
