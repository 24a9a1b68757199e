"""What docker says when a registry says no."""

from __future__ import annotations

import pytest

from acr_identity.emulator.kernel.runner_port import Refusal
from acr_identity.emulator.runner.references import docker_reference
from acr_identity.emulator.runner.words import login_refusal, pull_refusal, push_refusal

ACR = "r.azurecr.io/a:1"
HINT = "authentication required, visit https://aka.ms/acr/authorization for more information."
MISSING = 'manifest for r.azurecr.io/a:1 not found: manifest unknown: manifest tagged by "1" is not found'
HIDDEN = (
    "pull access denied for u/a, repository does not exist or may require 'docker login':"
    " denied: requested access to the resource is denied"
)


@pytest.mark.parametrize(
    ("name", "refusal", "text"),
    [
        (
            ACR,
            Refusal(401, "UNAUTHORIZED", HINT),
            f'Head "https://r.azurecr.io/v2/a/manifests/1": unauthorized: {HINT}',
        ),
        (ACR, Refusal(401, "", ""), f'Head "https://r.azurecr.io/v2/a/manifests/1": unauthorized: {HINT}'),
        (
            ACR,
            Refusal(401, "UNAUTHORIZED", f"unauthorized: {HINT}"),
            f'Head "https://r.azurecr.io/v2/a/manifests/1": unauthorized: {HINT}',
        ),
        (ACR, Refusal(404, "MANIFEST_UNKNOWN", 'manifest tagged by "1" is not found'), MISSING),
        (ACR, Refusal(404, "MANIFEST_UNKNOWN", 'manifest unknown: manifest tagged by "1" is not found'), MISSING),
        (ACR, Refusal(404, "", "manifest for r.azurecr.io/a not found: manifest unknown"), MISSING),
        (
            ACR,
            Refusal(403, "DENIED", "client with IP '1.2.3.4' is not allowed access."),
            (
                "pull access denied for r.azurecr.io/a, repository does not exist or may require 'docker login':"
                " denied: client with IP '1.2.3.4' is not allowed access."
            ),
        ),
        (
            ACR,
            Refusal(404, "NAME_UNKNOWN", ""),
            "repository r.azurecr.io/a not found: name unknown: repository name not known",
        ),
        ("u/a", Refusal(404, "DENIED", "anything"), HIDDEN),
        ("u/a", Refusal(401, "UNAUTHORIZED", HINT), HIDDEN),
        (
            ACR,
            Refusal(0, "HostNotFound", "dial tcp: lookup r.azurecr.io: no such host"),
            'Get "https://r.azurecr.io/v2/": dial tcp: lookup r.azurecr.io: no such host',
        ),
    ],
)
def test_a_refused_pull_reads_as_docker_prints_it(name: str, refusal: Refusal, text: str) -> None:
    assert pull_refusal(docker_reference(name), refusal) == text


@pytest.mark.parametrize(
    ("name", "refusal", "text"),
    [
        (ACR, Refusal(401, "UNAUTHORIZED", HINT), f"unauthorized: {HINT}"),
        (ACR, Refusal(403, "DENIED", ""), "denied: requested access to the resource is denied"),
        ("u/a", Refusal(401, "UNAUTHORIZED", HINT), "denied: requested access to the resource is denied"),
        ("u/a", Refusal(0, "", ""), 'Get "https://registry-1.docker.io/v2/": context deadline exceeded'),
    ],
)
def test_a_refused_push_reads_as_docker_prints_it(name: str, refusal: Refusal, text: str) -> None:
    assert push_refusal(docker_reference(name), refusal) == text


@pytest.mark.parametrize(
    ("registry", "refusal", "text"),
    [
        (
            "docker.io",
            Refusal(401, "UNAUTHORIZED", "unauthorized: incorrect username or password"),
            'Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password',
        ),
        ("r.azurecr.io", Refusal(401, "", ""), f'Get "https://r.azurecr.io/v2/": unauthorized: {HINT}'),
        ("r.azurecr.io", Refusal(0, "", "no route"), 'Get "https://r.azurecr.io/v2/": no route'),
    ],
)
def test_a_refused_login_reads_as_docker_prints_it(registry: str, refusal: Refusal, text: str) -> None:
    assert login_refusal(registry, refusal) == f"Error response from daemon: {text}"
