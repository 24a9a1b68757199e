"""Pages of a registry's lists: `n` entries after `last`, and a `Link` header to the next ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from acr_identity.emulator.kernel.wire import Headers, natural
from acr_identity.emulator.registry_data.registry_errors import invalid

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Call

_USUAL = 100


def cut(call: Call, names: Sequence[str]) -> tuple[Sequence[str], Headers]:
    """Return the names of one page, and its headers.

    Raises:
        RegistryError: 400 when `n` is no number from 1 on.
    """
    written = call.request.parameter("n") or str(_USUAL)
    most = natural(written)
    if not most:
        raise invalid(f"the value '{written}' of n must be a number from 1 on")
    last = call.request.parameter("last")
    start = names.index(last) + 1 if last in names else 0
    size = min(most, call.settings.page_size)
    found = names[start : start + size]
    if start + size >= len(names):
        return found, ()
    order = call.request.parameter("orderby")
    query = f"last={quote(found[-1], safe='')}&n={written}&orderby={quote(order, safe='')}"
    return found, (("Link", f'<{call.request.path}?{query}>; rel="next"'),)
