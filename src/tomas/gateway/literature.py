"""Literature services: searches that engines make beside their model calls, passed on to a fixed list of hosts.

They cost nothing and are not recorded; what a session may reach is told to its engine, and a rehearsal reaches none.
"""

import re
from collections.abc import Mapping
from typing import Final

import httpx2

from tomas.gateway.policies.authenticate import caller_of
from tomas.gateway.refusals import Refusal
from tomas.gateway.state import Runtime

_PATH: Final = re.compile(r"/services/([a-z-]+)(/[\w./~:@+,;=%-]*)")
_KEPT: Final = ("content-type", "retry-after")
_MOST_BYTES: Final = 16 * 1024 * 1024


def is_literature(method: str, path: str, hosts: Mapping[str, str]) -> bool:
    """Say whether a request is for one of the services."""
    found = _PATH.fullmatch(path)
    return method == "GET" and found is not None and found[1] in hosts and ".." not in path


async def fetch(
    runtime: Runtime, path: str, query: str, headers: Mapping[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a service's answer; Refusal where it cannot be had."""
    caller = await caller_of(runtime, headers, {})
    if caller.rehearsal:
        raise Refusal(403, "rehearsal", "A rehearsal reaches no literature service.")
    found = _PATH.fullmatch(path)
    assert found is not None
    url = runtime.given.literature[found[1]].rstrip("/") + found[2] + (f"?{query}" if query else "")
    try:
        async with runtime.client.stream("GET", url, follow_redirects=False) as answer:
            body = b""
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise Refusal(502, "too_large", f"{found[1]} answered more than {_MOST_BYTES} bytes.")
    except httpx2.TransportError as error:
        text = f"{found[1]} cannot be reached from this server ({type(error).__name__})."
        raise Refusal(502, "unreachable", text) from error
    kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
    return answer.status_code, kept, body
