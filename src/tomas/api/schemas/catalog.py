"""Shapes of what there is to choose from: modes, engines, models, configurations."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tomas.api.schemas.common import Strict
from tomas.core.money import to_usd
from tomas.modes.spec import Estimate, Example, InputSpec, Mode, OutputSpec
from tomas.services.configs import Listed
from tomas.services.estimate import Estimated
from tomas.services.overlays import NamedConfig
from tomas.services.prices import ListedModel
from tomas.workers.manifest import Capabilities, Manifest, OptionSpec


class ModeInfo(BaseModel):
    """A task type: its form, its engine, what it delivers."""

    id: str
    name: str
    description: str
    category: str
    tags: list[str]
    icon: str
    engine: str
    inputs: list[InputSpec]
    outputs: list[OutputSpec]
    headline: str | None = Field(description="The output that holds what a reader wants first.")
    engine_options: dict[str, Any]
    intervention_points: list[str]
    time_limit: float = Field(description="Minutes.")
    estimate: Estimate
    examples: list[Example]
    tips: list[str]

    @classmethod
    def of(cls, mode: Mode) -> "ModeInfo":
        """Build from the definition."""
        return cls.model_validate({name: getattr(mode, name) for name in cls.model_fields}, from_attributes=True)


class EngineInfo(BaseModel):
    """An engine: its options, its roles, what it can do."""

    name: str
    title: str
    description: str
    version: str
    homepage: str
    license: str
    installed: bool
    roles: list[str]
    capabilities: Capabilities
    options: dict[str, OptionSpec]

    @classmethod
    def of(cls, manifest: Manifest, *, installed: bool) -> "EngineInfo":
        """Build from the manifest."""
        names = set(cls.model_fields) - {"installed"}
        values = {name: getattr(manifest, name) for name in names}
        return cls.model_validate(values | {"installed": installed}, from_attributes=True)


class ModelInfo(BaseModel):
    """A model one can name, with its list prices in dollars for a million tokens."""

    model: str = Field(description="As `config.models` takes it: provider/model.")
    provider: str
    title: str
    available: bool = Field(description="Its provider's key is set on this server.")
    missing: str | None = Field(description="The setting that would make it available.")
    context_tokens: int | None
    input_usd: str | None
    output_usd: str | None

    @classmethod
    def of(cls, listed: ListedModel, missing: str | None) -> "ModelInfo":
        """Build from the price list; `missing` is the setting it lacks."""
        return cls(
            model=f"{listed.provider}/{listed.model}",
            provider=listed.provider,
            title=listed.title,
            available=missing is None,
            missing=missing,
            context_tokens=listed.context_tokens,
            input_usd=None if listed.input_usd is None else f"{listed.input_usd:f}",
            output_usd=None if listed.output_usd is None else f"{listed.output_usd:f}",
        )


class Models(BaseModel):
    """The models one can name; `rehearsal` answers without any."""

    rehearsal_only: bool = Field(description="This server has no key, or was told to rehearse: scripts answer.")
    items: list[ModelInfo]


class EstimateRequest(Strict):
    """What the session would be started with."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"config": {"models": {"default": "openai/gpt-4.1"}}}]}
    )
    config: dict[str, Any] = Field({}, description="As in `POST /api/execute`.")
    api_keys: dict[str, str] = Field({}, description="As in `POST /api/execute`.")


class EstimateInfo(BaseModel):
    """What a session will likely take, as [low, high]; the cost is null where a model's price is not known."""

    model_calls: tuple[int, int]
    input_tokens: tuple[int, int]
    output_tokens: tuple[int, int]
    seconds: tuple[int, int]
    cost_usd: tuple[str, str] | None
    models: dict[str, str]
    rehearsal: bool

    @classmethod
    def of(cls, estimated: Estimated) -> "EstimateInfo":
        """Build from the service's answer."""
        names = set(cls.model_fields) - {"cost_usd"}
        cost = estimated.cost_nano
        usd = None if cost is None else (to_usd(cost[0]), to_usd(cost[1]))
        return cls(**{name: getattr(estimated, name) for name in names}, cost_usd=usd)


class ConfigInfo(BaseModel):
    """A stored configuration, or why its file cannot be used."""

    name: str
    config: NamedConfig | None
    fault: str | None

    @classmethod
    def of(cls, listed: Listed) -> "ConfigInfo":
        """Build from the service's answer."""
        return cls(name=listed.name, config=listed.config, fault=listed.fault)
