"""Files of the app and of people: an address to upload to, the bytes, and what Slack tells of them."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]
LONGEST = 1024**3
"""Slack takes files of up to one gigabyte."""

# Extension: Slack's filetype, the media type, and how people read it.
_TYPES = {
    "csv": ("csv", "text/csv", "CSV"),
    "gif": ("gif", "image/gif", "GIF"),
    "jpeg": ("jpg", "image/jpeg", "JPEG"),
    "jpg": ("jpg", "image/jpeg", "JPEG"),
    "json": ("json", "application/json", "JSON"),
    "pdf": ("pdf", "application/pdf", "PDF"),
    "png": ("png", "image/png", "PNG"),
    "tsv": ("tsv", "text/tab-separated-values", "TSV"),
    "txt": ("text", "text/plain", "Plain Text"),
    "xls": ("xls", "application/vnd.ms-excel", "Excel Spreadsheet"),
    "xlsx": (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel Spreadsheet",
    ),
    "zip": ("zip", "application/zip", "Zip"),
}
_OTHER = ("binary", "application/octet-stream", "Binary")
_FIRST_BYTES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class FileRefused(Exception):
    """Carries Slack's code for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Upload:
    """A file on its way: announced, then its bytes, then shown (`title`) in conversations or to its owner alone."""

    id: str
    name: str
    length: int
    alt: str
    owner: str
    created: int
    """Epoch seconds."""
    arrived: int = 0
    title: str | None = None
    channels: list[str] = field(default_factory=list)
    for_app: bool = False
    """Whether a person gave it to the app in a form."""
    completed_at: float = float("-inf")
    """Monotonic second; long ago after a restart."""

    @property
    def is_complete(self) -> bool:
        """Whether the owner is done with it, so that it can be shown."""
        return self.title is not None


