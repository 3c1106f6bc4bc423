"""The addresses and phone numbers that the public gets are checked here.

Each rule stands twice: as a function of the database, for a constraint, and as the validator whose
sentence staff read. Both take an empty text, where a field need not be filled.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Func

MIN_DIGITS, MAX_DIGITS = 3, 15  # from a short number of one country to the longest of any (E.164)
_SPECIAL = '"<>\\^`{|}'
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*"
_PATH = r"(?:/[!#-;=?-\[\]_a-z~]*)?"
_WEB = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?{_PATH}")

WEB_SENTENCE = (
    "Enter an address that begins with https:// and a host name, without a user name in front of "
    "it, blanks or letters with accents: copy it from the browser."
)
# What the address of a claim page can take of a recalled unit: each stands in it as {code}.
CLAIM_VALUES = ("code", "model", "notice")
_NAMED = "|".join(CLAIM_VALUES)
_ARGUMENT = re.compile(rf"([?&])([A-Za-z0-9_.-]+=)\{{({_NAMED})\}}(?=[&#]|\Z)")
# No address has this.
_LEFT_OUT = "?\0"
_IN_BRACES = re.compile(r"\{[^{}]*\}?")
CLAIM_SENTENCE = (
    "Write {code}, {model} or {notice} once each, as the whole value of an argument behind the "
    "question mark: https://maker.example/claim?serial={code}&model={model}."
)
EMAIL_SENTENCE = "Enter the e-mail address alone, without a subject, question mark or blank."
PHONE_SENTENCE = (
    f"Enter a number that can be dialed: {MIN_DIGITS} to {MAX_DIGITS} digits with spaces, hyphens, "
    "points or brackets between them, and a + at most in front."
)

validate_email = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._+-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*\Z", EMAIL_SENTENCE
)
validate_phone = RegexValidator(
    rf"^[+(]?(?:[0-9][ ().-]*){{{MIN_DIGITS},{MAX_DIGITS}}}\Z", PHONE_SENTENCE
)


def validate_web_address(value: str) -> None:
    if not _WEB.fullmatch(value):
        raise ValidationError(WEB_SENTENCE, code="invalid")


def validate_claim_address(value: str) -> None:
    """A web address, which may take what CLAIM_VALUES names."""
    found = _IN_BRACES.findall(value)
    if unknown := [each for each in found if each[1:-1] not in CLAIM_VALUES]:
        raise ValidationError(f"Nothing fills {unknown[0][:40]}. {CLAIM_SENTENCE}", code="invalid")
    if len(set(found)) < len(found) or len(found) > len(_ARGUMENT.findall(value)):
        raise ValidationError(CLAIM_SENTENCE, code="invalid")
    validate_web_address(_ARGUMENT.sub(r"\1\2\3", value))


def fill_claim_address(address: str, values: Mapping[str, str]) -> str:
    """The address with these values, by their names; arguments without a value are left out."""

    def fill(argument: re.Match[str]) -> str:
        sign, name, value = argument[1], argument[2], values.get(argument[3], "")
        if value:
            return f"{sign}{name}{value}"
        return _LEFT_OUT if sign == "?" else ""

    filled = _ARGUMENT.sub(fill, address)
    return filled.replace(f"{_LEFT_OUT}&", "?").replace(_LEFT_OUT, "")


def validate_web_addresses(value: str) -> None:
    """One a line. No @ at all, so that the database can say the same of all lines at once."""
    for line in filter(None, map(str.strip, value.splitlines())):
        if not _WEB.fullmatch(line) or "@" in line:
            raise ValidationError(f"{line[:80]}: {WEB_SENTENCE} Write %40 for @.", code="invalid")


class WebAddressField(models.URLField):
    """A link that the public gets."""

    default_validators = [validate_web_address]

    def formfield(self, **kwargs):
        # The form's own validator comes first, and says less.
        return super().formfield(**{"error_messages": {"invalid": WEB_SENTENCE}, **kwargs})


class ClaimAddressField(WebAddressField):
    """A link that the owner of a recalled unit gets, which may carry what tells of the unit."""

    default_validators = [validate_claim_address]


class TextRule(Func):
    """True of a value that keeps the rule, and of an empty one where it may be. `sqlite` and
    `postgresql` are the rule in each database's words, where {x} is the value; SQLite's REGEXP
    would need Python."""

    arity = 1
    output_field = models.BooleanField()
    sqlite = postgresql = ""
    may_be_empty = True

    def _rule(
        self, rule: str, compiler: Any, connection: Any, context: Any
    ) -> tuple[str, Sequence]:
        empty = "{x} = '' OR " if self.may_be_empty else ""
        template = f"{empty}({rule})".replace("{x}", "%(expressions)s")
        template = f"({template})"
        sql, params = self.as_sql(compiler, connection, template=template, **context)
        return sql, [*params] * template.count("%(expressions)s")

    def as_sqlite(self, compiler, connection, **context):
        return self._rule(self.sqlite, compiler, connection, context)

    def as_postgresql(self, compiler, connection, **context):
        return self._rule(self.postgresql, compiler, connection, context)


def without(*parts: str) -> str:
    """The text without each of the parts, in SQL."""
    text = "{x}"
    for part in parts:
        text = f"REPLACE({text}, '{part}', '')"
    return text


class IsWebAddress(TextRule):
    # The host goes from the ninth character to the first slash.
    _HOST = "SUBSTR({x}, 9, INSTR(SUBSTR({x}, 9) || '/', '/') - 1)"
    sqlite = (
        f"{{x}} GLOB 'https://[A-Za-z0-9]*' AND {_HOST} NOT GLOB '*[^A-Za-z0-9.:-]*' "
        f"AND {_HOST} GLOB '*.*[A-Za-z]*' AND {{x}} NOT GLOB '*[^!-~]*' "
        f"AND {without(*_SPECIAL)} = {{x}}"
    )
    postgresql = (
        "{x} ~ '^https://[A-Za-z0-9][A-Za-z0-9.-]*[.][A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*"
        f"(:[0-9]{{1,5}})?(/.*)?$' AND {{x}} !~ '[^!-~]' AND {without(*_SPECIAL)} = {{x}}"
    )


def _claim_rule(web_address: str, of_each: str) -> str:
    """The rule of a web address without what CLAIM_VALUES names, and the one of each of these:
    where it stands ({value}), it stands once, as the value of an argument."""
    values = [f"{{{name}}}" for name in CLAIM_VALUES]
    once = "LENGTH(REPLACE({x}, '{value}', '')) = LENGTH({x}) - LENGTH('{value}')"
    rules = (
        f"(REPLACE({{x}}, '{{value}}', '') = {{x}} OR ({once} AND {of_each}))".replace(
            "{value}", value
        )
        for value in values
    )
    return " AND ".join([web_address.replace("{x}", without(*values)), *rules])


class IsClaimAddress(TextRule):
    sqlite = _claim_rule(
        IsWebAddress.sqlite,
        "({x} GLOB 'https://*/*[?&]?*={value}' OR {x} GLOB 'https://*/*[?&]?*={value}[&#]*')",
    )
    postgresql = _claim_rule(
        IsWebAddress.postgresql,
        # Before a letter PostgreSQL takes a brace as it stands.
        "{x} ~ '^https://[^/?#]+/.*[?&][A-Za-z0-9_.-]+={value}([&#]|$)'",
    )


class AreWebAddresses(TextRule):
    """Lines, none of them blank or with an @."""

    _LINES = f"INSTR({{x}}, '@') = 0 AND {without(*_SPECIAL)} = {{x}}"
    sqlite = (
        "INSTR(REPLACE(CHAR(10) || {x}, CHAR(10) || 'https://', ''), CHAR(10)) = 0 "
        f"AND {{x}} NOT GLOB '*[^!-~' || CHAR(10) || ']*' AND {_LINES}"
    )
    postgresql = (
        "REPLACE(CHR(10) || {x}, CHR(10) || 'https://', '') !~ CHR(10) "
        f"AND {{x}} !~ ('[^!-~' || CHR(10) || ']') AND {_LINES}".replace("INSTR(", "STRPOS(")
    )


class IsEmail(TextRule):
    sqlite = (
        "{x} GLOB '[A-Za-z0-9]*@[A-Za-z0-9]*.[A-Za-z]*' AND {x} NOT GLOB '*[^A-Za-z0-9._+@-]*' "
        "AND LENGTH(REPLACE({x}, '@', '')) = LENGTH({x}) - 1"
    )
    postgresql = "{x} ~ '^[A-Za-z0-9][A-Za-z0-9._+-]*@([A-Za-z0-9-]+[.])+[A-Za-z][A-Za-z0-9-]*$'"


class IsPhone(TextRule):
    sqlite = (
        "{x} GLOB '[0-9+(]*' AND SUBSTR({x}, 2) NOT GLOB '*[^0-9 ().-]*' "
        f"AND LENGTH({without(*'+ ().-')}) BETWEEN {MIN_DIGITS} AND {MAX_DIGITS}"
    )
    postgresql = rf"{{x}} ~ '^[+(]?([0-9][ ().-]*){{{MIN_DIGITS},{MAX_DIGITS}}}$'"
