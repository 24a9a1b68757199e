"""What `apply` makes its plan from: a spec, or a plan that was saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import click

from acr_identity.cli.options import AzureOptions
from acr_identity.provisioner.saved_plan.parsing import is_document
from acr_identity.spec import Spec, load_spec

if TYPE_CHECKING:
    from acr_identity.plan import Plan
    from acr_identity.provisioner import Provisioner, SavedPlan


@dataclass(frozen=True, slots=True)
class PlanSource:
    """A spec with the options for it, and the plan that was saved of it, if there is one."""

    options: AzureOptions
    spec: Spec
    tasks: tuple[str, ...] | None
    saved: SavedPlan | None = None
    prune: bool = False
    adopt: bool = False

    @classmethod
    def of(cls, options: AzureOptions, target: Sequence[str], *, prune: bool, adopt: bool) -> Self:
        """Read the file that the options name: a spec, or a saved plan and the spec of which it is.

        Raises:
            SpecError: the spec has mistakes.
            StalePlanError: the saved plan cannot be used, or its spec cannot be read.
            click.UsageError: there are targets besides those of the saved plan.
        """
        if not is_document(options.spec):
            spec = load_spec(options.spec, files_from=options.files_from)
            return cls(options, spec, tuple(target) or None, prune=prune, adopt=adopt)
        if target or prune or adopt:
            raise click.UsageError("A saved plan has its targets: leave out --target, --prune and --adopt.")
        from acr_identity.provisioner import SavedPlan

        saved = SavedPlan.load(options.spec)
        spec = saved.load_spec(files_from=options.files_from)
        return cls(replace(options, spec=saved.spec), spec, saved.tasks, saved)

    def plan(self, provisioner: Provisioner) -> Plan:
        """Return the plan as it is now.

        Raises:
            StalePlanError: it is not the one that was saved.
        """
        if self.saved is None:
            return provisioner.plan(self.spec, tasks=self.tasks, prune=self.prune, adopt=self.adopt)
        return provisioner.check(self.saved, self.spec)
