"""A flight keeps all it carries, for those who join late."""

import asyncio

from tomas.gateway.flights import Flight
from tomas.gateway.refusals import Refusal


async def _all(flight: Flight) -> bytes:
    await flight.opened()
    return b"".join([part async for part in flight.parts()])


async def test_whoever_joins_gets_all_of_it() -> None:
    flight = Flight()
    async with asyncio.TaskGroup() as group:
        early = group.create_task(_all(flight))
        await asyncio.sleep(0)
        flight.open(200, {"a": "b"})
        flight.add(b"1")
        await asyncio.sleep(0)
        late = group.create_task(_all(flight))
        flight.add(b"2")
        assert flight.size is None
        flight.land([b"3", b"4"], whole=True)
    assert early.result() == late.result() == await _all(flight) == b"1234"
    assert (flight.size, flight.whole, flight.landed) == (4, True, True)


async def test_a_refusal_ends_the_waiting() -> None:
    flight = Flight()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(_all(flight))
        await asyncio.sleep(0)
        flight.refuse(Refusal(502, "x", "no"))
    assert waiting.result() == b""
    assert (flight.status, flight.whole) == (0, False)


async def test_a_recorded_answer_has_landed() -> None:
    flight = Flight.recorded(200, {}, b"body")
    assert (await _all(flight), flight.size, flight.whole) == (b"body", 4, True)
