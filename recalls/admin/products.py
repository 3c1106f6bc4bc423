"""A product with its rules and test codes."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms.models import BaseInlineFormSet
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from recalls import codes
from recalls.admin.entering import EnteringMixin
from recalls.admin.pasted_rules import PastedRulesMixin, open_suggestions, suggested_rules
from recalls.admin.shared import (
    DraftPagesMixin,
    FullValidationForm,
    FullValidationMixin,
    OptimisticLockForm,
    ProtectPublishedMixin,
    ShapesForm,
    as_divs,
)
from recalls.check.test_codes import answer_to
from recalls.localized_text import text_in
from recalls.models import (
    CodeList,
    IdentificationRule,
    Outcome,
    Picture,
    Product,
    TestCode,
)
from recalls.public import pictures, views
from recalls.publishing import steps
from recalls.publishing.changes import count_codes_covered
from recalls.publishing.doubts import units_of_recall
from recalls.staff.pages import copy_pages, list_pages, product_pages


def live_rules(product: Product) -> list[IdentificationRule]:
    """Its draft and active rules, which see the product as it stands in the form."""
    rules = list(product.rules.exclude(status=IdentificationRule.Status.WITHDRAWN))
    for rule in rules:
        rule.product = product
    return rules


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


class LabeledDeleteFormSet(BaseInlineFormSet):
    """In a table, where no label stands beside the box."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if self.can_delete:
            form.fields["DELETE"].widget.attrs["aria-label"] = "Delete"


class RuleFormSet(LabeledDeleteFormSet):
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


class RuleInline(FullValidationMixin, ProtectPublishedMixin, admin.TabularInline):
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
        return as_divs(reach(rule)) if rule.text else ""


def reach(rule: IdentificationRule) -> list[str]:
    """Return how many codes a rule covers, how that compares with the notice's units, whether it is
    distinctive, and what it may not mean."""
    try:
        parsed = codes.parse_rule(rule.text)
    except codes.RuleError:
        return ["It cannot be read yet."]
    try:
        shapes = rule.product.parse_shapes()
    except codes.RuleError:
        return ["The product's shapes cannot be read yet."]
    recall_id = rule.product.recall_id
    units = units_of_recall(rule.product.recall) if recall_id else None
    return list(codes.describe(parsed, shapes, units).sentences)


class TestCodeInline(FullValidationMixin, admin.TabularInline):
    model = TestCode
    formset = LabeledDeleteFormSet
    verbose_name_plural = "test codes: tried against what is public now"
    extra = 1
    fields = ["typed", "names_product", "typed_twice", "expected", "answer_now"]
    readonly_fields = ["answer_now"]

    @admin.display(description="answer now")
    def answer_now(self, test_code):
        if test_code.pk is None:
            return ""
        outcome = answer_to(test_code, test_code.product)
        if not outcome:
            return "No answer: the check could not be made."
        given = Outcome(outcome).label
        if outcome == test_code.expected:
            return f"{given}: as expected"
        is_public = test_code.product.recall.is_published
        reason = "" if is_public else " The notice is not published."
        return f"{given}: not as expected ({test_code.get_expected_display()}).{reason}"


class ProductForm(PastedRulesMixin, ShapesForm, OptimisticLockForm):
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
        return pictures.make_picture(file, file.size) if file else None

    def clean(self):
        data = super().clean()
        if data.get("no_picture"):
            self.instance.picture = None
        has_picture = data.get("new_picture") or self.instance.picture_id
        if has_picture and "picture_alt" not in self.errors and not data.get("picture_alt"):
            self.add_error("picture_alt", "Say what the picture shows.")
        return data

    def clean_list_complete(self):
        """A page opened before a rule was withdrawn must not set the list complete again."""
        if "list_complete" in self.changed_data:
            return self.cleaned_data["list_complete"]
        return self.instance.list_complete


