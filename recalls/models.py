"""The site knows notices, their products, and which units are in them.

The rows of a notice are what staff work on. The public reads the notice's `Publication`: a copy
that is made when the notice is published, and that nothing changes afterwards.
Every rule about a row stands twice: as a constraint here, and as the sentence that staff read.
"""

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import override
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from recalls import addresses, barcodes, codes, countries, languages, localized_text
from recalls.languages import IsLanguageTag, LanguageField
from recalls.localized_text import IsTextByLanguage, LocalizedTextField, lines_of
from recalls.options import HasOnlyOptions, OptionsField


class IsNormalForm(addresses.TextRule):
    """True where a column holds 1 to MAX_CODE_LENGTH characters, A-Z and 0-9 only."""

    may_be_empty = False
    # GLOB runs inside SQLite; REGEXP would call Python for each of millions of codes.
    sqlite = (
        f"{{x}} <> '' AND {{x}} NOT GLOB '*[^0-9A-Z]*' AND LENGTH({{x}}) <= {codes.MAX_CODE_LENGTH}"
    )
    # To look for one character that is wrong takes a tenth of the time of ^[0-9A-Z]+$.
    postgresql = (
        f"{{x}} <> '' AND {{x}} !~ '[^0-9A-Z]' AND LENGTH({{x}}) <= {codes.MAX_CODE_LENGTH}"
    )


class SkeletonOf(Func):
    """`codes.skeleton` in the database, so that a code can never be filed under a wrong one."""

    arity = 1
    output_field = models.CharField()

    template = "%(expressions)s"
    # PostgreSQL's TRANSLATE would do it at once, and takes four times as long.
    for _group in codes.CONFUSABLES:
        for _sign in _group[1:]:
            template = f"REPLACE({template}, '{_sign}', '{_group[0]}')"


class IsFirstOfMonth(addresses.TextRule):
    """True of a date that stands for its month."""

    may_be_empty = False
    sqlite = "SUBSTR({x}, 9, 2) = '01'"
    postgresql = "EXTRACT(DAY FROM CAST({x} AS date)) = 1"


class PublishedVersion(models.Model):
    """The one row that holds the published version: any change to what the public may be told
    gives it a new value. A random value, so that a restored backup never repeats an old one."""

    version = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="published_is_one_row"),
        ]
        verbose_name = verbose_name_plural = "published version"

    def __str__(self) -> str:
        return self.version

    @classmethod
    def renew(cls) -> None:
        """Call within the transaction of the change, so that both become visible at once."""
        cls.objects.update_or_create(id=1, defaults={"version": get_random_string(32)})


class Who(models.Model):
    """This is who made a change, by name: the record stays readable without the account. `by_site`:
    the site wrote it while it published, and nobody's work is in it. No form has that field."""

    who = models.CharField(max_length=150, blank=True)
    by_site = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Recorded(models.Model):
    """Every value that a row has had is kept, with who changed it and when."""

    history = HistoricalRecords(bases=[Who], inherit=True)
    # Set before a save, for the row of the record that is made with it.
    _change_reason: str
    _by_site: bool

    class Meta:
        abstract = True


@receiver(pre_create_historical_record)
def _name_who(instance, history_instance, history_user, **kwargs) -> None:
    history_instance.who = history_user.get_username() if history_user else ""
    history_instance.by_site = getattr(instance, "_by_site", False)


REMEDIES = (
    *("replace", "refund", "gift_card", "part_of_price", "discount", "repair"),
    *("new_instructions", "dispose", "label", "inspect", "no_remedy"),
)
_KNOWN_REMEDIES = Q(HasOnlyOptions("remedy_options", options=REMEDIES))


class RecallQuerySet(models.QuerySet):
    def published(self):
        """The notices whose last publication is in force. Verdicts rest on publications, so one
        that is set for a time can answer before its row says so."""
        return self.filter(status=Recall.Status.PUBLISHED)

    def visible(self):
        """The notices that were ever public: a withdrawn or replaced one keeps its page. What that
        page shows is the publication, not these rows."""
        return self.exclude(status=Recall.Status.DRAFT)


def _must_be_countries(name: str, codes_with_spaces: str) -> None:
    """Raises ValidationError for what is no code of a country."""
    known = dict(countries.choices())
    if unknown := [code for code in codes_with_spaces.split() if code not in known]:
        raise ValidationError(
            {
                name: f"{unknown[0]} is no country. Enter codes of two capital letters, such as "
                "CA US."
            }
        )


def _month_is_its_first_day(stem: str, what: str) -> models.CheckConstraint:
    """Where nobody knows the day on which something happened, its month is entered."""
    day = f"{stem}_on"
    return models.CheckConstraint(
        condition=Q(**{f"{stem}_day_unknown": False})
        | (Q(**{f"{day}__isnull": False}) & Q(IsFirstOfMonth(day))),
        name=f"recall_{stem}_month_is_its_first_day",
        violation_error_message=f"Enter the month in which {what} as its first day.",
    )


