"""The box for sessions' own keys."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tomas.services.keys import KeyBox, KeysUnreadable, load_secret

KEYS = {"openai": "sk-secret", "google": "ä"}


def test_what_goes_in_comes_out_with_the_same_secret() -> None:
    sealed = KeyBox(b"secret").encrypt(KEYS)
    assert b"sk-secret" not in sealed
    assert KeyBox(b"secret").decrypt(sealed) == KEYS
    assert sealed != KeyBox(b"secret").encrypt(KEYS)


@pytest.mark.parametrize("sealed", [KeyBox(b"another").encrypt(KEYS), b"", b"rubbish"])
def test_another_secret_opens_nothing_and_says_what_to_do(sealed: bytes) -> None:
    with pytest.raises(KeysUnreadable, match="SECRET_KEY has changed"):
        KeyBox(b"secret").decrypt(sealed)


def test_a_secret_is_needed() -> None:
    with pytest.raises(ValueError, match="empty"):
        KeyBox(b"")


def test_the_secret_of_the_settings_comes_first(tmp_path: Path) -> None:
    assert load_secret("given", tmp_path) == b"given"
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with ThreadPoolExecutor(8) as threads:
        secrets = set(threads.map(lambda _: load_secret(None, folder), range(16)))
    assert len(secrets) == 1
    [path] = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_secret("", folder) in secrets


def test_a_broken_secret_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(ValueError, match=r"secret\.key does not hold 32 bytes"):
        load_secret(None, tmp_path)
