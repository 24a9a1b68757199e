from __future__ import annotations

import ssl
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import requests
from azure.core import exceptions as core
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from urllib3.exceptions import ProtocolError

from acr_identity.changes import AssignRole, EnableTask, Grantee, RegistryCredential
from acr_identity.errors import AcrIdentityError, AzureError, ConflictError, NotAuthorisedError, UnreachableError
from acr_identity.ids import PUBLIC_CLOUD, Role
from acr_identity.sdk import Token, connect
from acr_identity.state import Known, SystemIdentity, Value
from sdk.places import IDENTITY, REGISTRY, TASK, VAULT
from sdk.wire import Answer, Credential, Wire, always, refusal

if TYPE_CHECKING:
    from sdk.places import GatewayTo

NO_ANSWER = "Check the network, HTTPS_PROXY, and resource_manager in the cloud file."


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (403, "AuthorizationFailed", "no action is named", NotAuthorisedError),
        (401, "ExpiredAuthenticationToken", "", NotAuthorisedError),
        (409, "RoleAssignmentExists", "The role assignment already exists.", ConflictError),
        (412, "PreconditionFailed", "", ConflictError),
        (400, "PrincipalNotFound", "Principal p does not exist in the directory d.", AzureError),
    ],
)
def test_a_refusal_keeps_its_facts(
    gateway_to: GatewayTo, status: int, code: str, message: str, kind: type[AzureError]
) -> None:
    gateway, wire = gateway_to(always(refusal(status, code, message, {"x-ms-request-id": "r-1"})))

    with pytest.raises(AzureError) as caught:
        gateway.vault(VAULT)

    error = caught.value
    text = message or "As It Is"
    assert type(error) is kind
    assert (error.operation, error.resource, error.status, error.code) == ("read vault", str(VAULT), status, code)
    assert error.request_id == "r-1"
    assert error.message == f"cannot read vault myVault: {status} {code}: {text}"
    assert isinstance(error.__cause__, core.HttpResponseError)
    assert len(wire.sent) == 1


def test_all_clients_fail_alike(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(refusal(412, "Changed", "by others", {"x-ms-request-id": "r-1"})))
    grantee = Grantee(SystemIdentity(TASK), Known("p"))

    for ask in (
        lambda: gateway.registry(REGISTRY),
        lambda: gateway.task(TASK),
        lambda: gateway.vault(VAULT),
        lambda: gateway.identity(IDENTITY),
        lambda: gateway.assignments(VAULT),
        lambda: gateway.assign_role(AssignRole(VAULT, Role.ACR_PULL, grantee, "", ""), {}),
    ):
        with pytest.raises(ConflictError, match=r"cannot .*: 412 Changed: by others") as caught:
            ask()
        assert (caught.value.status, caught.value.code, caught.value.request_id) == (412, "Changed", "r-1")


def test_the_provider_is_never_registered_for_the_user(gateway_to: GatewayTo) -> None:
    message = "The subscription is not registered to use namespace 'Microsoft.KeyVault'."
    gateway, wire = gateway_to(always(refusal(409, "MissingSubscriptionRegistration", message)))

    for ask in (lambda: gateway.vault(VAULT), lambda: gateway.registry(REGISTRY), lambda: gateway.assignments(VAULT)):
        with pytest.raises(ConflictError):
            ask()

    assert [each.method for each in wire.sent] == ["GET", "GET", "GET"]


def test_a_long_message_is_cut(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(refusal(400, "Bad", "word \r\n" * 1000)))

    with pytest.raises(AzureError) as caught:
        gateway.vault(VAULT)

    shown = caught.value.message.removeprefix("cannot read vault myVault: 400 Bad: ")
    assert shown == ("word " * 51) + "…"
    assert len(shown) == 256


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (requests.ConnectionError("refused"), "no connection"),
        (requests.exceptions.ProxyError("proxy"), "no connection"),
        (requests.exceptions.ReadTimeout("late"), "no answer in time"),
        (requests.exceptions.ConnectTimeout("late"), "no answer in time"),
        (
            requests.ConnectionError(ProtocolError("cut")),
            "the connection was cut before the answer was complete",
        ),
        (OSError("disk"), "no connection"),
    ],
)
def test_no_answer_is_an_error_with_advice(
    gateway_to: GatewayTo, pauses: list[float], broken: Exception, reason: str
) -> None:
    gateway, _ = gateway_to(always(broken))

    with pytest.raises(UnreachableError) as caught:
        gateway.vault(VAULT)

    error = caught.value
    assert (error.message, error.advice) == (f"cannot read vault myVault: {reason}", NO_ANSWER)
    assert (error.status, error.operation, error.resource) == (0, "read vault", str(VAULT))
    assert sum(pauses) < 10


def test_a_certificate_that_is_not_trusted_is_not_tried_again(gateway_to: GatewayTo, pauses: list[float]) -> None:
    inner = ssl.SSLCertVerificationError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    gateway, wire = gateway_to(always(requests.exceptions.SSLError(inner)))

    with pytest.raises(UnreachableError) as caught:
        gateway.vault(VAULT)

    assert caught.value.message == "cannot read vault myVault: the server's certificate is not trusted"
    assert caught.value.advice == "Name the server's certificate authorities in ca_bundle of the cloud file."
    assert (len(wire.sent), pauses) == (1, [])


