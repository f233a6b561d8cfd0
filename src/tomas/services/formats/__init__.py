"""File formats: is a file what its name says, and what text does it hold? Knows paths and bytes, no database."""
