"""TOMAS: one interface for long, costly tasks carried out by multi-agent engines."""
