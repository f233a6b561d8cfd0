"""A user's form against a mode: every wrong field is named at once, before anything is stored."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from tomas.core.errors import InvalidInput
from tomas.core.text import fault_in
from tomas.modes.spec import InputSpec, Mode

TEXT_LIMIT: Final = 2_000  # characters of a text field
TEXTAREA_LIMIT: Final = 100_000
_MOST_FILES: Final = 50

type _Check = Callable[[InputSpec, Any], Any]


class _Wrong(ValueError):
    """Says what is wrong with one field."""


def validate_input(mode: Mode, input_data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form as it will be used: values in their types, defaults filled in, empty ones left out.

    A file field comes out as a list of file ids. Text that stands for a number, and one choice (or several with
    commas between) for a multiselect, are taken as meant, for command lines have only text.
    InvalidInput names each wrong field as `input_data.<name>`.
    """
    values, faults = _check(mode, input_data)
    for field in mode.inputs:
        if field.name in values or any(path == f"input_data.{field.name}" for path, _ in faults):
            continue
        if field.default is not None:
            values[field.name] = _CHECKS[field.type](field, field.default)
        elif field.required:
            faults.append((f"input_data.{field.name}", f"{field.label} is required{_accepted(field)}"))
    if faults:
        raise _error(mode, faults)
    return {field.name: values[field.name] for field in mode.inputs if field.name in values}


def check_values(mode: Mode, values: Mapping[str, Any]) -> None:
    """Check the fields that are there, and miss none: for defaults and examples."""
    _, faults = _check(mode, values)
    if faults:
        raise _error(mode, faults)


def _check(mode: Mode, input_data: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    fields = {field.name: field for field in mode.inputs}
    faults: list[tuple[str, str]] = []
    values: dict[str, Any] = {}
    for name, value in input_data.items():
        if name not in fields:
            known = ", ".join(fields) or "none"
            faults.append((f"input_data.{name[:100]}", f"the mode {mode.id} has no such field; its fields: {known}"))
        elif fault := fault_in(value):
            faults.append((f"input_data.{name}", fault))
        elif not _empty(value):
            try:
                checked = _CHECKS[fields[name].type](fields[name], value)
            except _Wrong as error:
                faults.append((f"input_data.{name}", str(error)))
            else:
                if not _empty(checked):
                    values[name] = checked
    return values, faults


def _error(mode: Mode, faults: list[tuple[str, str]]) -> InvalidInput:
    told = "; ".join(f"{path}: {fault}" for path, fault in faults)
    return InvalidInput(f"The input does not fit the mode {mode.id}. {told}", faults)


def _accepted(field: InputSpec) -> str:
    return f": upload a file ({', '.join(field.accepted)}) and give its id" if field.type == "file" else ""


def _empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _text(_field: InputSpec, value: Any, limit: int = TEXT_LIMIT) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"must be text, not {_kind(value)}")
    if len(value) > limit:
        raise _Wrong(f"is {len(value):,} characters long; at most {limit:,} are taken")
    return value.strip()


def _textarea(field: InputSpec, value: Any) -> str:
    return _text(field, value, TEXTAREA_LIMIT)


def _select(field: InputSpec, value: Any) -> str:
    choices = [option.value for option in field.options]
    if not isinstance(value, str) or value not in choices:
        raise _Wrong(f"must be one of {', '.join(choices)}, not {_told(value)}")
    return value


def _multiselect(field: InputSpec, value: Any) -> list[str]:
    items: Any = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    if not isinstance(items, list):
        raise _Wrong(f"must be a list of choices, not {_kind(value)}")
    return list(dict.fromkeys(_select(field, item) for item in cast(list[Any], items)))


def _number(field: InputSpec, value: Any) -> int | float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise _Wrong(f"must be a number, not {_told(value)}") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong(f"must be a number, not {_kind(value)}")
    if not math.isfinite(value):
        raise _Wrong("must be a finite number")
    if field.integer and value != int(value):
        raise _Wrong(f"must be a whole number, not {value:g}")
    if field.minimum is not None and value < field.minimum:
        raise _Wrong(f"must be at least {field.minimum:g}")
    if field.maximum is not None and value > field.maximum:
        raise _Wrong(f"must be at most {field.maximum:g}")
    return int(value) if field.integer or value == int(value) else value


def _checkbox(_field: InputSpec, value: Any) -> bool:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise _Wrong(f"must be true or false, not {_told(value)}")
    return value


def _file(field: InputSpec, value: Any) -> list[str]:
    items: Any = [value] if isinstance(value, str) else value
    ids: list[Any] = cast(list[Any], items) if isinstance(items, list) else [None]
    if not all(isinstance(item, str) and item.strip() for item in ids):
        raise _Wrong("must be the id of an uploaded file, or a list of such ids (POST /api/files gives one)")
    if len(ids) > (_MOST_FILES if field.multiple else 1):
        raise _Wrong(f"takes {_MOST_FILES if field.multiple else 'one'} file{'s at most' if field.multiple else ''}")
    return list(dict.fromkeys(item.strip() for item in ids))


def _kind(value: Any) -> str:
    names: dict[type[object], str] = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "an object",
    }
    return names.get(cast(type[object], type(value)), "something else")


def _told(value: Any) -> str:
    return repr(value[:60]) if isinstance(value, str) else _kind(value)


_CHECKS: Final[Mapping[str, _Check]] = {
    "text": _text,
    "textarea": _textarea,
    "select": _select,
    "multiselect": _multiselect,
    "number": _number,
    "checkbox": _checkbox,
    "file": _file,
}
