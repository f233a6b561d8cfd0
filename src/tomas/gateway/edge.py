"""The edge of a call: whatever goes wrong in one is told to its worker, and never ends another or the gateway."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from tomas.gateway.exchange import Exchange, GoOn
from tomas.gateway.refusals import Refusal

_log = structlog.get_logger()


def refusal_for(error: Exception) -> Refusal:
    """Return what a worker is told of an error; what nobody foresaw goes to our log in full."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, SQLAlchemyError):
        _log.error("gateway.journal", error=type(error).__name__)
        text = "The call could not be journalled: the database does not answer, or the disk is full."
        return Refusal(503, "journal_unavailable", text, retry=True)
    _log.error("gateway.failed", exc_info=error)
    return Refusal(500, "gateway_failed", f"The gateway failed ({type(error).__name__}); its log says more.")


async def run_flight(exchange: Exchange, go_on: GoOn) -> None:
    """Run the policies that a call takes once; its flight lands or is refused, come what may."""
    flight = exchange.flight
    try:
        await go_on(exchange)
    except Exception as error:  # noqa: BLE001 - the edge
        flight.refuse(refusal_for(error))
    finally:
        del exchange.caller.ledger.flights[exchange.key]
        if not flight.landed:
            flight.refuse(Refusal(503, "stopping", "The gateway is being stopped.", retry=True))
