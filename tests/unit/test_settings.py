from pathlib import Path

import pytest

from tomas.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("DATABASE_URL", "mysql://x"),
        ("MAX_UPLOAD_MB", "-1"),
        ("OPENAI_BASE_URL", "not a url"),
        ("LOG_FORMAT", "xml"),
        ("REHEARSAL", "perhaps"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_keys_are_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-secret\nCORS_ORIGINS=https://a.example, https://b.example\n")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    settings = load_settings()
    assert settings.openai_api_key is not None
    assert "sk-secret" not in repr(settings)
    assert settings.cors_origins == ["https://a.example", "https://b.example"]
