"""One cell of a file is taken apart, and the damage that spreadsheets do to codes is named.

Nothing here knows the product or the database.
"""

import re
import unicodedata

from recalls.lists.limits import Cell

MEND = "Format the column as Text in the original and export again."
# What spreadsheets leave of more than 15 digits.
ZEROED = re.compile(r"\d{15}0+")
SAYS_NO = re.compile(
    r"(?:n|no|non|nein|nee|nej|nie|não|false|0|unaffected|excluded|safe"
    r"|(?:is |are )?not (?:affected|recalled|included)"
    r"|nicht betroffen|non (?:concernée?|affectée?)|no (?:afectad[oa]|incluid[oa]))\.?",
    re.I,
)
_TOTAL = re.compile(
    r"(?:grand\s+|sub)?-?(?:total|sum|somme|suma|summe|gesamt|count|nombre|anzahl|n[uú]mero)"
    r"(?:\s+(?:of|de|der|units?|rows?|codes?|unités|unidades|général|general))*\s*[:=]?\s*[\d.,\s]*",
    re.I,
)
_COUNT = re.compile(r"[\d.,\s]*")
# Between two codes in one cell; a hyphen or a blank may also stand inside one.
_BETWEEN_CODES = re.compile(
    r"(?:\s*(?:[\n,;/|&+\t–—…\u00ad\u200b-\u200f\u2060\ufeff-]|\.\.+)\s*"
    r"|\s+(?:to|bis|until|through|thru|and|und|à|a|au|et|hasta|y|jusqu['’]à)\s+|\s+)+",
    re.I,
)
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[Ee]\+?\d+")
# The first characters of a cell that a spreadsheet takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\x00")
_POINT_ZERO = re.compile(r"\d+[.,]0+|0[.,]\d+|\d{5,}[.,]\d{1,2}")
# Marks that turn the order in which characters are shown.
_TURNING = re.compile("[\u202d\u202e]")
_STRUCK_OUT = re.compile("[\u0335-\u0338]")
# What stands for “and all before”, “and all behind”, or the rest of a range in the next row.
_OPEN_END = re.compile(r"(?:[<>≤≥~→↓…+-]|\.\.).*|.*(?:[<>~→↓…+-]|\.\.)", re.S)
# What says beside a code that others are meant with it. A dash is no such word: it fills cells.
RANGE_WORD = re.compile(
    r"(?:from|to|start|end|first|last|begin\w*|through|thru|until|till|up to|since|after|before"
    r"|above|below|onwards?|von|ab|bis|desde|hasta|du|au|jusqu\S*|から|まで|以降|以前"
    r"|(?:and|&) (?:all )?(?:up|on|onwards?|later|above|below|earlier|older|newer)(?: \w+)?"
    r"|all (?:following|after|before|later|above|below|earlier).*"
    r"|(?:first|last) (?:of|in|code|sn).*"
    r"|[<>≤≥]=?|[~～〜→]+)[.:]?",
    re.I,
)
# Words between the codes of a column, in capitals.
JOINING = (
    "AND|BIS|DITTO|DTO|ETC|EXCEPT|HASTA|SAME|THROUGH|THRU|TILL|TO|TOTAL|UND|UNTIL|USW|WITH|WITHOUT"
)
_FOOTNOTE = re.compile(r".*(?:[*†‡§#]|\s*[(\[]\w{1,2}[)\]])", re.S)
_MONTHS = re.findall(
    r"\w+",
    "january february march april may june july august september october november december "
    "janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre "
    "décembre decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre "
    "noviembre diciembre januar februar märz maerz mrz oktober dezember sept gennaio febbraio "
    "maggio giugno luglio settembre ottobre dicembre janeiro fevereiro março junho julho setembro "
    "outubro dezembro januari februari maart mrt mei juni juli augustus augusti maj styczeń luty "
    "marzec kwiecień czerwiec lipiec sierpień wrzesień październik listopad grudzień ocak şubat "
    "nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
)
_MONTH = (
    "(?:" + "|".join({name[:end] for name in _MONTHS for end in range(3, len(name) + 1)}) + r")\.?"
)
_DAY, _YEAR = r"\d{1,2}\.?", r"(?:\d{4}|\d{2})"
_DATE = re.compile(
    r"\d{4}([-/.])\d{1,2}\1\d{1,2}(?:[ T]\d{1,2}:\d{2}.*)?"
    r"|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})(?:[ T]\d{1,2}:\d{2}.*)?"
    rf"|{_DAY}[-/. ]+(?:de )?{_MONTH}(?:[-/. ]+(?:de )?{_YEAR})?"
    rf"|{_MONTH}[-/. ]+{_DAY}(?:,?[-/. ]+{_YEAR})?|{_MONTH}[-/. ]+{_YEAR}"
    rf"|{_YEAR}[-/. ]+{_MONTH}(?:[-/. ]+{_DAY})?",
    re.I,
)


def text_of(cell: Cell) -> str:
    """A cell as staff see it."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).strip()


def pieces(text: str) -> list[str]:
    """Return the pieces of one cell, separated as people separate codes; [] where it is one
    piece."""
    found = [piece for piece in _BETWEEN_CODES.split(text.strip()) if piece]
    return found if len(found) > 1 else []


def damage(text: str) -> str:
    """Return the damage that a spreadsheet, or a hand, has done to the code in this cell, as a
    sentence; or ""."""
    if _EXPONENT.fullmatch(text):
        return f"Excel has made a number of this code. {MEND}"
    if _POINT_ZERO.fullmatch(text):
        return f"A program has made a number of this code; zeros in front may be lost. {MEND}"
    if _DATE.fullmatch(text):
        return f"This is a date. Excel may have made it of a code. {MEND}"
    if _TURNING.search(text):
        return "A mark in this cell turns the order of its characters. Type the code anew."
    if _STRUCK_OUT.search(text):
        return (
            "This cell is struck out. If the code is recalled, type it anew; if not, leave it out."
        )
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if _OPEN_END.fullmatch(re.sub("[\u2010-\u2015\u2212\u301c]", "-", plain)):
        return (
            "A mark before or behind the code may stand for all codes on that side, or for a range "
            "whose other end is elsewhere. Leave it out, or enter a rule."
        )
    if re.fullmatch(JOINING, text.upper()):
        return f"“{text}” is a word between codes. Write both ends of a range side by side."
    for character in text:
        if unicodedata.category(character) in ("Cc", "No"):  # also ² and ①
            return _odd_character(character)
    if _FOOTNOTE.fullmatch(text):
        return "A footnote mark seems to stand behind the code. Take it out."
    return ""


def _odd_character(character: str) -> str:
    if unicodedata.category(character) == "Cc":
        return (
            f"There is a control character (U+{ord(character):04X}) in this cell, as scanners "
            "send. Take it out."
        )
    return f"“{character}” is no plain digit; it may be a footnote mark. Type the digit, or none."


def is_total(texts: list[str], code: str, row: int) -> bool:
    """Whether row number `row` sums up: it begins with a word for that, and has no code, but a
    count of the rows above it at most. A longer number is a code that was spoilt on the way."""
    first = next(filter(None, texts), "")
    counted = re.sub(r"\D", "", code)
    is_count = bool(_COUNT.fullmatch(code)) or code == first
    is_small = len(counted) < 10 and int(counted or 0) <= row
    return bool(_TOTAL.fullmatch(first)) and is_count and is_small


def no_formula(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_written(text: str) -> str:
    """The cell without the mark of `no_formula`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def printable(text: str) -> str:
    """Without line breaks and control characters, which neither page nor file should show as
    such."""
    return "".join(character if character.isprintable() else " " for character in text)