class Recall(Recorded):
    """One notice: one hazard, one or more remedies, one firm or more, for stated countries.

    It is never deleted once it was public, only withdrawn.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        REPLACED = "replaced", "Replaced by another notice"

    class RemedyOption(models.TextChoices):
        """The CPSC's own list, “No Remedy Available”, and what is less than a refund in money."""

        REPLACE = "replace", "Replace"
        REFUND = "refund", "Refund"
        GIFT_CARD = "gift_card", "Gift Card"
        PART_OF_PRICE = "part_of_price", "Refund of Part of the Price"
        DISCOUNT = "discount", "Discount on Another Product"
        REPAIR = "repair", "Repair"
        NEW_INSTRUCTIONS = "new_instructions", "New Instructions"
        DISPOSE = "dispose", "Dispose"
        LABEL = "label", "Label"
        INSPECT = "inspect", "Inspect"
        NO_REMEDY = "no_remedy", "No Remedy Available"

    class SiteLine(models.TextChoices):
        """This is what the site itself tells the owner of a recalled unit, as far as a remedy can
        ask for the opposite."""

        SWITCH_OFF = "switch_off", "“Switch it off”"
        UNPLUG = "unplug", "“Unplug it”"
        CHARGE = "charge", "“Do not charge it again”"
        OPEN = "open", "“Do not open it”"
        BIN = "bin", "“Do not put it in a bin”"
        MAIL = "mail", "“Do not mail it”"

    slug = models.SlugField(
        "address",
        max_length=80,
        unique=True,
        help_text="Needed. The address of the notice's page: small letters, digits and hyphens, "
        "such as anker-a3102-australia-2024. It cannot change once the notice is public.",
    )
    status = models.CharField(
        max_length=12,
        choices=Status,
        default=Status.DRAFT,
        help_text="Only a published notice answers checks. A withdrawn one stays readable.",
    )
    language = LanguageField(
        "first language",
        default="en",
        help_text="Needed. The language in which the notice is written first. The public reads "
        "that text where one in the language of the page is missing.",
    )
    is_training = models.BooleanField(
        default=False,
        verbose_name="training notice",
        help_text="A made-up notice to practice with. The public sees it marked as one on every "
        "page. Never on a real site.",
    )
    firm = models.CharField(
        max_length=120,
        blank=True,
        help_text="Who recalls the product, such as Anker Innovations. The public is told to ask "
        "them. Leave empty only where no firm is known.",
    )
    other_firms = models.TextField(
        blank=True,
        help_text="Further firms that recall it, one a line. Public.",
    )
    firm_is_silent = models.BooleanField(
        "the firm does not answer",
        default=False,
        help_text="On where the authority says that the firm does not answer. The public is told "
        "not to wait for it.",
    )
    authority = models.CharField(
        max_length=120,
        blank=True,
        help_text="Who published the notice, such as CPSC. Public. Leave empty if only the "
        "firm did.",
    )
    authority_number = models.CharField(
        max_length=40,
        blank=True,
        help_text="The authority's own number, such as 25-030. Public. Never guess one.",
    )
    recall_date = models.DateField(
        null=True,
        blank=True,
        help_text="The day of the notice. Public. Leave empty where only the month is known.",
    )
    recall_month = models.DateField(
        help_text="Needed where no day is known, and public then: the month of the notice, entered "
        "as any day of it."
    )
    announced_again_on = models.DateField(
        null=True,
        blank=True,
        help_text="The last day on which the same notice was announced once more, such as after a "
        "death. Public: the notice stands among those of that day.",
    )
    announced_again_day_unknown = models.BooleanField(
        "only the month is known",
        default=False,
        help_text="On where only the month in which it was announced once more is known: enter any "
        "day of it. The public reads the month alone.",
    )
    expanded_on = models.DateField(
        null=True,
        blank=True,
        help_text="The last day on which further units or products joined it. Public, as above.",
    )
    expanded_day_unknown = models.BooleanField(
        "only the month is known",
        default=False,
        help_text="On where only the month in which they joined is known: enter any day of it "
        "above. The public reads the month alone.",
    )
    follows = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
        verbose_name="earlier notice",
        help_text="An earlier notice of the same products that goes on. Each links to the other. A "
        "notice that ends another is entered there, as its replacement.",
    )
    deaths = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="How many people are known to have died. Public, also on the page of each "
        "recalled code. Leave empty if none is known.",
    )
    injuries = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="How many people are known to have been hurt. Public, as above.",
    )
    remedy_options = OptionsField(
        "remedies",
        options=RemedyOption.choices,
        error_messages={"blank": "Say what the owner gets."},
        help_text="Needed. What the owner gets, or can choose from, as the notice says. The public "
        "reads it as the heading of the remedy steps.",
    )
    steps_replace = models.BooleanField(
        "own steps only",
        default=False,
        help_text="On where the stop-use steps of this notice stand in place of the site's own, "
        "because they ask for something else: take the battery out, use it on mains power only. "
        "The danger signs stay. It takes two people.",
    )
    lines_left_out = OptionsField(
        "lines of the site that this notice contradicts",
        options=SiteLine.choices,
        blank=True,
        help_text="The public does not read these for this notice: a firm that sends a box asks "
        "people to mail it. Leave all off otherwise. It takes two people.",
    )
    manufactured_in = models.CharField(
        max_length=80,
        blank=True,
        help_text="The code of the country, such as CN; several with spaces between. Public, by "
        "name. US notices need it.",
    )
    importer = models.CharField(
        max_length=120,
        blank=True,
        help_text="The importer, or the manufacturer. Public. US notices need it.",
    )
    sources = models.TextField(
        blank=True,
        validators=[addresses.validate_web_addresses],
        help_text="Addresses of the official notice and other sources, one a line. The public "
        "finds them at the end of the page.",
    )
    source_wording = models.TextField(
        "wording of the official notice",
        blank=True,
        help_text="What the official notice says of the units that are meant, word for word: "
        "serial numbers, batches, dates. It stands beside the rules of each product, with rules "
        "that it may mean. Not public.",
    )
    left_to_enter = models.TextField(
        blank=True,
        help_text="What could not be taken from the authority's record, one thing a line. Take a "
        "line out once it is done. Not public.",
    )
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the public text or the affected codes last changed.",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Counts the times that staff saved the notice or one of its products: a form that was opened
    # before another person saved is told so.
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = RecallQuerySet.as_manager()

    class Meta:
        ordering = ["-recall_month", "slug"]
        permissions = [
            ("publish_recall", "Can publish and withdraw notices"),
            ("answer_calls", "Can check codes for people who call"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False),
                name="recall_public_has_date",
                violation_error_message="A public notice needs the time of its publication.",
            ),
            models.CheckConstraint(
                condition=Q(status="replaced", replaced_by__isnull=False)
                | (~Q(status="replaced") & Q(replaced_by__isnull=True)),
                name="recall_replaced_names_the_new_one",
                violation_error_message="Name the notice that replaces this one, "
                "and set its status to “Replaced by another notice”.",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="recall_not_replaced_by_itself",
                violation_error_message="A notice cannot replace itself.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "published", "withdrawn", "replaced"],
                ),
                name="recall_status_known",
            ),
            models.CheckConstraint(
                condition=IsLanguageTag("language"),
                name="recall_language_is_a_tag",
                violation_error_message=languages.TAG_SENTENCE,
            ),
            models.CheckConstraint(
                condition=barcodes.AreCapitals("manufactured_in"),
                name="recall_manufactured_in_is_codes",
                violation_error_message="Enter codes of two capital letters with spaces between.",
            ),
            models.CheckConstraint(
                condition=HasOnlyOptions(
                    "lines_left_out",
                    options=("switch_off", "unplug", "charge", "open", "bin", "mail"),
                ),
                name="recall_lines_left_out_known",
                violation_error_message="A line of the site is not known.",
            ),
            models.CheckConstraint(
                # A record that is brought in may name none: then a person has to.
                condition=_KNOWN_REMEDIES & (~Q(remedy_options="") | Q(status="draft")),
                name="recall_remedies_known",
                violation_error_message="Say what the owner gets.",
            ),
            models.CheckConstraint(
                condition=~Q(remedy_options__contains="no_remedy") | Q(remedy_options="no_remedy"),
                name="recall_no_remedy_stands_alone",
                violation_error_message="“No Remedy Available” stands alone.",
            ),
            _month_is_its_first_day("announced_again", "it was announced again"),
            _month_is_its_first_day("expanded", "units were added"),
            models.CheckConstraint(
                condition=Q(follows__isnull=True) | ~Q(follows=F("id")),
                name="recall_follows_another",
                violation_error_message="A notice cannot follow itself.",
            ),
            models.CheckConstraint(
                condition=addresses.AreWebAddresses("sources"),
                name="recall_sources_are_addresses",
                violation_error_message=addresses.WEB_SENTENCE,
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        with override(languages.current()):
            return reverse("recall", args=[self.slug])

    def clean(self) -> None:
        self.sources = "\n".join(lines_of(self.sources))
        _must_be_countries("manufactured_in", self.manufactured_in)
        for name, what in (
            ("announced_again", "it was announced"),
            ("expanded", "units were added"),
        ):
            if getattr(self, f"{name}_day_unknown"):
                day = getattr(self, f"{name}_on")
                if day is None:
                    sentence = f"Enter any day of the month in which {what}."
                    raise ValidationError({f"{name}_on": sentence})
                setattr(self, f"{name}_on", day.replace(day=1))

    @property
    def made_in(self) -> list[str]:
        """The codes of the countries where its products were made."""
        return self.manufactured_in.split()

    def add_revision(self) -> None:
        """Call once the notice or a part of it has been saved."""
        Recall.objects.filter(pk=self.pk).update(revision=F("revision") + 1)

    @property
    def firms(self) -> list[str]:
        """Those that recall the product, the one to ask first; empty where none is known."""
        return lines_of(f"{self.firm}\n{self.other_firms}")

    @property
    def newest_month(self) -> dt.date:
        """The first day of the month in which it was announced last."""
        days = [self.recall_month, self.announced_again_on, self.expanded_on]
        return max(day for day in days if day).replace(day=1)

    @property
    def has_remedy(self) -> bool:
        """Whether there is something to photograph and to claim."""
        return self.remedy_options != self.RemedyOption.NO_REMEDY

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_visible(self) -> bool:
        return self.status != self.Status.DRAFT


class RecallText(Recorded):
    """The text of a notice in one language, as the public reads it.

    Plain text. In the step fields each line is one step.
    """

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="texts")
    language = LanguageField(
        help_text="The notice's first language is needed to publish: the public reads it where "
        "another is missing.",
    )
    title = models.CharField(
        max_length=65,
        help_text="Needed. Brand, model, hazard in two words: “Anker A3102: fire hazard”. The "
        "heading of the page.",
    )
    lead = models.CharField(
        max_length=200,
        help_text="Needed. The long form of the title, below it: one sentence without a full stop.",
    )
    hazard = models.TextField(
        help_text="Needed. What can happen, in one sentence: “The battery can overheat and start a "
        "fire.” Also on the page of each recalled code."
    )
    cause = models.TextField(
        blank=True,
        help_text="Which units and why, where that is known. Below the hazard. US notices need it.",
    )
    incidents = models.TextField(
        blank=True,
        help_text="Reports, fires and injuries, with their date. Below the hazard. US notices need "
        "it; elsewhere leave it empty if there are none.",
    )
    stop_use = models.TextField(
        verbose_name="stop-use steps",
        help_text="Extra steps of this notice, one a line. Leave empty if there are none: the "
        "site's own steps come first, unless “own steps only” is on.",
        blank=True,
    )
    remedy = models.TextField(
        verbose_name="remedy steps",
        help_text="Needed. How to get the remedy, one step a line. The site’s own first step, to "
        "photograph the label and the product, stands above them.",
    )
    have_ready = models.TextField(
        blank=True,
        help_text="What to have at hand for the claim, one thing a line. Below the remedy steps.",
    )
    disposal = models.TextField(
        blank=True,
        help_text="What this notice itself says on disposal, one sentence a line. The country's "
        "own text follows it.",
    )
    changes = models.TextField(
        blank=True,
        help_text="What changed since the notice was published, the newest first, one a line, each "
        "with its date: “12 March 2027: 200 codes added.” Public, near the top. The page “Publish” "
        "adds to it; here it is only corrected.",
    )
    note = models.TextField(
        blank=True,
        help_text="What else an owner should know, such as letters that reached known buyers only. "
        "One paragraph a line, after the remedy.",
    )

    class Meta:
        ordering = ["recall", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["recall", "language"],
                name="recall_text_once_a_language",
                violation_error_message="This notice has a text in this language already.",
            ),
            models.CheckConstraint(
                condition=IsLanguageTag("language"),
                name="recall_text_language_is_a_tag",
                violation_error_message=languages.TAG_SENTENCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recall}, {self.language_name}"

    @property
    def language_name(self) -> str:
        """As staff call it: French."""
        return languages.staff_name(self.language)


