"""Modes: task types as data."""
