"""The fields of one record of the CPSC's API, with what of them is left for a person."""

import re

from recalls.catalogue import cpsc_prose as prose

MAX_TEXT = 50_000
MAX_ITEMS = 200
# Of the words of a record in a sentence.
MAX_QUOTED = 300


class RecordError(Exception):
    """A record can be no notice; its text is a sentence that says why."""


class RecordFields:
    """What stands in a record, whichever way it is left empty: missing, null, "" or []."""

    def __init__(self, record: object):
        if not isinstance(record, dict):
            raise RecordError("It is no record: a record is an object with a RecallNumber.")
        if not {"Title", "RecallDate", "Description"} & set(record):
            raise RecordError("It is no record of the CPSC: it has none of its fields.")
        self.record = record
        self.left: list[str] = []
        self._was_misread = False

    def text(self, name: str) -> str:
        """Its lines, without blank ones."""
        return self._tidy(self.record.get(name), name)

    def line(self, name: str) -> str:
        return " ".join(self.text(name).split())

    def number(self, name: str) -> str:
        value = self.record.get(name)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return str(value) if is_number else self.line(name)

    def items(self, name: str, key: str) -> list[str]:
        """The texts under `key` in a list of objects, but for empty ones."""
        texts = (self._tidy(row.get(key), f"{name}, {key}") for row in self.rows(name))
        return [text for text in texts if text]

    def rows(self, name: str) -> list[dict]:
        rows = self.record.get(name) or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise RecordError(f"{name} is no list of objects.")
        if len(rows) > MAX_ITEMS:
            raise RecordError(f"{name} has more than {MAX_ITEMS} rows.")
        return rows

    def of_row(self, row: dict, name: str) -> str:
        return " ".join(self._tidy(row.get(name), name).split())

    def leave(self, what: str, value: str = "") -> None:
        """Say what a person still has to do, with the words of the record."""
        quoted = " ".join(value.split())
        if len(quoted) > MAX_QUOTED:
            quoted = quoted[:MAX_QUOTED].rpartition(" ")[0] + "…"
        self.left.append(f"{what} “{quoted}”" if value else what)

    def fit(self, value: str, longest: int, what: str) -> str:
        """The text, cut at a word where its field is shorter."""
        if len(value) <= longest:
            return value
        self.leave(f"{what} is longer than {longest} characters and was cut:", value)
        return value[:longest].rpartition(" ")[0] or value[:longest]

    def _tidy(self, value: object, name: str) -> str:
        if value is None or value == []:
            return ""
        if not isinstance(value, str):
            raise RecordError(f"{name} is no text.")
        if len(value) > MAX_TEXT:
            raise RecordError(
                f"{name} is too long: {len(value):,} characters, {MAX_TEXT:,} at most."
            )
        if re.search("[\0\ud800-\udfff]", value):
            raise RecordError(f"{name} has a character that cannot be stored.")
        right, was_misread = prose.mended(value)
        if was_misread and not self._was_misread:
            self._was_misread = True
            self.leave("Wrongly encoded marks were put right: compare the texts with the notice.")
        lines = (" ".join(line.split()) for line in right.splitlines())
        return "\n".join(line for line in lines if line)
