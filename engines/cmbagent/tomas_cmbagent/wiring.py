"""Ties CMBAgent to one session: its model calls, its events, its code, its state.

Everything CMBAgent offers no parameter for is replaced here, once, after the fork: a worker serves one session.
"""

from __future__ import annotations

import inspect
import json
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

import autogen.oai.client as oai
import cmbagent.base_agent
import httpx
from autogen.io import IOStream

from tomas_cmbagent import checkpoints
from tomas_cmbagent.events import Stream
from tomas_cmbagent.executor import Executor
from tomas_cmbagent.session import Session
from tomas_cmbagent.stages import run_stage
from tomas_engine import CannotDo

_READ_SECONDS = 1200  # without a byte; the gateway sends blanks while it holds a call
_CONNECT_SECONDS = 10


def install(package: ModuleType, session: Session) -> None:
    """Make `package` (`cmbagent.cmbagent`) work for `session`."""
    package.work_dir_default = session.scratch / "cmbagent_output"  # CMBAgent deletes this folder
    _speak_to_gateway(session)
    _name_models(package, session)
    _name_callers(session)
    _wrap_team(package, session)
    Executor.run_code = staticmethod(session.run_code)  # type: ignore[assignment]
    cmbagent.base_agent.LocalCommandLineCodeExecutor = Executor
    stream = Stream(session)
    IOStream.set_global_default(stream)


def keep_checkpoints(package: ModuleType, session: Session) -> None:
    """Report every context that CMBAgent saves, mended first."""

    def saved(file: Path) -> None:
        step = int(file.stem.rpartition("_")[2])
        steps = (session.context or {}).get("number_of_steps_in_plan")
        session.show_files()
        session.say(
            "checkpoint",
            f"Step {step} of {steps} is done." if step else "The plan is made.",
            step=step,
            steps=steps,
            path=file.relative_to(session.workspace).as_posix(),
        )

    package.pickle = checkpoints.PickleOfContexts(session.summaries, saved)


def _speak_to_gateway(session: Session) -> None:
    """Give all of CMBAgent's fifty clients one connection pool, made after the fork, and the gateway's address."""
    shared = httpx.Client(verify=False, trust_env=False, timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS))  # noqa: S501 - plain HTTP on loopback
    original = oai.OpenAI
    keywords = set(inspect.getfullargspec(original.__init__).kwonlyargs)
    keywords |= set(inspect.getfullargspec(oai.AzureOpenAI.__init__).kwonlyargs)

    class OpenAI(original):  # type: ignore[misc,valid-type]
        @wraps(original.__init__)
        def __init__(self, **options: Any) -> None:
            given = {"api_key": session.gateway["token"], "base_url": f"{session.gateway['url']}/v1"}
            super().__init__(**options | given | {"http_client": shared})

    oai.OpenAI = OpenAI
    oai.OpenAIWrapper.openai_kwargs = property(lambda _self: keywords)  # asked some thousand times


def _name_models(package: ModuleType, session: Session) -> None:
    """Put the session's models where CMBAgent has names of its own."""
    for agent, config in package.default_agent_llm_configs.items():
        config.update(model=session.model(agent), api_type="openai")
        config.pop("reasoning_effort", None)
    keys = {"OPENAI": session.gateway["token"], "GEMINI": None, "ANTHROPIC": None, "MISTRAL": None}
    package.get_api_keys_from_env = lambda: keys


def _name_callers(session: Session) -> None:
    """Say with each model call whose it is, and report those that fail."""
    original = oai.OpenAIWrapper.create

    def create(self: Any, **config: Any) -> Any:
        session.agent = getattr(config.get("agent"), "name", None) or "group_manager"
        headers = {"X-Tomas-Engine": "cmbagent", "X-Tomas-Agent": session.agent, "X-Tomas-Stage": session.stage}
        config["extra_headers"] = {**(config.get("extra_headers") or {}), **headers}
        try:
            return original(self, **config)
        except Exception as error:
            session.say(
                "log", f"The model call of {session.agent} failed: {explain(error)}", agent=session.agent, level="error"
            )
            raise

    oai.OpenAIWrapper.create = create


def _wrap_team(package: ModuleType, session: Session) -> None:
    """Have every team that CMBAgent builds made and run the session's way."""
    team = package.CMBAgent
    original_init, original_solve = team.__init__, team.solve
    custom = session.options.agents
    known = {entry["agent_name"] for entry in package.import_non_rag_agents().values()}
    if unknown := sorted(set(custom) - known):
        raise CannotDo(f"CMBAgent has no agent {unknown[0]}; the custom agents may change {', '.join(sorted(known))}.")
    instructions = {name: agent["instructions"] for name, agent in custom.items() if agent.get("instructions")}
    descriptions = {name: agent["description"] for name, agent in custom.items() if agent.get("description")}

    @wraps(original_init)
    def init(self: Any, *arguments: Any, **options: Any) -> None:
        options["default_llm_model"] = session.model("default")
        options["default_formatter_model"] = session.model("formatter")
        options["agent_instructions"] = instructions
        options["agent_descriptions"] = descriptions
        original_init(self, *arguments, **options)

    def solve(self: Any, task: str, *arguments: Any, **options: Any) -> None:
        run_stage(session, lambda: original_solve(self, task, *arguments, **options), self, options)

    team.__init__, team.solve = init, solve
    team.display_cost = lambda *_arguments, **_options: None  # adds wrongly and knows no prices: the gateway meters


def explain(error: BaseException) -> str:
    """Return what a failed model call means, from the gateway's answer where there is one."""
    body = getattr(error, "body", None)
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return body[:1000]
    if isinstance(body, dict):
        inner = body.get("error", body)
        text = inner.get("message") or inner.get("detail") or inner.get("title") if isinstance(inner, dict) else inner
        if text:
            return str(text)[:1000]
    return (str(error) or type(error).__name__)[:1000]