def _texts_by_language(name: str, *columns: str) -> list[models.CheckConstraint]:
    """A constraint for each text by language; `name` is the row's in the constraint's own."""
    return [
        models.CheckConstraint(
            condition=IsTextByLanguage(column),
            name=f"{name}_{column}_by_language",
            violation_error_message=localized_text.SENTENCE,
        )
        for column in columns
    ]


def _web_addresses(name: str, *columns: str) -> list[models.CheckConstraint]:
    """The same for each address that the public gets as a link."""
    return [
        models.CheckConstraint(
            condition=addresses.IsWebAddress(column),
            name=f"{name}_{column}_is_https",
            violation_error_message=addresses.WEB_SENTENCE,
        )
        for column in columns
    ]


class RecallCountry(Recorded):
    """A notice in one country of purchase: where it was sold, the remedy there, whom to ask."""

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="countries")
    country = models.CharField(
        max_length=2,
        choices=countries.choices,
        help_text="Needed. Where units were bought: the public finds remedy and contact by it.",
    )
    units = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="About how many were sold there. Public. US notices need it.",
    )
    sold = LocalizedTextField(
        "where it was sold",
        help_text="Where, when, by whom and for how much it was sold, in one or two sentences. "
        "Public. US and EU notices need it.",
    )
    remedy = LocalizedTextField(
        "remedy there",
        help_text="What differs in this country from the remedy steps, one step a line. Public, "
        "below them. Leave empty if nothing does.",
    )
    remedy_options = OptionsField(
        "remedies there",
        options=Recall.RemedyOption.choices,
        blank=True,
        help_text="Only where they differ in this country. Public, in its block.",
    )
    returns_to_shop = models.BooleanField(
        "back to the shop",
        default=False,
        help_text="On where owners can take it back to the shop. Public, beside the remedy.",
    )
    authority = models.CharField(
        max_length=120,
        blank=True,
        help_text="Who published the notice there, where several did. Public.",
    )
    authority_number = models.CharField(
        max_length=40, blank=True, help_text="The number of the notice there. Public."
    )
    phone = models.CharField(
        max_length=30,
        blank=True,
        validators=[addresses.validate_phone],
        help_text="The firm's, with spaces or hyphens. Public, beside the remedy. US and EU "
        "notices need a free number or a page to ask.",
    )
    hours = LocalizedTextField(
        "phone hours",
        help_text="Phone hours with the time zone. Public. Needed where there is a phone number.",
    )
    email = models.EmailField(
        blank=True,
        validators=[addresses.validate_email],
        help_text="The firm's, for this recall. Public, beside the remedy.",
    )
    claim_url = addresses.ClaimAddressField(
        "claim page",
        blank=True,
        help_text="The firm's page where an owner asks for the remedy. Public, as the button. If "
        "the page can take the code, write {code} where it belongs: "
        "https://maker.example/claim?serial={code}. Then the answer to a recalled code, and no "
        "other page, hands the code on, and says so beside the link. {model} and {notice} hand on "
        "the model number and the address of the notice (its last part).",
    )
    notice_url = addresses.WebAddressField(
        "official page", blank=True, help_text="The authority's own page on this recall. Public."
    )

    class Meta:
        ordering = ["recall", "country"]
        verbose_name = "country of a notice"
        verbose_name_plural = "countries of a notice"
        constraints = [
            models.CheckConstraint(condition=_KNOWN_REMEDIES, name="recall_country_remedies_known"),
            models.UniqueConstraint(
                fields=["recall", "country"],
                name="recall_country_once",
                violation_error_message="This notice has this country already.",
            ),
            models.CheckConstraint(
                condition=addresses.IsPhone("phone"),
                name="recall_country_phone_can_be_dialed",
                violation_error_message=addresses.PHONE_SENTENCE,
            ),
            models.CheckConstraint(
                condition=addresses.IsEmail("email"),
                name="recall_country_email_is_plain",
                violation_error_message=addresses.EMAIL_SENTENCE,
            ),
            models.CheckConstraint(
                condition=addresses.IsClaimAddress("claim_url"),
                name="recall_country_claim_url_is_https",
                violation_error_message=addresses.WEB_SENTENCE,
            ),
            *_web_addresses("recall_country", "notice_url"),
            *_texts_by_language("recall_country", "sold", "remedy", "hours"),
        ]

    def __str__(self) -> str:
        return f"{self.recall}, {countries.staff_name(self.country)}"

    @property
    def claim_page(self) -> str:
        """The claim page for everybody, without the arguments that tell of one unit."""
        return addresses.fill_claim_address(self.claim_url, {})

    @property
    def claim_takes_code(self) -> bool:
        return "{code}" in self.claim_url


# A list's own codes go by the name of the package.
Shapes = list[codes.Rule]


