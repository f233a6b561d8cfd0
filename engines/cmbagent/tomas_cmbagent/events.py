"""Turns the events of AG2, the framework below CMBAgent, into reports."""

from __future__ import annotations

import json
from typing import Any

from tomas_cmbagent.options import PLANNING
from tomas_cmbagent.session import Session

# Who passes on what others said: managers of conversations, those who run code or save text (reported as such),
# and the user, whose task the platform has.
_NO_SPEAKERS = {
    "_User", "_Group_Tool_Executor", "admin", "executor", "executor_bash", "researcher_executor", "main_cmbagent_chat",
}  # fmt: skip
_NO_SPEAKERS_ENDINGS = ("_nest", "_nested_chat", "_manager")
_LEAVE = "exit"  # what ends a conversation with AG2's human


class Stream:
    """An input and output stream of AG2: everything its agents say passes here."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last_text = ""

    def print(self, *_objects: Any, **_options: Any) -> None:
        """Drop what is printed for a terminal."""

    def send(self, event: Any) -> None:
        """Report an event if it is one a reader wants."""
        content = getattr(event, "content", None)
        match getattr(event, "type", ""):
            case "text":
                self._text(content)
            case "tool_call":
                for call in content.tool_calls:
                    self._call(content.sender, call.function)
            case "tool_response":
                self._session.say("tool", str(content.content), agent=self._session.agent, phase="result")

    def input(self, prompt: str = "", *, password: bool = False) -> str:
        """Ask a person, or leave the conversation where nobody is to be waited for."""
        session = self._session
        session.show_files()
        if not session.options.wait_for_answers:
            return _LEAVE
        session.say(
            "input_request", "What shall be done next? An empty answer ends the chat.", agent="admin", kind="answer"
        )
        return session.answers.get() or _LEAVE

    def _text(self, content: Any) -> None:
        text = content.content if isinstance(content.content, str) else json.dumps(content.content, default=str)
        sender = content.sender
        speaks = sender not in _NO_SPEAKERS and not sender.endswith(_NO_SPEAKERS_ENDINGS)
        if speaks and text.strip() and text != self._last_text:
            self._last_text = text
            self._session.say("message", text, agent=sender)

    def _call(self, sender: str, function: Any) -> None:
        try:
            arguments = json.loads(function.arguments or "{}")
        except ValueError:  # a model may write anything; CMBAgent tells it so
            arguments = {"text": function.arguments}
        session = self._session
        session.say("tool", function.name or "", agent=sender, phase="call", arguments=arguments)
        # In the plain variant the steps of a plan follow one another in one conversation: this tells them apart.
        step = arguments.get("current_plan_step_number") if isinstance(arguments, dict) else None
        plain = session.options.mode == PLANNING and not session.options.checkpoints
        if plain and not session.repairing and function.name == "record_status" and isinstance(step, int):
            session.enter_step(step)
