import pytest
from tomas_cmbagent.checkpoints import SUMMARY, Summaries


@pytest.mark.parametrize(
    ("before", "now", "mended"),
    [
        ("### Step 1\nA", "### Step 2\nB", "### Step 1\nA\n\n### Step 2\nB"),
        ("### Step 1\nA", "### Step 1\nA\n\n### Step 2\nB", "### Step 1\nA\n\n### Step 2\nB"),
        ("### Step 1\nA\n", "\n", "### Step 1\nA"),
        ("", "### Step 1\nA", "### Step 1\nA"),
    ],
    ids=["forgotten", "still there", "nothing since", "no restart"],
)
def test_the_summaries_of_earlier_steps_are_kept_once(before: str, now: str, mended: str) -> None:
    context = {SUMMARY: now}
    Summaries(before).mend(context)
    Summaries(before).mend(context)
    assert context[SUMMARY] == mended
