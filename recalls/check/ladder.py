"""One typed code in, one Verdict out: the ladder of DESIGN.md section 4.

An answer is `not_listed` only when it is known to be; `not_listed` below is the one place that
makes it. Whatever cannot be looked up raises Unavailable and never becomes an answer.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from django.db import DatabaseError, InterfaceError

from recalls import codes
from recalls.check import lookup
from recalls.check.lookup import MAX_CODES
from recalls.check.verdict import (
    CAUTION,
    HITS,
    Finding,
    FormError,
    Outcome,
    Proof,
    Unavailable,
    Verdict,
    Why,
)
from recalls.database.deadline import DeadlinePassed, deadline
from recalls.models import PublishedVersion
from recalls.published import reading
from recalls.published.edition import INSPECT, RECALLED, Edition, Family, PublishedProduct

logger = logging.getLogger(__name__)

SECONDS_FOR_A_CHECK = 2.0
MAX_CANDIDATES = 3
# It stands as the example beside the field; no maker's code looks like it.
EXAMPLE_CODE = "QX1234AB56CD78EF"
NONE_OF_THESE = "none"


# What reading the published version or the codes can end in.
FAILURES = (DatabaseError, InterfaceError, PublishedVersion.DoesNotExist, DeadlinePassed)


# Looking up -------------------------------------------------------------------------------------


def check(
    typed: str | Sequence[str],
    product: str = "",
    confirmed: str = "",
    edition: Edition | None = None,
) -> Verdict:
    """The verdict on a typed text, or on the values of one link; `product` is a model number or
    "none", `confirmed` the normal form that the visitor says the label shows. Raises Unavailable.

    With an `edition` of the present version the answer is what it would be if that were public.
    """
    try:
        with deadline(SECONDS_FOR_A_CHECK) as clock:
            for _ in range(1 if edition else 3):
                question = Question(typed, product, confirmed, edition or reading.cached())
                question.look_up()
                clock.check()
                if question.is_of_one_version:
                    return question.answer()
                if edition is None:
                    reading.load(instead_of=question.edition)
                clock.check()
    except FAILURES as error:
        # Without the text of the error: it can hold the statement, and that the visitor's code.
        logger.error("A check could not be made: %s", type(error).__name__)
        raise Unavailable from error
    raise Unavailable("The published version changed three times during one check.")


class Question:
    """One check in the making: what was typed and named, and the listed codes that come near."""

    def __init__(self, typed: str | Sequence[str], product: str, confirmed: str, edition: Edition):
        values = [typed] if isinstance(typed, str) else list(typed)
        self.typed = " ".join(dict.fromkeys(values))
        self.edition = edition
        self.reading = codes.read_values(values, edition.known)
        self.code = self.reading.code
        self.named = edition.family(product)
        self.none_of_these = product.strip().lower() == NONE_OF_THESE and self.named is None
        self.is_confirmed = bool(confirmed and self.code) and (
            codes.normalise(confirmed) == self.code
        )
        self.version = ""
        self.listed: dict[int, set[str]] = {}
        self._told: dict[str, list[Family]] = {}
        own = [self.code] if self.code and not self.reading.unread else []
        # Every reading that may raise the alarm, the code itself first. Short ones are words and
        # years, where there are several.
        is_one_word = len(self.reading.words) == 1
        alarms = [text for text in self.reading.alarms if is_one_word or len(text) >= 8]
        self.texts = [text for text in [*own, *alarms] if len(text) <= codes.MAX_CODE_LENGTH]
        self.near = {text: Near(text, edition) for text in self.texts}

    def look_up(self) -> None:
        """Read the published version and all listed codes with the skeleton of a reading or of an
        transposition in it, in one statement."""
        skeletons = {skeleton for near in self.near.values() for skeleton in near.skeletons}
        # The lists are those of the edition, whatever has become of them since: were their status
        # asked of the database, a withdrawal seen without its new version would clear its codes.
        rows = lookup.read(skeletons, list(self.edition.product_of_list))
        if len(rows) > MAX_CODES + 1:
            raise Unavailable("More codes look like this one than can be compared.")
        for text, list_id in rows:
            if list_id == 0:
                self.version = text
            else:
                product_id = self.edition.product_of_list[list_id]
                self.listed.setdefault(product_id, set()).add(text)

    @property
    def is_of_one_version(self) -> bool:
        return bool(self.version) and self.version == self.edition.version

    def answer(self) -> Verdict:
        """All `ALARMS` are tried and the most cautious stands, with what others found of the same
        kind: two recalls of one unit are both shown. Of the `ANSWERS` the first decides."""
        if self.edition.fault:
            raise Unavailable("A published rule cannot be read.")
        if not self.is_of_one_version:
            raise Unavailable("The codes and the rules are not of one version.")
        alarms = []
        for rung in ALARMS:
            # It can only ask to check again, which does not count beside a hit.
            if rung is confusables and any(alarm.outcome in HITS for alarm in alarms):
                continue
            if alarm := rung(self):
                alarms.append(alarm)
        if alarms:
            worst = min(alarms, key=lambda verdict: CAUTION.index(verdict.outcome))
            same = [verdict for verdict in alarms if verdict.outcome is worst.outcome]
            if len(same) == 1:
                return worst
            return replace(worst, findings=_once(f for verdict in same for f in verdict.findings))
        for rung in ANSWERS:
            if verdict := rung(self):
                return verdict
        raise Unavailable("No rung of the ladder answered.")

    def verdict(self, outcome: Outcome, **details) -> Verdict:
        return Verdict(
            outcome=outcome,
            typed=self.typed,
            code=self.code,
            edition=self.edition,
            named=self.named,
            is_confirmed=self.is_confirmed,
            **{"unread": self.reading.unread, **details},
        )

    def of_findings(self, findings: Iterable[Finding], **details) -> Verdict | None:
        """The most cautious finding's verdict, the findings in order of caution."""
        ordered = sorted(findings, key=lambda finding: CAUTION.index(finding.outcome))
        if not ordered:
            return None
        return self.verdict(ordered[0].outcome, findings=_once(ordered), **details)

    def told(self, text: str) -> list[Family]:
        """The families that a distinctive shape says the text belongs to."""
        if text not in self._told:
            self._told[text] = self.edition.fitting(text, distinctive=True)
        return self._told[text]

    def concerned(self, *texts: str) -> list[PublishedProduct]:
        """The products that list a code, or have a rule, near one of the texts, in order."""
        listed = [self.edition.products[product_id] for product_id in self.listed]
        return self.edition.in_order(
            [*listed, *(item for text in texts for item in self.near[text].rules)]
        )

    def counts(self, item: PublishedProduct, is_distinctive: bool, text: str) -> bool:
        """Whether a hit of this product counts without asking: it is distinctive, or the visitor or
        the text itself has named the product."""
        family = self.edition.family_of[item.id]
        return is_distinctive or family is self.named or family in self.told(text)


