import json
from datetime import UTC, datetime

from tomas.core.events import Event
from tomas_engine import Artifact, EngineOutput


def test_a_payload_holds_the_output_and_its_place() -> None:
    output = EngineOutput(content="h\u00e9llo", agent="engineer", stage="step 1", artifacts=(Artifact(path="a/b.png"),))
    payload = json.loads(Event(7, datetime(2026, 1, 2, 3, 4, 5, 6, UTC), output).payload)
    assert payload == {
        "seq": 7,
        "type": "message",
        "created_at": "2026-01-02T03:04:05.000006Z",
        "status": "running",
        "content": "h\u00e9llo",
        "artifacts": [{"path": "a/b.png", "name": "", "media_type": ""}],
        "metadata": {},
        "cost_info": None,
        "agent": "engineer",
        "stage": "step 1",
    }
