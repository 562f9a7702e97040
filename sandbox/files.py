"""Files that the app sends: an address to upload to, the bytes, and a link under which the page offers them."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]
LONGEST = 1024**3
"""Slack takes files of up to one gigabyte."""


class FileRefused(Exception):
    """Carries Slack's code for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Upload:
    """A file on its way: announced with a length, then its bytes, then shown (`title`) in a conversation."""

    id: str
    name: str
    length: int
    alt: str
    arrived: int = 0
    title: str | None = None


class Files:
    """Announced and uploaded files. They lie in `folder`, or in one that ends with the sandbox."""

    def __init__(self, folder: Path | None) -> None:
        self._temporary = Path(tempfile.mkdtemp(prefix="sandbox-files-")) if folder is None else None
        self._folder = folder or self._temporary or Path()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._by_secret: dict[str, Upload] = {}
        self._by_id: dict[str, Upload] = {}

    def announce(self, name: str, length: int, alt: str) -> tuple[str, Upload]:
        """A new file and the secret of its address."""
        if not name or length <= 0 or length > LONGEST:
            raise FileRefused("invalid_arguments")
        upload = Upload("F0" + secrets.token_hex(5).upper(), Path(name).name, length, alt)
        secret = secrets.token_urlsafe(24)
        self._by_secret[secret], self._by_id[upload.id] = upload, upload
        return secret, upload

    async def receive(self, secret: str, chunks: AsyncIterator[bytes]) -> None:
        """The bytes, written as they come. Fewer or more than announced are refused."""
        upload = self._by_secret.get(secret)
        if upload is None or upload.arrived:
            raise FileRefused("file_not_found")
        place, arrived = self.path(upload.id), 0
        with place.open("wb") as file:
            async for chunk in chunks:
                arrived += len(chunk)
                if arrived > upload.length:
                    break
                file.write(chunk)
        if arrived != upload.length:
            place.unlink()
            raise FileRefused("file_size_mismatch")
        upload.arrived = arrived

    def complete(self, file_id: str, title: str) -> Json:
        """The file as messages show it."""
        upload = self._by_id.get(file_id)
        if upload is None or not upload.arrived or upload.title is not None:
            raise FileRefused("file_not_found")
        upload.title = title or upload.name
        return {
            "id": upload.id,
            "name": upload.name,
            "title": upload.title,
            "size": upload.length,
            "alt": upload.alt,
        }

    def path(self, file_id: str) -> Path:
        """Where the bytes of a file lie; ids hold nothing but letters and digits."""
        if not file_id.isalnum():
            raise FileRefused("file_not_found")
        return self._folder / file_id

    def close(self) -> None:
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
