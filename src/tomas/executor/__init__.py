"""Takes queued sessions and sees each through to its end."""
