"""Routes as data: which request is meant, in which api-versions, what right it needs, and where we know it from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import unquote

from acr_identity.emulator.kernel.arm_errors import GATEWAY, ArmError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acr_identity.emulator.kernel.call import Handler
    from acr_identity.emulator.kernel.settings import Plane

Source: TypeAlias = Literal["recording", "specification", "documentation", "not verified"]
"""Where the answer of a route is known from; a recording of the real service counts most."""

IN_SUBSCRIPTION = "/subscriptions/{subscription}/providers"
IN_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers"
"""What the paths of providers begin with."""
NEWEST = "2027-12-31"
"""Later api-versions are refused as unknown."""
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})(-[a-z]+)?")
_PROVIDERS = re.compile("/providers/", re.IGNORECASE)
_VARIABLE = re.compile(r"\{(\w+)(\*?)\}")


@dataclass(frozen=True, slots=True)
class ApiVersions:
    """The api-versions that a provider answers: dates from the first known one on."""

    first: str
    older: tuple[str, ...] = ()
    """Versions that are not dates, like `7.4`."""

    def check(self, version: str) -> None:
        """Refuse a version that is missing, malformed or unknown.

        Raises:
            ArmError: 400, with the codes of the gateway.
        """
        if not version:
            message = "The api-version query parameter (?api-version=) is required for all requests."
            raise ArmError(400, "MissingApiVersionParameter", message, headers=GATEWAY)
        if version in self.older:
            return
        day = version_date(version)
        if day is None:
            message = f"The api-version '{version}' is invalid. The supported versions are {self.first} to {NEWEST}."
            raise ArmError(400, "InvalidApiVersionParameter", message, headers=GATEWAY)
        if not date.fromisoformat(self.first) <= day <= date.fromisoformat(NEWEST):
            message = (
                f"No registered resource provider found for API version '{version}'. "
                f"The supported api-versions are '{self.first}' to '{NEWEST}'."
            )
            raise ArmError(400, "NoRegisteredProviderFound", message, headers=GATEWAY)


def version_date(version: str) -> date | None:
    """Return the date of an api-version, `None` when it has none."""
    match = _DATED.fullmatch(version.lower())
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def is_since(version: str, day: str) -> bool:
    """Say whether an api-version is of this day or later; one without a date is.

    >>> is_since("2025-05-31-preview", "2024-11-30"), is_since("2019-09-01", "2021-10-01")
    (True, False)
    """
    found = version_date(version)
    return found is None or found.isoformat() >= day


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the emulated cloud.

    In `path`, `{name}` stands for one segment and `{name*}` for any number of them, also none.
    """

    method: str
    path: str
    handler: Handler
    versions: ApiVersions | None
    source: Source
    action: str = ""
    """The right that the caller needs, as `Microsoft.Authorization` names it; empty when the handler decides."""
    plane: Plane = "arm"


@dataclass(frozen=True, slots=True)
class Match:
    """A route and the variable parts of the path."""

    route: Route
    params: Mapping[str, str]


class RouteTable:
    """All routes, ready to be searched."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._patterns = tuple((route, _pattern(route.path)) for route in self.routes)

    def find(self, plane: Plane, method: str, path: str) -> Match:
        """Find the route of a request; casing of the path does not count.

        Raises:
            ArmError: 404 when no route has this path, 405 when one has, but not for this verb.
        """
        allowed: list[str] = []
        for route, pattern in self._patterns:
            found = pattern.fullmatch(path.rstrip("/") or "/") if route.plane == plane else None
            if found is None:
                continue
            if route.method == method:
                return Match(route, {name: unquote(value) for name, value in found.groupdict().items()})
            allowed.append(route.method)
        raise _no_method(method, allowed) if allowed else _no_route(path)


def _pattern(path: str) -> re.Pattern[str]:
    parts: list[str] = []
    end = 0
    for variable in _VARIABLE.finditer(path):
        start = variable.start()
        literal = path[end:start]
        if variable[2]:
            parts.append(f"{re.escape(literal.removesuffix('/'))}(?P<{variable[1]}>(?:/[^/]+)*?)")
        else:
            parts.append(f"{re.escape(literal)}(?P<{variable[1]}>[^/]+)")
        end = variable.end()
    parts.append(re.escape(path[end:]))
    return re.compile("".join(parts), re.IGNORECASE)


def _no_method(method: str, allowed: list[str]) -> ArmError:
    message = f"The requested resource does not support http method '{method}'."
    return ArmError(405, "MethodNotAllowed", message, headers=(("Allow", ", ".join(allowed)), *GATEWAY))


def _no_route(path: str) -> ArmError:
    namespace, types = _provider(path)
    if not namespace:
        message = f"No HTTP resource was found that matches the request path '{path}'."
        return ArmError(404, "InvalidResourceType", message, headers=GATEWAY)
    message = (
        f"The resource type '{types}' could not be found in the namespace '{namespace}': '{path}' is not emulated."
    )
    return ArmError(404, "InvalidResourceType", message, headers=GATEWAY)


def _provider(path: str) -> tuple[str, str]:
    parts = _PROVIDERS.split(path)
    segments = parts[-1].split("/")
    return (segments[0], "/".join(segments[1::2])) if parts[1:] else ("", "")
