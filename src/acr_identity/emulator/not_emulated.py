"""What the emulator leaves out, to be told beside what the route table has."""

from __future__ import annotations

NOT_EMULATED: tuple[tuple[str, str], ...] = (
    ("Work", "Nothing is built and no container is started: a run is decided, logged and given digests by its inputs."),
    ("Places", "More than one subscription or tenant; regions differ in name only."),
    ("Sign-in", "Users, browsers, device codes, and the endpoints that give tokens to managed identities."),
    ("Resource Manager", "Deployments, policies, deny assignments, management groups and activity logs."),
    ("Registries", "Layers and manifests to push or pull, webhooks, replications, private endpoints, scope maps."),
    ("Vaults", "Keys, certificates, and the recovery of what was deleted."),
    ("Limits", "Limits of single resource providers; only Resource Manager's token buckets are there."),
    ("Graph", "Everything but what `az role assignment create --assignee` asks."),
)
"""What there is nothing of, by area. Requests for it are refused with an error, never answered with a guess."""