def _parse_shapes(text: str) -> Shapes:
    return [codes.parse_shape(line) for line in lines_of(text)]


# What people write who are asked for a shape the first time.
_LENGTH_IN_WORDS = re.compile(r"(?i)\d{1,2}[\s-]*(character|digit|letter|number|symbol)s?\b.*")
_WRITE_A_SHAPE = (
    "Write ? for each letter or digit, # for each digit, @ for each letter, and what is the same "
    "in all codes as it is, such as 57V###########."
)


def validate_shapes(value: str) -> None:
    for line in lines_of(value):
        if _LENGTH_IN_WORDS.fullmatch(line):
            raise ValidationError(f"{line}: {_WRITE_A_SHAPE}", code="shape")
        try:
            codes.parse_shape(line)
        except codes.RuleError as error:
            raise ValidationError(f"{line}: {error}", code="shape") from error


MAX_PICTURE_BYTES = 12 * 1024


class Picture(models.Model):
    """A picture of a product, as WebP. Never changed, so that a publication keeps its own."""

    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("content"), MAX_PICTURE_BYTES),
                name="picture_is_small",
                violation_error_message="The picture has more than 12 KB.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"


class Product(Recorded):
    """A model within a notice, and how its recalled units are told.

    `list_complete` is the one switch that lets a check end in “not on the list”.
    """

    class Kind(models.TextChoices):
        SPEAKER = "speaker", "Speaker"
        SPEAKERPHONE = "speakerphone", "Speakerphone"
        HEADPHONES = "headphones", "Headphones"
        PHONE = "phone", "Phone"
        LAPTOP = "laptop", "Laptop"
        POWER_BANK = "power_bank", "Power bank"
        POWER_STATION = "power_station", "Power station"
        CHARGER = "charger", "Charger"
        CHARGING_CASE = "charging_case", "Charging case"
        BATTERY = "battery", "Battery"
        LIGHT = "light", "Light"
        TOOL = "tool", "Tool"
        BIKE = "bike", "Bicycle, e-bike"
        VEHICLE = "vehicle", "Vehicle, e-scooter"
        TOY = "toy", "Toy"
        FURNITURE = "furniture", "Furniture"
        APPLIANCE = "appliance", "Appliance"
        CLOTHING = "clothing", "Clothing"
        OTHER = "other", "Another kind"

    class Power(models.TextChoices):
        BATTERY = "battery", "A battery that is charged"
        MAINS = "mains", "The wall socket only"
        NONE = "none", "No power"

    class IdentifiedBy(models.TextChoices):
        LISTED_CODES = "listed_codes", "Listed codes: rules and lists held here"
        EVERY_UNIT = "every_unit", "Every unit: the model number alone decides"
        MAKERS_CHECKER = "makers_checker", "The maker's checker: no list is held here"
        ONLY_WITHOUT_CODE = (
            "only_without_code",
            "Only units without a code: a unit with a code is not meant",
        )

    class WithoutCode(models.TextChoices):
        CONTACT_MAKER = "contact_maker", "Contact the maker"
        TREAT_AS_RECALLED = "treat_as_recalled", "Treat as recalled"

    recall = models.ForeignKey(
        Recall,
        on_delete=models.CASCADE,
        related_name="products",
        help_text="Needed. The notice that it belongs to.",
    )
    kind = models.CharField(
        max_length=16,
        choices=Kind,
        default=Kind.SPEAKER,
        help_text="Needed. The word that the public reads: “Stop using this speaker now”.",
    )
    power = models.CharField(
        max_length=8,
        choices=Power,
        default=Power.BATTERY,
        help_text="Needed. The public's steps and danger signs follow it. “A battery that is "
        "charged”: it has one, or is one. “No power”: also with batteries to throw away.",
    )
    brand = models.CharField(
        max_length=60,
        blank=True,
        help_text="As on the product: Anker. Public. Leave empty only where it has none.",
    )
    other_brands = models.TextField(
        blank=True, help_text="Further brands that it is sold under, one a line. Public."
    )
    name = models.CharField(
        max_length=120, help_text="Needed. As shops call it: Soundcore. Public."
    )
    model_numbers = models.TextField(
        blank=True,
        help_text="One a line, the one on the label first: A3102, then A3102016. Public. "
        "Products that share a number are one to the public. Without any number the name counts.",
    )
    article_numbers = models.TextField(
        blank=True, help_text="Article, item or SKU numbers, one a line. Public."
    )
    part_numbers = models.TextField(blank=True, help_text="Part numbers, one a line. Public.")
    barcodes = models.TextField(
        "barcode numbers",
        blank=True,
        validators=[barcodes.validate_barcodes],
        help_text="UPC, EAN, JAN or GTIN, one a line, digits only. Public. A UPC is found with the "
        "leading zero of an EAN too.",
    )
    units = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="About how many of this product were sold, where the notice says so by product. "
        "Public.",
    )
    sold_in = models.CharField(
        "only in these countries",
        max_length=200,
        blank=True,
        help_text="Codes of countries, such as CA US, where the notice means this product only "
        "there. Public. Leave empty where it holds in all of the notice.",
    )
    remedy_options = OptionsField(
        "remedies of this product",
        options=Recall.RemedyOption.choices,
        blank=True,
        help_text="Only where they differ from the notice's. Public, below its heading.",
    )
    color = LocalizedTextField(
        "color", help_text="As the notice says it: “black”. Public. US notices need it."
    )
    colors_left_out = LocalizedTextField(
        "colors left out",
        help_text="Only where the maker leaves some out, in its words: “Anker leaves red and blue "
        "out of this recall.” The public reads that this clears none of them.",
    )
    label = LocalizedTextField(
        "what the label says",
        help_text="What the label says and where: “Model: A3102, on the underside”. Public. US "
        "and EU notices need it.",
    )
    where_code = LocalizedTextField(
        "where the code is",
        help_text="Where the SN code is: “On the label on the underside, after the letters SN”. "
        "Public, beside the form. Needed unless every unit is recalled.",
    )
    second_code = LocalizedTextField(
        "second code",
        help_text="Where the notice tells the units by two codes together: which the other one is, "
        "and where: “The part number, below the bar code”. Rules and lists of either may be "
        "entered: who types one that is in them is told to stop using it. Nobody else is cleared: "
        "the public is told to compare both codes with the notice. Leave empty otherwise.",
    )
    example_code = models.CharField(
        max_length=40,
        blank=True,
        help_text="An example that no real unit carries. The public sees it beside the form; it is "
        "never looked up. Leave empty for none.",
    )
    shapes = models.TextField(
        blank=True,
        validators=[validate_shapes],
        help_text="What its codes look like, one shape a line: ???????????????? for 16 letters or "
        "digits, 57V########### for 57V and eleven digits. Needed before the list can be complete. "
        "The public reads only how long a code is. Leave empty if not known.",
    )
    code_length_unknown = models.BooleanField(
        "length of the codes not known",
        default=False,
        help_text="On where the notice tells the units by the beginning or the end of a code alone "
        "and nobody knows how long one is. A character that was left out cannot be seen then, so "
        "no code is cleared: the public is told to compare it with the notice.",
    )
    unused_letters = models.CharField(
        max_length=26,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Z]*\Z", "Enter capital letters only, without spaces or commas.")
        ],
        help_text="Letters that the maker never uses in a code, such as OI, so that an O is read "
        "as a zero. Only if the maker says so. Not public.",
    )
    identified_by = models.CharField(
        max_length=20,
        choices=IdentifiedBy,
        help_text="Needed. What decides whether a unit is recalled, as the official notice says. "
        "“Only units without a code”: who types a code is told that such a unit is not meant, and "
        "to compare the label with the notice; it is never called “not on the list”.",
    )
    list_complete = models.BooleanField(
        default=False,
        help_text="Only when every recalled code is in. Once that is public, people whose code is "
        "not in a rule or list read “This code is not on the list”, and go on using the product; "
        "where the address of the maker's checker is entered, they read that only the maker can "
        "tell. Until then they read “We do not have all the codes yet. Switch it off and unplug "
        "it”. It takes two people.",
    )
    show_ranges = models.BooleanField(
        default=False,
        help_text="Print the active “Recalled” rules on the notice's page, so that people can "
        "compare by eye. Only where the notice itself publishes them, and only a few.",
    )
    checker_name = models.CharField(
        max_length=80,
        blank=True,
        help_text="Whose checker, as the text of the link: “Anker's page for A3102”. Public.",
    )
    checker_url = addresses.WebAddressField(
        "checker's address",
        blank=True,
        help_text="The maker's own checker. Public. Needed where only the maker holds the list.",
    )
    checker_tried_on = models.DateField(
        null=True, blank=True, help_text="When somebody here last saw the link work. Public."
    )
    sold = LocalizedTextField(
        "when it was sold",
        help_text="Where the notice says it by product: “From May 2022 to January 2023”. Public.",
    )
    part_of_set = LocalizedTextField(
        "part of a set",
        help_text="Where only a part is recalled: “Only the battery is recalled, not the "
        "speaker.” Public, also on the page of each recalled code. Leave empty otherwise.",
    )
    repaired = LocalizedTextField(
        "unit already repaired",
        help_text="How a unit that was repaired or exchanged already is told: “A green dot beside "
        "the label”. Public, also on the page of each recalled code. It takes two people.",
    )
    checker_note = LocalizedTextField(
        "note on the checker",
        help_text="What to know beside the maker's answer. Public. Leave empty if there is "
        "nothing.",
    )
    picture = models.ForeignKey(
        "Picture", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    picture_alt = LocalizedTextField(
        "what the picture shows",
        help_text="What the picture shows: “Black round speaker, A on its top”. Needed once there "
        "is a picture: it is the text of the public's link.",
    )
    without_code = models.CharField(
        max_length=20,
        choices=WithoutCode,
        default=WithoutCode.CONTACT_MAKER,
        verbose_name="unit without a readable code",
        help_text="Needed. What the public is told where the label is gone or cannot be read.",
    )

    class Meta:
        ordering = ["recall", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(identified_by="listed_codes") | Q(list_complete=False),
                name="product_complete_only_if_listed",
                violation_error_message="Only a product that is identified by listed codes can "
                "have a complete list.",
            ),
            models.CheckConstraint(
                condition=~Q(identified_by="makers_checker") | ~Q(checker_url=""),
                name="product_checker_has_address",
                violation_error_message="Enter the address of the maker's checker.",
            ),
            *_web_addresses("product", "checker_url"),
            models.CheckConstraint(
                condition=Q(list_complete=False) | ~Q(shapes=""),
                name="product_complete_has_shape",
                violation_error_message="Enter what the codes look like before you set the list "
                "complete: without a shape no code can be told from a mistype.",
            ),
            models.CheckConstraint(
                condition=Q(list_complete=False) | Q(second_code={}),
                name="product_of_two_codes_is_never_complete",
                violation_error_message="The list cannot be complete: the notice tells the units "
                "by two codes together, and the site looks at one.",
            ),
            models.CheckConstraint(
                condition=Q(list_complete=False) | Q(code_length_unknown=False),
                name="product_complete_has_length",
                violation_error_message="The list cannot be complete where nobody knows how long "
                "a code is.",
            ),
            models.CheckConstraint(
                condition=~Q(brand="") | ~Q(identified_by="makers_checker"),
                name="product_checker_has_brand",
                violation_error_message="Enter the brand: the public is sent to its checker.",
            ),
            models.CheckConstraint(condition=_KNOWN_REMEDIES, name="product_remedies_known"),
            models.CheckConstraint(
                condition=barcodes.AreDigits("barcodes"),
                name="product_barcodes_are_digits",
                violation_error_message=barcodes.SENTENCE,
            ),
            models.CheckConstraint(
                condition=barcodes.AreCapitals("sold_in"),
                name="product_sold_in_is_codes",
                violation_error_message="Enter codes of two capital letters with spaces between.",
            ),
            models.CheckConstraint(
                condition=~Q(identified_by="only_without_code")
                | Q(without_code="treat_as_recalled"),
                name="product_without_code_is_recalled",
                violation_error_message="Only units without a code are recalled here, so set what "
                "a unit without a readable code means to “Treat as recalled”.",
            ),
            models.CheckConstraint(
                condition=Q(picture__isnull=True) | ~Q(picture_alt={}),
                name="product_picture_is_described",
                violation_error_message="Say what the picture shows: it is the text of its link, "
                "and some people cannot see it.",
            ),
            models.CheckConstraint(
                condition=Q(
                    identified_by__in=[
                        "listed_codes",
                        "every_unit",
                        "makers_checker",
                        "only_without_code",
                    ]
                ),
                name="product_identified_by_known",
            ),
            models.CheckConstraint(
                condition=Q(power__in=["battery", "mains", "none"]), name="product_power_known"
            ),
            *_texts_by_language("product", "color", "colors_left_out", "label", "where_code"),
            *_texts_by_language("product", "second_code"),
            *_texts_by_language("product", "sold", "part_of_set", "repaired"),
            *_texts_by_language("product", "checker_note", "picture_alt"),
        ]

    def __str__(self) -> str:
        name = f"{self.brand} {self.name}".strip()
        numbers = [number for number in self.number_list if number != self.name]
        return f"{name} ({', '.join(self.model_list or numbers[:1])})" if numbers else name

    @property
    def model_list(self) -> list[str]:
        return lines_of(self.model_numbers)

    @property
    def printed_numbers(self) -> list[str]:
        """The numbers on it or its package, model numbers first; it may have none."""
        columns = (self.model_numbers, self.article_numbers, self.part_numbers, self.barcodes)
        return [line for column in columns for line in lines_of(column)]

    @property
    def number_list(self) -> list[str]:
        """All its numbers; where it has none, its name."""
        return self.printed_numbers or [self.name]

    @property
    def main_number(self) -> str:
        """Return what names the product in an address: the first that is more than signs."""
        return next(filter(codes.normalize, self.number_list), self.name)

    @property
    def number_codes(self) -> tuple[str, ...]:
        """All its numbers in normal form, barcodes in each length that scanners give."""
        forms = [form for line in lines_of(self.barcodes) for form in barcodes.forms(line)]
        numbers = [codes.normalize(number) for number in self.number_list]
        return tuple(dict.fromkeys(filter(None, [*numbers, *forms])))

    @property
    def brands(self) -> list[str]:
        return [brand for brand in (self.brand, *lines_of(self.other_brands)) if brand]

    def parse_shapes(self) -> Shapes:
        """Raises codes.RuleError, but never for a product that passed validation."""
        return _parse_shapes(self.shapes)

    def clean(self) -> None:
        if not self.number_codes:
            raise ValidationError(
                {"model_numbers": "Enter at least one number, or a name with letters A to Z."}
            )
        _must_be_countries("sold_in", self.sold_in)
        if self.list_complete and not self._may_be_complete():
            raise ValidationError(
                {
                    "list_complete": "The list cannot be complete: there is no rule or active list "
                    "of recalled codes, or one is still loading."
                }
            )

    def _may_be_complete(self) -> bool:
        if self.pk is None:
            return False
        loading = self.code_lists.filter(status=CodeList.Status.LOADING).exists()
        # A draft rule becomes public with the same publication.
        rules = self.rules.exclude(status=IdentificationRule.Status.WITHDRAWN)
        holds_codes = (
            rules.exclude(effect=IdentificationRule.Effect.NOT_RECALLED).exists()
            or self.code_lists.filter(status=CodeList.Status.ACTIVE).exists()
        )
        return holds_codes and not loading


