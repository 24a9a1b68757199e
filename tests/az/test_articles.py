"""The articles' commands, given to the unmodified Azure CLI."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from acr_identity.testing.served import ServedEmulator
from az.articles import (
    ARTICLES,
    CROSS_REGISTRY_AS_USER,
    GIVE_ROLE,
    LET_ME_WRITE_SECRETS,
    OPERATOR_ID,
    OPERATOR_SECRET,
    ROLES_VAULT_AS_USER,
    SET_POLICY,
    SIGN_IN,
    VAULT_AS_SYSTEM,
    VAULT_AS_USER,
    Article,
    outside_world,
)
from az.shell import AZ_FUNCTION, Walk
from az.worlds import without_times


def pushed(walk: Walk, article: Article) -> tuple[str, list[str]]:
    """Run all commands of an article; return the last line of the run's log, and what is shown after it."""
    log = walk.after(article.all).last.lines
    shown = [walk.after((*article.all, command)).last.out for command in article.shown]
    return without_times(log[-1]), shown


@pytest.mark.parametrize("article", ARTICLES, ids=str)
def test_the_commands_as_printed_end_in_a_run_that_succeeds(walk: Walk, article: Article) -> None:
    expected = ["cf1"] * len(article.shown)
    assert pushed(walk, article) == ("Run ID: cf1 was successful after ", expected)


def test_a_cloud_that_az_is_told_of_does_as_well(walk_in_a_cloud_of_its_own: Walk, served: ServedEmulator) -> None:
    seen = len(served.emulator.requests)
    expected = ("Run ID: cf1 was successful after ", ["cf1"])
    assert pushed(walk_in_a_cloud_of_its_own, CROSS_REGISTRY_AS_USER) == expected
    hosts = {one.host for one in served.emulator.requests[seen:] if one.host != "myregistry.azurecr.io"}
    assert hosts == {f"127.0.0.1:{served.endpoint.port}"}


def test_a_policy_is_refused_where_roles_decide(walk: Walk) -> None:
    commands = (*ROLES_VAULT_AS_USER.scenery, *VAULT_AS_USER.deeds)
    done, ended = walk.until_failure(commands)
    assert ended is not None
    assert commands[len(done)] == SET_POLICY
    assert ended.err == "ERROR: Cannot set policies to a vault with '--enable-rbac-authorization' specified\n"


def test_who_makes_a_vault_of_today_cannot_write_secrets_without_a_role(walk: Walk) -> None:
    done, ended = walk.until_failure(ROLES_VAULT_AS_USER.without(LET_ME_WRITE_SECRETS))
    assert ended is not None
    assert ended.err.startswith("ERROR: (Forbidden) Caller is not authorized to perform action on resource.")
    assert done == ROLES_VAULT_AS_USER.scenery[: len(done)]


def test_a_wrong_secret_is_refused_as_entra_refuses_it(walk: Walk) -> None:
    command = SIGN_IN.replace("$AZURE_CLIENT_SECRET", "wrong")
    ended, _ = walk.shell.run(command, {"AZURE_CONFIG_DIR": str(walk.shell.folder / "elsewhere")})
    assert ended.code == 1
    assert "AADSTS7000215: Invalid client secret provided." in ended.err


def test_an_operator_who_may_not_give_roles_is_told_so(walk: Walk) -> None:
    as_operator = {
        "AZURE_CONFIG_DIR": str(walk.shell.folder / "operator"),
        "AZURE_CLIENT_ID": OPERATOR_ID,
        "AZURE_CLIENT_SECRET": OPERATOR_SECRET,
    }
    article = CROSS_REGISTRY_AS_USER
    known = walk.after((*article.scenery, *article.deeds)).known
    signed_in, _ = walk.shell.run(SIGN_IN, as_operator)
    ended, _ = walk.shell.run(GIVE_ROLE, {**known, **as_operator})
    assert (signed_in.code, ended.code) == (0, 1)
    assert ended.err.startswith(f"ERROR: (AuthorizationFailed) The client '{OPERATOR_ID}' with object id '")
    assert "does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write'" in ended.err


def test_an_article_as_a_script_runs_in_an_emulator_that_is_there_for_it_alone(
    az: str, files: Path, tmp_path: Path
) -> None:
    world, script = tmp_path / "world.yaml", tmp_path / "article.sh"
    world.write_text(yaml.safe_dump(outside_world()))
    script.write_text("\n".join((AZ_FUNCTION, SIGN_IN, *VAULT_AS_SYSTEM.all)))
    emulator = (sys.executable, "-m", "acr_identity", "emulator", "run")
    options = ("--state", str(tmp_path / "state.json"), "--world", str(world))
    done = subprocess.run(
        [*emulator, *options, "--", "/bin/sh", "-e", str(script)],
        env={**os.environ, "ACR_IDENTITY_AZ": az},
        cwd=files,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Run ID: cf1 was successful after \d+s$", done.stdout, re.MULTILINE)
