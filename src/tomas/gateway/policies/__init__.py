"""The policies, in their order: each does its part and goes on to the next, or refuses."""

from typing import Final

from tomas.gateway.exchange import Exchange, GoOn, Policy
from tomas.gateway.policies.admit import admit
from tomas.gateway.policies.authenticate import authenticate
from tomas.gateway.policies.forward import forward
from tomas.gateway.policies.record import record
from tomas.gateway.policies.replay import replay_or_join

POLICIES: Final[tuple[Policy, ...]] = (authenticate, replay_or_join, admit, forward, record)


def chained(policies: tuple[Policy, ...] = POLICIES) -> GoOn:
    """Return what runs the first policy, which runs the second, and so on."""
    go_on: GoOn = _end
    for policy in reversed(policies):
        go_on = _before(policy, go_on)
    return go_on


def _before(policy: Policy, go_on: GoOn) -> GoOn:
    return lambda exchange: policy(exchange, go_on)


async def _end(_exchange: Exchange) -> None:
    """Come after the last policy."""
