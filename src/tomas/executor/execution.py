"""One attempt at one session, from the fork of its worker to its end."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from tomas.core.session import Status
from tomas.executor.claims import LEASE, Claim, end_attempt, give_back, renew
from tomas.services import log, outputs, sessions
from tomas.services.recorder import Recorder
from tomas.services.sessions import Job, SessionContext
from tomas.store import tables
from tomas.store.database import Database
from tomas.store.signals import QUEUE, Signals, control_key
from tomas.workers.forkserver import EngineUnusable, ForkServers, base_environment
from tomas.workers.process import BadWorker, Launch, Worker, launch
from tomas_engine import EngineOutput, wire

_STOP_SECONDS: Final = 10
_POLL_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Resources:
    """What every attempt draws on."""

    database: Database
    signals: Signals
    context: SessionContext
    forkservers: ForkServers
    gateway_url: str
    gateway_port: int
    code_limits: dict[str, int]
    silence_seconds: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended; `lost` means that the next attempt may get further."""

    status: Status
    reason: str | None = None
    lost: bool = False


class Ended(Exception):
    """Carries the ending that the watch has decided on."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.reason)
        self.ending = ending


@dataclass(slots=True)
class _Pulse:
    seen: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        self.seen = time.monotonic()


async def run(resources: Resources, claim: Claim) -> None:
    """Work on the claimed session until its attempt has ended and that is on record."""
    async with resources.database.reading() as db:
        job = await sessions.worker_job(db, resources.context, claim.session_id)
    workspace = resources.context.workspace_dir / claim.session_id
    recorder = Recorder(resources.database, resources.signals, claim.session_id, claim.epoch, workspace)
    async with asyncio.TaskGroup() as group:
        group.create_task(recorder.run())
        ending = await _attempt(resources, claim, job, recorder)
        await recorder.close()
    await finish(resources, claim, ending, workspace)


async def finish(resources: Resources, claim: Claim, ending: Ending, workspace: Path) -> None:
    """Put the ending on record, with every file that is there."""
    found = await asyncio.to_thread(outputs.scan, workspace)
    async with resources.database.transaction() as db:
        await outputs.register(db, claim.session_id, found)
        if ending.lost:
            await give_back(db, claim.session_id, claim.epoch, ending.reason or "")
        else:
            await end_attempt(db, claim.session_id, claim.epoch, ending.status, ending.reason)
            await log.set_status(db, claim.session_id, ending.status, ending.reason, epoch=claim.epoch)
    resources.signals.ring(claim.session_id)
    resources.signals.ring(QUEUE)


async def _attempt(resources: Resources, claim: Claim, job: Job, recorder: Recorder) -> Ending:
    pulse = _Pulse()
    ending = Ending(Status.FAILED, "The attempt ended without an ending.")
    try:
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(_watch(resources, claim, job, pulse))
            ending = await _work(resources, claim, job, recorder, pulse)
            watch.cancel()
    except* Ended as ended:
        first = ended.exceptions[0]
        ending = first.ending if isinstance(first, Ended) else ending
    return ending


async def _watch(resources: Resources, claim: Claim, job: Job, pulse: _Pulse) -> None:
    """Raise Ended when a person cancels, the engine hangs, time is up, or the lease is another's."""
    started = time.monotonic()
    renewed = started
    with resources.signals.listen(control_key(claim.session_id)) as bell:
        while True:
            bell.clear()
            async with resources.database.reading() as db:
                query = select(tables.Session.cancel_requested).where(tables.Session.id == claim.session_id)
                if await db.scalar(query):
                    raise Ended(Ending(Status.CANCELLED, "Cancelled by the user."))
            moment = time.monotonic()
            if moment - pulse.seen > resources.silence_seconds:
                reason = f"The engine gave no sign of life for {resources.silence_seconds} seconds and was ended."
                raise Ended(Ending(Status.FAILED, reason))
            if moment - started > job.time_limit:
                reason = f"The time limit of {job.time_limit / 60:g} minutes was reached."
                raise Ended(Ending(Status.FAILED, reason))
            if moment - renewed > LEASE.total_seconds() / 3:
                async with resources.database.transaction() as db:
                    await renew(db, claim)
                renewed = moment
            await bell.wait(_POLL_SECONDS)


