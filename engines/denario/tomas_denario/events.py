"""Turns what happens in Denario's graphs into reports, through LangChain's callbacks."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.tracers.context import register_configure_hook
from tomas_cmbagent.wiring import explain

from tomas_denario.session import Session

# Denario has its answers put between marks; they are not for a reader.
_MARKS = re.compile(r"^\s*\\{1,2}(?:begin|end)\{(?:IDEA|CRITIC|METHODS|SUMMARY|REVIEW|[A-Z][a-z]+)\}\s*$", re.MULTILINE)
_COMMENT = re.compile(r"^%[^\n]*\n?", re.MULTILINE)
_QUIET = frozenset({"preprocess_node"})


class Graphs(BaseCallbackHandler):
    """Hears of each node and of each answer; `done` is called with the name of a node that ended well."""

    run_inline = True

    def __init__(self, session: Session, done: Callable[[str], None]) -> None:
        self._session, self._done = session, done
        self._nodes: dict[Any, str] = {}
        self._last = ""

    def on_chain_start(self, _chain: Any, _inputs: Any, *, run_id: Any, **facts: Any) -> None:
        """Note which node is under way: its name goes with each model call."""
        node = (facts.get("metadata") or {}).get("langgraph_node")
        if node and facts.get("name") == node:
            self._nodes[run_id] = node
            self._session.agent = _name(node)
            if node not in _QUIET:
                self._session.note("stage", _title(node), agent=_name(node), state="progress", part=_name(node))

    def on_chain_end(self, _outputs: Any, *, run_id: Any, **_facts: Any) -> None:
        """Tell of the end of a node."""
        if node := self._nodes.pop(run_id, None):
            self._done(_name(node))

    def on_chain_error(self, _error: BaseException, *, run_id: Any, **_facts: Any) -> None:
        """Forget a node that failed; what it raised ends the stage."""
        self._nodes.pop(run_id, None)

    def on_llm_end(self, response: Any, **_facts: Any) -> None:
        """Report an answer."""
        answer = response.generations[0][0]
        model = (response.llm_output or {}).get("model_name") or answer.message.response_metadata.get("model_name")
        if model:
            self._session.models_seen.add(str(model))
        text = _COMMENT.sub("", _MARKS.sub("", str(answer.message.content))).strip()
        if text and text != self._last:  # a check that changed nothing says it all again
            self._last = text
            self._session.note("message", text, agent=self._session.agent)

    def on_llm_error(self, error: BaseException, **_facts: Any) -> None:
        """Keep why a call failed: Denario prints it and goes on as if nothing had happened."""
        session = self._session
        session.fault = f"The model call of {session.agent} failed: {explain(error)}"
        session.note("log", session.fault, agent=session.agent, level="error")


def listen(graphs: Graphs) -> None:
    """Have `graphs` hear of every graph that this process runs from now on, in whatever thread."""
    register_configure_hook(ContextVar("tomas_denario_graphs", default=graphs), inheritable=True)


def _name(node: str) -> str:
    return node.removesuffix("_node")


def _title(node: str) -> str:
    return _TITLES.get(_name(node), _name(node).replace("_", " ").capitalize())


_TITLES = {
    "maker": "An idea",
    "hater": "Criticism of the idea",
    "methods": "Methods",
    "novelty": "Is the idea new?",
    "semantic_scholar": "Searching the literature",
    "literature_summary": "Summary of the literature",
    "referee": "Reviewing the paper",
    "keywords": "Choosing keywords",
    "abstract": "Title and abstract",
    "introduction": "Writing the introduction",
    "results": "Writing the results",
    "conclusions": "Writing the conclusions",
    "plots": "Captions, and the figures' places",
    "refine_results": "Text and figures brought together",
    "citations": "Citations",
}
