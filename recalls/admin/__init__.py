"""The staff pages: plain Django admin, in which a whole notice can be entered."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django_otp.plugins.otp_totp.admin import TOTPDevice

from recalls import codes
from recalls.check import ladder
from recalls.models import (
    LANGUAGES,
    CodeList,
    DailyCount,
    Disposal,
    IdentificationRule,
    Picture,
    Product,
    Publication,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)
from recalls.public import counts, pictures, views
from recalls.publishing import checklist, steps
from recalls.publishing.changes import covered
from recalls.staff import second_factor
from recalls.staff.pages import list_pages, product_pages, publish_pages, record_pages

LANGUAGE_NAMES = dict(RecallText.Language.choices)


def in_languages(*names: str) -> list[tuple[str, ...]]:
    """Rows of a fieldset: each text in English, French and Spanish side by side."""
    return [tuple(f"{name}_{language}" for language in LANGUAGES) for name in names]


def lines(sentences: list[str]) -> str:
    return format_html_join("", "<div>{}</div>", ((sentence,) for sentence in sentences))


def may_be_deleted(recall: Recall | None) -> bool:
    """Only what never was public, and no lists: a list can hold millions of codes."""
    return recall is None or (
        recall.published_at is None
        and not recall.publications.exists()
        and not CodeList.objects.filter(product__recall_id=recall.pk).exists()
    )


# Shared by the pages and the lines in them -------------------------------------------------------


class FullValidationForm(forms.ModelForm):
    """Holds a form to every rule about its row, also those about fields that it does not show.

    Django leaves these out, and the database would answer with an error page.
    """

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self._update_errors(error)

    def _update_errors(self, errors):
        if hasattr(errors, "error_dict"):
            for name in set(errors.error_dict) - set(self.fields) - {NON_FIELD_ERRORS}:
                errors.error_dict.setdefault(NON_FIELD_ERRORS, []).extend(
                    errors.error_dict.pop(name)
                )
        super()._update_errors(errors)


class OptimisticLockForm(FullValidationForm):
    """Of a notice or one of its products. It is refused where somebody else has saved either after
    the page was opened, so that nothing is overwritten unseen."""

    # The notice's revision when the page was opened.
    opened = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.recall_id:
            revisions = Recall.objects.filter(pk=self.recall_id).values_list("revision", flat=True)
            self.initial["opened"] = revisions.get()

    @property
    def recall_id(self) -> int | None:
        row = self.instance
        return row.pk if isinstance(row, Recall) or row.pk is None else row.recall_id

    def clean(self):
        data = super().clean()
        if self.recall_id:
            # Held until the save is over: of two presses at once one comes second.
            recall = Recall.objects.select_for_update().get(pk=self.recall_id)
            if data.get("opened") != recall.revision:
                self.add_error(None, forms.ValidationError(saved_by_another(recall), code="opened"))
        return data


def saved_by_another(recall: Recall) -> str:
    products = [str(pk) for pk in recall.products.values_list("pk", flat=True)]
    ours, theirs = (ContentType.objects.get_for_model(model) for model in (Recall, Product))
    last = (
        LogEntry.objects.filter(
            models.Q(content_type=ours, object_id=str(recall.pk))
            | models.Q(content_type=theirs, object_id__in=products)
        )
        .select_related("user")
        .first()
    )
    who = f"{last.user}, {last.action_time:%d %B %Y, %H:%M} UTC" if last else "from the shell"
    return format_html(
        "This notice or one of its products was saved after you opened this page ({}). Nothing of "
        "yours is saved, so that nothing of theirs is lost. Open the page again in another tab and "
        'enter your changes there; <a href="{}">the record</a> shows theirs.',
        who,
        reverse("admin:recalls_recall_record", args=[recall.pk]),
    )


class WholeRows:
    """For pages and inlines: such forms, and small text fields."""

    form = FullValidationForm
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(self, admin.TabularInline):
            # In a table the heading stands for the label, but only for those who see it.
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


class ProtectPublishedMixin:
    """For inlines: no line of a notice that ever was public can be deleted."""

    def has_delete_permission(self, request, obj=None):
        recall = obj.recall if isinstance(obj, Product) else obj
        return super().has_delete_permission(request, obj) and may_be_deleted(recall)


class SingleExtraMixin:
    """For long inlines of a notice: an empty form only where there is none yet."""

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj and self.model.objects.filter(recall=obj).exists() else 1


class NoBulkDeleteMixin:
    """For pages: no action deletes many rows at once."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


