"""This module says what the settings ask about a language, before there are settings."""

from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import to_locale


def own_name(tag: str) -> str:
    """Français: what its readers call a language, to begin a line with."""
    name = str(LANG_INFO.get(tag, {}).get("name_local", tag))
    return name[:1].upper() + name[1:]


def translation_file(folder: Path, tag: str) -> Path:
    return folder / to_locale(tag) / "LC_MESSAGES" / "django.mo"