class Near:
    """What a text may be a misreading of: `skeletons` are its own and that of each
    transposition."""

    def __init__(self, text: str, edition: Edition):
        self._edition = edition
        self.skeleton = codes.skeleton(text)
        self.skeletons = list(dict.fromkeys([self.skeleton, *codes.transpositions(self.skeleton)]))
        self._text = text

    @cached_property
    def transposed(self) -> set[str]:
        return set(codes.transpositions(self._text))

    @cached_property
    def rules(self) -> dict[PublishedProduct, list[tuple[str, codes.Rule, str]]]:
        """Those that codes with the skeletons may match, by product and in order: how each is
        filed, the rule, and the skeleton."""
        index = self._edition.rules
        found: dict[PublishedProduct, list[tuple[str, codes.Rule, str]]] = {}
        for place, skeleton in index.near(self.skeletons):
            (item, kind), rule = index.filed[place]
            found.setdefault(item, []).append((kind, rule, skeleton))
        return found


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each product, the most cautious."""
    kept: dict[int, Finding] = {}
    for finding in findings:
        kept.setdefault(finding.item.id, finding)
    return tuple(kept.values())


# Rungs that can only raise the alarm --------------------------------------------------------------


def every_unit_named(question: Question) -> Verdict | None:
    """The visitor has named a product of which every unit is recalled: no code can change that."""
    if question.named is None or not question.typed.strip():
        return None
    return question.of_findings(_every_unit(question.named.products, question.code))


def every_unit_told(question: Question) -> Verdict | None:
    """A distinctive shape names a product of which every unit is recalled."""
    return question.of_findings(
        finding
        for text in question.texts
        for family in question.told(text)
        for finding in _every_unit(family.products, text)
    )


def _every_unit(items: Iterable[PublishedProduct], code: str) -> Iterator[Finding]:
    for item in items:
        if item.product.identified_by == item.product.IdentifiedBy.EVERY_UNIT:
            yield Finding(Outcome.RECALLED, item, Why.EVERY_UNIT, code)


def model_number(question: Question) -> Verdict | None:
    """Rung 2: the text is a model number, looks like one, or is its digits alone."""
    code = question.code
    if not code or question.reading.unread:
        return None
    edition = question.edition
    items = list(edition.of_model_skeleton.get(codes.skeleton(code), ()))
    if not (question.named and question.named.fits(code)):
        items += edition.of_model_digits.get(code, ())
    return _of_model(question, edition.in_order(items))


def model_number_in_text(question: Question) -> Verdict | None:
    """A word of the text is the model number of a product whose every unit is recalled."""
    items = _items_in_words(question)
    return question.of_findings(_every_unit(items, question.code))


def _items_in_words(question: Question) -> list[PublishedProduct]:
    edition = question.edition
    return edition.in_order(
        item for word in question.reading.words for item in edition.of_model.get(word, ())
    )


def _of_model(question: Question, items: list[PublishedProduct]) -> Verdict | None:
    if not items:
        return None
    families = list(dict.fromkeys(question.edition.family_of[item.id] for item in items))
    relatives = [item for family in families for item in family.products]
    every = question.of_findings(_every_unit(relatives, question.code))
    if every:
        return every
    findings = [Finding(Outcome.MODEL_NUMBER, item, Why.MODEL, question.code) for item in relatives]
    return question.of_findings(findings, choices=tuple(families))


@dataclass(frozen=True)
class Hit:
    outcome: Outcome
    why: Why
    code: str
    is_distinctive: bool
    rule: str = ""


def exact(question: Question) -> Verdict | None:
    """Rungs 3 and 4: the code as read, and with the letters that a maker never uses as digits."""
    edition, findings, asked = question.edition, [], []
    for item in question.concerned(*question.texts):
        for text in question.texts:
            folded = codes.fold(text, item.product.unused_letters)
            for code in dict.fromkeys([text, folded]):
                for hit in _hits(item, code, question.listed, question.near[text]):
                    if question.counts(item, hit.is_distinctive, text):
                        findings.append(Finding(hit.outcome, item, hit.why, hit.code, hit.rule))
                    elif question.named is None and not question.none_of_these:
                        asked.append(Finding(Outcome.WHICH_PRODUCT, item, hit.why, hit.code))
    if findings:
        return question.of_findings(findings)
    if asked:
        first = [edition.family_of[finding.item.id] for finding in asked]
        return question.of_findings(asked, choices=_choices(question, first))
    return None


_EFFECTS = {RECALLED: Outcome.RECALLED, INSPECT: Outcome.INSPECT}


def _hits(
    item: PublishedProduct, code: str, listed: dict[int, set[str]], near: Near
) -> Iterator[Hit]:
    """What the product's own rules and lists say of exactly this code."""
    if item.excludes(code):
        return
    if code in listed.get(item.id, ()):
        yield Hit(Outcome.RECALLED, Why.LISTED_CODE, code, len(code) >= 8)
    if item.shapes and not item.fits(code):
        return
    for kind, rule, skeleton in near.rules.get(item, ()):
        # To read unused letters as digits leaves the skeleton as it is.
        if kind in _EFFECTS and skeleton == near.skeleton and rule.matches(code):
            yield Hit(_EFFECTS[kind], Why.RULE, code, rule.is_distinctive(code), rule.text)


