"""The answers to a table of units, as its page and its download show them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext

from recalls.check.verdict import CAUTION, Outcome, Verdict
from recalls.models import Product
from recalls.public import many_words, wording
from recalls.public.advice import common_power
from recalls.public.context import check_address
from recalls.public.many_table import OURS, OfficeRow, OfficeTable, write_csv
from recalls.published.edition import PublishedProduct, PublishedRecall

# What a code that a spreadsheet has changed can still be answered with: what was looked up is not
# what stands on the label, so that nothing found says nothing.
_SAYS_NOTHING = (
    *(Outcome.NOT_LISTED, Outcome.UNRECOGNISED, Outcome.FORM_ERROR),
    *(Outcome.WHICH_PRODUCT, Outcome.MODEL_NUMBER),
)


class OwnCell(NamedTuple):
    heading: str
    text: str


@dataclass(frozen=True)
class Answer:
    """One row of the table with its verdict. `outcome` is None where the row is in error."""

    row: OfficeRow
    verdict: Verdict
    own: tuple[OwnCell, ...]

    @property
    def outcome(self) -> Outcome | None:
        is_nothing = self.row.is_spoilt and self.verdict.outcome in _SAYS_NOTHING
        return None if is_nothing else self.verdict.outcome

    @property
    def caution(self) -> tuple[int, int]:
        """A key that sorts answers, the most urgent first; rows in error before what clears."""
        outcome = self.outcome or Outcome.FORM_ERROR
        return CAUTION.index(outcome), self.row.number

    @property
    def name(self) -> str:
        return str(many_words.NAMES[self.outcome or Outcome.FORM_ERROR])

    @cached_property
    def what_to_do(self) -> str:
        if self.outcome is None:
            return many_words.spoilt_sentence()
        return many_words.what_to_do(self.verdict)

    @property
    def code(self) -> str:
        """The code as it was read, or what was typed."""
        return self.verdict.unread or self.verdict.code or self.row.unit.typed.strip()

    @property
    def address(self) -> str:
        """Return where this code is checked alone; "" where there is no use in that: what a
        spreadsheet has left of a code could be cleared there."""
        if self.outcome in (None, Outcome.NOT_LISTED):
            return ""
        return check_address(self.row.unit.typed, product=self.row.unit.product)

    @property
    def products(self) -> list[PublishedProduct]:
        return [finding.product for finding in self.verdict.findings]

    @property
    def notices(self) -> list[PublishedRecall]:
        """Those whose page says what to do with the unit."""
        if self.outcome in (None, Outcome.NOT_LISTED):
            return []
        return list(dict.fromkeys(product.notice for product in self.products))


@dataclass(frozen=True)
class Answers:
    """All answers, the most urgent first."""

    table: OfficeTable
    answers: tuple[Answer, ...]

    @cached_property
    def outcomes(self) -> list[Outcome | None]:
        return [answer.outcome for answer in self.answers]

    @property
    def cleared(self) -> list[str]:
        """The names of the products that cleared a code."""
        products = [
            answer.products[0] for answer in self.answers if answer.outcome is Outcome.NOT_LISTED
        ]
        return list(dict.fromkeys(map(wording.full_name, products)))

    @property
    def heading(self) -> str:
        return many_words.heading(self.outcomes, self.cleared)

    @property
    def power(self) -> str:
        return common_power(product for answer in self.answers for product in answer.products)

    @property
    def safety_line(self) -> str:
        return many_words.safety_line(self.outcomes, self.power)

    @property
    def count(self) -> str:
        return many_words.count(len(self.answers), len(self.table.rows))

    @property
    def notices(self) -> list[PublishedRecall]:
        return list(dict.fromkeys(n for answer in self.answers for n in answer.notices))

    @property
    def stores_batteries(self) -> bool:
        """Whether several recalled units with a battery wait to be collected."""
        recalled = [answer for answer in self.answers if answer.outcome is Outcome.RECALLED]
        powers = {product.row.power for answer in recalled for product in answer.products}
        return len(recalled) > 1 and Product.Power.BATTERY in powers

    @cached_property
    def messages(self) -> list["Message"]:
        """To each maker that alone can tell, a message with its codes."""
        codes: dict[str, dict[str, list[str]]] = defaultdict(dict)
        products: dict[str, list[PublishedProduct]] = defaultdict(list)
        for answer in self.answers:
            if answer.outcome is not Outcome.CHECK_WITH_MAKER:
                continue
            product = answer.products[0]
            maker = product.notice.recall.firm or product.row.brand
            products[maker].append(product)
            codes[maker].setdefault(product.row.main_number, []).append(answer.code)
        return [
            Message(maker, _emails(products[maker]), many_words.message_to_maker(by_model))
            for maker, by_model in codes.items()
        ]

    def as_csv(self) -> str:
        """The table with its answers, in the order of the answers, and a last line by which a file
        that was cut is seen. `read_text` and `read_file` leave the columns of ours out, so that the
        file can be checked again."""
        names = ("outcome", "answer", "what_to_do", "notices", "checked_at")
        heading = [*("code", "product", "again"), *self.table.own_columns]
        return "\ufeff" + write_csv(
            [
                [*heading, *(f"{OURS}{name}" for name in names)],
                *(self._line(answer) for answer in self.answers),
                [*("" for _ in heading), "", self.count, "", "", ""],
            ]
        )

    @staticmethod
    def _line(answer: Answer) -> list[str]:
        notices = " ".join(notice.slug for notice in answer.notices)
        checked_at = answer.verdict.checked_at.isoformat(timespec="seconds")
        outcome = answer.outcome.value if answer.outcome else "error"
        ours = [outcome, answer.name, answer.what_to_do, notices, checked_at]
        return [*answer.row.cells, *ours]


class Message(NamedTuple):
    """This is what an office can send to a maker."""

    maker: str
    emails: tuple[str, ...]
    text: str

    @property
    def subject(self) -> str:
        return gettext("SN codes to check for a recall")


def _emails(products: Sequence[PublishedProduct]) -> tuple[str, ...]:
    rows = [row for product in products for row in product.notice.countries]
    return tuple(dict.fromkeys(row.email for row in rows if row.email))


def answers_of(table: OfficeTable, verdicts: Sequence[Verdict]) -> Answers:
    made = [
        Answer(row, verdict, tuple(map(OwnCell, table.own_columns, row.own)))
        for row, verdict in zip(table.rows, verdicts, strict=True)
    ]
    return Answers(table, tuple(sorted(made, key=lambda answer: answer.caution)))
