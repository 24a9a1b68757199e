"""Microsoft.ContainerRegistry/registries/tasks."""
