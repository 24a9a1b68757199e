"""What a task will ask for, read from its files before it runs. Pure."""

from acr_identity.needs.codes import Code
from acr_identity.needs.comparison import Names
from acr_identity.needs.findings import Finding, findings_of, findings_of_task, names_in, needs_of
from acr_identity.needs.task_files import TaskContext, read_task_file
from acr_identity.needs.values import At, Delete, Fault, Image, Need, Needs, Pull, Push, ReadSecret, Unseen

__all__ = [
    "At",
    "Code",
    "Delete",
    "Fault",
    "Finding",
    "Image",
    "Names",
    "Need",
    "Needs",
    "Pull",
    "Push",
    "ReadSecret",
    "TaskContext",
    "Unseen",
    "findings_of",
    "findings_of_task",
    "names_in",
    "needs_of",
    "read_task_file",
]
