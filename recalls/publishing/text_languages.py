"""A text that stands in the wrong field: the same words in two languages, or another language."""

import re
from collections.abc import Iterator

# A shorter text can be the same in two languages, such as a name or a number.
MIN_WORDS_ALIKE = 4
MIN_WORDS_TO_TELL = 8
MIN_TELLING_WORDS = 3
# Words that stand in most sentences of a language, and hardly in the others.
_COMMON = {
    "en": "the of and to is it your you with for not do that this on are from have can or be any "
    "was were by if when will",
    "fr": "le les des et du une vous votre dans pour avec est ne pas qui sur ou ce cette au aux "
    "sont si par il elle peut être en à l d qu n",
    "es": "el los las y del una su usted en para con es no se que por o este esta al son si lo "
    "como puede ser sus más",
    "de": "der die das und ist nicht ein eine einen mit für von auf den dem sie ihr wenn werden "
    "kann oder bei zu im",
}
# Written in another script, so that none of the above can be meant.
_OTHER_SCRIPTS = ("ar", "ja")
_WORDS_OF = {tag: frozenset(words.split()) for tag, words in _COMMON.items()}
# What two of them share tells neither.
_TELLING = {
    tag: words - frozenset().union(*(other for name, other in _WORDS_OF.items() if name != tag))
    for tag, words in _WORDS_OF.items()
}
_WORD = re.compile(r"[^\W\d_]+")


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def looks_like(text: str) -> str:
    """The tag of the language whose common words the text has, "" where that is not plain."""
    words = words_of(text)
    if len(words) < MIN_WORDS_TO_TELL:
        return ""
    counts = sorted(
        ((sum(word in telling for word in words), tag) for tag, telling in _TELLING.items()),
        reverse=True,
    )
    (most, tag), (second, _) = counts[0], counts[1]
    return tag if most >= MIN_TELLING_WORDS and most >= 3 * second else ""


def wrong_languages(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Of a text by language: the language of each that looks like another one, with that one."""
    for tag, text in texts.items():
        own = tag.split("-")[0]
        like = looks_like(text)
        if like and like != own and (own in _TELLING or own in _OTHER_SCRIPTS):
            yield tag, like


def same_texts(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Of a text by language: each that has the words of an earlier one, with that one."""
    seen: dict[tuple[str, ...], str] = {}
    for tag, text in texts.items():
        words = tuple(words_of(text))
        if len(words) < MIN_WORDS_ALIKE:
            continue
        if words in seen:
            yield tag, seen[words]
        else:
            seen[words] = tag


def misplaced_texts(texts: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Of a text by language: the language of each that seems misplaced, the other language, and
    what is wrong as the beginning of a sentence. Both are only pointed out: names and numbers can
    be alike."""
    for tag, other in same_texts(texts):
        yield tag, other, "the same words as in"
    for tag, other in wrong_languages(texts):
        yield tag, other, "this looks like"
