"""What the platform does: every write goes through here."""
