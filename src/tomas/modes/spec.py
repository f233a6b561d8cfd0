"""What a mode is: a task type as data, one TOML file, checked strictly when it is read."""

from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

InputType = Literal["text", "textarea", "select", "multiselect", "number", "checkbox", "file"]
OutputType = Literal["markdown", "json", "plot", "file", "pdf", "table"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Text = Annotated[str, Field(min_length=1)]
CountRange = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
Range = tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Option(_Strict):
    """One choice of a select or multiselect."""

    value: Text
    label: Text


class InputSpec(_Strict):
    """One field of a mode's form."""

    name: Name
    type: InputType
    label: Text
    placeholder: str = ""
    help: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    default: Any = None
    minimum: float | None = Field(None, alias="min")
    maximum: float | None = Field(None, alias="max")
    integer: bool = False  # number: whole ones only
    accepted: tuple[Annotated[str, Field(pattern=r"^\.[a-z0-9]+$")], ...] = ()  # file: suffixes
    multiple: bool = False  # file: more than one

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.type in {"select", "multiselect"} and not self.options:
            raise ValueError(f"{self.name}: a {self.type} needs options")
        if self.options and self.type not in {"select", "multiselect"}:
            raise ValueError(f"{self.name}: only select and multiselect have options")
        if (self.type == "file") != bool(self.accepted):
            raise ValueError(f"{self.name}: a file field, and no other, names its accepted suffixes")
        if self.type != "number" and (self.minimum is not None or self.maximum is not None or self.integer):
            raise ValueError(f"{self.name}: min, max and integer are for numbers")
        if self.type != "file" and self.multiple:
            raise ValueError(f"{self.name}: multiple is for files; for several choices use a multiselect")
        if self.type == "file" and self.default is not None:
            raise ValueError(f"{self.name}: a file has no default")
        return self


class OutputSpec(_Strict):
    """One declared output: what a session of the mode owes its user."""

    name: Name
    type: OutputType
    label: Text
    description: Text
    files: Annotated[tuple[Text, ...], Field(min_length=1)]  # names or globs below outputs/
    required: bool = True

    @model_validator(mode="after")
    def _below_outputs(self) -> Self:
        for pattern in self.files:
            path = PurePosixPath(pattern)
            if path.is_absolute() or "\\" in pattern or not path.parts or {"..", "**", "."} & set(pattern.split("/")):
                raise ValueError(f"{self.name}: {pattern!r} is not a name or a simple glob below outputs/")
        return self

    def owns(self, path: str) -> bool:
        """Say whether the file at `path`, relative to outputs/ with forward slashes, belongs to this output."""
        return any(_matches(path, pattern) for pattern in self.files)


class Estimate(_Strict):
    """What a run usually takes, as [low, high]; the price follows from the tokens and the chosen model."""

    minutes: Range
    model_calls: CountRange
    input_tokens: CountRange
    output_tokens: CountRange

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name in type(self).model_fields:
            low, high = getattr(self, name)
            if low > high:
                raise ValueError(f"{name}: the low end comes first")
        return self


class Example(_Strict):
    """A task to start from."""

    title: Text
    task: Text
    input_data: dict[str, Any] = {}


class Mode(_Strict):
    """A task type: its form, its engine, what it delivers, how it is to be done."""

    id: Name
    name: Text
    description: Text
    category: Name
    tags: tuple[Text, ...] = ()
    icon: str = ""
    hidden: bool = False
    engine: Text
    inputs: tuple[InputSpec, ...] = ()
    outputs: tuple[OutputSpec, ...] = ()
    headline: Name | None = None  # the output that holds what a reader wants first; the first text by default
    engine_options: dict[str, Any] = {}
    intervention_points: tuple[Text, ...] = ()
    time_limit: float = Field(gt=0)  # minutes
    estimate: Estimate
    examples: tuple[Example, ...] = ()
    tips: tuple[Text, ...] = ()
    instructions: str = ""  # how to work: goes into the prompt as it stands
    text_limit: int = Field(60_000, ge=0)  # characters of each document put into the prompt

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, names in (("inputs", self.inputs), ("outputs", self.outputs)):
            seen: set[str] = set()
            for item in names:
                if item.name in seen:
                    raise ValueError(f"{what}: {item.name} is there twice")
                seen.add(item.name)
        if self.headline and self.output(self.headline) is None:
            raise ValueError(f"headline: there is no output {self.headline}")
        known = {field.name for field in self.inputs}
        for example in self.examples:
            if unknown := sorted(set(example.input_data) - known):
                raise ValueError(f"examples: {example.title!r} fills {', '.join(unknown)}, which is no input")
        return self

    def output(self, name: str) -> OutputSpec | None:
        """Return the declared output called `name`."""
        return next((output for output in self.outputs if output.name == name), None)


def _matches(path: str, pattern: str) -> bool:
    """Match part by part, so that `*` never crosses a folder."""
    parts, patterns = path.split("/"), pattern.split("/")
    if len(parts) != len(patterns):
        return False
    return all(PurePosixPath(part).match(one) for part, one in zip(parts, patterns, strict=True))
