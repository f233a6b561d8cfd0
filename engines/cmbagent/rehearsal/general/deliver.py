"""Write every declared file from the facts that were found."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
from docx import Document
from explore import Facts, explore, say

NOTE = (
    "This was made in a rehearsal: no language model thought about it. Every figure was computed from the given files."
)
PLAIN = {"markdown": ".md", "json": ".json", "plot": ".png", "table": ".csv", "pdf": ".pdf", "file": ".txt"}


def targets(output: Facts) -> Iterator[str]:
    """Yield the file names to write for a declared output; a pattern gets one file that matches it."""
    for name in output.get("files") or [output["name"] + PLAIN.get(output["type"], ".txt")]:
        yield name.replace("**/", "").replace("*", "overview").replace("?", "1")


def report(title: str, description: str, found: list[Facts]) -> str:
    """Return the facts as a document of Markdown."""
    lines = ["# " + title, "", "> " + NOTE, ""]
    if description:
        lines += [description, ""]
    lines += ["## What was given", ""]
    for facts in found:
        lines += say(facts)
    if not found:
        lines.append("Nothing was given that could be looked into.")
    return "\n".join(lines) + "\n"


def draw(found: list[Facts], path: Path) -> None:
    """Draw one plot: the most frequent values of the first column that has some, or the terms of a text."""
    title, pairs = "Nothing to count was given", []
    for facts in found:
        if facts["kind"] == "table":
            tops = [column for column in facts["columns"] if column.get("top") and column["distinct"] > 1]
            if tops:
                title, pairs = facts["file"] + ": rows by " + tops[0]["name"], tops[0]["top"]
                break
            numbers = [column for column in facts["columns"] if "median" in column]
            if numbers:
                title, pairs = (
                    facts["file"] + ": medians",
                    [[column["name"], column["median"]] for column in numbers[:10]],
                )
                break
        elif facts["kind"] == "text" and facts["terms"]:
            title, pairs = facts["file"] + ": most frequent terms", facts["terms"]
            break
    figure, axes = plt.subplots(figsize=(8, 4.5))
    names = [str(name)[:40] for name, _ in pairs][::-1]
    axes.barh(range(len(pairs)), [count for _, count in pairs][::-1], color="#4477aa")
    axes.set_yticks(range(len(pairs)), names)
    axes.set_title(title)
    axes.set_xlabel("count" if "medians" not in title else "value")
    axes.grid(axis="x", alpha=0.3)
    figure.text(0.99, 0.01, "rehearsal", ha="right", fontsize=7, color="#777777")
    figure.tight_layout()
    figure.savefig(path, dpi=150)
    plt.close(figure)


def table(found: list[Facts]) -> str:
    """Return the facts as rows of comma-separated values."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["file", "item", "kind", "fact", "value"])
    for facts in found:
        for column in facts.get("columns", []):
            for name, value in column.items():
                if name not in ("name", "kind", "top"):
                    writer.writerow([facts["file"], column["name"], column["kind"], name, value])
        for term, count in facts.get("terms", []):
            writer.writerow([facts["file"], term, "term", "count", count])
    return out.getvalue()


def write(path: Path, title: str, description: str, found: list[Facts]) -> None:
    """Write one file as its suffix asks; say so if that cannot be done."""
    suffix = path.suffix.lower()
    path.parent.mkdir(parents=True, exist_ok=True)
    if suffix in (".png", ".svg", ".pdf", ".jpg"):
        draw(found, path)
    elif suffix == ".json":
        path.write_text(
            json.dumps({"note": NOTE, "title": title, "files": found}, indent=2, ensure_ascii=False), encoding="utf-8"
        )
    elif suffix == ".csv":
        path.write_text(table(found), encoding="utf-8")
    elif suffix == ".docx":
        document = Document()
        for line in report(title, description, found).splitlines():
            level = len(line) - len(line.lstrip("#"))
            if level:
                document.add_heading(line.strip("# "), min(level, 9))
            elif line.strip():
                document.add_paragraph(line)
        document.save(str(path))
    elif suffix in (".md", ".txt", ".rst", ""):
        path.write_text(report(title, description, found), encoding="utf-8")
    else:
        print("No rehearsal of a file of the kind " + suffix + ": " + path.name)
        return
    print("Wrote " + path.name + " (" + str(path.stat().st_size) + " bytes)")


if __name__ == "__main__":
    saved = Path("data/facts.json")
    found = json.loads(saved.read_text(encoding="utf-8")) if saved.is_file() else explore(GIVEN)  # noqa: F821
    for output in GIVEN["outputs"]:  # noqa: F821 - set in front of this program
        for name in targets(output):
            title = output["name"].replace("_", " ").capitalize()
            write(Path(GIVEN["outputs_dir"]) / name, title, output.get("description", ""), found)  # noqa: F821
