"""The three kinds of step that a task can have besides an encoded file or command."""
