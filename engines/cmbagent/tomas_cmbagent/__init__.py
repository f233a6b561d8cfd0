"""CMBAgent behind the engine contract of TOMAS."""
