"""Plans, reports, runs and tasks to show, with a name and a secret that the test chooses."""

from __future__ import annotations

from pydantic import SecretStr

from acr_identity.changes import (
    AccessMark,
    AddVaultAccess,
    AssignRole,
    Change,
    CreateIdentity,
    CreateTask,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    FieldChange,
    Grantee,
    KnownAfterApply,
    MarkRoleAssignment,
    MarkVault,
    RegistryCredential,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    ReplaceTask,
    SetCredential,
    StatedIdentities,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.errors import AzureError, NotAuthorisedError, PlacedMistake, SpecError
from acr_identity.execute.report import Done, Failed, Report, Skipped
from acr_identity.ids import ArmId, GrantMark, Role
from acr_identity.plan.values import Plan, PlannedChange
from acr_identity.render import GrantView, IdentityView, RunView, TaskView
from acr_identity.state import (
    BaseImageTrigger,
    CustomLogin,
    DockerStep,
    EncodedStep,
    FileStep,
    IdentityLogin,
    Known,
    LiveRun,
    LiveTask,
    Login,
    MaskedLogin,
    PlatformSettings,
    PushedImage,
    SourceTriggerSettings,
    SystemIdentity,
    TaskSettings,
    TimerTrigger,
    UserIdentity,
    Value,
    VaultSecretAddress,
)

GROUP = ArmId.group("1111", "rg")
BASE = GROUP.provided("Microsoft.ContainerRegistry", "registries", "mybaseregistry")
REGISTRY = GROUP.provided("Microsoft.ContainerRegistry", "registries", "myregistry")
VAULT = GROUP.provided("Microsoft.KeyVault", "vaults", "mykeyvault")
TASK = REGISTRY.child("tasks", "helloworldtask")
HUB_TASK = REGISTRY.child("tasks", "dockerhubtask")
USER = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", "myACRTasksId")
SECRET = "PLANTED-9c1e"


def identity(name: str) -> ArmId:
    return GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", name)


def settings(text: str = "nightly", secret: str = SECRET) -> TaskSettings:
    """A file step, with every trigger, and a secret wherever one can be."""
    return TaskSettings(
        FileStep(
            "task.yaml",
            f"https://user:{secret}@example.com/{text}.git#main",
            token=SecretStr(secret),
            values=(Value("Repo", text), Value("Password", SecretStr(secret))),
        ),
        platform=PlatformSettings("linux", "amd64"),
        cpu=2,
        timeout=3600,
        timers=(TimerTrigger(text, "0 3 * * *"),),
        base_image=BaseImageTrigger("base", "Runtime", enabled=False),
        sources=(
            SourceTriggerSettings("push", "https://example.com/app", text, ("commit",), "Github", SecretStr(secret)),
        ),
        enabled=False,
    )


def credentials(secret: str = SECRET) -> tuple[RegistryCredential, ...]:
    """A login of an identity, one of texts and one of secrets in a vault."""
    system = Grantee(SystemIdentity(HUB_TASK), KnownAfterApply(f"create task {HUB_TASK}"))
    user = Grantee(UserIdentity(USER), KnownAfterApply(f"create identity {USER}"))
    return (
        RegistryCredential("mybaseregistry.azurecr.io", user),
        RegistryCredential("ghcr.io", None, SecretStr(secret), SecretStr(secret)),
        RegistryCredential(
            "docker.io",
            system,
            VaultSecretAddress("https://mykeyvault.vault.azure.net/secrets/UserName"),
            VaultSecretAddress("https://mykeyvault.vault.azure.net/secrets/Password"),
        ),
    )


def changes(text: str = "prod", secret: str = SECRET) -> tuple[Change, ...]:
    """One change of each kind; `text` stands where a name or a value that users choose can stand."""
    return (*_creations(text, secret), *_updates(text, secret), *_grants(text), *_removals(text))


def _creations(text: str, secret: str) -> tuple[Change, ...]:
    docker = DockerStep(
        "Dockerfile", text, ("app:1",), token=SecretStr(secret), arguments=(Value("KEY", SecretStr(secret)),)
    )
    return (
        CreateIdentity(USER, "eastus", (("env", text),), "task helloworldtask runs as it"),
        CreateTask(
            HUB_TASK,
            "eastus",
            settings(text, secret),
            system=True,
            users=(USER,),
            credentials=credentials(secret),
            tags=(("acr-identity", "created"),),
            reason="the spec has it",
        ),
        CreateTask(
            REGISTRY.child("tasks", "imagetask"),
            "eastus",
            TaskSettings(docker),
            system=False,
            users=(),
            credentials=(),
            tags=(),
            reason="the spec has it",
        ),
    )


def _updates(text: str, secret: str) -> tuple[Change, ...]:
    base, plain, vault = credentials(secret)
    return (
        UpdateIdentity(
            identity("old"), (("env", text),), (FieldChange("tags.env", "", text),), "the spec sets its tags"
        ),
        UpdateTask(
            TASK,
            TaskSettings(EncodedStep(f"version: v1\nsecret: {secret}", (Value("Key", SecretStr(secret)),)), cpu=4),
            identities=None,
            source_identity="",
            tags=None,
            fields=(
                FieldChange("cpu", "2", "4"),
                FieldChange("step.content", "a\nb\nc", f"a\nB\n{text}", is_text=True),
                FieldChange("step.images", "a:1", text, added=(text,), removed=("a:1",)),
                FieldChange("timers[nightly].schedule", "(none)", text),
            ),
            reason="it differs from the spec",
        ),
        ReplaceTask(
            REGISTRY.child("tasks", "rewritten"),
            TaskSettings(cpu=2),
            StatedIdentities(system=True, users=(USER,)),
            credentials=(base,),
            tags=(),
            fields=(FieldChange("step.kind", "docker", "file"),),
            reason="a step cannot change its kind",
        ),
        SetCredential(TASK, base, replaces=False, reason="task helloworldtask pulls from mybaseregistry"),
        SetCredential(TASK, plain, replaces=True, reason="its password cannot be compared"),
        SetCredential(HUB_TASK, vault, replaces=True, reason=f"the secret differs from {text}"),
        EnableTask(HUB_TASK, None, "it has all that it needs"),
    )


def _grants(text: str) -> tuple[Change, ...]:
    user = Grantee(UserIdentity(USER), KnownAfterApply(f"create identity {USER}"))
    known = Grantee(SystemIdentity(TASK), Known("3333"))
    because = f"because task helloworldtask pulls from mybaseregistry ({text})"
    return (
        AssignRole(BASE, Role.ACR_PULL, user, "acr_identity: pulls", because),
        AddVaultAccess(VAULT, "2222", known, "task helloworldtask reads UserName"),
        MarkRoleAssignment(
            f"{BASE}/assignments/6666",
            BASE,
            Role.ACR_PULL,
            known,
            "",
            "acr_identity: pulls [web; ]",
            (FieldChange("specs", "web", f"web, {text}", added=(text,)),),
            "several specs need it",
        ),
        MarkVault(VAULT, (("env", text),), (AccessMark(known, GrantMark()),), "another spec needs it"),
    )


def _removals(text: str) -> tuple[Change, ...]:
    reason = "the spec names it no more"
    return (
        RemoveVaultAccess(VAULT, "2222", "4444", UserIdentity(identity("old")), reason),
        RemoveRoleAssignment(f"{BASE}/assignments/5555", str(BASE), text, SystemIdentity(TASK), reason),
        RemoveCredential(TASK, text, reason),
        DeleteTask(REGISTRY.child("tasks", "gone"), reason),
        DeleteIdentity(identity(text.replace("/", "-")), reason),
    )


def plan(text: str = "prod", secret: str = SECRET) -> Plan:
    """A plan with every kind of change."""
    every = changes(text, secret)
    steps = tuple(PlannedChange(change, (every[0].key,) if number else ()) for number, change in enumerate(every))
    return Plan(steps, (f"The vault {text} is not checked.",), (f"It removes {text}.",))


def report(text: str = "prod", secret: str = SECRET) -> Report:
    """A report with each outcome."""
    create, task, other, *_, delete = changes(text, secret)
    assign = next(change for change in changes(text, secret) if isinstance(change, AssignRole))
    refusal = NotAuthorisedError(
        f"The client may not write role assignments on {text}.",
        operation="Role Assignments - Create",
        resource=str(BASE),
        status=403,
        code="AuthorizationFailed",
        request_id="7777",
        advice="Ask an owner of mybaseregistry for Role Based Access Control Administrator.",
    )
    return Report(
        (
            Done(create, seconds=1.24),
            Failed(assign, refusal, seconds=75.2),
            Done(other, found=True, seconds=0.5),
            Skipped(task, assign),
            Skipped(delete),
        ),
        notes=(f"Note on {text}.",),
    )


def run(text: str = "hello") -> RunView:
    """A run that pushed an image."""
    image = PushedImage("myregistry.azurecr.io", text, "ca3", "sha256:0f0f")
    logged_in = ("myregistry.azurecr.io", "mybaseregistry.azurecr.io")
    return RunView(LiveRun(REGISTRY, "ca3", "Succeeded", "helloworldtask", "", (image,), logged_in), 42.0)


def failed_run(text: str = "denied") -> RunView:
    """A run that pushed nothing."""
    return RunView(LiveRun(REGISTRY, "ca4", "Failed", text, "failed with exit status 1"), 125.0, f"pull access: {text}")


def task(text: str = "nightly", secret: str = SECRET) -> TaskView:
    """A task with two identities and each kind of credential."""
    logins: dict[str, Login] = {
        "mybaseregistry.azurecr.io": IdentityLogin("c1c1"),
        "own.azurecr.io": IdentityLogin("[system]"),
        "docker.io": CustomLogin(
            VaultSecretAddress("https://mykeyvault.vault.azure.net/secrets/UserName"),
            VaultSecretAddress("https://mykeyvault.vault.azure.net/secrets/Password"),
            "[system]",
        ),
        "ghcr.io": CustomLogin(SecretStr(secret), SecretStr(secret)),
        "hidden.io": MaskedLogin(),
        "broken.io": CustomLogin(SecretStr(secret), None),
    }
    live = LiveTask(TASK, "eastus", settings(text, secret), logins=logins, tags=(("env", text),))
    return TaskView(
        live,
        (IdentityView(None, "3333"), IdentityView(USER, "p1p1", "c1c1")),
        (
            GrantView("AcrPull", BASE, "p1p1", str(BASE)),
            GrantView("get secrets (access policy)", VAULT, "3333", str(VAULT)),
            GrantView("AcrPull", REGISTRY, "p1p1", str(GROUP)),
        ),
        LiveRun(REGISTRY, "ca3", "Succeeded", "helloworldtask"),
    )


def spec_error(text: str = "regstry") -> SpecError:
    """Two mistakes, one of them in a file."""
    return SpecError(
        [
            PlacedMistake(f"unknown key `{text}`.", "Did you mean `registry`?", "spec.yaml", 4, 7),
            PlacedMistake("no vault has this name.", path=("tasks", text, 0)),
        ]
    )


def azure_error(text: str = "busy") -> AzureError:
    """An error with fields."""
    return AzureError(
        text, operation="Tasks - Create", resource=str(TASK), status=409, code="Conflict", advice=f"Wait: {text}."
    )


def role_removal(scope: str) -> RemoveRoleAssignment:
    """Take back a role that was given at this scope."""
    return RemoveRoleAssignment("/assignments/1", scope, "AcrPull", UserIdentity(USER), "the spec names it no more")