# A notice ----------------------------------------------------------------------------------------


class RecallForm(OptimisticLockForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "recall_month" in self.fields:
            self.fields["recall_month"].required = False

    def clean(self):
        data = super().clean()
        if "recall_month" in self.errors or "recall_date" in self.errors:
            return data
        day, month = data.get("recall_date"), data.get("recall_month") or data.get("recall_date")
        if month is None:
            self.add_error("recall_month", "Enter the day of the notice, or its month.")
        elif day and (day.year, day.month) != (month.year, month.month):
            self.add_error("recall_month", "The day of the notice is not in this month.")
        else:
            data["recall_month"] = month.replace(day=1)
        return data


class RecallTextFormSet(BaseInlineFormSet):
    """Shows an empty form for each language that has no text; left empty, it stays unsaved."""

    def __init__(self, *args, instance=None, **kwargs):
        kwargs["initial"] = [{"language": language} for language in missing_languages(instance)]
        super().__init__(*args, instance=instance, **kwargs)


def missing_languages(recall: Recall | None) -> list[str]:
    held = recall.texts.values_list("language", flat=True) if recall and recall.pk else []
    return [language for language in LANGUAGES if language not in held]


class RecallTextInline(WholeRows, ProtectPublishedMixin, admin.StackedInline):
    model = RecallText
    formset = RecallTextFormSet
    verbose_name = "text"
    max_num = len(LANGUAGES)
    # In the order of the public page.
    fields = [
        "language",
        "title",
        "lead",
        "changes",
        "hazard",
        "cause",
        "incidents",
        "stop_use",
        "remedy",
        "have_ready",
        "note",
        "disposal",
    ]

    def get_extra(self, request, obj=None, **kwargs):
        return len(missing_languages(obj))

    def get_formset(self, request, obj=None, **kwargs):
        names = [LANGUAGE_NAMES[language] for language in missing_languages(obj)]
        missing = f"missing: {', '.join(names)}" if names else "none is missing"
        self.verbose_name_plural = f"texts, one for each language ({missing})"
        return super().get_formset(request, obj, **kwargs)


class RecallCountryInline(WholeRows, SingleExtraMixin, admin.StackedInline):
    model = RecallCountry
    verbose_name = "country"
    verbose_name_plural = "countries: where it was sold, the remedy there, whom to ask"
    fields = [
        ("country", "units"),
        *in_languages("sold", "remedy"),
        ("phone", "email"),
        *in_languages("hours"),
        ("claim_url", "notice_url"),
    ]


class ProductOfRecallForm(FullValidationForm):
    def _post_clean(self):
        """The rules are on another page, so a new shape is held against them here."""
        super()._post_clean()
        if self.instance.pk and "shapes" in self.changed_data and "shapes" not in self.errors:
            for rule in live_rules(self.instance):
                try:
                    rule.clean()
                except ValidationError as error:
                    self.add_error("shapes", [f"Rule {rule}: {text}" for text in error.messages])


def live_rules(product: Product) -> list[IdentificationRule]:
    """Its draft and active rules, which see the product as it stands in the form."""
    rules = list(product.rules.exclude(status=IdentificationRule.Status.WITHDRAWN))
    for rule in rules:
        rule.product = product
    return rules


class ProductInline(WholeRows, ProtectPublishedMixin, SingleExtraMixin, admin.StackedInline):
    model = Product
    form = ProductOfRecallForm
    verbose_name_plural = "products: rules, test codes and the rest are on each product's own page"
    show_change_link = True
    fields = [
        ("kind", "brand", "name"),
        ("model_numbers", "shapes"),
        ("identified_by", "checker_url"),
    ]


@admin.register(Recall)
class RecallAdmin(WholeRows, NoBulkDeleteMixin, admin.ModelAdmin):
    form = RecallForm
    change_form_template = "admin/recalls/recall/change_form.html"
    inlines = [RecallTextInline, ProductInline, RecallCountryInline]
    list_display = ["slug", "firm", "recall_month", "status", "published_at", "is_training"]
    list_filter = ["status", "is_training", "remedy_option"]
    search_fields = ["slug", "firm", "authority_number", "products__model_numbers"]
    readonly_fields = [
        "status",
        "before_publishing",
        "replaced_by",
        "published_at",
        "changed_at",
        "withdrawn_at",
    ]
    fieldsets = [
        ("State", {"fields": ["status", "before_publishing", "opened"]}),
        ("Address of its page", {"fields": ["slug", "is_training"]}),
        ("Date of the notice", {"fields": [("recall_date", "recall_month")]}),
        ("What the owner gets", {"fields": ["remedy_option"]}),
        (
            "About this recall",
            {
                "fields": [
                    "firm",
                    ("authority", "authority_number"),
                    ("importer", "manufactured_in"),
                    "sources",
                ]
            },
        ),
    ]

    def get_urls(self):
        return [*publish_pages.urls(self), *record_pages.urls(self), *super().get_urls()]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "slug"] if obj and obj.published_at else fields

    def get_fieldsets(self, request, obj=None):
        (name, state), *others = super().get_fieldsets(request, obj)
        dates = ("published_at", "changed_at", "withdrawn_at", "replaced_by")
        told = [field for field in dates if obj and getattr(obj, field)]
        return [(name, {"fields": [*state["fields"], *told]}), *others]

    def get_prepopulated_fields(self, request, obj=None):
        if obj and obj.published_at:
            return {}
        return {"slug": ["firm", "authority", "recall_month"]}

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and may_be_deleted(obj)

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_visible else None

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.add_revision()

    @admin.display(description="publishing")
    def before_publishing(self, recall):
        if recall.pk is None:
            return "Save the notice as a draft first."
        return render_to_string("admin/recalls/_checklist.html", {"lines": checklist.lines(recall)})


