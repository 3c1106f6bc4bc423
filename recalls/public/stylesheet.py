"""The one stylesheet, written into each public page, and the hash that lets it stand there."""

import base64
import hashlib
import re
from functools import cache

from django.conf import settings


@cache
def read_css() -> str:
    """The bytes between <style> and </style>, exactly: our file without comments and line ends."""
    whole = (settings.BASE_DIR / "static" / "css" / "site.css").read_text(encoding="utf-8")
    return "".join(line.strip() for line in re.sub(r"(?s)/\*.*?\*/", "", whole).splitlines())


@cache
def csp_hash() -> str:
    digest = hashlib.sha256(read_css().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
