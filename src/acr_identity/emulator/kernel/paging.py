"""Lists in pages: a `nextLink` that carries where to go on."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from acr_identity.emulator.kernel.arm_errors import bad_request
from acr_identity.emulator.kernel.wire import Json, JsonObject, Reply, natural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acr_identity.emulator.kernel.call import Call

_NEXT = "$skiptoken"


def page(call: Call, found: Sequence[JsonObject], *, size: int = 0, ends_with_null: bool = False) -> Reply:
    """Answer with one page of a list; `size` may make it smaller than the settings do.

    The last page has no `nextLink`, or with `ends_with_null` one that is null.
    """
    start = _start(call)
    length = min(size, call.settings.page_size) if size else call.settings.page_size
    end = start + max(1, length)
    shown: list[Json] = list(found[start:end])
    content: JsonObject = {"value": shown}
    if end < len(found):
        content["nextLink"] = _link(call, end)
    elif ends_with_null:
        content["nextLink"] = None
    return Reply.json(200, content)


def top_of(call: Call) -> int:
    """Return what `$top` says, 0 when it is not there.

    Raises:
        ArmError: 400 when it is no number from 1 on.
    """
    written = call.request.parameter("$top")
    if not written:
        return 0
    top = natural(written)
    if not top:
        raise bad_request("InvalidTop", f"The value '{written}' of $top is invalid: it must be a number from 1 on.")
    return top


def _start(call: Call) -> int:
    token = call.request.parameter(_NEXT)
    if not token:
        return 0
    try:
        return max(0, int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("from:")))
    except (ValueError, binascii.Error) as error:
        raise bad_request("InvalidSkipToken", f"The skip token '{token}' is invalid.") from error


def _link(call: Call, end: int) -> str:
    kept = [(name, value) for name, value in call.request.query if name.lower() != _NEXT]
    token = base64.urlsafe_b64encode(f"from:{end}".encode()).decode()
    query = urlencode([*kept, (_NEXT, token)], quote_via=quote, safe="$")
    return f"{call.request.base}{call.request.path}?{query}"