def confusables(question: Question) -> Verdict | None:
    """Rung 5: a recalled code has the same skeleton, or has it once two neighbours change places.

    Where only pure transpositions hit, a visitor who has compared the order goes on.
    """
    findings: list[Finding] = []
    for text in question.texts:
        confirmed = question.is_confirmed and text == question.code
        for item, hit in _near(question, text):
            if not (confirmed and hit.why is Why.TRANSPOSITION):
                findings.append(Finding(Outcome.CHECK_AGAIN, item, hit.why, hit.code))
    if not findings:
        return None
    # A look-alike before an transposition: it is the one that cannot be ruled out by eye.
    findings.sort(key=lambda finding: finding.why is Why.TRANSPOSITION)
    candidates = list(dict.fromkeys(finding.code for finding in findings))
    return question.of_findings(
        findings,
        candidates=tuple(candidates[:MAX_CANDIDATES]),
        more_candidates=len(candidates) > MAX_CANDIDATES,
        can_confirm=all(finding.why is Why.TRANSPOSITION for finding in findings)
        and not question.reading.unread
        and bool(question.code)
        and all(finding.code in set(codes.transpositions(question.code)) for finding in findings),
    )


def _near(question: Question, text: str) -> Iterator[tuple[PublishedProduct, Hit]]:
    """Recalled or inspect codes that the text may be a misreading of, with their products. Of what
    counts only: it takes long to look for the others."""
    near = question.near[text]
    for item in question.concerned(text):
        for code, is_distinctive in _codes_like(question, item, text, near):
            is_pure = code in near.transposed and codes.skeleton(code) != near.skeleton
            why = Why.TRANSPOSITION if is_pure else Why.CONFUSABLE
            yield item, Hit(Outcome.CHECK_AGAIN, why, code, is_distinctive)