class IdentificationRule(Recorded):
    """One line of rule notation with its effect. Withdrawn, never deleted, once it was active."""

    class Effect(models.TextChoices):
        RECALLED = "recalled", "Recalled"
        INSPECT = "inspect", "Inspect"
        NOT_RECALLED = "not_recalled", "Not recalled (takes codes out of this product's own rules)"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        WITHDRAWN = "withdrawn", "Withdrawn"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="rules")
    text = models.CharField(
        max_length=200,
        help_text="Needed, one rule a line: KK23289034 · A100 to A200 · from A100 · up to A200 · "
        "57V* · WY100M230117#### (# a digit, @ a letter, ? either, [HJK] one of these, * any run). "
        "The public sees it only where the product shows its ranges.",
    )
    effect = models.CharField(
        max_length=12,
        choices=Effect,
        default=Effect.RECALLED,
        help_text="Needed. What the public is told of a code that matches.",
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)

    class Meta:
        ordering = ["product", "id"]
        verbose_name = "rule"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "text"],
                condition=~Q(status="withdrawn"),
                name="rule_once_a_product",
                violation_error_message="This product has this rule already.",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="rule_has_text"),
            models.CheckConstraint(
                condition=Q(effect__in=["recalled", "inspect", "not_recalled"]),
                name="rule_effect_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "active", "withdrawn"]), name="rule_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        try:
            rule = codes.parse_rule(self.text)
        except codes.RuleError as error:
            raise ValidationError({"text": str(error)}, code="rule") from error
        self.text = rule.text
        try:
            shapes = self.product.parse_shapes()
        except (codes.RuleError, Product.DoesNotExist):
            return  # the product's own validation says so
        if shapes and not rule.overlaps(shapes):
            raise ValidationError(
                {
                    "text": "No code that fits this product's shapes can match this rule. "
                    "Check the rule and the shapes."
                },
                code="shape",
            )
        if self.effect == self.Effect.NOT_RECALLED and codes.has_unlike_ends(rule):
            raise ValidationError(
                {
                    "text": "Between these ends lie codes of other kinds too, and whoever has one "
                    "would be told that it is not recalled. Enter a line for each kind, with "
                    "digits and letters at the same places of both ends."
                },
                code="ends",
            )
        if self.effect != self.Effect.NOT_RECALLED and (why := codes.why_too_short(rule, shapes)):
            raise ValidationError({"text": why}, code="length")


class CodeList(Recorded):
    """One loaded file of recalled codes of one product.

    Staff make it active; its codes answer from the notice's next publication on. An active list is
    withdrawn, never deleted; of a discarded one the codes are gone and the row stays.
    """

    class Status(models.TextChoices):
        LOADING = "loading", "Loading"
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        WITHDRAWN = "withdrawn", "Withdrawn"
        DISCARDED = "discarded", "Discarded"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="code_lists")
    status = models.CharField(max_length=12, choices=Status, default=Status.LOADING)
    shapes = models.TextField(
        validators=[validate_shapes],
        help_text="What its codes look like: the product's shapes when the file was read, against "
        "which each row was held. One a line.",
    )
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("fingerprint of the file", max_length=64)
    rows_read = models.PositiveIntegerField(default=0)
    codes_stored = models.PositiveIntegerField(default=0)
    codes_repeated = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    waiver = models.TextField(
        blank=True,
        help_text="Why the list may be used without the refused rows. Each is a missing code.",
    )
    report = models.JSONField(
        default=dict, blank=True, help_text="What else the preview shows of the file."
    )
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    loaded_at = models.DateTimeField(default=timezone.now)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # While it loads: a load that was killed no longer moves this, and is swept.
    alive_at = models.DateTimeField(default=timezone.now)
    activated_at = models.DateTimeField(null=True, blank=True)

    # As those of `Recorded`.
    _history_user: Any
    # Another list takes its place in the same step.
    _is_replaced: bool

    class Meta:
        ordering = ["product", "id"]
        verbose_name = "list of codes"
        verbose_name_plural = "lists of codes"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "sha256"],
                condition=Q(status__in=["loading", "draft", "active"]),
                name="code_list_file_once_a_product",
                violation_error_message="This file was loaded for this product before.",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(activated_at__isnull=False),
                name="code_list_active_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(rows_refused=0) | ~Q(waiver=""),
                name="code_list_refused_rows_waived",
                violation_error_message="Some rows were refused. Mend the file and load it again, "
                "or say why the rest may be used without them.",
            ),
            models.CheckConstraint(
                condition=~Q(shapes=""),
                name="code_list_has_shapes",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(codes_stored__gt=0),
                name="code_list_active_has_codes",
                violation_error_message="This list holds no code.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["loading", "draft", "active", "withdrawn", "discarded"]),
                name="code_list_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_status_display()})"

    def parse_shapes(self) -> Shapes:
        """Raises codes.RuleError, but never for a list that passed validation."""
        return _parse_shapes(self.shapes)

    def clean(self) -> None:
        # Its product would lose a list, and stay complete without it.
        if self.replaces and self.replaces.product_id != self.product_id:
            raise ValidationError({"replaces": "A list replaces one of the same product."})


class RefusedRow(models.Model):
    """A row of a loaded file that is no code of the product, for staff to mend."""

    code_list = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="refused")
    row = models.PositiveIntegerField(help_text="As the spreadsheet counts, from 1.")
    value = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["code_list", "row", "id"]

    def __str__(self) -> str:
        return f"Row {self.row}: {self.value}"


