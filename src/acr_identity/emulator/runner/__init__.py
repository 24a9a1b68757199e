"""The task runner: decides a run from its task file and the answers of its surroundings."""
