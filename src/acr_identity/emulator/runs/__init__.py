"""Runs of tasks: how one is asked for, how it goes on the clock, and its log."""