class AffectedCode(models.Model):
    """One code of one list, in normal form, filed under its skeleton. Tens of millions of rows."""

    pk = models.CompositePrimaryKey("skeleton", "code", "code_list")
    skeleton = models.CharField(max_length=codes.MAX_CODE_LENGTH)
    code = models.CharField(max_length=codes.MAX_CODE_LENGTH)
    # The key leads with the skeleton; an index on the list alone would double the work of loading.
    # What 0002_triggers says to the database about the list is not looked up for each code.
    code_list = models.ForeignKey(
        CodeList,
        on_delete=models.CASCADE,
        related_name="codes",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=IsNormalForm("code"), name="code_in_normal_form"),
            models.CheckConstraint(
                condition=Q(skeleton=SkeletonOf("code")), name="code_under_its_skeleton"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Outcome(models.TextChoices):
    """Every answer to a typed code, the most cautious first: the one list of them, with the names
    that staff read. What its page says is in `recalls.public.outcomes`."""

    RECALLED = "recalled", "Recalled"
    INSPECT = "inspect", "Inspect"
    CHECK_AGAIN = "check_again", "Check again"
    WHICH_PRODUCT = "which_product", "Which product"
    TYPE_AGAIN = "type_again", "Type again"
    LIST_INCOMPLETE = "list_incomplete", "List incomplete"
    CHECK_WITH_MAKER = "check_with_maker", "Check with the maker"
    MODEL_NUMBER = "model_number", "Model number"
    # For these nothing was compared; what clears a unit comes last.
    PARTLY_READ = "partly_read", "Partly read"
    FORM_ERROR = "form_error", "Form error"
    UNRECOGNISED = "unrecognised", "Unrecognized"
    NOT_LISTED = "not_listed", "Not listed"


class TestCode(Recorded):
    """A code of a product and the verdict that the site must give it."""

    # Its name begins with Test; it holds no tests.
    __test__ = False

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="test_codes")
    typed = models.CharField(
        max_length=100,
        help_text="Needed. A code as a visitor would type it. Public, with its answer.",
    )
    names_product = models.BooleanField(
        default=False, help_text="On if the visitor has said that it is this product."
    )
    typed_twice = models.BooleanField(
        default=False,
        help_text="On for the last answer of the whole way: the visitor is asked to type the code "
        "once more, types the same, and says at every comparison that the label reads so. Off for "
        "the first answer, which is “Type again” where a recalled code is one slip away.",
    )
    expected = models.CharField(
        max_length=20,
        choices=Outcome,
        help_text="Needed. What the site must answer. The notice cannot be published while it "
        "answers something else.",
    )

    class Meta:
        ordering = ["product", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "typed", "names_product", "typed_twice"],
                name="test_code_once",
                violation_error_message="This product has this test code already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.typed} → {self.get_expected_display()}"


