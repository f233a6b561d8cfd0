import asyncio

from tomas.store.signals import Signals


async def test_a_ring_between_clear_and_wait_is_not_missed() -> None:
    signals = Signals()
    with signals.listen("a") as bell:
        bell.clear()
        signals.ring("a")
        async with asyncio.timeout(1):
            await bell.wait(60)


async def test_only_those_who_listen_for_the_key_are_woken() -> None:
    signals = Signals()
    with signals.listen("a") as bell:
        signals.ring("b")
        before = asyncio.get_running_loop().time()
        await bell.wait(0.05)
        assert asyncio.get_running_loop().time() - before >= 0.04


async def test_nothing_is_kept_of_those_who_left() -> None:
    signals = Signals()
    with signals.listen("a"):
        pass
    assert not signals._bells
