"""Questions, answered as raw JSON: right in any number of threads, and ten times as fast as the SDK's models for lists.

The SDK's models complete their classes when they are first used, without a lock (`_utils/model_base.py` of
azure-mgmt-containerregistrytasks 1.0.0b1, azure-mgmt-containerregistry 15 and azure-mgmt-keyvault 14). Threads that do
so at once find mappings where there should be models.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from azure.core.rest import HttpRequest
from pydantic import Field

from acr_identity.sdk.convert.bodies import Body

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acr_identity.sdk.clients import Connection

BodyT = TypeVar("BodyT", bound=Body)
Method: TypeAlias = Literal["GET", "POST"]


class Page(Body, Generic[BodyT]):
    """One page of a list: each list of Azure Resource Manager has this form."""

    value: list[BodyT] = Field(default_factory=list)
    next_link: str = ""


class Service(StrEnum):
    """What is asked, in which version of its REST interface: that of the SDK's client, which need not be loaded."""

    REGISTRIES = "2025-11-01"
    TASKS = "2025-03-01-preview"
    VAULTS = "2026-05-15"
    IDENTITIES = "2024-11-30"
    ROLES = "2022-04-01"
    RESOURCES = "2021-04-01"


class Asker:
    """Asks one service.

    Its methods raise `azure.core.exceptions.AzureError` where the service refuses or does not answer, and `ValueError`
    where the answer makes no sense.
    """

    def __init__(self, connection: Connection, service: Service) -> None:
        self._send = connection.questions.send_request
        self._address = connection.settings.resource_manager
        self._version = str(service)

    def ask(self, kind: type[BodyT], path: str, *names: str, method: Method = "GET", query: str = "") -> BodyT:
        """Return the answer to one question. A POST must be one that may be sent twice.

        Args:
            kind: what to read the answer as.
            path: the path of what is asked.
            names: more parts of the path, which may hold any character.
            method: the verb.
            query: the query without the version, encoded already.
        """
        return kind.model_validate_json(self._answer(method, self._url(path, names, query)))

    def ask_raw(self, path: str, *names: str, method: Method = "GET") -> bytes:
        """Return the answer to one question as it came."""
        return self._answer(method, self._url(path, names, ""))

    def ask_for_list(self, page: type[Page[BodyT]], path: str, *, query: str = "") -> Iterator[BodyT]:
        """Yield what all pages of a list hold. None is asked for twice."""
        url, seen = self._url(path, (), query), set[str]()
        while url:
            seen.add(url)
            read = page.model_validate_json(self._answer("GET", url))
            yield from read.value
            url = self._with_version(read.next_link) if read.next_link else ""
            if url in seen:
                raise ValueError("a page of a list points to one that was read already")

    def _answer(self, method: Method, url: str) -> bytes:
        response = self._send(HttpRequest(method, url), repeatable=True)
        response.raise_for_status()
        return response.content

    def _url(self, path: str, names: Sequence[str], query: str) -> str:
        whole = "/".join([quote(path.strip("/")), *(quote(name, safe="") for name in names)])
        version = urlencode({"api-version": self._version})
        return f"{self._address}/{whole}?{query + '&' if query else ''}{version}"

    def _with_version(self, link: str) -> str:
        """Return the address of the next page, asked for in the version of the first, as the SDK does."""
        parts = urlsplit(link)
        query = [(key, value) for key, value in parse_qsl(parts.query) if key.lower() != "api-version"]
        return urlunsplit(parts._replace(query=urlencode([*query, ("api-version", self._version)])))