async def _work(resources: Resources, claim: Claim, job: Job, recorder: Recorder, pulse: _Pulse) -> Ending:
    workspace = resources.context.workspace_dir / claim.session_id
    manifest = resources.context.engines.get(job.engine)
    try:
        server = await resources.forkservers.get(manifest)
        pulse.beat()
        environment = base_environment(manifest, resources.context.engines_dir)
        start = Launch(claim.session_id, workspace, environment, [resources.gateway_port])
        async with launch(server, start) as worker:
            await worker.send(_start(resources, claim, job, workspace))
            ending = await _converse(worker, job, recorder, workspace, pulse)
            if ending.status is Status.COMPLETED:
                await _stop(worker)
            return ending
    except EngineUnusable as error:
        return Ending(Status.FAILED, str(error))
    except BadWorker as error:
        return Ending(Status.FAILED, str(error))


async def _converse(worker: Worker, job: Job, recorder: Recorder, workspace: Path, pulse: _Pulse) -> Ending:
    await worker.send(wire.Execute(task=job.task_prompt, input_data=job.input_data, mode_config=job.mode_config))
    ending = await _until_done(worker, recorder, pulse)
    if ending.status is not Status.COMPLETED:
        return ending
    missing = (await asyncio.to_thread(outputs.collect, workspace, job.outputs)).missing
    if not missing:
        return ending
    names = [name for name, _ in missing]
    await recorder.put(
        EngineOutput(
            type="log",
            content=f"Asked once more for what is missing: {', '.join(names)}",
            metadata={"missing": [{"output": name, "why": why} for name, why in missing]},
        )
    )
    repair = job.repair(names)
    await worker.send(wire.Execute(task=repair.task_prompt, input_data=job.input_data, mode_config=repair.mode_config))
    ending = await _until_done(worker, recorder, pulse)
    missing = (await asyncio.to_thread(outputs.collect, workspace, job.outputs)).missing
    if not missing:
        return ending
    why = "; ".join(f"{name}: {why}" for name, why in missing)
    return Ending(Status.FAILED, f"Declared outputs are missing, also after the engine was asked once more. {why}")


async def _until_done(worker: Worker, recorder: Recorder, pulse: _Pulse) -> Ending:
    """Record what the worker reports until it is done with what it was told last."""
    while True:
        message = await worker.receive()
        pulse.beat()
        match message:
            case None:
                return await _gone(worker)
            case EngineOutput():
                await recorder.put(message)
                pulse.beat()
            case wire.Hello(protocol=protocol) if protocol != wire.PROTOCOL:
                return Ending(Status.FAILED, f"The engine speaks protocol {protocol}, not {wire.PROTOCOL}.")
            case wire.Done(status="failed"):
                trace: dict[str, Any] = {"trace": message.trace} if message.trace else {}
                await recorder.put(EngineOutput(type="log", content=message.error or "", metadata=trace))
                return Ending(Status.FAILED, message.error or "The engine failed without saying why.")
            case wire.Done(verb="execute"):
                return Ending(Status.COMPLETED)
            case _:
                continue


async def _gone(worker: Worker) -> Ending:
    code = await worker.exit_code()
    how = f"was killed by signal {-code}" if code < 0 else f"exited with code {code}"
    return Ending(Status.QUEUED, f"The worker {how} before it was done.", lost=True)


async def _stop(worker: Worker) -> None:
    await worker.send(wire.Stop())
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await worker.exit_code()
    except TimeoutError:
        return  # `launch` ends it now


def _start(resources: Resources, claim: Claim, job: Job, workspace: Path) -> wire.Start:
    config = {
        "gateway": {"url": resources.gateway_url, "token": claim.token},
        "models": job.models,
        "options": job.options,
        "services": job.services,
        "limits": resources.code_limits,
    }
    return wire.Start(
        session_id=claim.session_id,
        workspace_dir=str(workspace),
        config=config,
        checkpoint=claim.checkpoint,
    )