def _codes_like(
    question: Question, item: PublishedProduct, text: str, near: Near
) -> Iterator[tuple[str, bool]]:
    """The product's codes other than the text with one of its skeletons, and whether
    distinctive."""
    if question.counts(item, len(text) >= 8, text):
        for code in sorted(question.listed.get(item.id, ())):
            alike = code != text and codes.skeleton(code) in near.skeletons
            if alike and not item.excludes(code):
                yield code, len(code) >= 8
    # Enough to get past the text itself and its pure transpositions to a look-alike, if any.
    most = MAX_CANDIDATES + 2 + len(near.transposed)
    for _, rule, skeleton in near.rules.get(item, ()):
        # A code with the skeleton is as long as the text, so it is distinctive if the text were.
        if not question.counts(item, rule.is_distinctive(text), text):
            continue
        found = rule.codes_like(skeleton, item.shapes, item.exclusions(skeleton))
        for code in islice(found, most):
            if code != text:
                yield code, rule.is_distinctive(code)


ALARMS = (
    every_unit_named,
    every_unit_told,
    model_number,
    model_number_in_text,
    exact,
    confusables,
)


# Rungs that answer when no alarm was raised -------------------------------------------------------


def unreadable(question: Question) -> Verdict | None:
    """Rung 1: nothing that could be a code, or a character that could not be read."""
    reading = question.reading
    if reading.unread:
        return question.verdict(Outcome.PARTLY_READ, choices=_choices(question, []))
    if reading.too_long:
        return _form_error(question, FormError("too_much"))
    if reading.foreign:
        return _form_error(question, FormError("other_script", character=reading.foreign))
    if not question.typed.strip():
        return _form_error(question, FormError("empty"))
    if not question.code:
        return _form_error(question, FormError("other_script"))
    if question.code == EXAMPLE_CODE or question.code in question.edition.examples:
        return _form_error(question, FormError("example"))
    return None


def _form_error(question: Question, error: FormError) -> Verdict:
    return question.verdict(Outcome.FORM_ERROR, error=error)


def which_product(question: Question) -> Verdict | None:
    """Rung 6: the code tells the product, or the visitor has named it, or is asked."""
    if question.told(question.code) or question.named:
        return None
    if question.none_of_these:
        return question.verdict(Outcome.UNRECOGNISED)
    fitting = question.edition.fitting(question.code)
    if fitting:
        return question.verdict(Outcome.WHICH_PRODUCT, choices=_choices(question, fitting))
    error = _nearly_fits(question)
    if error and not question.is_confirmed:
        return _form_error(question, error)
    return _unrecognised(question)


def _choices(question: Question, first: list[Family]) -> tuple[Family, ...]:
    """Families to choose from: those with a hit, those whose shapes fit, those without a shape."""
    edition = question.edition
    # A code that could not be read whole may be of any product.
    fitting = (
        [family for family in edition.families if family.has_shape]
        if question.reading.unread
        else edition.fitting(question.code)
    )
    return tuple(dict.fromkeys([*first, *fitting, *edition.without_shape]))


