"""Providers of models: whose keys there are, and which of them serves a model asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Self

from tomas.core.errors import ModelNotServed

Wire = Literal["openai", "anthropic", "google"]  # the families of request formats

REHEARSAL: Final = "rehearsal"  # the provider, and the model, of sessions in which no language model answers


@dataclass(frozen=True, slots=True)
class Provider:
    """A company whose models are reached through an HTTP interface of its own."""

    name: str
    title: str
    wire: Wire
    default_base_url: str
    model_prefixes: tuple[str, ...]  # models named without a provider are recognised by these
    default_model: str | None = None  # able to run an engine; None: none of its models is

    @property
    def key_setting(self) -> str:
        """The environment variable that holds the key."""
        return f"{self.name.upper()}_API_KEY"

    @property
    def base_url_setting(self) -> str:
        """The environment variable that holds the address."""
        return f"{self.name.upper()}_BASE_URL"


PROVIDERS: Final = (
    Provider(
        "openai",
        "OpenAI",
        "openai",
        "https://api.openai.com/v1",
        ("gpt-", "chatgpt-", "o1", "o3", "o4", "ft:gpt-", "text-embedding-", "codex-", "computer-use"),
        default_model="gpt-4.1",
    ),
    Provider("anthropic", "Anthropic", "anthropic", "https://api.anthropic.com", ("claude-",)),
    Provider(
        "google",
        "Google",
        "google",
        "https://generativelanguage.googleapis.com",
        ("gemini-", "gemma-"),
    ),
    Provider("perplexity", "Perplexity", "openai", "https://api.perplexity.ai", ("sonar", "r1-1776")),
)
_BY_NAME: Final = {provider.name: provider for provider in PROVIDERS}
_WIRES: Final[dict[str, str]] = {
    "openai": "/v1/chat/completions",
    "anthropic": "/v1/messages",
    "google": "/v1beta/models",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Where a provider is reached, and with which key; `own` keys came with a session's request."""

    base_url: str
    key: str | None = field(default=None, repr=False)
    own: bool = False


@dataclass(frozen=True, slots=True)
class ProviderKeys:
    """The access to each provider by its name."""

    access: Mapping[str, Access]

    @classmethod
    def of(cls, keys: Mapping[str, str | None], base_urls: Mapping[str, str] | None = None) -> Self:
        """Build from keys and addresses by provider name; what is missing is None or the provider's own address."""
        urls = base_urls or {}
        return cls({p.name: Access(urls.get(p.name) or p.default_base_url, keys.get(p.name)) for p in PROVIDERS})

    def merged(self, session_keys: Mapping[str, str]) -> Self:
        """Return these keys with a session's own over them; the addresses stay."""
        own = {name: replace(self.access[name], key=key, own=True) for name, key in session_keys.items()}
        return replace(self, access={**self.access, **own})

    @property
    def is_empty(self) -> bool:
        """Whether there is no key at all."""
        return not any(access.key for access in self.access.values())

    def configured(self) -> list[str]:
        """Return the names of the providers that have a key."""
        return [provider.name for provider in PROVIDERS if self.access[provider.name].key]


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model and who serves it; `model` is the name its provider knows."""

    provider: str
    model: str


def resolve(model: str, keys: ProviderKeys, *, wire: Wire = "openai") -> ResolvedModel:
    """Find who serves `model`, written "provider/model", as a known model's bare name, or "rehearsal".

    A bare name that nobody is known for goes to the server at OPENAI_BASE_URL, if that was set to another than
    OpenAI's. ModelNotServed names the setting that is missing. `wire` is the request format it must be served in.
    """
    if model == REHEARSAL:
        return ResolvedModel(REHEARSAL, REHEARSAL)
    provider, name = _provider_of(model, keys)
    if provider.wire != wire:
        raise ModelNotServed(_wrong_wire(provider, name, wire, keys))
    if not keys.access[provider.name].key:
        raise ModelNotServed(f"{provider.title} serves the model {name}; set {provider.key_setting} to use it.")
    return ResolvedModel(provider.name, name)


def default_model(keys: ProviderKeys) -> str:
    """Return "provider/model" for sessions that name none; ModelNotServed if no key given can run an engine."""
    for provider in PROVIDERS:
        if provider.default_model and keys.access[provider.name].key:
            return f"{provider.name}/{provider.default_model}"
    needed = " or ".join(provider.key_setting for provider in PROVIDERS if provider.default_model)
    raise ModelNotServed(f"None of the keys that are set can run an engine on its own; set {needed}.")


def provider(name: str) -> Provider:
    """Return the provider of that name; KeyError if there is none."""
    return _BY_NAME[name]


def _provider_of(model: str, keys: ProviderKeys) -> tuple[Provider, str]:
    head, slash, rest = model.partition("/")
    if slash and rest and head in _BY_NAME:
        return _BY_NAME[head], rest
    for one in PROVIDERS:
        if model.startswith(one.model_prefixes):
            return one, model
    openai = _BY_NAME["openai"]
    if model and keys.access["openai"].base_url.rstrip("/") != openai.default_base_url:
        return openai, model
    names = ", ".join(_BY_NAME)
    raise ModelNotServed(
        f"Nobody is known to serve the model {model[:200]!r}. Write it as provider/model with one of {names}, "
        f"or have {openai.base_url_setting} name an OpenAI-compatible server that has it."
    )


def _wrong_wire(provider: Provider, name: str, wire: Wire, keys: ProviderKeys) -> str:
    others = [one for one in PROVIDERS if one.wire == wire]
    text = f"{provider.title} serves the model {name} at {_WIRES[provider.wire]} only, not at {_WIRES[wire]}."
    if any(keys.access[one.name].key for one in others):
        return f"{text} Name a model of {' or '.join(one.title for one in others)}."
    return f"{text} Set {' or '.join(one.key_setting for one in others)} and name a model of that provider."
