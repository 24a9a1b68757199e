"""What the emulator leaves out, to be told beside what the route table has."""

from __future__ import annotations

NOT_EMULATED: tuple[tuple[str, str], ...] = (
    ("Work", "Nothing is built and no container is started: a run is decided, logged and given digests by its inputs."),
    ("Steps", "What a `cmd` step runs is unknown: it succeeds, except for `docker login`, which is checked."),
    ("Triggers", "A task keeps its timers, source triggers and base image triggers, but nothing starts it by itself."),
    ("Platforms", "A platform is kept as it is given, and every run goes as on Linux."),
    ("Places", "More than one subscription or tenant; regions differ in name only."),
    ("Sign-in", "All but the secret of a service principal; the endpoints that give tokens to managed identities."),
    (
        "Resource Manager",
        "Deployments, policies, management groups and activity logs. Deny assignments: who makes those of Azure.",
    ),
    (
        "Registries",
        "Images to pull or push: they are names with digests. Webhooks, replications, private endpoints, scope maps.",
    ),
    ("Vaults", "Keys, certificates, private endpoints, backups."),
    ("Limits", "Limits of single resource providers; only Resource Manager's token buckets are there."),
    ("Graph", "Everything but what `az role assignment create --assignee` asks."),
)
"""What there is nothing of, by area: kept or refused, never answered with a guess."""
