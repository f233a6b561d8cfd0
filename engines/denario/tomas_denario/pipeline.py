"""Goes through the stages of a session, judging each by what it left behind."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import openai
from tomas_cmbagent.wiring import explain

from tomas_denario import description, latex, options
from tomas_denario.ledger import PATH, Ledger
from tomas_denario.project import Project, describe_style
from tomas_denario.session import Session
from tomas_denario.stages import TITLES, Stages
from tomas_denario.typesetting import Typesetter
from tomas_engine import EngineFailed, EngineOutput

_MODEL_ERRORS = (openai.OpenAIError, httpx.HTTPError)
_RETRY = "A retry goes on from the last checkpoint."
_PAPER_PARTS = ("keywords", "abstract", "introduction", "methods", "results", "conclusions", "plots", "refine_results")


class Pipeline:
    """The work of one session. `node_done` is to be told of each node of a graph that ended."""

    def __init__(self, package: Any, session: Session, typesetter: Typesetter, ledger: Ledger) -> None:
        self._package, self._session, self._typesetter, self._ledger = package, session, typesetter, ledger
        self._project = Project(session.workspace / session.project, session.workspace / "outputs")
        self._done: list[str] = []

    def run(self, task: str, form: Mapping[str, Any], *, resumed: bool) -> str:
        """Do all stages; return a sentence. EngineFailed says which stage failed, why, and what to do."""
        session = self._session
        asked = session.asked
        session.has_data = bool(description.given_files(form))
        if asked.clear_project_dir and not resumed:
            shutil.rmtree(self._project.folder, ignore_errors=True)
            self._project.folder.mkdir()
            self._ledger.clear()
        options.check_services(asked, session.services)
        there = [stage for stage in options.ORDER if self._project.fault(stage, asked, has_data=False) is None]
        options.check_order(asked, there)
        if "paper" in asked.plan:  # before any call is made, not after the paper's
            latex.check(self._typesetter.latex, asked.journal)
        stages = Stages(self._package, session, self._project, task, form)
        for stage in asked.plan:
            self._go_through(stages, stage)
        return f"Done: {', '.join(self._done)}." if self._done else "All stages had been done before."

    def node_done(self, node: str) -> None:
        """Keep a checkpoint after each part of the paper: Denario has written it to its folder."""
        if self._session.chapter == "paper" and node in _PAPER_PARTS:
            self.checkpoint(f"{node.replace('_', ' ').capitalize()}: done.", part=node)

    def place(self, output: EngineOutput) -> EngineOutput:
        """Return what is reported as a report of the stage of Denario under way, noting CMBAgent's steps."""
        placed = self._session.place(output)
        if placed is output or placed.type != "checkpoint":
            return placed
        stage = self._session.chapter
        self._ledger.step(stage, int(placed.metadata["step"]))
        self._session.remember_models()
        more = {"stage": stage, "path": str(PATH), "done": list(self._done)}
        return replace(placed, metadata=placed.metadata | more)

    def checkpoint(self, content: str, **more: Any) -> None:
        """Report a checkpoint; the ledger holds what it takes to go on."""
        session = self._session
        session.remember_models()
        session.note("checkpoint", content, stage=session.chapter, path=str(PATH), done=list(self._done), **more)

    def _go_through(self, stages: Stages, stage: str) -> None:
        session, asked, title = self._session, self._session.asked, TITLES[stage]
        session.chapter, session.stage, session.agent, session.fault = stage, "", None, None
        if self._ledger.done(stage, stages.made_from(stage)) and self._fault(stage) is None:
            self._project.publish(stage, asked)
            session.show_files()
            session.note("stage", f"{title}: done before.", state="skipped", reason="done before", seconds=0)
            return
        if asked.given(stage):
            self._take_given(stages, stage)
            return
        begun = time.monotonic()
        how = f" {describe_style(self._typesetter.latex, asked.journal)}" if stage == "paper" else ""
        session.note("stage", f"{title}.{how}", state="started")
        before = self._ledger.begin(stage, stages.made_from(stage))
        why = self._attempt(stages, stage, before)
        session.agent, session.stage = None, ""
        seconds = round(time.monotonic() - begun, 2)
        if why:
            session.show_files()
            session.note("stage", why, state="failed", seconds=seconds)
            raise EngineFailed(f"{title}: {why}")
        self._end(stages, stage, seconds)

    def _end(self, stages: Stages, stage: str, seconds: float) -> None:
        session = self._session
        # Made from what is there now: a stage may mend its own inputs (Denario puts equal plots aside).
        self._ledger.begin(stage, stages.made_from(stage))
        self._ledger.end(stage)
        self._project.publish(stage, session.asked)
        session.show_files()
        self._done.append(stage)
        session.note("stage", f"{TITLES[stage]}: done.", state="completed", seconds=seconds)
        self.checkpoint(f"{TITLES[stage]}: done.")

    def _take_given(self, stages: Stages, stage: str) -> None:
        session = self._session
        stages.write_given(stage)
        self._ledger.begin(stage, stages.made_from(stage))
        self._ledger.end(stage)
        self._project.publish(stage, session.asked)
        session.show_files()
        session.note("stage", f"{TITLES[stage]}: your own.", state="skipped", reason="given", seconds=0)

    def _attempt(self, stages: Stages, stage: str, before: int | None) -> str | None:
        """Run a stage; say what went wrong, None if all that it owes is there."""
        session = self._session
        try:
            stages.run(stage, before)
        except EngineFailed as error:
            return str(error)
        except _MODEL_ERRORS as error:
            return f"The model call of {session.agent} failed: {explain(error)}"
        except (SystemExit, Exception) as error:  # noqa: BLE001 - Denario raises anything, and leaves the process
            if fault := self._fault(stage):
                return f"{_sentence(session.fault) or _words(error)} So {fault}. {_RETRY}"
            session.note("log", f"Denario reported an error after the stage was done: {_words(error)}", level="warning")
        if fault := self._fault(stage):
            why = f"{_sentence(session.fault)} So" if session.fault else "Denario went through the stage, but"
            errors = "; ".join(self._project.errors_of_latex()) if stage == "paper" else ""
            return f"{why} {fault}. {f'LaTeX said: {errors}. ' if errors else ''}{_RETRY}"
        if stage == "paper" and (errors := self._project.errors_of_latex()):
            session.note("log", f"LaTeX reported errors in the paper: {'; '.join(errors)}", level="warning")
        return None

    def _fault(self, stage: str) -> str | None:
        return self._project.fault(stage, self._session.asked, has_data=self._session.has_data)


def _sentence(text: str | None) -> str:
    return text if not text or text[-1] in ".!?" else f"{text}."


def _words(error: BaseException) -> str:
    text = " ".join(str(error).split())[:1000]
    return text if text and text[-1] in ".!?" else f"{type(error).__name__}: {_sentence(text)}"
