"""The researcher's part: a short comment from what the programs printed. Standard library only."""

import re

_FINDING = re.compile(r"^(P\d+) \[([a-z_]+), unusual ([\d.]+)\] (.+)$", re.MULTILINE)
_CAUSE = re.compile(r"^(RC\d+) \((\w+), (\d+) tickets, ([^)]*)\): (.+)$", re.MULTILINE)


def write(text: str) -> str:
    """Return notes for the reader of the run."""
    findings = list(dict.fromkeys(_FINDING.findall(text)))
    causes = list(dict.fromkeys(_CAUSE.findall(text)))
    lines = ["*Rehearsal: written by a script from what the programs printed; no language model.*", "", "# Notes", ""]
    if not findings:
        return "\n".join([*lines, "The programs printed no findings."])
    lines += [
        f"{len(findings)} findings were told, {len(causes)} likely causes named. In the order of how unusual they are:",
        "",
    ]
    lines += [f"- {number} ({kind.replace('_', ' ')}, {score}): {title}" for number, kind, score, title in findings]
    lines += [
        "",
        *[
            f"- {number} ({confidence} confidence, {count} tickets): {title}"
            for number, confidence, count, _, title in causes
        ],
    ]
    return "\n".join(lines)
