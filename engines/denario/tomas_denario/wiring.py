"""Ties Denario, and the CMBAgent within it, to one session.

Everything they offer no parameter for is replaced here, once, after the fork: a worker serves one session.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

import autogen.oai.client as oai
import denario.denario as whole
import denario.key_manager
import denario.langgraph_agents.literature as graph_literature
import denario.langgraph_agents.reader as graph_reader
import denario.langgraph_agents.referee as graph_referee
import denario.paper_agents.latex as paper_latex
import denario.paper_agents.literature as paper_literature
import denario.paper_agents.reader as paper_reader
import denario.paper_agents.tools as paper_tools
import httpx
from denario.paper_agents import paper_node
from langchain_openai import ChatOpenAI
from tomas_cmbagent import wiring

from tomas_denario import citations, futurehouse
from tomas_denario.events import Graphs, listen
from tomas_denario.imprint import imprinting
from tomas_denario.refereeing import with_source
from tomas_denario.services import Services
from tomas_denario.session import Session
from tomas_denario.typesetting import Typesetter

_READ_SECONDS = 1200  # without a byte; the gateway sends blanks while it holds a call
_CONNECT_SECONDS = 10


class GaveUp(RuntimeError):
    """Denario could not read a model's answer and would have ended the process."""


def install(package: ModuleType, session: Session, typesetter: Typesetter, node_done: Callable[[str], None]) -> None:
    """Make `denario` and `package` (`cmbagent.cmbagent`) work for `session`."""
    _name_engine(session)
    wiring.install(package, session)
    _only_session_models(package, session)
    _speak_to_gateway(session)
    listen(Graphs(session, node_done))
    denario.key_manager.load_dotenv = lambda: None  # a .env file of the machine's is nobody's business here
    denario.key_manager.KeyManager.get_keys_from_env = _keys_of(session)
    services = Services(session)
    graph_literature.requests = paper_literature.requests = services
    paper_node.process_tex_file_with_references = citations.add_references
    futurehouse.install(services)
    paper_tools.sys = SimpleNamespace(exit=_give_up)
    paper_latex.subprocess = typesetter
    paper_latex.os = paper_reader.os = _os_without_shell()
    paper_node.save_paper = imprinting(paper_node.save_paper, session)
    graph_referee.reviewer_fast_prompt = with_source(graph_referee.reviewer_fast_prompt)
    whole.shutil = SimpleNamespace(rmtree=shutil.rmtree, move=shutil.copy2)  # a restart needs the plots where they were


def model_of(session: Session, role: str) -> Any:
    """Return what Denario takes for a model: one of the session's aliases, which it takes for OpenAI's."""
    name = session.models.get(role) or session.models["default"]
    return whole.LLM(name=name, max_output_tokens=1_000_000, temperature=None)


def _name_engine(session: Session) -> None:
    """Send Denario's name and stage with CMBAgent's model calls; its own wiring wraps this."""
    original = oai.OpenAIWrapper.create

    def create(self: Any, **config: Any) -> Any:
        config["extra_headers"] = {
            **config.get("extra_headers", {}),
            "X-Tomas-Engine": "denario",
            "X-Tomas-Stage": session.chapter,
        }
        answer = original(self, **config)
        session.models_seen.add(str(answer.model))
        return answer

    oai.OpenAIWrapper.create = create


def _only_session_models(package: ModuleType, session: Session) -> None:
    """Have CMBAgent use the session's models where Denario names none and it has defaults of its own."""
    original = package.get_model_config

    def config_of(model: str, keys: Any) -> dict[str, Any]:
        known = model if model in session.models.values() else session.models["default"]
        return original(known, keys)

    package.get_model_config = config_of


def _speak_to_gateway(session: Session) -> None:
    """Give the graphs a client for the gateway: whole answers, one connection pool, made after the fork.

    Denario writes streams to a log file that nobody reads; whole answers tell what they took.
    """

    def name_caller(request: httpx.Request) -> None:
        request.headers["X-Tomas-Engine"] = "denario"
        request.headers["X-Tomas-Agent"] = session.agent or "denario"
        request.headers["X-Tomas-Stage"] = session.chapter

    client = httpx.Client(
        verify=False,  # noqa: S501 - plain HTTP on loopback
        trust_env=False,
        timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
        event_hooks={"request": [name_caller]},
    )
    chat = partial(
        ChatOpenAI, base_url=f"{session.gateway['url']}/v1", http_client=client, disable_streaming=True, max_retries=2
    )
    graph_reader.ChatOpenAI = paper_reader.ChatOpenAI = chat


def _keys_of(session: Session) -> Callable[[Any], None]:
    """Return what stands in for `KeyManager.get_keys_from_env`: there is one key, the gateway's."""

    def put(keys: Any) -> None:
        keys.OPENAI = session.gateway["token"]

    return put


def _os_without_shell() -> SimpleNamespace:
    """Return `os` with the three commands that Denario gives a shell done without one.

    Denario does not quote paths; the last one lies in the project folder, whose path holds no blank.
    """

    def system(command: str) -> int:
        name, _, rest = command.partition(" ")
        source, _, target = rest.rpartition(" ")
        if name == "rm":
            Path(rest).unlink(missing_ok=True)
        elif name == "mv":
            Path(source).replace(target)
        elif name == "cp":
            shutil.copy(source, target)
        else:
            raise GaveUp(f"Denario wanted to run {name}")
        return 0

    return SimpleNamespace(**{**vars(os), "system": system})


def _give_up(*_status: object) -> NoReturn:
    raise GaveUp("A model's answer did not hold the part it was asked for, nor did a second try to extract it.")
