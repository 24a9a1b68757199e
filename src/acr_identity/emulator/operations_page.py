"""The page of the documentation that lists every operation, made from the route table.

`python -m acr_identity.emulator.operations_page > docs/reference/emulator-operations.md` writes it anew.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from acr_identity.emulator.dispatch.routes import TABLE
from acr_identity.emulator.kernel.routing import NEWEST
from acr_identity.emulator.not_emulated import NOT_EMULATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acr_identity.emulator.kernel.routing import ApiVersions, Route
    from acr_identity.emulator.kernel.settings import Plane

_TITLES: Mapping[Plane, str] = {
    "metadata": "Description of the cloud",
    "login": "Microsoft Entra ID",
    "graph": "Microsoft Graph",
    "arm": "Azure Resource Manager",
    "registry": "Data plane of a registry",
    "vault": "Data plane of a vault",
    "blob": "Store of the logs",
}

_HEAD = f"""\
# Operations of the emulator

This page is made from the emulator's own route table, so it lists what is there and nothing else.

*Source* says where the answer of an operation is known from, the best first: a *recording* of the real service, the
published *specification*, the *documentation*, or *not verified*: nobody has compared it with the real service.

*api-versions* are all dated ones from the first to {NEWEST}, with or without a suffix such as `-preview`; a dash means
that none is asked for. *Action* is the right that the caller needs; a dash means that the operation decides by itself.
"""


def operations_page() -> str:
    """Return the whole page, as Markdown."""
    parts = [
        _section(title, [route for route in TABLE.routes if route.plane == plane]) for plane, title in _TITLES.items()
    ]
    return "\n".join((_HEAD, *filter(None, parts), _left_out()))


def _section(title: str, routes: list[Route]) -> str:
    if not routes:
        return ""
    rows = (
        (route.method, _code(route.path), _versions(route.versions), _code(route.action), route.source)
        for route in routes
    )
    return f"## {title}\n\n{_table(('Verb', 'Path', 'api-versions', 'Action', 'Source'), rows)}"


def _left_out() -> str:
    return f"## What is not emulated\n\n{_table(('Area', 'What there is not'), NOT_EMULATED)}"


def _versions(versions: ApiVersions | None) -> str:
    if versions is None:
        return "-"
    return ", ".join((*versions.older, f"{versions.first} and later"))


def _code(text: str) -> str:
    return f"`{text}`" if text else "-"


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (titles, tuple("---" for _ in titles), *rows)
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(operations_page())
