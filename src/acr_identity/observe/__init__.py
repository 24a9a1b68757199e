"""The reads: what Azure has of what a spec names, in as few requests and as short a chain as the job allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from acr_identity.errors import AzureError
from acr_identity.gateway import DEFAULT_CONCURRENCY, Reader
from acr_identity.observe.asking import ask, assigned_at, gather, if_allowed, opened_pool
from acr_identity.observe.questions import asked_scopes, group_questions, questions, role_questions
from acr_identity.observe.remembered import with_holders, with_places
from acr_identity.spec import Spec, Vault
from acr_identity.state import Live, LiveVault, Surroundings

__all__ = ["look_around", "observe"]


def observe(reader: Reader, spec: Spec, *, whole: Spec | None = None, concurrency: int = DEFAULT_CONCURRENCY) -> Live:
    """Read what the spec names, in one round trip.

    It is more where a vault turns out to use roles, where a mark of ours names what the spec does not name any more, a
    list has several pages, or the caller may not list. Of a spec with a name, what carries its mark is read too,
    wherever it names registries and resource groups.

    Args:
        reader: whom to ask.
        spec: what is asked about.
        whole: the spec of which it is a part.
        concurrency: how many questions are asked at once, at most.

    Raises:
        AzureError: a read was refused, or no answer came.
    """
    with opened_pool(concurrency, reader) as pool:
        found = ask(pool, questions(reader, spec, whole or spec))
        scopes = asked_scopes(spec, whole or spec)
        vaults = (one for one in found if isinstance(one, LiveVault) and one.uses_rbac)
        by_role = [vault.id for vault in vaults if vault.id not in scopes]
        needed = spec.used(Vault)
        about = {vault: assigned_at(reader, vault) for vault in by_role}
        asked = ask(pool, [each if vault in needed else if_allowed(each, vault) for vault, each in about.items()])
        live = gather((*found, *asked))
        later = (*group_questions(reader, spec, live), *role_questions(reader, live))
        live = with_places(pool, reader, live, scopes | set(by_role), later)
        return with_holders(pool, reader, live, whole or spec)


def look_around(reader: Reader, subscriptions: Iterable[str]) -> Mapping[str, Surroundings]:
    """Read what else there is in subscriptions, by their ids in lower case; what may not be listed is left out."""
    around: dict[str, Surroundings] = {}
    for subscription in sorted({one.lower() for one in subscriptions}):
        with suppress(AzureError):
            around[subscription] = reader.surroundings(subscription)
    return around
