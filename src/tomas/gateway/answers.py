"""Answers: a provider's answer read as it comes, with what it took, and with no key in it."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

import httpx2

from tomas.gateway import sse
from tomas.gateway.exchange import Exchange, Outcome
from tomas.gateway.refusals import Refusal
from tomas.gateway.rewrites import wants_usage
from tomas.gateway.upstream import answer_headers, key_refused, not_an_answer, refuses_key
from tomas.gateway.usage import Reading
from tomas.services.prices import Usage
from tomas.services.providers import provider

_BIG: Final = 1024 * 1024  # bytes from which on JSON is read off the event loop
_MOST_SAID: Final = 500  # characters of a provider's error that go into ours


class _Stream:
    """A stream of events on its way: each is handed on at once, until the model has said all; the rest is kept."""

    def __init__(self, exchange: Exchange) -> None:
        self.reading = Reading(exchange.route.wire)
        self.passed: list[bytes] = []
        self.rest: list[bytes] = []
        self._splitter = sse.Splitter()
        self._mask, self._flight = exchange.caller.mask, exchange.flight
        self._strip = wants_usage(exchange.route, exchange.body, exchange.target.provider)

    def feed(self, data: bytes) -> None:
        for event in self._splitter.feed(data):
            self._take(event)

    def close(self) -> None:
        """Take what came after the last blank line."""
        if self._splitter.rest().strip():
            self._take(self._splitter.rest())

    def _take(self, event: bytes) -> None:
        data = sse.data_of(event)
        if data is not None:
            self.reading.see(data)
            if self._strip and data.get("usage") and not data.get("choices"):
                return  # asked for by us, not by the worker
        if self.reading.failed:
            self.rest.append(self._mask.error(event))
        elif self.reading.finished:
            self.rest.append(self._mask.answer(event))
        else:
            self.passed.append(self._mask.answer(event))
            self._flight.add(self.passed[-1])


async def pass_on(exchange: Exchange, response: httpx2.Response) -> Outcome:
    """Hand a stream on; the end of it is left in the outcome."""
    stream = _Stream(exchange)
    broken = "it ended before the model was done"
    exchange.flight.open(response.status_code, _shown(exchange, response))
    try:
        async for data in _limited(exchange, response):
            stream.feed(data)
        stream.close()
    except httpx2.HTTPError as error:
        broken = type(error).__name__
    reading = stream.reading
    body = b"".join([*stream.passed, *stream.rest])
    outcome = _outcome(exchange, response, reading, exchange.flight.headers, body)
    outcome.rest = stream.rest
    if reading.failed:
        outcome.usage = _doubtful(outcome.usage, nothing_said=None)
    elif not reading.finished:
        text = f"The answer of {provider(exchange.target.provider).title} broke off in the middle: {broken}."
        outcome.status, outcome.error = "failed", text
        outcome.usage = _doubtful(outcome.usage, nothing_said=Usage(known=False))
        outcome.refusal = Refusal(502, "provider_broke_off", text, retry=True)
    return outcome


async def take_whole(exchange: Exchange, response: httpx2.Response) -> Outcome:
    """Read a whole answer, or an error."""
    body = b"".join([part async for part in _limited(exchange, response)])
    headers = _shown(exchange, response)
    if not response.is_success:
        return _failure(exchange, response, headers, body)
    data = await asyncio.to_thread(_json, body) if len(body) > _BIG else _json(body)
    if not data:
        one = provider(exchange.target.provider)
        refusal = not_an_answer(one, exchange.caller.keys.access[one.name], "it answers, but not in JSON")
        return Outcome("failed", response.status_code, headers, body, refusal=refusal, error=refusal.message)
    reading = Reading(exchange.route.wire)
    for event in data:
        reading.see(event)
    return _outcome(exchange, response, reading, headers, exchange.caller.mask.answer(body))


def _outcome(
    exchange: Exchange, response: httpx2.Response, reading: Reading, headers: Mapping[str, str], body: bytes
) -> Outcome:
    error = exchange.caller.mask.text(reading.failed)[:_MOST_SAID] if reading.failed else None
    return Outcome(
        "failed" if error else "answered",
        response.status_code,
        headers,
        body,
        [body],
        usage=reading.usage(exchange.target.provider),
        answered_by=reading.model,
        price_context=reading.price_context,
        error=error,
    )


def _doubtful(usage: Usage | None, *, nothing_said: Usage | None) -> Usage | None:
    """Keep the tokens that were told of, but no price: what is charged for half an answer is not known."""
    return replace(usage, known=False) if usage and usage.known else nothing_said


def _failure(exchange: Exchange, response: httpx2.Response, headers: dict[str, str], body: bytes) -> Outcome:
    """Pass a provider's error on in its own words, unless there is something better to say."""
    one = provider(exchange.target.provider)
    access = exchange.caller.keys.access[one.name]
    status = response.status_code
    body = exchange.caller.mask.error(body)
    said = _said(body) or response.reason_phrase
    refusal = None
    if response.is_redirect:
        refusal = not_an_answer(one, access, "it sends us elsewhere")
    elif refuses_key(one, status, body):
        refusal = key_refused(one, access, said, headers)
    error = refusal.message if refusal else f"{one.title} answered {status}: {said}"
    return Outcome("failed", status, headers, body, [body], refusal=refusal, error=error)


def _shown(exchange: Exchange, response: httpx2.Response) -> dict[str, str]:
    return {name: exchange.caller.mask.text(value) for name, value in answer_headers(response.headers).items()}


def _json(body: bytes) -> list[dict[str, Any]]:
    """Return the objects of a body: one, or those of an array, which Gemini sends for a stream that is no stream."""
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return []
    several = cast(list[Any], data) if isinstance(data, list) else [data]
    return [cast(dict[str, Any], one) for one in several if isinstance(one, dict)]


def _said(body: bytes) -> str:
    """Return the message of an error."""
    objects = _json(body)
    if not objects:
        return body.decode("utf-8", "replace")[:_MOST_SAID].strip()
    error: Any = objects[0].get("error", objects[0])
    text: Any = cast(dict[str, Any], error).get("message", error) if isinstance(error, dict) else error
    return str(text)[:_MOST_SAID]


async def _limited(exchange: Exchange, response: httpx2.Response) -> AsyncIterator[bytes]:
    """Yield what comes; too much of it is an error."""
    size, most = 0, exchange.runtime.given.most_answer_bytes
    async for data in response.aiter_bytes():
        size += len(data)
        if size > most:
            raise httpx2.ReadError(f"the answer is larger than {most:,} bytes")
        yield data
