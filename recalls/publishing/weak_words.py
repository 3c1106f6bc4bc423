"""Words that make people think a recall is less urgent than it is.

Regulation (EU) 2023/988, Article 36(2)(c), forbids them in recall notices and names most of them;
the rest are of the same kind. Notices of other countries do use some, such as “None reported”.
"""

import re
import unicodedata

_WEAKENING = (
    # voluntary
    r"voluntar(?:y|ily)",
    r"volontaire(?:s|ment)?",
    r"voluntari(?:[oa]s?|amente)",
    # precautionary
    r"precautionary",
    r"(?:as a|out of) precaution",
    r"abundance of caution",
    r"par (?:mesure de |simple )?précaution",
    r"préventi(?:fs?|ves?|vement)",
    r"(?:por|como) (?:medida de )?precaución",
    r"preventiv(?:[oa]s?|amente)",
    # discretionary
    r"discretionary",
    r"discrétionnaires?",
    r"discrecional(?:es|mente)?",
    # in rare, in specific situations; a small number
    r"in (?:very |extremely )?(?:rare|specific|certain|isolated) (?:situation|case|circumstance)s?",
    r"a (?:very )?small number",
    r"dans de (?:très )?rares (?:cas|situations?)",
    r"dans (?:des|certains|certaines) (?:cas|situations?)(?: (?:rares|isolée?s|précis|précises))?",
    r"un (?:très )?petit nombre",
    r"en (?:casos|situaciones) (?:muy )?(?:rar[oa]s|aislad[oa]s|concret[oa]s|específic[oa]s)",
    r"en (?:raras|contadas) (?:ocasiones|situaciones)",
    r"un (?:muy )?pequeño número",
    # no reported accidents
    r"no (?:reported |known )?(?:accident|incident|injur(?:y|ie))s?",
    r"none reported",
    r"(?:nobody|no one) (?:was |has been )?(?:hurt|injured)",
    r"aucune? (?:accident|incident|blessée?|blessure)s?",
    r"sin (?:accidentes|incidentes|heridos|lesiones)",
    r"ning[úu]n (?:accidente|incidente|herido)",
    r"no se ha(?:n)? (?:notificado|registrado|producido) (?:accidente|incidente|herido)s?",
)
# The site knows a list, not the product: nothing of ours says so of any.
_CLEARING = (
    r"(?:is|are|be|stay) (?:perfectly )?(?:safe|fine|ok|normal)",
    r"not affected",
    r"no action (?:is )?(?:needed|required)",
    r"sans (?:danger|risque)",
    r"(?:est|sont) (?:sûre?s?|norma(?:l|le|ux|les))",
    r"(?:es|son|está|están) (?:segur[oa]s?|normal(?:es)?)",
    r"sin (?:peligro|riesgo)",
)


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    # Two words of a line can stand on two lines, or have a space that never breaks between them.
    return re.compile(rf"\b(?:{'|'.join(words)})\b".replace(" ", r"\s+"), re.IGNORECASE)


_WEAKENING_PATTERN, _CLEARING_PATTERN = _pattern(_WEAKENING), _pattern(_CLEARING)


def weakening(text: str) -> list[str]:
    """Return what a notice in the European Union must not say, as it stands in the text, each
    once."""
    return _find_words(_WEAKENING_PATTERN, text)


def clearing(text: str) -> list[str]:
    """Return what no notice should say of a product, as it stands in the text, each once."""
    return _find_words(_CLEARING_PATTERN, text)


def _find_words(pattern: re.Pattern[str], text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text)
    words = [" ".join(match[0].split()) for match in pattern.finditer(composed)]
    return list(dict.fromkeys(words))
