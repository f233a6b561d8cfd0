"""Whose model is meant, and what is missing to use it."""

import pytest

from tomas.core.errors import ModelNotServed
from tomas.services.providers import (
    PROVIDERS,
    REHEARSAL,
    ProviderKeys,
    ResolvedModel,
    default_model,
    provider,
    resolve,
)

ALL = ProviderKeys.of({one.name: "k" for one in PROVIDERS})
NONE = ProviderKeys.of({})
LOCAL = ProviderKeys.of({"openai": "none"}, {"openai": "http://localhost:11434/v1"})


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("openai/gpt-4.1", ("openai", "gpt-4.1")),
        ("gpt-4.1", ("openai", "gpt-4.1")),
        ("o3-mini", ("openai", "o3-mini")),
        ("openai/some-tuned-model", ("openai", "some-tuned-model")),
        ("sonar-pro", ("perplexity", "sonar-pro")),
        ("perplexity/sonar", ("perplexity", "sonar")),
        (REHEARSAL, (REHEARSAL, REHEARSAL)),
    ],
)
def test_models_are_found_by_provider_or_by_name(asked: str, found: tuple[str, str]) -> None:
    assert resolve(asked, ALL) == ResolvedModel(*found)


def test_each_wire_has_its_models() -> None:
    assert resolve("claude-sonnet-4-5", ALL, wire="anthropic").provider == "anthropic"
    assert resolve("google/gemini-2.5-pro", ALL, wire="google").model == "gemini-2.5-pro"
    with pytest.raises(ModelNotServed, match=r"at /v1/messages only, not at /v1/chat/completions"):
        resolve("claude-sonnet-4-5", ALL)
    with pytest.raises(ModelNotServed, match="Set OPENAI_API_KEY or PERPLEXITY_API_KEY"):
        resolve("claude-sonnet-4-5", ProviderKeys.of({"anthropic": "k"}))


@pytest.mark.parametrize(
    ("asked", "setting"), [("gpt-4.1", "OPENAI_API_KEY"), ("perplexity/sonar", "PERPLEXITY_API_KEY")]
)
def test_a_missing_key_is_named(asked: str, setting: str) -> None:
    with pytest.raises(ModelNotServed, match=setting):
        resolve(asked, NONE)


@pytest.mark.parametrize("asked", ["mystery", "", "mystery/model", "openai/"])
def test_a_name_that_nobody_is_known_for_is_refused(asked: str) -> None:
    with pytest.raises(ModelNotServed, match="Nobody is known"):
        resolve(asked, ALL)


@pytest.mark.parametrize("asked", ["qwen3:8b", "meta-llama/Llama-3.3-70B"])
def test_a_server_of_ones_own_has_models_of_any_name(asked: str) -> None:
    assert resolve(asked, LOCAL) == ResolvedModel("openai", asked)


def test_the_default_is_a_model_that_can_run_an_engine() -> None:
    assert default_model(ALL) == "openai/gpt-4.1"
    for keys in (NONE, ProviderKeys.of({"perplexity": "k", "anthropic": "k"})):
        with pytest.raises(ModelNotServed, match="OPENAI_API_KEY"):
            default_model(keys)


def test_a_sessions_own_keys_go_over_the_servers() -> None:
    merged = LOCAL.merged({"openai": "own", "google": "g"})
    access = merged.access["openai"]
    assert (access.key, access.own, access.base_url) == ("own", True, "http://localhost:11434/v1")
    assert not LOCAL.access["openai"].own
    assert merged.configured() == ["openai", "google"]
    assert (NONE.is_empty, merged.is_empty) == (True, False)


def test_keys_are_not_in_what_is_printed() -> None:
    assert "own-key" not in repr(NONE.merged({"openai": "own-key"}))


def test_settings_are_named_after_the_provider() -> None:
    assert (provider("google").key_setting, provider("google").base_url_setting) == (
        "GOOGLE_API_KEY",
        "GOOGLE_BASE_URL",
    )
