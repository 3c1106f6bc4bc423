"""Words that a public text never has, and how each language is typeset."""

import re

NARROW = "\u202f"  # narrow no-break space

# Words that lower the sense of risk, and what is never said of a product: we know a list, not the
# speaker.
BANNED = {
    "ar": r"طوع|احتراز|احتياط|وقائي|تقديري|حالات نادرة|حالات محددة|عدد قليل|عدد صغير"
    r"|لا حوادث|لا إصابات|لم يصب أحد|آمن|\bسليم|(?:لا|بلا|دون) خطر|غير خطر|طبيعي|\bعادي"
    r"|لا داعي|غير مشمول|غير معني|غير متأثر",
    "de": r"\b(?:freiwillig\w*|vorsorglich\w*|vorsichtshalber|vorbeugend\w*|Ermessen\w*"
    r"|seltenen? (?:Fällen?|Fälle)|Einzelfälle\w*|bestimmten Fällen|(?:geringe|kleine) Anzahl"
    r"|wenige\w* Geräte|keine (?:Unfälle|Verletzten|Gefahr)|kein Risiko|ohne (?:Gefahr|Risiko)"
    r"|sicher(?:e[mnrs]?)?|gefahrlos\w*|ungefährlich\w*|unbedenklich\w*|normal\w*|in Ordnung"
    r"|nicht betroffen)\b",
    "es": r"\b(?:voluntari\w*|precaución|preventiv\w*|discrecional\w*|casos raros"
    r"|casos concretos|pequeño número|sin accidentes|sin heridos"
    r"|segur[oa]s?|sin peligro|ningún peligro|sin riesgo|inofensiv\w*|normal\w*)\b",
    "fr": r"\b(?:volontaire\w*|précaution\w*|préventi\w*|discrétionnaire\w*|cas rares|rares cas"
    r"|cas précis|petit nombre|aucun accident|aucun blessé|aucune blessure"
    r"|sûre?s?|sans danger|aucun danger|aucun risque|sans risque|inoffensi\w*|norma\w*)\b",
    "ja": r"自主|任意|念のため|予防|用心のため|まれに|特定の場合|ごく一部|少数"
    r"|事故は(?:報告されて|あり)|けが人は|安全(?:です|な)|問題は?(?:ありません|ない|なし)"
    r"|大丈夫|心配は?(?:ありません|いりません|ない)|危険は(?:ありません|ない)|正常|異常は?な|対象外",
}


def french_slips(text: str) -> list[str]:
    """Places where French has another space or another apostrophe."""
    text = re.sub(rf"«{NARROW}[^»]*Model: [^»]*»", "", text)  # as an English label says
    text = re.sub(r"https?://\S+|\b\d\d:\d\d\b", "", text)
    return re.findall(
        rf"(?:.?[^{NARROW}])(?=[;?!»])|.?[^{NARROW}:](?=:)|«[^{NARROW}].?|.?['\"].?", text
    )


def spanish_slips(text: str) -> list[str]:
    text = re.sub(r"https?://\S+|«\?»", "", text)
    pairs = ("¿?", "¡!", "«»")
    slips = [pair for pair in pairs if text.count(pair[0]) != text.count(pair[1])]
    return slips + re.findall(r".?['\"‘“].?|\s[:;?!»]", text)


def german_slips(text: str) -> list[str]:
    slips = ["„“"] if text.count("„") != text.count("“") else []
    return slips + re.findall(r".?['\"”‘].?|\s[:;?!]", text)


def japanese_slips(text: str) -> list[str]:
    """Half-width marks beside Japanese letters, and quotes that do not pair."""
    text = re.sub(r"\u00a0\([^)]*\)", "", text)  # countries behind an emergency number
    slips = ["「」"] if text.count("「") != text.count("」") else []
    letter = "[ぁ-んァ-ヶー一-龠]"
    return slips + re.findall(rf"{letter}[,.;:!?()'\"]|[,.;:!?()'\"]{letter}", text)


def arabic_slips(text: str) -> list[str]:
    """Marks that are drawn the other way round in Arabic, and quotes that do not pair."""
    slips = ["«»"] if text.count("«") != text.count("»") else []
    return slips + re.findall(r"[\u0620-\u064a]\)?\s?[,;?]|.?['\"‘“].?|\s[،؛؟:!»]", text)


SLIPS = {
    "ar": arabic_slips,
    "de": german_slips,
    "es": spanish_slips,
    "fr": french_slips,
    "ja": japanese_slips,
}