@admin.register(Product)
class ProductAdmin(EnteringMixin, FullValidationMixin, DraftPagesMixin, admin.ModelAdmin):
    form = ProductForm
    change_form_template = "admin/recalls/product/change_form.html"
    inlines = [RuleInline, TestCodeInline]
    autocomplete_fields = ["recall"]
    list_display = ["__str__", "recall", "identified_by", "list_complete"]
    list_filter = ["recall__status", "identified_by", "list_complete", "kind"]
    list_select_related = ["recall"]
    search_fields = ["brand", "name", "model_numbers", "recall__slug"]
    search_help_text = "Finds by brand, name, model number and the notice's address."
    readonly_fields = ["picture_now", "codes_in_all", "lists", "wording"]
    fieldsets = [
        (
            "Product",
            {
                "fields": [
                    "opened",
                    "recall",
                    ("kind", "power"),
                    ("brand", "name"),
                    ("model_numbers", "article_numbers"),
                    ("part_numbers", "barcodes"),
                    "other_brands",
                    ("units", "sold_in"),
                    "remedy_options",
                    "sold",
                    "part_of_set",
                    "repaired",
                    "label",
                    "where_code",
                    "color",
                    "colors_left_out",
                ]
            },
        ),
        (
            "Picture",
            {
                "fields": [
                    "picture_now",
                    ("new_picture", "no_picture"),
                    "picture_alt",
                ]
            },
        ),
        (
            "Its codes",
            {
                "fields": [
                    ("shapes", "example_code", "unused_letters"),
                    "code_length_unknown",
                    "second_code",
                    "without_code",
                ]
            },
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
                ]
            },
        ),
        (
            "The maker's checker",
            {
                "fields": [
                    ("checker_name", "checker_url", "checker_tried_on"),
                    "checker_note",
                ]
            },
        ),
        (
            "Many rules at once",
            {"fields": ["wording", "suggested_rules", "pasted_rules", "pasted_effect"]},
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "recall"] if obj else fields

    def get_fieldsets(self, request, obj=None):
        """Where the wording suggests no rule, or no further one, there is nothing to tick."""
        *others, (name, at_once) = super().get_fieldsets(request, obj)
        if obj and open_suggestions(obj):
            return [*others, (name, at_once)]
        fields = [field for field in at_once["fields"] if field != "suggested_rules"]
        return [*others, (name, {"fields": fields})]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        """Withdrawn rules stand by themselves: they have buttons, and no fields."""
        if obj:
            public = steps.public_rules(obj.recall)
            withdrawn = obj.rules.filter(status=IdentificationRule.Status.WITHDRAWN)
            context["withdrawn_rules"] = [(rule, rule.pk in public) for rule in withdrawn]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def view_on_site(self, obj):
        return obj.recall.get_absolute_url() if obj.recall.is_visible else None

    def get_urls(self):
        view = self.admin_site.admin_view(self.picture)
        route = path("picture/<slug:sha256>.webp", view, name="recalls_product_picture")
        own = [*list_pages.load_urls(self), *product_pages.product_page_urls(self)]
        return [route, *own, *copy_pages.copy_urls(self), *super().get_urls()]

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
            text_in(product.picture_alt, [product.recall.language])[0],
        )

    def save_model(self, request, obj, form, change):
        if picture := form.cleaned_data.get("new_picture"):
            obj.picture = pictures.store_picture(picture)
        super().save_model(request, obj, form, change)

    @admin.display(description="codes in all")
    def codes_in_all(self, product):
        """As saved, to compare with the number in the official notice."""
        if product.pk is None:
            return "–"
        rules = product.rules.exclude(status=IdentificationRule.Status.WITHDRAWN)
        rules = rules.exclude(effect=IdentificationRule.Effect.NOT_RECALLED)
        counts = [count_codes_covered(rule.text, product) for rule in rules]
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
        return found or "None. Save the product, then load a file below, under “A list of codes”."

    @admin.display(description="wording of the official notice")
    def wording(self, product):
        text = product.recall.source_wording if product.pk else ""
        if not text:
            return "None. Enter it on the notice's page, and the rules that it may mean stand here."
        unread = [rule for rule in suggested_rules(product) if rule.error]
        refused = [f"No rule can be made of “{rule.text}”. {rule.error}" for rule in unread]
        return as_divs([*text.splitlines(), *refused])

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self._add_pasted(request, form)
        form.instance.recall.add_revision()

    def _add_pasted(self, request, form):
        if not form.pasted:
            return
        if not request.user.has_perm("recalls.add_identificationrule"):
            raise PermissionDenied
        for rule in form.pasted:
            rule.product = form.instance
            rule.save()
        count = len(form.pasted)
        how = "pasted" if form.cleaned_data.get("pasted_rules") else "ticked"
        added = f"1 {how} rule was added." if count == 1 else f"{count} {how} rules were added."
        self.log_change(request, form.instance, added)
        self.message_user(request, added, messages.SUCCESS)

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
