"""Keys: addresses are encrypted with AES-GCM and looked up by a keyed hash under another key."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Undecryptable(ValueError):
    """A value that none of the keys opens: a key is missing, or the value was moved or changed."""


class KeyRing:
    """Encrypts with the newest key, decrypts with any. A ciphertext is bound to its table and column."""

    def __init__(self, encryption_keys: Mapping[int, bytes], index_key: bytes) -> None:
        self._ciphers = {version: AESGCM(key) for version, key in encryption_keys.items()}
        self._newest = max(encryption_keys)
        self._index_key = index_key

    def encrypt(self, text: str, *, column: str) -> bytes:
        """One byte of key version, twelve of nonce, then the ciphertext; `column` is `table.column`."""
        return self.encrypt_bytes(text.encode(), column=column)

    def encrypt_bytes(self, content: bytes, *, column: str) -> bytes:
        """The same for what is no text."""
        nonce = os.urandom(_NONCE)
        head = bytes([self._newest])
        bound = head + column.encode()
        return head + nonce + self._ciphers[self._newest].encrypt(nonce, content, bound)

    def decrypt(self, stored: bytes, *, column: str) -> str:
        """The text; raises Undecryptable."""
        return self.decrypt_bytes(stored, column=column).decode()

    def decrypt_bytes(self, stored: bytes, *, column: str) -> bytes:
        """What was encrypted; raises Undecryptable."""
        head, nonce, ciphertext = stored[:1], stored[1 : 1 + _NONCE], stored[1 + _NONCE :]
        cipher = self._ciphers.get(head[0]) if head else None
        if cipher is None:
            raise Undecryptable(f"no key of the version that {column} was encrypted with")
        try:
            return cipher.decrypt(nonce, ciphertext, head + column.encode())
        except InvalidTag:
            raise Undecryptable(f"{column}: the key does not open this value") from None

    def index(self, text: str) -> bytes:
        """The keyed hash that a value is found by: the same for the same text, and no way back."""
        return hmac.digest(self._index_key, text.encode(), hashlib.sha256)
