"""The prose of a record of the CPSC, read as far as it is sure: numbers, contacts, kinds, dates.

What is not sure stays prose, and a person reads it.
"""

import datetime as dt
import re
from functools import cache

from django.core.exceptions import ValidationError

from recalls import addresses, countries
from recalls.models import Product, Recall

# UTF-8 that somebody read as Latin-1: â€™ for an apostrophe, with its control characters.
_MISREAD = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]{1,3}")
_UNITS = re.compile(r"(?:About |Approximately )?([0-9][0-9,]*)(?: units)?(\s*\(.*\))?\.?", re.I)
_CASUALTIES = re.compile(r"(?:([0-9,]+) (?:person|people) died\.)?\s*(?:([0-9,]+) .* hurt\.)?")
_PHONE = re.compile(r"(?<![\w-])(?:\+?1[-. ])?\(?8[0-9]{2}\)?[-. ][0-9]{3}[-. ][0-9]{4}(?![\w-])")
_EMAIL = re.compile(r"(?<![\w.])[A-Za-z0-9][\w.+-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_ADDRESS = re.compile(r"(?<![@\w.])(?:https?://|www\.)[^\s,;\"“”]+", re.I)
_HOURS = re.compile(r"\bfrom ([0-9][^;@]{3,70}(?:day|week))\b", re.I)
# Of a URLField.
_MAX_ADDRESS = 200
_SENTENCE = re.compile(r"(?<=[a-z0-9)”\"][.!?])\s+(?=[A-Z“\"])")
_NAMED = {
    "united states": "US",
    "usa": "US",
    "u.s.": "US",
    "south korea": "KR",
    "korea": "KR",
    "hong kong": "HK",
    "macau": "MO",
    "vietnam": "VN",
    "czech republic": "CZ",
    "turkey": "TR",
    "any other country": countries.ELSEWHERE,
}
# Words of a name or kind, the surest first.
_KINDS = {
    "speakerphone": Product.Kind.SPEAKERPHONE,
    "power bank|portable charger|battery pack": Product.Kind.POWER_BANK,
    "power station": Product.Kind.POWER_STATION,
    "headphone|earbud|earphone": Product.Kind.HEADPHONES,
    "charging case": Product.Kind.CHARGING_CASE,
    "charger": Product.Kind.CHARGER,
    "speaker": Product.Kind.SPEAKER,
    "laptop|notebook computer": Product.Kind.LAPTOP,
    "smartphone|mobile phone|cell phone": Product.Kind.PHONE,
    "e-bike|bicycle|bike": Product.Kind.BIKE,
    "scooter|hoverboard|utility vehicle": Product.Kind.VEHICLE,
    "toy": Product.Kind.TOY,
    "dresser|chair|crib|bunk bed|bookcase": Product.Kind.FURNITURE,
    "gas range|blender|heater|dehumidifier|air fryer": Product.Kind.APPLIANCE,
    "pajama|sleepwear|jacket|shoe|boot|sneaker": Product.Kind.CLOTHING,
}
# What is sold for these, or with them, is none of them.
_FOR_OTHERS = re.compile(r"\b(?:helmet|light|lamp|box|boxes|rail|rails|stand|cover|lock|fluid)s?\b")


def mended(text: str) -> tuple[str, bool]:
    """The text with wrongly encoded marks put right, and whether there were any."""
    right = _MISREAD.sub(_reread, text)
    return right, right != text


def _reread(match: re.Match[str]) -> str:
    try:
        return match[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def read_day(text: str) -> dt.date:
    """2026-07-09T00:00:00, 2026-07-09 or July 9, 2026. Raises ValueError."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return dt.datetime.strptime(text, "%B %d, %Y").replace(tzinfo=dt.UTC).date()


def read_units(text: str) -> tuple[int | None, str]:
    """The number at the beginning, and what else the text says; no number where it is not sure."""
    match = _UNITS.fullmatch(text)
    if not match or len(match[1]) > 12:
        return None, text
    return int(match[1].replace(",", "")), (match[2] or "").strip()


def read_casualties(text: str) -> tuple[int | None, int | None] | None:
    """How many people died and were hurt, in the site's own sentences; None for other prose."""
    match = _CASUALTIES.fullmatch(text)
    if not text or not match:
        return None
    died, hurt = (int(group.replace(",", "")) if group else None for group in match.groups())
    return died, hurt


def country_code(name: str) -> str:
    """The code of a country by its English name; "" where there is none."""
    key = name.strip().lower()
    return _NAMED.get(key) or _codes_by_name().get(key, "")


@cache
def _codes_by_name() -> dict[str, str]:
    return {name.lower(): code for code, name in countries.names("en").items()}


@cache
def _country_at_start() -> re.Pattern[str]:
    names = [*countries.names("en").values(), "any other country"]
    return re.compile(rf"(?:^|; )({'|'.join(map(re.escape, names))}): ")


def read_contacts(text: str) -> list[dict]:
    """The site's own contact line as rows of countries: “Canada: 800-555-0123, Monday to Friday”.
    Empty for other prose."""
    parts = _country_at_start().split(text)
    if parts[0]:
        return []
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return [{"country": country_code(name)} | _own_contact(line) for name, line in pairs]


def _own_contact(line: str) -> dict:
    pieces = line.split(", ")
    row: dict = {}
    if _passes(addresses.validate_phone, pieces[0]):
        row["phone"] = pieces.pop(0)
    if pieces and is_web_address(pieces[-1]):
        row["claim_url"] = pieces.pop()
    if pieces and _passes(addresses.validate_email, pieces[-1]):
        row["email"] = pieces.pop()
    if pieces:
        row["hours"] = {"en": ", ".join(pieces)}
    return row


def find_contact(text: str) -> dict:
    """The first phone number, hours, e-mail address and page of a sentence on whom to ask."""
    row: dict = {}
    if phone := _PHONE.search(text):
        row["phone"] = phone[0]
    if hours := _HOURS.search(text):
        row["hours"] = {"en": hours[1]}
    email, page = _EMAIL.search(text), _ADDRESS.search(text)
    if email and _passes(addresses.validate_email, email[0]):
        row["email"] = email[0]
    if page and is_web_address(address := secure(page[0].rstrip(".)"))):
        row["claim_url"] = address
    return row


def is_web_address(address: str) -> bool:
    """Whether the public can be given it as a link."""
    return len(address) <= _MAX_ADDRESS and _passes(addresses.validate_web_address, address)


def secure(address: str) -> str:
    """The address with https in front, as sites answer it today."""
    return "https://" + re.sub("^https?://", "", address, flags=re.I)


def is_source(address: str) -> bool:
    """Whether it can stand among the sources of a notice, however long it is."""
    return _passes(addresses.validate_web_addresses, address)


def _passes(validate, value: str) -> bool:
    try:
        validate(value)
    except ValidationError:
        return False
    return True


def sentences(text: str) -> list[str]:
    """Each sentence, for the fields where a line is a step."""
    return [line for part in text.splitlines() for line in _SENTENCE.split(part.strip()) if line]


def kind_of_product(said: str, name: str) -> str:
    """The kind by its own name, or by a word of the product's; "" where nothing is sure."""
    labels = {label.lower(): value for value, label in Product.Kind.choices}
    if said.lower() in labels:
        return labels[said.lower()]
    words = name.lower()
    if _FOR_OTHERS.search(words):
        return ""
    found = (kind for each, kind in _KINDS.items() if re.search(rf"\b(?:{each})s?\b", words))
    return next(found, "")


def remedy_option(said: str) -> str:
    """The option of that name in the CPSC's list; "" for any other text."""
    labels = {label.lower(): value for value, label in Recall.RemedyOption.choices}
    return labels.get(said.lower(), "")


def remedies_in(text: str) -> list[str]:
    """The options that the wording of a remedy names."""
    named = {
        "refund": Recall.RemedyOption.REFUND,
        "replace": Recall.RemedyOption.REPLACE,
        "repair": Recall.RemedyOption.REPAIR,
        "new instructions": Recall.RemedyOption.NEW_INSTRUCTIONS,
    }
    return [option.value for word, option in named.items() if word in text.lower()]