class Publication(models.Model):
    """A notice as the public reads it: a copy of its rows, and how it came to be public.

    `content` is as `snapshot_of` returns it. It is made when somebody asks to publish, and
    never changes: the second person approves just what goes live. One is live for each public
    notice; a withdrawn notice has one too, which says so.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Waits for a decision"
        SCHEDULED = "scheduled", "Approved, set for a time"
        LIVE = "live", "Public now"
        PAST = "past", "Was public"
        SENT_BACK = "sent_back", "Sent back"
        CANCELED = "canceled", "Canceled"

    class News(models.TextChoices):
        CODES = "codes", "The recalled codes"
        REMEDY = "remedy", "The remedy"
        DANGER = "danger", "The danger"

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="publications")
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64, help_text="Of the content as it was stored.")
    history_seen = models.JSONField(
        default=dict,
        blank=True,
        help_text="The last row of the record that the content holds, by kind of row. What was "
        "changed since is told by these numbers, never by times.",
    )
    summary = models.TextField(help_text="What changes for the public, one sentence a line.")
    news = OptionsField(
        options=News.choices,
        blank=True,
        help_text="What the feed tells as a change; empty of the first publication of a notice.",
    )
    warns_less = models.TextField(
        blank=True, help_text="Why a second person is needed, one sentence a line; empty if none is"
    )
    reason = models.TextField(blank=True)
    to_explain = models.TextField(
        blank=True,
        help_text="What needs a reason that two people read, one sentence a line; empty if nothing "
        "does",
    )
    explanation = models.TextField(blank=True, help_text="That reason.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True, help_text="Why it was sent back.")
    goes_live_at = models.DateTimeField(null=True, blank=True)
    live_from = models.DateTimeField(null=True, blank=True)
    live_until = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recall"],
                condition=Q(status="live"),
                name="publication_one_is_live",
            ),
            models.UniqueConstraint(
                fields=["recall"],
                condition=Q(status__in=["waiting", "scheduled"]),
                name="publication_one_is_open",
                violation_error_message="A publication of this notice waits already. "
                "Decide on that one first.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["live", "past"]) | Q(live_from__isnull=False),
                name="publication_public_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(goes_live_at__isnull=False),
                name="publication_scheduled_has_date",
            ),
            models.CheckConstraint(
                # Nobody asked for what came from the shell, such as the shipped notices.
                condition=Q(warns_less="")
                | ~Q(status__in=["scheduled", "live", "past"])
                | Q(asked_by__isnull=True)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="publication_warns_less_by_two",
                violation_error_message="This warns the public less than before: "
                "another person has to approve it.",
            ),
            models.CheckConstraint(
                # As above: what came from the shell has nobody to ask.
                condition=Q(to_explain="") | ~Q(explanation="") | Q(asked_by__isnull=True),
                name="publication_is_explained",
                violation_error_message="Say why this is right: two people have to read the "
                "reason.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("decided_by")),
                name="publication_reviewed_by_another",
                violation_error_message="The second look is for another person than the one "
                "who published.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["waiting", "scheduled", "live", "past", "sent_back", "canceled"]
                ),
                name="publication_status_known",
            ),
            models.CheckConstraint(
                condition=Q(HasOnlyOptions("news", options=("codes", "remedy", "danger"))),
                name="publication_news_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recall}, {self.state}"

    @property
    def withdraws(self) -> bool:
        """Whether the notice leaves the checks with it."""
        return bool(self.content["recall"][0]["status"] != Recall.Status.PUBLISHED)

    @property
    def state(self) -> str:
        """Return its status for staff: a notice that is withdrawn is not “public now”."""
        if self.withdraws and self.status == self.Status.LIVE:
            return "Withdrawn now"
        return self.get_status_display()


# Six months. The US wording changed between December 2024 and June 2025, so age matters.
A_DISPOSAL_TEXT_HOLDS_FOR = dt.timedelta(days=182)


class DisposalQuerySet(models.QuerySet):
    def old(self):
        """Those that somebody has to compare with the authority's page again."""
        return self.filter(checked_on__lt=timezone.localdate() - A_DISPOSAL_TEXT_HOLDS_FOR)


class Disposal(Recorded):
    """This is what holds in a country: how to get rid of a recalled battery, whom to call and to
    tell, and the day on which that was checked. Staff work on the columns; the public reads
    `public`."""

    country = models.CharField(
        max_length=2,
        choices=countries.choices,
        unique=True,
        error_messages={"unique": "This country has its row already."},
        help_text="Needed. The public finds the text by where it bought the product.",
    )
    dos = LocalizedTextField("do", help_text="What to do, one sentence a line. Public, under “Do”.")
    donts = LocalizedTextField(
        "do not", help_text="What not to do, one sentence a line. Public, under “Do not”."
    )
    keep_whole = LocalizedTextField(
        "do not open",
        help_text="What not to do with the battery itself, one sentence a line: “Do not take the "
        "battery out.” Public, under “Do not”, but for notices that ask for just that.",
    )
    emergency_number = models.CharField(
        max_length=6,
        blank=True,
        help_text="The number to call there in danger, such as 911. Public, beside the danger "
        "signs of notices for the country.",
    )
    emergency_source = addresses.WebAddressField(
        "source of the number",
        blank=True,
        help_text="The page that says so. Needed with a number. Not public.",
    )
    recalls_authority = models.CharField(
        "authority for recalls",
        max_length=120,
        blank=True,
        help_text="Who publishes recalls there, such as CPSC. Public, where a code is of no "
        "product on file.",
    )
    recalls_url = addresses.WebAddressField(
        "its recalls", blank=True, help_text="Its page of recalls. Needed with its name. Public."
    )
    incident_office = models.CharField(
        "office for incidents",
        max_length=120,
        blank=True,
        help_text="Where people report an incident there. Public, on notices for the country.",
    )
    incident_url = addresses.WebAddressField(
        "its form", blank=True, help_text="The page to report on. Needed with its name. Public."
    )
    authority = models.CharField(
        max_length=120, blank=True, help_text="Whose disposal advice this is. Public."
    )
    authority_url = addresses.WebAddressField(
        "authority's page", blank=True, help_text="Its page with the advice. Public, as a link."
    )
    checked_on = models.DateField(
        help_text="Needed. When somebody here last compared this with the authority's page. "
        "Public. After six months staff are asked to compare it again."
    )
    # What the public reads: the columns above as they were when somebody published them, and how
    # far the record went then.
    public = models.JSONField(null=True, blank=True, editable=False, encoder=DjangoJSONEncoder)
    history_seen = models.BigIntegerField(default=0, editable=False)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        ordering = ["country"]
        verbose_name = "country: disposal and whom to call"
        verbose_name_plural = "countries: disposal and whom to call"
        constraints = [
            *_web_addresses("disposal", "authority_url", "emergency_source"),
            *_web_addresses("disposal", "recalls_url", "incident_url"),
            models.CheckConstraint(
                condition=barcodes.AreDigits("emergency_number"),
                name="disposal_emergency_number_is_digits",
                violation_error_message="Enter the emergency number, digits only.",
            ),
            models.CheckConstraint(
                condition=Q(emergency_number="") | ~Q(emergency_source=""),
                name="disposal_emergency_number_has_source",
                violation_error_message="Enter the page that names the emergency number.",
            ),
            models.CheckConstraint(
                condition=Q(recalls_authority="", recalls_url="")
                | ~(Q(recalls_authority="") | Q(recalls_url="")),
                name="disposal_recalls_have_name_and_page",
                violation_error_message="Enter the authority for recalls and its page, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(incident_office="", incident_url="")
                | ~(Q(incident_office="") | Q(incident_url="")),
                name="disposal_incidents_have_name_and_page",
                violation_error_message="Enter the office for incidents and its page, or neither.",
            ),
            *_texts_by_language("disposal", "dos", "donts", "keep_whole"),
        ]

    def __str__(self) -> str:
        return countries.staff_name(self.country)

    def clean(self) -> None:
        if self.checked_on and self.checked_on > timezone.localdate():
            raise ValidationError({"checked_on": "This day has not come yet."})

    @property
    def says_disposal(self) -> bool:
        return bool(self.dos or self.donts or self.keep_whole)

    @property
    def is_old(self) -> bool:
        return self.checked_on < timezone.localdate() - A_DISPOSAL_TEXT_HOLDS_FOR


