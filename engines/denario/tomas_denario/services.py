"""The literature services, reached through the gateway: Denario's modules get this in place of `requests`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from tomas_denario.session import Session

_HOSTS = {
    "api.perplexity.ai": "perplexity",
    "api.semanticscholar.org": "semantic-scholar",
    "arxiv.org": "arxiv",
    "www.arxiv.org": "arxiv",
    "export.arxiv.org": "arxiv",
    "api.platform.futurehouse.org": "futurehouse",
}
_GET_SECONDS, _POST_SECONDS = 60, 600
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})  # Denario asks again after these; all else is a refusal
_MOST_REFUSALS = 20  # that may follow one another before asking again is given up
_NOT_FOUND = 404


class ServiceFailed(RuntimeError):
    """A literature service did not answer what was asked; the message is meant for the user."""


class Services:
    """Has the two functions of `requests` that Denario calls."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._refusals = 0

    def get(self, url: str, params: Mapping[str, Any] | None = None) -> requests.Response:
        """Send a GET; ServiceFailed if the service cannot be had."""
        return self._send("GET", url, params=params, timeout=_GET_SECONDS)

    def post(self, url: str, headers: Mapping[str, str] | None = None, json: Any = None) -> requests.Response:
        """Send a POST; the key in `headers` is left out, the gateway has it."""
        return self._send("POST", url, json=json, timeout=_POST_SECONDS)

    def _send(self, method: str, url: str, **options: Any) -> requests.Response:
        session, parts = self._session, urlsplit(url)
        service = _HOSTS.get(parts.hostname or "")
        if service is None or service not in session.services:
            raise ServiceFailed(f"{parts.hostname} cannot be reached from here.")
        address = f"{session.gateway['url']}/services/{service}{parts.path}"
        headers = {
            "Authorization": f"Bearer {session.gateway['token']}",
            "X-Tomas-Engine": "denario",
            "X-Tomas-Agent": session.agent or service,
            "X-Tomas-Stage": session.chapter,
        }
        with requests.Session() as client:
            client.trust_env = False
            try:
                answer = client.request(
                    method, f"{address}?{parts.query}" if parts.query else address, headers=headers, **options
                )
            except requests.RequestException as error:
                raise self._failed(f"{service} did not answer: {type(error).__name__}") from error
        session.note("tool", f"{method} {parts.path}", agent=session.agent, service=service, status=answer.status_code)
        if answer.ok or (service == "arxiv" and answer.status_code == _NOT_FOUND):
            self._refusals = 0
            return answer
        self._refusals += 1
        if answer.status_code not in _AGAIN or method == "POST" or self._refusals > _MOST_REFUSALS:
            raise self._failed(f"{service} answered {answer.status_code}: {_words(answer)}")
        return answer

    def _failed(self, why: str) -> ServiceFailed:
        self._session.fault = why
        return ServiceFailed(why)


def _words(answer: requests.Response) -> str:
    try:
        body = answer.json()
        inner = body.get("error", body)
        return (
            str(inner.get("message") or inner.get("detail") or inner)[:500] if isinstance(inner, dict) else str(inner)
        )
    except (ValueError, AttributeError):
        return answer.text[:500]
