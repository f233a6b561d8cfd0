"""Writes the researcher's notes from what the programs printed."""


def write(text: str) -> str:
    """Return notes that quote the facts printed before, and claim nothing else."""
    facts = text.rpartition("FACTS\n")[2].partition("Looked into ")[0].strip() if "FACTS\n" in text else ""
    return (
        "# Notes\n\nThis is a rehearsal: no language model interprets what was found.\n\n"
        + (facts or "The programs' output was not passed on to this agent.")
        + "\n\nNot looked at: what the figures mean, why they are as they are, and anything outside the given files.\n"
    )