class Files:
    """Announced and uploaded files. They lie in `folder`, or in one that ends with the sandbox.

    `now` gives epoch seconds, `monotonic` the seconds in which a file's age is measured.
    """

    def __init__(
        self,
        folder: Path | None,
        team: str,
        base_url: str,
        now: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self._temporary = Path(tempfile.mkdtemp(prefix="sandbox-files-")) if folder is None else None
        self._folder = folder or self._temporary or Path()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._team, self._base_url, self._now, self._monotonic = team, base_url, now, monotonic
        self._by_secret: dict[str, Upload] = {}
        self._by_id: dict[str, Upload] = {}
        for record in self._folder.glob("*.json"):
            upload = Upload(**json.loads(record.read_text(encoding="utf-8")))
            self._by_id[upload.id] = upload

    def announce(self, name: str, length: int, alt: str, owner: str) -> tuple[str, Upload]:
        """A new file of `owner` and the secret of its address."""
        if not name or length <= 0 or length > LONGEST:
            raise FileRefused("invalid_arguments")
        upload = self._new(name, length, alt, owner)
        secret = secrets.token_urlsafe(24)
        self._by_secret[secret] = upload
        return secret, upload

    def _new(self, name: str, length: int, alt: str, owner: str) -> Upload:
        file_id = "F0" + secrets.token_hex(5).upper()
        upload = Upload(file_id, Path(name).name, length, alt, owner, int(self._now()))
        self._by_id[file_id] = upload
        return upload

    async def receive(self, secret: str, chunks: AsyncIterator[bytes]) -> None:
        """The bytes, written as they come. Fewer or more than announced are refused."""
        upload = self._by_secret.get(secret)
        if upload is None or upload.arrived:
            raise FileRefused("file_not_found")
        upload.arrived = await self._write(upload, chunks, upload.length)
        if upload.arrived != upload.length:
            upload.arrived = 0
            self.path(upload.id).unlink()
            raise FileRefused("file_size_mismatch")

    async def keep(self, name: str, owner: str, chunks: AsyncIterator[bytes]) -> Upload:
        """A file that a person's own client uploads; its length is told by its end."""
        if not Path(name).name:
            raise FileRefused("invalid_arguments")
        upload = self._new(name, 0, "", owner)
        upload.arrived = await self._write(upload, chunks, LONGEST)
        if not 0 < upload.arrived <= LONGEST:
            self.delete(upload)
            raise FileRefused("file_upload_size_restricted" if upload.arrived else "file_is_empty")
        upload.length = upload.arrived
        return upload

    async def _write(self, upload: Upload, chunks: AsyncIterator[bytes], most: int) -> int:
        """Writes at most `most` bytes; how many came, counted until there were too many."""
        arrived = 0
        with self.path(upload.id).open("wb") as file:
            async for chunk in chunks:
                arrived += len(chunk)
                if arrived > most:
                    break
                file.write(chunk)
        return arrived

    def is_ready(self, file_id: str, owner: str) -> bool:
        """Whether `owner` uploaded that file and did not put it anywhere yet."""
        upload = self._by_id.get(file_id)
        return bool(
            upload is not None and upload.owner == owner and upload.arrived and not upload.is_complete
        )

    def complete(
        self, file_id: str, title: str, channel: str | None = None, *, for_app: bool = False
    ) -> Upload:
        """The file is done: shown in `channel` if there is one, or given to the app in a form."""
        upload = self._by_id.get(file_id)
        if upload is None or not upload.arrived or upload.is_complete:
            raise FileRefused("file_not_found")
        upload.title = title or upload.name
        upload.completed_at = self._monotonic()
        upload.for_app = for_app
        if channel is not None:
            upload.channels.append(channel)
        record = asdict(upload)
        del record["completed_at"]  # means nothing after a restart
        beside = self.path(upload.id).with_suffix(".new")
        beside.write_text(json.dumps(record), encoding="utf-8")
        beside.replace(beside.with_suffix(".json"))
        return upload

    def find(self, file_id: str) -> Upload | None:
        """The file of that id, if it is done."""
        upload = self._by_id.get(file_id)
        return upload if upload is not None and upload.is_complete else None

    def find_address(self, address: str) -> Upload | None:
        """The file whose private address that is."""
        for start in (f"{self._base_url}/files-pri/{self._team}-", f"{self._base_url}/files/"):
            if address.startswith(start):
                return self.find(address.removeprefix(start).split("/")[0])
        return None

    def waits(self, upload: Upload, seconds: float) -> bool:
        """Whether the file was completed less than `seconds` ago."""
        return self._monotonic() - upload.completed_at < seconds

    def delete(self, upload: Upload) -> None:
        """The file and its bytes are gone."""
        del self._by_id[upload.id]
        self.path(upload.id).unlink(missing_ok=True)
        self.path(upload.id).with_suffix(".json").unlink(missing_ok=True)

    def media_type(self, upload: Upload) -> str:
        """By its name, as Slack tells it."""
        return _type_of(upload.name)[1]

    def image_type(self, upload: Upload) -> str | None:
        """The media type if the first bytes are those of an image that blocks may show."""
        try:
            with self.path(upload.id).open("rb") as file:
                first = file.read(8)
        except FileNotFoundError:
            return None
        return next((kind for start, kind in _FIRST_BYTES.items() if first.startswith(start)), None)

    def as_slack(self, upload: Upload) -> Json:
        """The file in messages and events, with the keys of Slack's published type."""
        filetype, media_type, pretty = _type_of(upload.name)
        private = f"{self._base_url}/files-pri/{self._team}-{upload.id}"
        name = quote(upload.name)
        return {
            "id": upload.id,
            "created": upload.created,
            "name": upload.name,
            "title": upload.title or upload.name,
            "mimetype": media_type,
            "filetype": filetype,
            "pretty_type": pretty,
            "user": upload.owner,
            "username": "",
            "editable": False,
            "size": upload.length,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": any(channel.startswith("C") for channel in upload.channels),
            "public_url_shared": False,
            "display_as_bot": False,
            "url_private": f"{private}/{name}",
            "url_private_download": f"{private}/download/{name}",
            "permalink": f"{self._base_url}/files/{upload.id}/{name}",
            "channels": [channel for channel in upload.channels if channel.startswith("C")],
            "groups": [channel for channel in upload.channels if channel.startswith("G")],
        }

    def in_full(self, upload: Upload) -> Json:
        """The file as `files.info` and submitted forms have it: some keys that the type of events does not list."""
        return {
            **self.as_slack(upload),
            "timestamp": upload.created,
            "user_team": self._team,
            "file_access": "visible",
            "ims": [channel for channel in upload.channels if channel.startswith("D")],
            "comments_count": 0,
            **({"alt_txt": upload.alt} if upload.alt else {}),
        }

    def for_message(self, upload: Upload) -> Json:
        """The file as messages keep it here: what Slack shows, and the alternative text for the page."""
        return {**self.as_slack(upload), "alt": upload.alt}

    def path(self, file_id: str) -> Path:
        """Where the bytes of a file lie; ids hold nothing but letters and digits."""
        if not file_id.isalnum():
            raise FileRefused("file_not_found")
        return self._folder / file_id

    def close(self) -> None:
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)


def _type_of(name: str) -> tuple[str, str, str]:
    return _TYPES.get(name.rpartition(".")[2].lower(), _OTHER)
