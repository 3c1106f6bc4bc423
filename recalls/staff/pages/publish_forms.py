"""What staff fill in on the way to the public."""

from django import forms
from django.utils import timezone

from recalls import languages
from recalls.models import Recall
from recalls.publishing.plan import Trial

_CHANGED_HELP = "One sentence: “200 codes added.” The notice's page prints it with the date."
_LEAVE_EMPTY = "Words for the public take a second person: leave it empty to publish alone at once."


class ChangedField(forms.CharField):
    """The box for one language of what the public is told."""

    def __init__(self, tag: str):
        self.language = languages.staff_name(tag)
        attrs = {"class": "vLargeTextField", "lang": tag, "dir": languages.direction(tag)}
        super().__init__(
            label=f"What changed, for the public ({self.language})",
            widget=forms.Textarea(attrs={"rows": 2, **attrs}),
            required=False,
        )


class NoteForm(forms.Form):
    """Why, and what the public reads about it. A notice that was never public needs neither."""

    required_css_class = "required"
    reason = forms.CharField(
        label="Reason, for the record",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Who asked for the change and why. Only staff read it.",
    )
    goes_live_at = forms.DateTimeField(
        label="Publish at (UTC)",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Leave empty to publish at once.",
    )
    explanation = forms.CharField(
        label="Why this is right",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The reason for what “Needs a reason” names above. The second person reads it "
        "too, and it stays in the record.",
    )
    takes_answers = forms.BooleanField(
        label="Expect all the new answers above",
        required=False,
        help_text="I have compared each with the official notice. If one is wrong, mend the rule, "
        "the list or the test code instead.",
    )
    # What the page showed: if that has changed since, the person looks again.
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args,
        recall: Recall,
        is_public: bool,
        must_tell: bool,
        must_explain: bool = False,
        has_new_answers: bool = False,
        has_changes: bool = True,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.recall = recall
        if not must_explain:
            del self.fields["explanation"]
        if not has_new_answers:
            del self.fields["takes_answers"]
        elif not has_changes:
            # There is nothing else to press the button for.
            self.fields["takes_answers"].widget = forms.HiddenInput()
            self.initial["takes_answers"] = True
        self.fields["reason"].required = has_changes and (is_public or must_tell)
        self.tags = _first_before(recall.language) if is_public else []
        for tag in self.tags:
            self.fields[f"changed_{tag}"] = ChangedField(tag)
        if is_public:
            first = self.fields[f"changed_{recall.language}"]
            first.required = must_tell
            first.help_text = _CHANGED_HELP if must_tell else f"{_CHANGED_HELP} {_LEAVE_EMPTY}"
        last = ("goes_live_at", "explanation", "takes_answers", "seen")
        others = [name for name in self.fields if name not in last]
        self.order_fields([*(self.field_order or ()), *others, *last])

    def clean_goes_live_at(self):
        when = self.cleaned_data["goes_live_at"]
        if when and when <= timezone.now():
            raise forms.ValidationError("This time has passed. Leave it empty to publish at once.")
        return when

    def show_again(self, seen: str) -> None:
        """With what the page shows now, so that the next press is about that."""
        if self.is_bound:
            self.data = self.data.copy()
            self.data["seen"] = seen

    @property
    def told(self) -> list[forms.BoundField]:
        """The boxes of the one text that the public reads, a language each."""
        return [self[f"changed_{tag}"] for tag in self.tags]

    @property
    def note(self) -> dict[str, str]:
        return {tag: self.cleaned_data.get(f"changed_{tag}", "") for tag in self.tags}


def _first_before(first: str) -> list[str]:
    """The languages in which the public is told, the notice's first one first."""
    return [first, *(tag for tag in languages.shown() if tag != first)]


class WithdrawForm(NoteForm):
    slug = forms.CharField(
        label="The notice's address",
        help_text="Type it in full, so that the wrong notice is never withdrawn.",
    )
    replaced_by = forms.ModelChoiceField(
        Recall.objects.none(),
        to_field_name="slug",
        label="Replaced by",
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField", "spellcheck": "false"}),
        help_text="The address of the notice that takes its place, if there is one. It must be "
        "public.",
        error_messages={"invalid_choice": "No other public notice has this address."},
    )
    field_order = ["slug", "replaced_by"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        when = self.fields["goes_live_at"]
        when.label, when.help_text = "Withdraw at (UTC)", "Leave empty to withdraw it at once."
        others = Recall.objects.published().exclude(pk=self.recall.pk)
        self.fields["replaced_by"].queryset = others
        self.fields[f"changed_{self.recall.language}"].help_text = (
            "Why, in one sentence: “The notice named the wrong supplier.” The notice's page prints "
            "it with the date."
        )

    def clean_slug(self):
        if self.cleaned_data["slug"].strip() != self.recall.slug:
            raise forms.ValidationError(f"This notice's address is {self.recall.slug}.")
        return self.cleaned_data["slug"]


class CommentForm(forms.Form):
    comment = forms.CharField(
        label="What is to be mended",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed to send it back. The person who asked reads it.",
    )
    has_read = forms.BooleanField(
        label="I have read what needs a reason, and the reason", required=False
    )
    # What an approval has tried in vain.
    trial: Trial | None = None
