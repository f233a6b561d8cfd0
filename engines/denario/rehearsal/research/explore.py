"""Look into the given data: what each column holds, and which relations pass a corrected test."""

import json
from pathlib import Path
from typing import Any

import describing
import screening

GIVEN: dict[str, Any]

if __name__ == "__main__":
    study = screening.study(GIVEN)
    Path("data").mkdir(exist_ok=True)
    facts = {
        "data": describing.data(study),
        "columns": describing.columns(study),
        "candidates": [describing.candidate(c) for c in study.candidates],
    }
    Path("data/screening.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("DATA")
    for line in facts["data"]:
        print("- " + line)
    for row in facts["columns"]:
        print("  " + " | ".join(row))
    print("SCREENING: " + str(len(study.candidates)) + " tests, " + str(len(study.held)) + " passed")
    for c in study.held[:12]:
        print("- " + c.y + " ~ " + c.x + " (" + c.family + "): " + c.statistic + ", corrected p = " + str(c.adjusted))
    print("Wrote data/screening.json.")
