"""Values that come from elsewhere: a task file, an environment variable, a key vault."""
