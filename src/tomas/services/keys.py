"""Keys that came with a session's request: encrypted for as long as the session lives, readable with one secret."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tomas.core.errors import Conflict

_FILE: Final = "secret.key"
_BYTES: Final = 32


class KeysUnreadable(Conflict):
    """The session's own keys cannot be read any more."""


class KeyBox:
    """Encrypts and decrypts keys by provider with `secret`, which may be of any length."""

    def __init__(self, secret: bytes) -> None:
        if not secret:
            raise ValueError("the secret is empty")
        derived = HKDF(algorithm=SHA256(), length=_BYTES, salt=None, info=b"tomas session keys").derive(secret)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def encrypt(self, keys: dict[str, str]) -> bytes:
        """Return `keys` such that only this secret opens them."""
        return self._fernet.encrypt(json.dumps(keys).encode())

    def decrypt(self, token: bytes) -> dict[str, str]:
        """Return what was encrypted; KeysUnreadable if another secret did it."""
        try:
            return json.loads(self._fernet.decrypt(token))
        except InvalidToken:
            raise KeysUnreadable(
                "SECRET_KEY has changed since this session was created, so its own keys are lost. Start it anew."
            ) from None


def load_secret(settings_secret: str | None, data_dir: Path) -> bytes:
    """Return the secret of the settings or, where there is none, the one kept in `data_dir`, made at need.

    The file is readable by its owner alone. Several processes that start at once agree on one.
    """
    if settings_secret:
        return settings_secret.encode()
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / _FILE
    fresh = data_dir / f".{_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # the first one wins; whole or not at all
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    secret = path.read_bytes()
    if len(secret) != _BYTES:
        raise ValueError(f"{path} does not hold {_BYTES} bytes: restore it, or delete it and lose the keys it guards")
    return secret