def _incomplete(instance, **kwargs) -> None:
    """A product that loses a rule or a list no longer has them all; one whose list is replaced in
    the same step goes on as it was."""
    if getattr(instance, "_is_replaced", False):
        return
    if instance.status == instance.Status.WITHDRAWN or kwargs["signal"] is post_delete:
        for product in Product.objects.filter(pk=instance.product_id, list_complete=True):
            product.list_complete = False
            product.save(update_fields=["list_complete"])


for _model in (IdentificationRule, CodeList):
    for _signal in (post_save, post_delete):
        _signal.connect(_incomplete, sender=_model, dispatch_uid=f"incomplete-{_model.__name__}")


# What the public is told rests on these; a list only while it loads. `update()` sends no signal,
# so the modules that use it call `PublishedVersion.renew` themselves.
def _renew(**kwargs) -> None:
    PublishedVersion.renew()


for _public_model in (Publication, CodeList, Disposal):
    for _signal in (post_save, post_delete):
        _signal.connect(
            _renew, sender=_public_model, dispatch_uid=f"renew-{_public_model.__name__}"
        )


class FailedSignIn(models.Model):
    """One failed attempt to sign in, for as long as it counts. Hashes only; see `throttle`."""

    name_key = models.CharField(max_length=64, db_index=True)
    address_key = models.CharField(max_length=64, db_index=True)
    # Of the account and its password, where the password was right and the code was not.
    code_key = models.CharField(max_length=64, db_index=True, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "failed sign-in"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class KnownNetwork(models.Model):
    """A network from which a name has signed in, for a week. Hashes only; see `throttle`."""

    name_key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "known network"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class UnsavedForm(models.Model):
    """A text that somebody typed into a staff page and could not save: it is theirs alone, is
    offered again on the same page, and is gone after a week. See `recalls.staff.unsaved`."""

    class Why(models.TextChoices):
        SIGNED_OUT = "signed_out", "before you were signed out"
        SIGNED_IN_ANEW = "signed_in_anew", "before you signed in again"
        REFUSED = "refused", "and it was refused"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=500, blank=True)
    why = models.CharField(max_length=20, choices=Why.choices)
    # Pairs of name and value, as the form was sent, and the names of files, which are not kept.
    fields = models.JSONField()
    files = models.JSONField(default=list)
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-kept_at", "-pk"]

    def __str__(self) -> str:
        return self.path


class Heartbeat(models.Model):
    """When whoever may write last left a sign of life here; see `database.heartbeat`. No public
    page rests on it, so it leaves the published version as it is."""

    name = models.CharField(max_length=20, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.beat_at}"


class DailyCount(models.Model):
    """This is how often a day ended in an outcome, in a language: of one notice, or of all
    (`recall` "").

    Nothing of who asked, and nothing of what was typed.
    """

    day = models.DateField(help_text="In UTC.")
    recall = models.CharField(max_length=80, blank=True, verbose_name="notice")
    outcome = models.CharField(max_length=20)
    language = models.CharField(max_length=languages.MAX_TAG_LENGTH)
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ["-day", "recall", "outcome", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "recall", "outcome", "language"], name="daily_count_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.recall or 'all notices'}, {self.outcome}, {self.language}"


def _number(name: str) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(name, null=True, blank=True)


class MonthlyFigures(Recorded):
    """What the firm reports of one month of a recall, as the CPSC's Monthly Progress Report asks
    for it: staff type it, and the page “Figures” adds it up beside what the site counts itself.

    An empty field is not known, 0 is none.
    """

    recall = models.ForeignKey(
        Recall,
        on_delete=models.CASCADE,
        related_name="monthly_figures",
        verbose_name="notice",
        help_text="Needed. The notice that the figures are of.",
    )
    month = models.DateField(
        help_text="Needed. The month of the report, entered as any day of it. Days are those of "
        "UTC, as in the daily counts."
    )
    corrected_manufacturer = _number("with the manufacturer")
    corrected_distributors = _number("with distributors")
    corrected_retailers = _number("with retailers")
    corrected_consumers = _number("with consumers")
    incidents_before = _number("incidents before the recall")
    injuries_before = _number("injuries before the recall")
    deaths_before = _number("deaths before the recall")
    incidents_after = _number("incidents after the recall")
    injuries_after = _number("injuries after the recall")
    deaths_after = _number("deaths after the recall")
    notified_phone = _number("told by phone")
    notified_email = _number("told by e-mail")
    notified_mail = _number("told by letter")
    contacts_phone = _number("asked by phone")
    contacts_email = _number("asked by e-mail")
    contacts_mail = _number("asked by letter")
    note = models.TextField(
        blank=True,
        help_text="Where the numbers come from, and what else the report asks for: posts in social "
        "media, units found for sale. Not public.",
    )

    class Meta:
        ordering = ["recall", "-month"]
        verbose_name = verbose_name_plural = "figures of a month"
        constraints = [
            models.UniqueConstraint(
                fields=["recall", "month"],
                name="monthly_figures_once",
                violation_error_message="The figures of this month are entered already.",
            ),
            models.CheckConstraint(
                condition=IsFirstOfMonth("month"),
                name="monthly_figures_month_is_its_first_day",
                violation_error_message="Enter the month as its first day.",
            ),
            models.CheckConstraint(
                condition=Q(month__gte=dt.date(2000, 1, 1)),
                name="monthly_figures_month_is_of_our_time",
                violation_error_message="Look at the year: it is before 2000.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recall}, {self.month:%B %Y}"

    def clean(self) -> None:
        if self.month and self.month > timezone.now().date():
            raise ValidationError({"month": "This month has not begun yet."})
