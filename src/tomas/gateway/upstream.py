"""What goes to a provider and comes back from it: headers by allow-list, its key put in, its errors explained."""

from collections.abc import Mapping
from typing import Final

import httpx2

from tomas.gateway.exchange import Exchange
from tomas.gateway.refusals import Refusal
from tomas.gateway.rewrites import dump, rewrite
from tomas.services.providers import Access, Provider, provider

_UP: Final = ("accept", "user-agent", "anthropic-version", "anthropic-beta", "openai-beta", "idempotency-key")
_DOWN: Final = ("content-type", "retry-after", "retry-after-ms", "request-id", "x-request-id", "x-should-retry")
_DOWN_PREFIXES: Final = ("x-ratelimit-", "anthropic-ratelimit-")
_ANTHROPIC_VERSION: Final = "2023-06-01"


def request_of(exchange: Exchange, client: httpx2.AsyncClient) -> httpx2.Request:
    """Return what is sent to the provider."""
    target = exchange.target
    one, access = provider(target.provider), exchange.caller.keys.access[target.provider]
    headers = {name: exchange.headers[name] for name in _UP if name in exchange.headers}
    headers |= {"content-type": "application/json", "accept-encoding": "identity", **_credentials(one, access)}
    if one.wire == "anthropic":
        headers.setdefault("anthropic-version", _ANTHROPIC_VERSION)
    body = rewrite(exchange.route, exchange.body, target.provider, target.model)
    content = exchange.raw if body == exchange.body else dump(body)
    url = access.base_url.rstrip("/") + exchange.route.upstream_path(target.model)
    return client.build_request("POST", url, headers=headers, content=content)


def answer_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those of a provider's headers that a worker may see."""
    return {
        name: value
        for name, value in ((name.lower(), value) for name, value in headers.items())
        if name in _DOWN or name.startswith(_DOWN_PREFIXES)
    }


def refuses_key(one: Provider, status: int, body: bytes) -> bool:
    """Whether an error means that the key is not accepted."""
    return status in {401, 403} or (one.wire == "google" and status == 400 and b"API_KEY_INVALID" in body)  # noqa: PLR2004 - statuses of HTTP


def key_refused(one: Provider, access: Access, said: str, headers: Mapping[str, str]) -> Refusal:
    """Say which key is meant; no try again helps until a person has set another."""
    where = f"given for {one.name} in this request's api_keys" if access.own else f"set as {one.key_setting}"
    text = f"{one.title} refused the key {where}: {said}"
    return Refusal(401, "provider_refused_key", text, headers=headers)


def unreachable(one: Provider, access: Access, error: Exception) -> Refusal:
    """Say why no answer came; the SDK may try again."""
    host = _host(access.base_url)
    if isinstance(error, httpx2.TimeoutException):
        what = "could not be reached in time" if isinstance(error, httpx2.ConnectTimeout) else "did not answer in time"
        return Refusal(504, "provider_timeout", f"The provider {one.title} ({host}) {what}.", retry=True)
    if isinstance(error, httpx2.ConnectError):
        text = f"The provider {one.title} could not be reached: no connection to {host}."
        return Refusal(502, "provider_unreachable", text, retry=True)
    text = f"The provider {one.title} ({host}) broke off the connection: {type(error).__name__}."
    return Refusal(502, "provider_broke_off", text, retry=True)


def not_an_answer(one: Provider, access: Access, what: str) -> Refusal:
    """Say that something answered that is no model's interface."""
    text = f"What answers at {_host(access.base_url)} is not {one.title}: {what}. Is {one.base_url_setting} right?"
    return Refusal(502, "not_the_provider", text)


def _host(url: str) -> str:
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        return "an invalid address"
    return f"{parsed.host}:{parsed.port}" if parsed.port else parsed.host


def _credentials(one: Provider, access: Access) -> dict[str, str]:
    key = access.key or ""
    if one.wire == "anthropic":
        return {"x-api-key": key}
    if one.wire == "google":
        return {"x-goog-api-key": key}
    return {"authorization": f"Bearer {key}"}
