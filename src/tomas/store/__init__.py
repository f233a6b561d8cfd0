"""Tables and the reads and writes over them; SQLite and PostgreSQL alike."""
