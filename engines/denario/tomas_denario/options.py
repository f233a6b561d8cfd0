"""What a session asks of Denario, read from the engine's options and the form, refused where it cannot be done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from tomas_engine import EngineFailed

FAST, CMBAGENT = "fast", "cmbagent"
OFF = "off"
CHOSEN = ("idea", "methods", "results", "paper")
ORDER = ("description", "idea", "literature", "methods", "results", "paper", "referee")
JOURNALS = ("NONE", "AAS", "APS", "ICML", "NeurIPS")
# What a stage is made from, of what the stages before it make.
NEEDS = {
    "literature": ("idea",),
    "methods": ("idea",),
    "results": ("idea", "methods"),
    "paper": ("idea", "methods", "results"),
    "referee": ("paper",),
}
_AGENTS = frozenset({"engineer", "researcher", "idea_maker", "idea_hater", "camb_context", "classy_context"})
_UNREACHABLE = frozenset({"camb_context", "classy_context"})
_SERVICES = {
    "citations": (("perplexity", "arxiv"), "Citations"),
    "semantic_scholar": (("semantic-scholar",), "A literature check with Semantic Scholar"),
    "futurehouse": (("futurehouse",), "A literature check with FutureHouse"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The engine options of engine.toml, with the same defaults, and the form's own idea and methods."""

    backend: str = FAST
    stages: tuple[str, ...] = CHOSEN
    journal: str = "NONE"
    citations: bool = False
    literature_check: str = OFF
    literature_iterations: int = 7
    referee: bool = False
    iterations: int = 4
    max_n_steps: int = 6
    max_n_attempts: int = 10
    involved_agents: tuple[str, ...] = ("engineer", "researcher")
    hardware_constraints: str = ""
    writer: str = "scientist"
    clear_project_dir: bool = False
    idea: str = ""
    methods: str = ""

    def given(self, stage: str) -> str:
        """Return the user's own text for `stage`, empty if there is none."""
        return {"idea": self.idea, "methods": self.methods}.get(stage, "").strip()

    @property
    def plan(self) -> tuple[str, ...]:
        """The stages to go through, in their order; those with a text of the user's own are among them."""
        wanted = {"description", *self.stages}
        wanted |= {stage for stage in ("idea", "methods") if self.given(stage)}
        if self.literature_check != OFF:
            wanted.add("literature")
        if self.referee:
            wanted.add("referee")
        return tuple(stage for stage in ORDER if stage in wanted)


def read(options: Mapping[str, Any], form: Mapping[str, Any]) -> Options:
    """Return what is asked for; what the form says goes before the options. EngineFailed if that makes no sense.

    The platform has checked the options' types and ranges against the manifest, and the form against the mode.
    """
    known = {f.name for f in fields(Options)}
    given = {name: value for name, value in {**options, **_said(form)}.items() if name in known and value is not None}
    for name in ("stages", "involved_agents"):
        if name in given:
            given[name] = tuple(given[name])
    if isinstance(given.get("literature_check"), bool):  # a checkbox
        given["literature_check"] = "semantic_scholar" if given["literature_check"] else OFF
    asked = Options(**given)
    _check(asked)
    return asked


def check_services(asked: Options, served: Collection[str]) -> None:
    """Raise EngineFailed if a literature service is needed that the platform does not reach."""
    wanted = [asked.literature_check] if asked.literature_check != OFF else []
    if asked.citations and "paper" in asked.plan:
        wanted.append("citations")
    for want in wanted:
        services, what = _SERVICES[want]
        if missing := [service for service in services if service not in served]:
            raise EngineFailed(
                f"{what} cannot be had here: {' and '.join(missing)} cannot be reached through the gateway (no key is "
                "set, or there is no network). References are never invented: turn it off, or set the key."
            )


def check_order(asked: Options, there: Collection[str]) -> None:
    """Raise EngineFailed if a stage is asked for without what it is made from; `there` are stages done before."""
    have = {*asked.plan, *there}
    for stage in asked.plan:
        if asked.given(stage):
            continue
        if lacking := [need for need in NEEDS.get(stage, ()) if need not in have]:
            own = " or give your own" if set(lacking) & {"idea", "methods"} else ""
            raise EngineFailed(
                f"The stage {stage} is made from {' and '.join(lacking)}, which no stage makes: choose it too{own}."
            )


def _said(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's values that say something: an empty field leaves the option as it is."""
    return {name: value for name, value in form.items() if value not in (None, "", [], ())}


def _check(asked: Options) -> None:
    _check_choice("backend", asked.backend, (FAST, CMBAGENT))
    _check_choice("journal", asked.journal, JOURNALS)
    _check_choice("literature_check", asked.literature_check, (OFF, "semantic_scholar", "futurehouse"))
    for stage in asked.stages:
        _check_choice("stages", stage, CHOSEN)
    for agent in asked.involved_agents:
        if agent in _UNREACHABLE:
            raise EngineFailed(f"The agent {agent} cannot run here: it downloads its documentation from the internet.")
        _check_choice("involved_agents", agent, sorted(_AGENTS - _UNREACHABLE))
    if "results" in asked.stages and "researcher" not in asked.involved_agents:
        raise EngineFailed("The researcher must be among involved_agents: nobody else writes the results up.")


def _check_choice(name: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise EngineFailed(f"{name}: {value!r} is not one of {', '.join(allowed)}.")