# A product ---------------------------------------------------------------------------------------


class RuleForm(FullValidationForm):
    withdraw = forms.BooleanField(
        required=False,
        widget=forms.CheckboxInput(attrs={"aria-label": "Withdraw"}),
        help_text="Takes the rule out at the next publication, and ends that the list is complete.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["withdraw"].disabled = not must_be_kept(self.instance)


def must_be_kept(rule: IdentificationRule) -> bool:
    """Whether a rule can only be withdrawn; a draft of a notice never public can be deleted."""
    return rule.pk is not None and (
        rule.status == IdentificationRule.Status.ACTIVE
        or rule.product.recall.published_at is not None
    )


class NamedLines(BaseInlineFormSet):
    """In a table, where no label stands beside the box."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if self.can_delete:
            form.fields["DELETE"].widget.attrs["aria-label"] = "Delete"


class RuleFormSet(NamedLines):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if self.can_delete and must_be_kept(form.instance):
            form.fields["DELETE"].disabled = True

    def clean(self):
        """Two equal lines in one go: neither is in the database yet."""
        super().clean()
        seen = set()
        for form in self.forms:
            text = form.instance.text
            if not text or form in self.deleted_forms or form.cleaned_data.get("withdraw"):
                continue
            if text in seen:
                form.add_error("text", "This product has this rule already.")
            seen.add(text)


class RuleInline(WholeRows, ProtectPublishedMixin, admin.TabularInline):
    model = IdentificationRule
    form = RuleForm
    formset = RuleFormSet
    verbose_name_plural = "rules: drafts become active when the notice is published (again)"
    extra = 1
    fields = ["text", "effect", "state", "covers", "withdraw"]
    readonly_fields = ["state", "covers"]

    def get_queryset(self, request):
        rules = super().get_queryset(request)
        return rules.exclude(status=IdentificationRule.Status.WITHDRAWN)

    @admin.display(description="state")
    def state(self, rule):
        return rule.get_status_display() if rule.pk else "New"

    @admin.display(description="codes it covers")
    def covers(self, rule):
        return lines(reach(rule)) if rule.text else ""


def reach(rule: IdentificationRule) -> list[str]:
    """How many codes a rule covers, whether it is distinctive, and what it may not mean."""
    try:
        parsed = codes.parse_rule(rule.text)
    except codes.RuleError:
        return ["It cannot be read yet."]
    try:
        shapes = rule.product.parse_shapes()
    except codes.RuleError:
        return ["The product's shapes cannot be read yet."]
    count = parsed.count(shapes)
    sentences = ["Open" if count is None else f"{count:,}"]
    if is_distinctive(parsed, shapes):
        sentences.append("Distinctive")
    else:
        sentences.append("Not distinctive: it counts only once the visitor has named the product")
    return [*sentences, parsed.warning] if parsed.warning else sentences


def is_distinctive(rule: codes.Rule, shapes: list[codes.Rule]) -> bool:
    """Of its shortest code; where the length is open, of a code that is long enough."""
    lengths = rule.lengths or frozenset().union(*(shape.lengths or () for shape in shapes))
    return rule.is_distinctive("0" * min(lengths, default=codes.MAX_CODE_LENGTH))


class TestCodeInline(WholeRows, admin.TabularInline):
    model = TestCode
    formset = NamedLines
    verbose_name_plural = "test codes: tried against what is public now"
    extra = 1
    fields = ["typed", "names_product", "is_confirmed", "expected", "verdict_now"]
    readonly_fields = ["verdict_now"]

    @admin.display(description="verdict now")
    def verdict_now(self, test_code):
        if test_code.pk is None:
            return ""
        try:
            outcome = verdict_of(test_code).outcome
        except ladder.Unavailable:
            return "No answer: the check could not be made."
        given = outcome.label
        if outcome == test_code.expected:
            return f"{given}: as expected"
        is_public = test_code.product.recall.is_published
        reason = "" if is_public else " The notice is not published."
        return f"{given}: not as expected ({test_code.get_expected_display()}).{reason}"


def verdict_of(test_code: TestCode) -> ladder.Verdict:
    return ladder.check(
        test_code.typed,
        product=test_code.product.model_list[0] if test_code.names_product else "",
        confirmed=codes.normalise(test_code.typed) if test_code.is_confirmed else "",
    )


class ProductForm(OptimisticLockForm):
    new_picture = forms.FileField(
        required=False,
        label="New picture",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="A photo as JPEG, PNG or WebP, up to 15 MB; needed for notices in the European "
        "Union. The site keeps a small copy without the camera's notes. The public finds it "
        "behind a link. Choose it again if the page comes back with an error.",
    )
    no_picture = forms.BooleanField(
        required=False,
        label="Take the picture off",
        help_text="The notice's page then has none, once it is published.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "list_complete" in self.fields:
            self.fields["list_complete"].show_hidden_initial = True

    def clean_new_picture(self):
        file = self.cleaned_data["new_picture"]
        return pictures.make(file, file.size) if file else None

    def clean(self):
        data = super().clean()
        if data.get("no_picture"):
            self.instance.picture = None
        if data.get("new_picture") or self.instance.picture_id:
            for language in LANGUAGES:
                name = f"picture_alt_{language}"
                if name not in self.errors and not data.get(name):
                    self.add_error(name, "Say what the picture shows. Each language needs it.")
        return data

    def clean_list_complete(self):
        """A page opened before a rule was withdrawn must not set the list complete again."""
        if "list_complete" in self.changed_data:
            return self.cleaned_data["list_complete"]
        return self.instance.list_complete


@admin.register(Product)
class ProductAdmin(WholeRows, NoBulkDeleteMixin, admin.ModelAdmin):
    form = ProductForm
    change_form_template = "admin/recalls/product/change_form.html"
    inlines = [RuleInline, TestCodeInline]
    list_display = ["__str__", "recall", "identified_by", "list_complete"]
    list_filter = ["recall__status", "identified_by", "list_complete", "kind"]
    list_select_related = ["recall"]
    search_fields = ["brand", "name", "model_numbers", "recall__slug"]
    readonly_fields = ["picture_now", "codes_in_all", "lists", "withdrawn_rules"]
    fieldsets = [
        (
            "Product",
            {
                "fields": [
                    "opened",
                    "recall",
                    ("kind", "brand", "name"),
                    "model_numbers",
                    *in_languages("label", "where_code"),
                    "colour",
                    *in_languages("colours_left_out"),
                ]
            },
        ),
        (
            "Picture",
            {
                "fields": [
                    "picture_now",
                    ("new_picture", "no_picture"),
                    *in_languages("picture_alt"),
                ]
            },
        ),
        (
            "Its codes",
            {"fields": [("shapes", "example_code", "unused_letters"), "without_code"]},
        ),
        (
            "Which units are recalled",
            {
                "fields": [
                    "identified_by",
                    "list_complete",
                    "show_ranges",
                    "codes_in_all",
                    "lists",
                    "withdrawn_rules",
                ]
            },
        ),
        (
            "The maker's checker",
            {
                "fields": [
                    ("checker_name", "checker_url", "checker_tried_on"),
                    *in_languages("checker_note"),
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "recall"] if obj else fields

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (
            obj is None or may_be_deleted(obj.recall)
        )

    def view_on_site(self, obj):
        return obj.recall.get_absolute_url() if obj.recall.is_visible else None

    def get_urls(self):
        view = self.admin_site.admin_view(self.picture)
        route = path("picture/<slug:sha256>.webp", view, name="recalls_product_picture")
        own = [*list_pages.product_urls(self), *product_pages.urls(self)]
        return [route, *own, *super().get_urls()]

    def picture(self, request, sha256):
        """Any picture that is stored, for staff."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return views.picture_response(Picture.objects.all(), sha256)

    @admin.display(description="picture now")
    def picture_now(self, product):
        if product.picture is None:
            return "None"
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="{}">',
            reverse("admin:recalls_product_picture", args=[product.picture.sha256]),
            product.picture.width,
            product.picture.height,
            product.picture_alt_en,
        )

    def save_model(self, request, obj, form, change):
        if picture := form.cleaned_data.get("new_picture"):
            obj.picture = pictures.store(picture)
        super().save_model(request, obj, form, change)

    @admin.display(description="codes in all")
    def codes_in_all(self, product):
        """As saved, to compare with the number in the official notice."""
        if product.pk is None:
            return "–"
        rules = product.rules.exclude(status=IdentificationRule.Status.WITHDRAWN)
        rules = rules.exclude(effect=IdentificationRule.Effect.NOT_RECALLED)
        counts = [covered(rule.text, product) for rule in rules]
        held = product.code_lists.filter(status=CodeList.Status.ACTIVE)
        listed = sum(held.values_list("codes_stored", flat=True))
        open_rules = f", and those of {counts.count(None)} open rules" if None in counts else ""
        return f"{sum(filter(None, counts)):,} by rules, {listed:,} in active lists{open_rules}"

    @admin.display(description="lists of codes")
    def lists(self, product):
        held = product.code_lists.exclude(status=CodeList.Status.DISCARDED) if product.pk else []
        found = format_html_join(
            "",
            '<div><a href="{}">{}</a>: {} codes</div>',
            (
                (
                    reverse("admin:recalls_codelist_review", args=[row.pk]),
                    row,
                    f"{row.codes_stored:,}",
                )
                for row in held
            ),
        )
        return found or "None. Save the product, then choose “Load codes…” above."

    @admin.display(description="withdrawn rules")
    def withdrawn_rules(self, product):
        status = IdentificationRule.Status.WITHDRAWN
        rules = product.rules.filter(status=status) if product.pk else []
        return lines([f"{rule} ({rule.get_effect_display()})" for rule in rules]) or "None"

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.recall.add_revision()

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        if formset.model is IdentificationRule:
            for line in formset.forms:
                if line.cleaned_data.get("withdraw"):
                    self._withdraw_rule(request, line.instance)

    def _withdraw_rule(self, request, rule):
        ended = steps.withdraw_rule(rule=rule, by=request.user)
        ending = " The list is no longer complete." if ended else ""
        self.message_user(request, f"Rule {rule} withdrawn.{ending}", messages.WARNING)


