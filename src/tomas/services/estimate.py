"""What a session of a mode will take, said before it begins: the mode's ranges at the chosen models' prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tomas.services import configs, models
from tomas.services.context import SessionContext
from tomas.services.prices import estimate as price_of

type Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Estimated:
    """Ranges as (low, high). `cost_nano` is None where a chosen model's price is not known."""

    model_calls: Span
    input_tokens: Span
    output_tokens: Span
    seconds: Span
    cost_nano: Span | None
    models: dict[str, str]
    rehearsal: bool


async def estimate(
    context: SessionContext,
    mode_id: str,
    config: Mapping[str, Any] | None = None,
    api_keys: Mapping[str, str] | None = None,
) -> Estimated:
    """Return the estimate for a mode with a request's configuration; raises as `sessions.create` does."""
    mode = context.modes.get(mode_id)
    manifest = context.engines.get(mode.engine)
    overlay, _ = await configs.requested(context.configs_dir, manifest, config or {})
    chosen = models.choose(context, manifest, overlay.models, models.checked_keys(api_keys or {}))
    spans = mode.estimate
    low = [_price(model, spans.input_tokens[0], spans.output_tokens[0]) for model in chosen.models.values()]
    high = [_price(model, spans.input_tokens[1], spans.output_tokens[1]) for model in chosen.models.values()]
    known = [price for price in (*low, *high) if price is not None]
    cost = (0, 0) if chosen.rehearsal else (min(known), max(known)) if len(known) == len(low + high) else None
    return Estimated(
        model_calls=spans.model_calls,
        input_tokens=spans.input_tokens,
        output_tokens=spans.output_tokens,
        seconds=(round(spans.minutes[0] * 60), round(spans.minutes[1] * 60)),
        cost_nano=cost,
        models=chosen.models,
        rehearsal=chosen.rehearsal,
    )


def _price(model: str, input_tokens: int, output_tokens: int) -> int | None:
    """Return what the tokens cost if all of them went to this model, in nano-dollars."""
    provider, _, name = model.partition("/")
    return price_of(provider, name, input_tokens, output_tokens)
