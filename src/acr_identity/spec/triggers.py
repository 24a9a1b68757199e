"""When a task runs by itself."""