def _unrecognised(question: Question) -> Verdict:
    """No product on file has such a code, unless a word of the text is one of its numbers."""
    items = _items_in_words(question)
    others = [text for text in question.reading.alarms if len(text) >= 8]
    found = {family for text in others for family in question.edition.fitting(text)}
    if fitting := [family for family in question.edition.families if family in found]:
        return question.verdict(Outcome.WHICH_PRODUCT, choices=tuple(fitting))
    return _of_model(question, items) or question.verdict(Outcome.UNRECOGNISED)


def _nearly_fits(question: Question) -> FormError | None:
    """The text begins like a code on file and is at most two characters longer or shorter."""
    code, edition = question.code, question.edition
    near = edition.in_order(
        item
        for length in range(len(code) - 2, len(code) + 3)
        for item in edition.beginning.get((code[:3], length), ())
    )
    return _misfit(near, code) if near else None


def _misfit(items: list[PublishedProduct], code: str) -> FormError | None:
    """How the code differs from the shapes of these products, as a form error."""
    shapes = [shape for item in items for shape in item.shapes]
    lengths = {
        length
        for item in items
        for pattern in item.shapes or (*item.recalled, *item.inspect, *item.not_recalled)
        for length in pattern.lengths or ()
    }
    if lengths and len(code) not in lengths:
        kind = "too_short" if len(code) < max(lengths) else "too_long"
        return FormError(kind, lengths=tuple(sorted(lengths)), entered=len(code))
    for shape in shapes:
        if wrong := codes.misfit(shape, code):
            place, allowed = wrong
            return FormError(
                "wrong_character", place=place + 1, character=code[place], wanted=_wanted(allowed)
            )
    unused = {letter for item in items for letter in item.product.unused_letters}
    for place, character in enumerate(code):
        if character in unused:
            wanted = "number" if codes.fold(character, character) in codes.DIGITS else "character"
            return FormError("wrong_character", place=place + 1, character=character, wanted=wanted)
    return None


def _wanted(allowed: frozenset[str]) -> str:
    if allowed <= set(codes.DIGITS):
        return "number"
    return "letter" if allowed <= set(codes.LETTERS) else "character"


def products_notices(question: Question) -> Verdict | None:
    """Rung 7: what each notice of the product says, each for its countries."""
    told = question.told(question.code)
    families = dict.fromkeys(told)
    # What the visitor named is left aside only where the code cannot be of that product.
    if question.named and (not told or question.named.fits(question.code)):
        families[question.named] = None
    items = [item for family in families for item in family.products]
    misfits = [item for item in items if item.shapes and not _can_be(item, question.code)]
    if misfits:
        error = _misfit(misfits, question.code)
        if error and not question.is_confirmed:
            return _form_error(question, error)
        return question.verdict(Outcome.UNRECOGNISED)
    return question.of_findings(_finding(question, item) for item in items)


def _can_be(item: PublishedProduct, code: str) -> bool:
    return item.fits(code) and not set(code) & set(item.product.unused_letters)


def _finding(question: Question, item: PublishedProduct) -> Finding:
    product, code = item.product, question.code
    by = product.IdentifiedBy
    if product.identified_by == by.EVERY_UNIT:
        return Finding(Outcome.RECALLED, item, Why.EVERY_UNIT, code)
    if product.identified_by == by.MAKERS_CHECKER:
        return Finding(Outcome.CHECK_WITH_MAKER, item, Why.NO_CODE_HIT, code)
    if not item.is_complete or not item.fits_cleanly(code):
        return Finding(Outcome.LIST_INCOMPLETE, item, Why.NO_CODE_HIT, code)
    if product.checker_url:
        return Finding(Outcome.CHECK_WITH_MAKER, item, Why.NO_CODE_HIT, code)
    return not_listed(
        Proof(
            item=item,
            code=code,
            product_is_known=question.edition.family_of[item.id] is question.named
            or question.edition.family_of[item.id] in question.told(code),
            # Rung 5 ran before this one over the same rows; it is asked again, not remembered.
            confusables_are_clean=confusables(question) is None and exact(question) is None,
            looked_up_version=question.version,
            edition_version=question.edition.version,
        )
    )


def not_listed(proof: Proof) -> Finding:
    """The only place that says so of a code. Raises Unavailable where a proof is missing."""
    if not proof.holds:
        raise Unavailable("A proof is missing.")
    return Finding(Outcome.NOT_LISTED, proof.item, Why.NO_CODE_HIT, proof.code, proof=proof)


ANSWERS = (unreadable, which_product, products_notices)
