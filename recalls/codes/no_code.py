"""This module says how people say, in place of a code, that there is none to read.

Blanks, signs and accents do not count, nor does the case. Whoever adds a phrase adds a line here
and nothing elsewhere.
"""

import unicodedata

# A longer text says more than that.
MAX_LENGTH = 60

PHRASES = (
    # English
    *("none", "nothing", "nil", "n/a", "not available", "not applicable", "missing"),
    *("no code", "no SN", "no SN code", "no S/N", "no serial", "no serial code", "no number"),
    *("no serial number", "no label", "there is none", "there is no code", "it has no code"),
    *("there is no serial number", "it has no serial number", "has no serial number"),
    *("without code", "without serial number", "unreadable", "not readable", "illegible"),
    # French
    *("aucun", "aucune", "aucun code", "aucun numéro", "aucun numéro de série", "néant"),
    *("pas de code", "pas de code SN", "pas de numéro", "pas de numéro de série", "pas de série"),
    *("sans code", "sans code SN", "sans numéro", "sans numéro de série", "il n'y en a pas"),
    *("il n'y a pas de code", "il n'y a pas de numéro de série", "non disponible", "illisible"),
    # Spanish
    *("ninguno", "ninguna", "ningún código", "ningún número", "ningún número de serie"),
    *("sin código", "sin código SN", "sin número", "sin número de serie", "sin serie"),
    *("no tiene", "no tiene código", "no tiene número de serie", "no hay", "no hay código"),
    *("no hay número de serie", "no lleva código", "no aplica", "no disponible", "ilegible"),
    # German, Dutch
    *("kein", "keine", "keiner", "kein Code", "keine Nummer", "keine Seriennummer", "ohne"),
    *("ohne Code", "ohne Nummer", "ohne Seriennummer", "nicht vorhanden", "unleserlich"),
    *("geen", "geen code", "geen nummer", "geen serienummer", "onleesbaar"),
    # Italian, Portuguese
    *("nessuno", "nessun codice", "nessun numero", "nessun numero di serie", "senza codice"),
    *("senza numero di serie", "illeggibile", "nenhum", "nenhum código", "nenhum número"),
    *("nenhum número de série", "sem código", "sem número", "sem número de série", "não tem"),
    # Japanese, Chinese, Korean
    *("なし", "無し", "ない", "シリアル番号なし", "コードなし", "番号なし"),
    *("无", "無", "没有", "沒有", "无序列号", "無序號", "没有序列号", "沒有序號", "없음", "없다"),
)


def means_no_code(text: str) -> bool:
    """Whether the text is nothing but such a phrase. It never raises.

    >>> means_no_code("No serial number."), means_no_code("N/A"), means_no_code("NONE123")
    (True, True, False)
    """
    return len(text) <= MAX_LENGTH and _letters(text) in _LETTERS


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).upper()
    return "".join(character for character in plain if character.isalnum())


_LETTERS = frozenset(map(_letters, PHRASES))
