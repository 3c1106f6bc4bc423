"""Files that staff upload, kept for a day outside of any served folder, under names of ours."""

import secrets
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from recalls.lists.limits import PAGE

_SECONDS_KEPT = 24 * 3600
_SALT = "recalls.lists.uploads"


class UpToTheLimit(FileUploadHandler):
    """The first of the upload handlers: what comes after the limit is dropped and not written, so
    that the page can say that the file is too large."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if PAGE.size is None or start <= PAGE.size else None

    def file_complete(self, file_size: int) -> None:
        return None


def keep(file: "UploadedFile[Any]") -> str:
    """Store the file; returns the token by which a later request of the same kind finds it."""
    folder = Path(settings.UPLOAD_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    name = "".join(character for character in file.name or "" if character.isprintable())
    stored_name = f"{secrets.token_hex(16)}{Path(name).suffix.lower()[:8]}"
    with (folder / stored_name).open("xb") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
    return signing.dumps({"kept": stored_name, "name": name[-200:]}, salt=_SALT)


def find(token: str) -> tuple[Path, str] | None:
    """Return where the file is and what staff call it; None where it is kept no longer."""
    try:
        names = signing.loads(token, salt=_SALT, max_age=_SECONDS_KEPT)
    except signing.BadSignature:
        return None
    path = Path(settings.UPLOAD_FOLDER) / names["kept"]
    return (path, names["name"]) if path.is_file() else None


def _sweep(folder: Path) -> None:
    oldest = time.time() - _SECONDS_KEPT
    for path in folder.iterdir():
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
