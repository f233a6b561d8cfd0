"""What a run will take, as ranges: from the plan's greatest length and the size of the given texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tomas_cmbagent.options import PLANNING, Options

# Counted in runs of the real package.
_PLANNING_CALLS, _REVIEW_CALLS = 5, 6
_STEP_CALLS = (5, 7)  # a step that works at once
_RETRY_CALLS = 3  # engineer, formatter, judge of the run
_PROMPT_TOKENS = (1_500, 6_000)  # of an agent's own instructions and the conversation so far
_ANSWER_TOKENS = (120, 900)
_CALL_SECONDS = (1.5, 12.0)
_CODE_SECONDS = (2.0, 60.0)  # of a step
_CHARACTERS_PER_TOKEN = 4
_MOST_TASK_CHARACTERS = 400_000


def estimate(options: Options, input_data: Mapping[str, Any]) -> dict[str, list[int]]:
    """Return [low, high] of model calls, seconds, and tokens in and out; nothing is called or read."""
    if options.mode == PLANNING:
        planning = _PLANNING_CALLS + _REVIEW_CALLS * options.n_plan_reviews
        steps = (min(2, options.max_plan_steps), options.max_plan_steps)
    else:
        planning, steps = 0, (1, 1)
    retries = _RETRY_CALLS * (options.max_n_attempts - 1)
    low = planning + steps[0] * _STEP_CALLS[0]
    high = planning + steps[1] * (_STEP_CALLS[1] + retries)
    task = min(sum(_characters(input_data)), _MOST_TASK_CHARACTERS) // _CHARACTERS_PER_TOKEN
    return {
        "model_calls": [low, high],
        "seconds": [
            round(low * _CALL_SECONDS[0] + steps[0] * _CODE_SECONDS[0]),
            round(high * _CALL_SECONDS[1] + steps[1] * _CODE_SECONDS[1]),
        ],
        # Working agents see the task in their instructions and in the conversation; others in one or neither.
        "input_tokens": [low * _PROMPT_TOKENS[0] + low * task // 2, high * (_PROMPT_TOKENS[1] + 2 * task)],
        "output_tokens": [low * _ANSWER_TOKENS[0], high * _ANSWER_TOKENS[1]],
    }


def _characters(input_data: Mapping[str, Any]) -> Iterator[int]:
    """Yield the length of each text of the form, and of each document whose text goes into the task."""
    for value in input_data.values():
        if isinstance(value, str):
            yield len(value)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, Mapping) and item.get("text_path"):
                    yield int(item.get("size") or 0)
                elif isinstance(item, str):
                    yield len(item)