# People ------------------------------------------------------------------------------------------

admin.site.unregister(User)
# Its pages show a device's secret for as long as there is one.
admin.site.unregister(TOTPDevice)


@admin.register(User)
class PersonAdmin(UserAdmin):
    """An account is made inactive, never deleted: the record names it. Who may do what follows
    from the groups, so only a superuser sees more than those."""

    change_form_template = "admin/auth/user/change_form.html"
    list_display = ["username", "first_name", "last_name", "is_active", "has_second_factor"]
    # Django's chooser with two boxes cannot be used without a mouse.
    filter_horizontal = ()
    formfield_overrides = {models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}}

    def get_urls(self):
        return [*second_factor.urls(self), *super().get_urls()]

    def get_queryset(self, request):
        devices = TOTPDevice.objects.filter(user=models.OuterRef("pk"), confirmed=True)
        return super().get_queryset(request).annotate(has_device=models.Exists(devices))

    @admin.display(description="second factor", boolean=True, ordering="has_device")
    def has_second_factor(self, person):
        return person.has_device

    def changeform_view(self, request, *args, **kwargs):
        view = second_factor.fresh_code_required(super().changeform_view)
        return view(request, *args, **kwargs)

    def user_change_password(self, request, *args, **kwargs):
        view = second_factor.fresh_code_required(super().user_change_password)
        return view(request, *args, **kwargs)

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser or obj is None:
            return fieldsets
        rights = {"fields": ("is_active", "is_staff", "groups")}
        return [(name, rights if "groups" in own["fields"] else own) for name, own in fieldsets]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        # Nobody gives themselves a role.
        is_own = obj is not None and obj.pk == request.user.pk and not request.user.is_superuser
        return [*fields, "is_active", "is_staff", "groups"] if is_own else fields


