"""A form is taken as meant, or each wrong field is named."""

from typing import Any

import pytest

from tomas.core.errors import InvalidInput
from tomas.modes.catalog import load_modes
from tomas.modes.spec import Mode
from tomas.modes.validation import validate_input

FILE = "01a20d9e-9297-72b2-851e-d411dc26d2f4"
ESTIMATE = {"minutes": [0, 1], "model_calls": [0, 0], "input_tokens": [0, 0], "output_tokens": [0, 0]}


def mode(*inputs: dict[str, Any]) -> Mode:
    fields = [{"name": "field", "label": "Field", **one} for one in inputs]
    about = {"id": "m", "name": "M", "description": "d", "category": "c", "engine": "echo", "time_limit": 1}
    return Mode.model_validate({**about, "estimate": ESTIMATE, "inputs": fields})


CHOICES = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        ({"type": "text"}, "  hello ", "hello"),
        ({"type": "textarea"}, "x" * 50_000, "x" * 50_000),
        ({"type": "select", "options": CHOICES}, "a", "a"),
        ({"type": "multiselect", "options": CHOICES}, ["b", "a", "b"], ["b", "a"]),
        ({"type": "multiselect", "options": CHOICES}, "a, b", ["a", "b"]),
        ({"type": "number"}, 1.5, 1.5),
        ({"type": "number"}, "10", 10),
        ({"type": "number", "integer": True}, 3.0, 3),
        ({"type": "number", "min": 0, "max": 10}, 10, 10),
        ({"type": "checkbox"}, True, True),
        ({"type": "checkbox"}, "false", False),
        ({"type": "file", "accepted": [".csv"]}, FILE, [FILE]),
        ({"type": "file", "accepted": [".csv"], "multiple": True}, [FILE, FILE], [FILE]),
    ],
)
def test_good_values_are_taken_as_meant(field: dict[str, Any], value: Any, taken: Any) -> None:
    assert validate_input(mode(field), {"field": value}) == {"field": taken}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ({"type": "text"}, 5, "must be text, not a number"),
        ({"type": "text"}, "x" * 2_001, "2,001 characters long"),
        ({"type": "text"}, "a\0b", "NUL"),
        ({"type": "text"}, "\ud800", "surrogate"),
        ({"type": "select", "options": CHOICES}, "c", "one of a, b, not 'c'"),
        ({"type": "select", "options": CHOICES}, ["a"], "one of a, b, not a list"),
        ({"type": "multiselect", "options": CHOICES}, ["a", "c"], "one of a, b"),
        ({"type": "multiselect", "options": CHOICES}, {"a": 1}, "a list of choices, not an object"),
        ({"type": "number"}, True, "a number, not true or false"),
        ({"type": "number"}, "many", "a number, not 'many'"),
        ({"type": "number"}, "nan", "finite"),
        ({"type": "number"}, float("inf"), "finite"),
        ({"type": "number", "integer": True}, 1.5, "whole number, not 1.5"),
        ({"type": "number", "min": 0}, -1, "at least 0"),
        ({"type": "number", "max": 10}, 11, "at most 10"),
        ({"type": "checkbox"}, 1, "true or false"),
        ({"type": "file", "accepted": [".csv"]}, [FILE, "other"], "takes one file"),
        ({"type": "file", "accepted": [".csv"]}, {"id": FILE}, "id of an uploaded file"),
        ({"type": "file", "accepted": [".csv"], "multiple": True}, [1], "id of an uploaded file"),
    ],
)
def test_wrong_values_are_named(field: dict[str, Any], value: Any, told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as error:
        validate_input(mode(field), {"field": value})
    assert [path for path, _ in error.value.fields] == ["input_data.field"]


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as error:
        validate_input(load_modes().get("itops"), {"analysis_focus": ["luck"], "pirority": "x"})
    paths = [path for path, _ in error.value.fields]
    assert paths == ["input_data.analysis_focus", "input_data.pirority", "input_data.tickets"]
    assert ".csv" in dict(error.value.fields)["input_data.tickets"]


@pytest.mark.parametrize("empty", ["", "  ", None, []])
def test_what_is_empty_is_left_out_and_what_is_required_asked_for(empty: Any) -> None:
    assert validate_input(mode({"type": "text"}), {"field": empty}) == {}
    with pytest.raises(InvalidInput, match="Field is required"):
        validate_input(mode({"type": "text", "required": True}), {"field": empty})


def test_defaults_are_filled_in() -> None:
    echo = load_modes().get("echo")
    assert validate_input(echo, {}) == {"n": 10, "delay_ms": 0, "burn_ms": 0}
    assert validate_input(echo, {"n": 0}) == {"n": 0, "delay_ms": 0, "burn_ms": 0}


def test_deep_nesting_is_refused_not_a_crash() -> None:
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(InvalidInput, match="nested"):
        validate_input(mode({"type": "text"}), {"field": deep})
