"""Prices of model calls, from the data bundled with `genai-prices`; nothing is fetched.

The data takes a second and 100 MB to load, so that happens once, when a price is first asked for. Call `load` in
a thread before the other functions; they are quick from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from tomas.core.clock import now
from tomas.core.money import from_usd
from tomas.services.providers import PROVIDERS, REHEARSAL

if TYPE_CHECKING:
    from genai_prices import Usage as Counts
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo
    from genai_prices.types import Provider as PricedProvider

_NO_TEXT: Final = ("audio", "embedding", "image", "live", "realtime", "transcribe", "tts", "whisper", ":")
STATED: Final = "provider"  # the version of a price that the provider itself stated with its answer


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call took, in tokens; the cached ones are among the input, those of reasoning among the output."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    reported: Mapping[str, Any] | None = None  # the provider's own report, for what prices tell apart besides
    flavor: tuple[str, str] | None = None  # how genai-prices reads the report: a provider, a format of its
    stated_usd: Decimal | None = None  # what the provider says that it costs
    known: bool = True  # False: the answer said nothing of what it took


@dataclass(frozen=True, slots=True)
class Priced:
    """A cost in nano-dollars, None where no price is known, and where it is from."""

    cost_nano: int | None
    version: str | None


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model one can name, with its prices in dollars for a million tokens, as far as they are known."""

    provider: str
    model: str
    title: str
    context_tokens: int | None
    input_usd: Decimal | None
    output_usd: Decimal | None

    @property
    def name(self) -> str:
        """The name that requests give."""
        return f"{self.provider}/{self.model}"


def load() -> None:
    """Read the price data; slow the first time, then nothing."""
    _snapshot()


def is_loaded() -> bool:
    """Whether `load` is done."""
    return _snapshot.cache_info().currsize > 0


def price(
    provider: str,
    model: str,
    usage: Usage,
    *,
    answered_by: str | None = None,
    base_url: str | None = None,
    context: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> Priced:
    """Price one call of `model`, or of the version of it that the answer names, `answered_by`.

    `context` holds what prices depend on besides tokens, such as the `service_tier`. A cost the provider states
    wins. A server at another address is priced as what it is known as, if it is.
    """
    if provider == REHEARSAL:
        return Priced(0, REHEARSAL)
    if usage.stated_usd is not None:
        return Priced(from_usd(usage.stated_usd), STATED)
    found = (answered_by and _find(provider, answered_by, base_url)) or _find(provider, model, base_url)
    if not found or not usage.known:
        return Priced(None, None)
    who, what = found
    try:
        counts = _counts(usage)
        result = what.calc_price(counts, who, genai_request_timestamp=at or now(), price_context=context or None)
    except ValueError:  # figures that contradict one another, such as more cached tokens than tokens
        return Priced(None, None)
    return Priced(from_usd(result.total_price), data_version())


def estimate(provider: str, model: str, input_tokens: int, output_tokens: int) -> int | None:
    """Return what such a call would cost in nano-dollars; None where no price is known."""
    return price(provider, model, Usage(input_tokens=input_tokens, output_tokens=output_tokens)).cost_nano


def list_models() -> list[ListedModel]:
    """Return the providers' known models that answer in text, the deprecated ones left out."""
    listed: list[ListedModel] = []
    for provider in PROVIDERS:
        priced = next(one for one in _snapshot().providers if one.id == provider.name)
        listed += [
            _listed(provider.name, model)
            for model in priced.models
            if not model.deprecated
            and model.id.startswith(provider.model_prefixes)
            and not any(word in model.id for word in _NO_TEXT)
        ]
    return listed


@cache
def data_version() -> str:
    """Return the version of the price data, as it is stored with each call."""
    return f"genai-prices {version('genai-prices')}"


@cache
def _snapshot() -> "DataSnapshot":
    from genai_prices import data_snapshot  # noqa: PLC0415 - slow to import

    return data_snapshot.get_snapshot()


def _counts(usage: Usage) -> "Counts":
    from genai_prices import Usage as Counts  # noqa: PLC0415 - slow to import

    if usage.reported is None or usage.flavor is None:
        return Counts(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)
    provider_id, flavor = usage.flavor
    return _snapshot().find_provider(None, provider_id, None).extract_usage(usage.reported, api_flavor=flavor)[1]


@lru_cache(1000)
def _find(provider: str, model: str, base_url: str | None) -> "tuple[PricedProvider, ModelInfo] | None":
    snapshot = _snapshot()
    for provider_id, url in ((None, base_url), (provider, None)):
        if provider_id or url:
            try:
                return snapshot.find_provider_model(model, None, provider_id, url)
            except LookupError:
                continue
    return None


def _listed(provider: str, model: "ModelInfo") -> ListedModel:
    prices = model.get_prices(now())
    return ListedModel(
        provider=provider,
        model=model.id,
        title=model.name or model.id,
        context_tokens=model.context_window,
        input_usd=_base(prices.input_mtok),
        output_usd=_base(prices.output_mtok),
    )


def _base(value: Any) -> Decimal | None:
    return value if value is None or isinstance(value, Decimal) else value.base
