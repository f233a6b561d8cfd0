"""One router a resource; each operation is a few lines."""
