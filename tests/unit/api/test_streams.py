import pytest

from tomas.api.streams import frame, read_position
from tomas.core.errors import Invalid


def test_a_frame_holds_the_payload_as_it_is_stored() -> None:
    assert frame(7, "message", '{"content":"a\\nb"}') == b'id: 7\nevent: message\ndata: {"content":"a\\nb"}\n\n'


@pytest.mark.parametrize(
    ("after", "header", "position"),
    [(None, None, 0), (5, None, 5), (5, "9", 9), (5, " ", 5), (None, " 12 ", 12)],
)
def test_the_last_event_s_id_goes_before_the_parameter(after: int | None, header: str | None, position: int) -> None:
    assert read_position(after, header) == position


@pytest.mark.parametrize("header", ["-1", "x", "1.0", "٣", "9" * 25])
def test_an_id_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(Invalid, match="Last-Event-ID"):
        read_position(None, header)
