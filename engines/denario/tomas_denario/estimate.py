"""What a run will take, as ranges: by the stages, the backend and the plan's greatest length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tomas_denario.options import CMBAGENT, OFF, Options

# Model calls, [low, high], counted in runs of the real package.
_FAST_METHODS = (1, 2)
_TEAM_IDEA, _TEAM_METHODS = (25, 45), (16, 40)
_PLANNING = (11, 14)
_STEP = (5, 7)
_RETRY_CALLS = 3
_PAPER = (16, 40)  # without figures
_FIGURE = 2
_FIGURES = (2, 12)
_CITATIONS = (6, 12)
_PROMPT_TOKENS, _ANSWER_TOKENS, _CALL_SECONDS = (1_800, 9_000), (200, 1_500), (2.0, 15.0)
_CODE_SECONDS = (2, 120)  # of a step
_CHARACTERS_PER_TOKEN = 4


def estimate(asked: Options, input_data: Mapping[str, Any]) -> dict[str, list[int]]:
    """Return [low, high] of model calls, seconds, and tokens in and out; nothing is called or read."""
    low = high = steps = 0
    for stage in asked.plan:
        if asked.given(stage):
            continue
        calls = _calls(stage, asked)
        low, high = low + calls[0], high + calls[1]
        steps += asked.max_n_steps if stage == "results" else 0
    described = sum(len(str(input_data.get(name) or "")) for name in ("data_description", "idea", "methods"))
    text = described // _CHARACTERS_PER_TOKEN
    return {
        "model_calls": [low, high],
        "seconds": [
            round(low * _CALL_SECONDS[0] + min(steps, 2) * _CODE_SECONDS[0]),
            round(high * _CALL_SECONDS[1] + steps * _CODE_SECONDS[1]),
        ],
        "input_tokens": [low * (_PROMPT_TOKENS[0] + text // 2), high * (_PROMPT_TOKENS[1] + text)],
        "output_tokens": [low * _ANSWER_TOKENS[0], high * _ANSWER_TOKENS[1]],
    }


def _calls(stage: str, asked: Options) -> tuple[int, int]:
    team = asked.backend == CMBAGENT
    if stage == "idea":
        return _TEAM_IDEA if team else (2 * asked.iterations - 1, 3 * asked.iterations)
    if stage == "methods":
        return _TEAM_METHODS if team else _FAST_METHODS
    if stage == "literature":
        return (0, 0) if asked.literature_check in (OFF, "futurehouse") else (3, asked.literature_iterations + 3)
    if stage == "results":
        steps = (min(2, asked.max_n_steps), asked.max_n_steps)
        retries = _RETRY_CALLS * min(asked.max_n_attempts - 1, 3)
        return _PLANNING[0] + steps[0] * _STEP[0], _PLANNING[1] + steps[1] * (_STEP[1] + retries)
    if stage == "paper":
        more = _CITATIONS if asked.citations else (0, 0)
        return _PAPER[0] + _FIGURE * _FIGURES[0] + more[0], _PAPER[1] + _FIGURE * _FIGURES[1] + more[1]
    return (1, 2) if stage == "referee" else (0, 0)
