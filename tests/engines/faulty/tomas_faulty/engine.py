"""An engine that goes wrong in each way an engine can."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tomas_engine import Artifact, Engine, EngineFailed, EngineOutput

FLOOD = 100_000


class FaultyEngine(Engine):
    async def initialize(self, session_id, workspace_dir, config):
        self.workspace = Path(workspace_dir)
        self.config = config
        self.fault = config["options"]["fault"]
        if self.fault == "initialize":
            raise EngineFailed("The engine cannot be set up: the moon is in the wrong house.")

    async def execute(self, task, input_data, mode_config):
        yield EngineOutput(type="stage", stage="going wrong", content="Going wrong")
        match self.fault:
            case "raise":
                raise RuntimeError("deliberate")
            case "exit":
                sys.exit(3)
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang":
                await asyncio.sleep(3600)
            case "stuck":
                time.sleep(3600)
            case "rubbish":
                _every_pipe(b"this is no JSON\n")
                await asyncio.sleep(3600)
            case "huge":
                _every_pipe(b'{"kind": "output", "x": "' + b"x" * (17 * 1024 * 1024) + b"\n")
                await asyncio.sleep(3600)
            case "flood":
                for number in range(FLOOD):
                    yield EngineOutput(content=f"event {number}")
            case "no_result":
                return
            case "said_failed":
                yield EngineOutput(status="failed", content="The engine gave up: nothing fits.")
                return
            case "orphans":
                subprocess.Popen(["setsid", "sh", "-c", "sleep 3600 & sleep 3600"])
                subprocess.Popen(["sh", "-c", "setsid sleep 3600 & setsid sleep 3600 &"])
                await asyncio.sleep(3600)
            case "chatter":
                print("\x1b[31mnoise on stdout\x1b[0m" * 1000)
                os.write(1, b"more noise\n")
            case "spy":
                yield EngineOutput(content=_spy(input_data), metadata={"environment": dict(os.environ)})
            case _:
                pass
        forgetful = self.fault == "forget" or (self.fault == "forget_once" and "repair" not in mode_config)
        if not forgetful:
            path = self.workspace / "outputs" / "report.md"
            path.write_text("# Report\n\nAll is well.\n")
            yield EngineOutput(type="artifact", artifacts=(Artifact(path="outputs/report.md"),))
        yield EngineOutput(type="status", status="completed", content="done")

    async def cleanup(self):
        pass

    async def get_cost_estimate(self, input_data):
        return {"model_calls": [0, 0], "seconds": [0, 0], "input_tokens": [0, 0], "output_tokens": [0, 0]}


def _every_pipe(data: bytes) -> None:
    """Write to every pipe that is open: one of them is the wire."""
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if str(entry.readlink()).startswith("pipe:"):
                os.set_blocking(int(entry.name), True)
                os.write(int(entry.name), data)
        except OSError:
            continue


def _spy(input_data) -> str:
    try:
        socket.create_connection(("127.0.0.1", int(input_data["port"])), timeout=2).close()
    except OSError as error:
        return f"refused: {error}"
    return "connected"