# Others ------------------------------------------------------------------------------------------


@admin.register(CodeList)
class CodeListAdmin(admin.ModelAdmin):
    """Every list ever loaded; each has its own page, and a file is loaded on its product's page."""

    list_display = [
        "page",
        "product",
        "status",
        "number_of_codes",
        "rows_refused",
        "loaded_at",
        "loaded_by",
    ]
    list_display_links = None
    list_filter = ["status"]
    list_select_related = ["product", "loaded_by"]
    search_fields = ["file_name", "sha256", "product__model_numbers"]

    def get_urls(self):
        return [*list_pages.urls(self), *super().get_urls()]

    def change_view(self, request, object_id, *args, **kwargs):
        """Its own page says more, and has the steps."""
        if request.method == "POST":
            raise PermissionDenied
        return redirect("admin:recalls_codelist_review", object_id)

    @admin.display(description="file", ordering="file_name")
    def page(self, code_list):
        url = reverse("admin:recalls_codelist_review", args=[code_list.pk])
        return format_html('<a href="{}">{}</a>', url, code_list.file_name)

    @admin.display(description="codes", ordering="codes_stored")
    def number_of_codes(self, code_list):
        return f"{code_list.codes_stored:,}"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Publication)
class PublicationAdmin(admin.ModelAdmin):
    """What was asked for, decided and public, as a list; each has its own page."""

    list_display = ["recall", "status", "asked_by", "asked_at", "decided_by", "live_from"]
    list_display_links = None
    list_filter = ["status"]
    list_select_related = ["recall", "asked_by", "decided_by"]
    search_fields = ["recall__slug", "summary", "reason"]

    def get_list_display(self, request):
        return ["page", *self.list_display]

    def get_urls(self):
        return [*publish_pages.publication_urls(self), *super().get_urls()]

    @admin.display(description="publication", ordering="pk")
    def page(self, publication):
        url = reverse("admin:recalls_publication_review", args=[publication.pk])
        return format_html('<a href="{}">Number {}</a>', url, publication.pk)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Disposal)
class DisposalAdmin(WholeRows, admin.ModelAdmin):
    list_display = ["country", "authority", "checked_on", "age"]
    fieldsets = [
        (None, {"fields": ["country", "checked_on"]}),
        ("Text", {"fields": in_languages("dos", "donts")}),
        ("Authority", {"fields": ["authority", "authority_url"]}),
    ]

    @admin.display(description="age", ordering="checked_on")
    def age(self, disposal):
        if not disposal.is_old:
            return "Checked within six months"
        told = "Older than six months: compare it with the authority's page again."
        return format_html("<strong>{}</strong>", told)


@admin.register(DailyCount)
class DailyCountAdmin(admin.ModelAdmin):
    """What was answered how often, with the sums of what the filters leave."""

    change_list_template = "admin/recalls/dailycount/change_list.html"
    list_display = ["day", "recall", "outcome", "language", "number"]
    list_display_links = None
    list_filter = ["day", "outcome", "language"]
    search_fields = ["recall"]

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", {}).get("cl")
        if shown is not None:
            response.context_data["sums"] = counts.sums(shown.queryset)
        return response

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