class FailingCredential:
    """A credential that cannot sign in."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> Token:
        del scopes, claims, tenant_id
        raise self._error


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (
            core.ClientAuthenticationError("please run az login"),
            NotAuthorisedError,
            "sign-in failed: please run az login",
        ),
        (RuntimeError("broken"), NotAuthorisedError, "sign-in failed: broken"),
        (core.ServiceRequestError("nobody there"), UnreachableError, "sign-in failed: no connection"),
    ],
)
def test_a_credential_that_fails_is_an_error_of_ours(error: Exception, kind: type[AzureError], message: str) -> None:
    wire = Wire(always(Answer({})))
    with (
        connect(PUBLIC_CLOUD, FailingCredential(error), transport_adapter=wire) as gateway,
        pytest.raises(AzureError) as caught,
    ):
        gateway.vault(VAULT)

    assert type(caught.value) is kind
    assert caught.value.message == f"cannot read vault myVault: {message}"
    assert wire.sent == []


def test_our_errors_are_not_those_of_the_sdk() -> None:
    assert not issubclass(AzureError, core.AzureError)
    assert not issubclass(core.AzureError, AcrIdentityError)


ODD_ANSWERS = st.builds(
    Answer,
    st.one_of(
        st.binary(max_size=40),
        st.none(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["error", "code", "message", "value", "properties", "id"]), inner)
            ),
            max_leaves=8,
        ),
    ),
    st.sampled_from([200, 201, 202, 204, 400, 401, 403, 404, 405, 409, 410, 412, 416, 418, 422]),
)


@given(answer=ODD_ANSWERS)
def test_whatever_comes_back_no_other_error_escapes(answer: Answer) -> None:
    with connect(PUBLIC_CLOUD, Credential(), transport_adapter=Wire(always(answer))) as gateway:
        for ask in (
            lambda: gateway.registry(REGISTRY),
            lambda: gateway.vault(VAULT),
            lambda: gateway.task(TASK),
            lambda: gateway.identity(IDENTITY),
            lambda: gateway.remove_role_assignment(f"{VAULT}/providers/Microsoft.Authorization/roleAssignments/x"),
            lambda: gateway.assignments(VAULT),
            lambda: gateway.run(REGISTRY, "cf1"),
            lambda: gateway.latest_run(TASK),
            lambda: gateway.enable_task(EnableTask(TASK, None, "why"), {}),
            lambda: gateway.read_log("https://a.blob.core.windows.net/b?sig=x", 0),
        ):
            try:
                ask()
            except AzureError as error:
                assert "\n" not in error.message  # noqa: PT017 - that there is an error is not what is tested


MARKER = "Planted7Secret"
WAYS_TO_LEAK = st.sampled_from(
    [
        f"the header was Bearer {MARKER}",
        f"Authorization: bearer\t{MARKER}, no",
        f"see https://a.blob.core.windows.net/c?sv=1&sig={MARKER}%3D&se=2",
        f"sig={MARKER}",
        f"SharedAccessSignature {MARKER}",
        f'{{"password": "{MARKER}"}}',
        f"client_secret={MARKER}&x=1",
        f"AccountKey={MARKER};",
        f"access_token: {MARKER}",
        f"eyJ{MARKER}.eyJ{MARKER}.{MARKER}",
        f"the value '{MARKER}' that was sent",
    ]
)


def all_texts(error: BaseException) -> Iterator[str]:
    """Yield all that a log or a traceback may show of an error."""
    yield "".join(traceback.format_exception(error))
    seen: BaseException | None = error
    while seen is not None:
        yield str(seen)
        yield repr(seen)
        yield repr(getattr(seen, "advice", ""))
        yield repr(getattr(seen, "code", ""))
        seen = seen.__cause__ or seen.__context__


@given(
    way=WAYS_TO_LEAK,
    before=st.text(alphabet="abc '", max_size=300),
    status=st.sampled_from([400, 403, 409]),
    in_code=st.booleans(),
)
def test_no_error_repeats_a_secret(way: str, before: str, status: int, *, in_code: bool) -> None:
    answer = refusal(status, way if in_code else "Bad", f"{before} {way}")
    with connect(PUBLIC_CLOUD, Credential(MARKER), transport_adapter=Wire(always(answer))) as gateway:
        credential = RegistryCredential("a.io", None, SecretStr("name"), SecretStr(MARKER))
        for send in (
            lambda: gateway.set_credentials(TASK, [credential], {}),
            lambda: gateway.schedule(TASK, [Value("a", SecretStr(MARKER))]),
        ):
            with pytest.raises(AzureError) as caught:
                send()
            assert MARKER not in "\n".join(all_texts(caught.value))


@pytest.mark.parametrize(
    "broken",
    [
        requests.ConnectionError(f"Max retries exceeded with url: /log?sv=1&sig={MARKER}"),
        requests.exceptions.SSLError(f"CERTIFICATE_VERIFY_FAILED at /log?sv=1&sig={MARKER}"),
        OSError(f"/log?sig={MARKER}"),
    ],
)
def test_no_error_repeats_the_address_of_a_log(gateway_to: GatewayTo, pauses: list[float], broken: Exception) -> None:
    gateway, _ = gateway_to(always(broken))

    with pytest.raises(UnreachableError) as caught:
        gateway.read_log(f"https://a.blob.core.windows.net/log?sv=1&sig={MARKER}", 0)

    assert MARKER not in "\n".join(all_texts(caught.value))
    assert sum(pauses) < 10


def test_a_broken_answer_does_not_show_what_it_held(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(Answer({"value": [{"id": 5, "password": MARKER}]})))

    with pytest.raises(AzureError) as caught:
        gateway.assignments(VAULT)

    assert MARKER not in "\n".join(all_texts(caught.value))
