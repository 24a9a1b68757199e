"""Places: short texts for resources, of which a tag of 256 characters holds some."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from acr_identity.ids.arm import ArmId
from acr_identity.ids.marks import LONGEST_TAG, numbered

PLACES_TAG = "acr-identity-at"
"""The tag on a task that names the resources on which it has rights, or an identity that it had."""
_PLACE = re.compile(rf"{PLACES_TAG}(?:-(?P<number>\d+))?", re.IGNORECASE)
# What a tag says becomes part of an address: it may hold what names of Azure may hold, and no more.
_NAME = re.compile(r"[-\w.()]*[-\w()]")
_HOLDERS = ("tasks", "userassignedidentities")
_SCOPE = "scope:"
SCOPE_PART = r"(?!\.{1,2}(?:/|$))[^\s/?#%\\+@]+"
"""What stands between two slashes of the id of a scope."""
_SCOPE_PART = re.compile(SCOPE_PART)
_PROVIDED = re.compile("/providers/", re.IGNORECASE)
_GOES_ON = "+"

_PROVIDERS = {
    "registries": "Microsoft.ContainerRegistry",
    "tasks": "Microsoft.ContainerRegistry",
    "vaults": "Microsoft.KeyVault",
    "userassignedidentities": "Microsoft.ManagedIdentity",
}


def place_of(id_: ArmId) -> str:
    """Return a short text for a registry, a vault, an identity or a task that `resource_at` reads again.

    >>> from acr_identity.ids import ArmId
    >>> place_of(ArmId.group("sub", "rg").provided("Microsoft.KeyVault", "vaults", "kv"))
    'vaults:sub/rg/kv'
    """
    kind, *names = _kind_and_names(id_)
    return f"{kind}:{'/'.join((id_.subscription, id_.resource_group, *names))}"


def scope_place(scope: ArmId) -> str:
    """Return the place of where a role is assigned; that of a registry or a vault is the one by which those are known.

    >>> scope_place(ArmId("/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/x"))
    'scope:sub/rg/Microsoft.Storage/storageAccounts/x'
    """
    resource = "".join(_PROVIDED.split(str(scope), maxsplit=1)[1:])
    match resource.lower().rstrip("/").split("/"):
        case [provider, "registries" | "vaults" as kind, _] if provider == _PROVIDERS[kind].lower():
            return place_of(scope)
        case _:
            return _SCOPE + "/".join((scope.subscription, _group_in(scope), resource)).rstrip("/")


def _group_in(scope: ArmId) -> str:
    return "" if str(scope).lower().split("/")[3:4] == ["providers"] else scope.resource_group


def scope_at(place: str) -> ArmId | None:
    """Return the scope that a place stands for, or `None` if it stands for something else."""
    if not place.startswith(_SCOPE):
        return None
    subscription, _, rest = place.removeprefix(_SCOPE).partition("/")
    group, _, resource = rest.partition("/")
    names = [subscription, *([group] if group else []), *(resource.split("/") if resource else [])]
    if not all(map(_SCOPE_PART.fullmatch, names)):
        return None
    text = f"/subscriptions/{subscription}"
    text += f"/resourceGroups/{group}" if group else ""
    try:
        return ArmId(f"{text}/providers/{resource}" if resource else text)
    except ValueError:
        return None


def _kind_and_names(id_: ArmId) -> tuple[str, ...]:
    parts = str(id_).strip("/").split("/")[6:]
    return (parts[-2], *parts[1::2])


def principal_place(id_: ArmId, principal_id: str) -> str:
    """Return the place of an identity that had this principal."""
    return f"{place_of(id_)}@{principal_id}"


def principals_in(places: Iterable[str]) -> dict[str, ArmId]:
    """Return the principals that places of identities name, and which identity had each."""
    parts = (place.partition("@") for place in places)
    found = ((principal, resource_at(place)) for place, _, principal in parts if principal)
    return {principal: id_ for principal, id_ in found if id_ is not None}


def with_places(tags: Iterable[tuple[str, str]], places: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the tags with these places among those that they hold."""
    tags = tuple(tags)
    kept = (tag for tag in tags if not is_place(tag[0]))
    return tuple(sorted((*kept, *remember_places({*remembered_places(tags), *places}))))


def resource_at(place: str) -> ArmId | None:
    """Return the id that a place stands for, or `None` if it is none of ours."""
    kind, _, rest = place.partition("@")[0].partition(":")
    names = rest.split("/")
    provider = _PROVIDERS.get(kind.lower())
    if provider is None or len(names) != (4 if kind.lower() == "tasks" else 3):
        return None
    if not all(map(_NAME.fullmatch, names)):
        return None
    subscription, group, name, *task = names
    first = "registries" if task else kind
    found = ArmId.group(subscription, group).provided(provider, first, name)
    return found.child(kind, task[0]) if task else found


def holder_at(place: str) -> ArmId | None:
    """Return the id of the task or the identity that a place stands for, or `None` if it stands for something else."""
    id_ = resource_at(place)
    return id_ if id_ is not None and id_.kind in _HOLDERS else None


def remember_places(places: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the tags that hold these places, as many in each as it takes.

    >>> remember_places(["vaults:sub/rg/b", "vaults:sub/rg/a"])
    (('acr-identity-at', 'vaults:sub/rg/a vaults:sub/rg/b'),)
    """
    rows: list[str] = []
    for place in sorted(set(places)):
        if rows and len(rows[-1]) + 1 + len(place) <= LONGEST_TAG:
            rows[-1] += f" {place}"
        else:
            rows += _in_rows(place)
    return tuple((numbered(PLACES_TAG, number), row) for number, row in enumerate(rows))


def _in_rows(place: str) -> Iterator[str]:
    """Yield a place in as many parts as it takes; each but the last ends with a sign that it goes on."""
    while len(place) > LONGEST_TAG:
        end = LONGEST_TAG - len(_GOES_ON)
        yield place[:end] + _GOES_ON
        place = place[end:]
    yield place


def remembered_places(tags: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the places that these tags hold."""
    found = ((_PLACE.fullmatch(name), value) for name, value in tags)
    rows = sorted((int(match["number"] or 0), value) for match, value in found if match)
    return frozenset(" ".join(value for _, value in rows).replace(f"{_GOES_ON} ", "").split())


def is_place(tag: str) -> bool:
    """Say whether a tag of this name holds places."""
    return _PLACE.fullmatch(tag) is not None
