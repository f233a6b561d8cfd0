import pytest

from tomas.api.downloads import attachment


@pytest.mark.parametrize(
    "name", ["plot.png", 'a"b.html', "a\r\nSet-Cookie: x=1", "„böse“.svg", "..", "a;b.csv", "", "\u202egpj.exe"]
)
def test_a_name_is_never_more_than_a_name(name: str) -> None:
    headers = attachment(name)
    value = headers["Content-Disposition"]
    assert value.startswith('attachment; filename="')
    assert value.isascii()
    assert "\r" not in value
    assert "\n" not in value
    assert value.count('"') == 2
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
