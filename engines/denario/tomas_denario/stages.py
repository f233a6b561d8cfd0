"""The stages of Denario: what each is made from, how it is run, and what is done when it goes on from before."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Mapping
from typing import Any

import denario
from tomas_cmbagent import checkpoints, wiring
from tomas_cmbagent.options import Options as TeamOptions

from tomas_denario import description
from tomas_denario.ledger import digest
from tomas_denario.options import CMBAGENT
from tomas_denario.project import Project
from tomas_denario.session import Session
from tomas_denario.wiring import model_of

TITLES = {
    "description": "The data",
    "idea": "The idea",
    "literature": "The literature",
    "methods": "The methods",
    "results": "The results",
    "paper": "The paper",
    "referee": "The referee's report",
}
_TEXTS_BEFORE = {
    "idea": ("description",),
    "literature": ("description", "idea"),
    "methods": ("description", "idea"),
    "results": ("description", "idea", "methods"),
    "paper": ("idea", "methods", "results"),
}


class Stages:
    """Runs stages for one execution; `package` is `cmbagent.cmbagent`."""

    def __init__(self, package: Any, session: Session, project: Project, task: str, form: Mapping[str, Any]) -> None:
        self._package, self._session, self._project = package, session, project
        self._task, self._form = task, form
        self._before: int | None = None
        self._run: dict[str, Callable[[], None]] = {
            "description": lambda: description.write(session, task, form),
            "idea": self._idea,
            "literature": self._literature,
            "methods": self._methods,
            "results": self._results,
            "paper": self._paper,
            "referee": self._referee,
        }

    def made_from(self, stage: str) -> str:
        """Return the digest of all that `stage` is made from, as it is now."""
        asked, project = self._session.asked, self._project
        if stage == "description":
            return digest(self._task, self._form)
        if stage == "referee":
            return digest(asked.citations, files=[project.paper(asked)])
        files = [project.text(before) for before in _TEXTS_BEFORE[stage]]
        options: tuple[object, ...] = (asked.given(stage),)
        if stage == "idea":
            options += (asked.backend, asked.iterations)
        elif stage == "methods":
            options += (asked.backend,)
        elif stage == "literature":
            options += (asked.literature_check, asked.literature_iterations)
        elif stage == "results":
            options += (asked.max_n_steps, asked.max_n_attempts, asked.involved_agents, asked.hardware_constraints)
        else:
            options += (asked.journal, asked.writer, asked.citations)
            files += project.plots()
        return digest(stage, options, files=files)

    def write_given(self, stage: str) -> None:
        """Put the user's own text where the stage would have put its own."""
        file = self._project.text(stage)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self._session.asked.given(stage) + "\n", encoding="utf-8")

    def run(self, stage: str, before: int | None) -> None:
        """Run a stage; what it raises ends it, what it leaves behind is for others to judge.

        `before` is the last finished step of an earlier attempt made from the same, None if there was none.
        """
        self._before = before
        self._project.clear(stage, self._session.asked, anew=before is None)
        self._run[stage]()

    def _denario(self) -> Any:
        """Make a new Denario: one that has gone through a stage remembers old texts."""
        return denario.Denario(project_dir=str(self._session.project))

    def _model(self, role: str) -> Any:
        return model_of(self._session, role)

    def _team(self, **more: Any) -> dict[str, Any]:
        names = {
            "planner_model": "planner",
            "plan_reviewer_model": "planner",
            "orchestration_model": "default",
            "formatter_model": "formatter",
        }
        return {name: self._model(role) for name, role in names.items()} | more

    def _idea(self) -> None:
        asked = self._session.asked
        if asked.backend == CMBAGENT:
            self._use_team(rounds=100)
            self._denario().get_idea_cmagent(
                **self._team(idea_maker_model=self._model("default"), idea_hater_model=self._model("default"))
            )
        else:
            self._denario().get_idea_fast(llm=self._model("default"), iterations=asked.iterations)

    def _literature(self) -> None:
        asked = self._session.asked
        self._denario().check_idea(
            mode=asked.literature_check, llm=self._model("default"), max_iterations=asked.literature_iterations
        )

    def _methods(self) -> None:
        if self._session.asked.backend == CMBAGENT:
            self._use_team(rounds=100)
            self._denario().get_method_cmbagent(**self._team(method_generator_model=self._model("researcher")))
        else:
            self._denario().get_method_fast(llm=self._model("default"))

    def _results(self) -> None:
        session, asked = self._session, self._session.asked
        restart = self._use_team(rounds=500, done=-1 if self._before is None else self._before, keep=True)
        self._denario().get_results(
            involved_agents=list(asked.involved_agents),
            engineer_model=self._model("engineer"),
            researcher_model=self._model("researcher"),
            restart_at_step=restart or -1,
            hardware_constraints=asked.hardware_constraints,
            max_n_attempts=asked.max_n_attempts,
            max_n_steps=asked.max_n_steps,
            **self._team(),
        )
        session.stage = ""

    def _use_team(self, *, rounds: int, done: int = -1, keep: bool = False) -> int:
        """Ready CMBAgent for a stage whose steps up to `done` stand (-1: not even a plan); return where it restarts."""
        session = self._session
        session.options, session.context = TeamOptions(max_rounds=rounds), None
        session.summaries = checkpoints.Summaries()
        restart = 0
        if done >= 0:
            context = checkpoints.load(session.work_dir, done)
            session.context = dict(context.data)
            session.summaries = checkpoints.Summaries(str(context.get(checkpoints.SUMMARY) or ""))
            # With all steps done Denario has nothing to read the results from: the last is gone through again.
            restart = min(done + 1, int(context["number_of_steps_in_plan"]))
            if restart <= done and done > 0:
                before = checkpoints.load(session.work_dir, restart - 1)
                session.summaries = checkpoints.Summaries(str(before.get(checkpoints.SUMMARY) or ""))
        self._package.pickle = pickle
        if keep:
            wiring.keep_checkpoints(self._package, session)
        return restart

    def _paper(self) -> None:
        asked = self._session.asked
        random.seed(0)  # Denario draws the keywords
        self._denario().get_paper(
            journal=denario.Journal.NONE if asked.journal == "NONE" else denario.Journal(asked.journal),
            llm=self._model("writer"),
            writer=asked.writer,
            add_citations=asked.citations,
        )

    def _referee(self) -> None:
        if self._session.asked.citations:
            # Denario reviews the version without citations, whatever it is asked: let it find the final one there.
            pdf = self._project.paper(self._session.asked).with_suffix(".pdf")
            self._project.paper_folder.joinpath("paper_v2_no_citations.pdf").write_bytes(pdf.read_bytes())
        self._denario().referee(llm=self._model("referee"))
