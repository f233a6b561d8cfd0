"""Delivery: a flight is told to one worker, for as long as that worker listens."""

import asyncio

from starlette.types import Receive, Send

from tomas.gateway.flights import Flight
from tomas.gateway.refusals import Refusal
from tomas.services.providers import Wire


async def deliver(flight: Flight, wire: Wire, receive: Receive, send: Send) -> bool:
    """Send an answer as it comes and say whether all of it was, to a worker that was still there."""
    async with asyncio.TaskGroup() as tasks:
        delivery = tasks.create_task(_deliver(flight, wire, send))
        watch = tasks.create_task(_until_gone(receive, delivery))
        delivery.add_done_callback(lambda _: watch.cancel())
    return not delivery.cancelled() and delivery.result()


async def send_whole(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    """Send an answer in one piece."""
    await _start(send, status, headers | {"content-length": str(len(body))})
    await send({"type": "http.response.body", "body": body})


async def send_refusal(send: Send, refusal: Refusal, wire: Wire) -> None:
    """Send an error in the words of the wire."""
    await send_whole(send, refusal.status, refusal.headers, refusal.body(wire))


async def _deliver(flight: Flight, wire: Wire, send: Send) -> bool:
    await flight.opened()
    if flight.refusal and not flight.status:
        await send_refusal(send, flight.refusal, wire)
        return False
    headers = dict(flight.headers)
    if flight.size is not None and not flight.refusal:
        headers["content-length"] = str(flight.size)
    await _start(send, flight.status, headers)
    async for part in flight.parts():
        await send({"type": "http.response.body", "body": part, "more_body": True})
    if flight.refusal:
        # The worker must not take this for an end: it gets an error in its stream, and no end of the response.
        await send({"type": "http.response.body", "body": flight.refusal.event(wire), "more_body": True})
        return False
    await asyncio.sleep(0)  # a worker that has gone is noticed here, before its answer counts as delivered
    await send({"type": "http.response.body", "body": b""})
    return flight.whole


async def _start(send: Send, status: int, headers: dict[str, str]) -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})


async def _until_gone(receive: Receive, delivery: asyncio.Task[bool]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    delivery.cancel()
