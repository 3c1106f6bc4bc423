"""Accounts and their phones."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.db import models
from django_otp.plugins.otp_totp.admin import TOTPDevice

from recalls.admin.shared import titled
from recalls.staff import second_factor

admin.site.unregister(User)
# A role's rights stand in recalls/roles.py; people get roles on their own page.
admin.site.unregister(Group)
# Its pages show a device's secret for as long as there is one.
admin.site.unregister(TOTPDevice)


class NewPasswordForm(AdminPasswordChangeForm):
    """Everybody here has a password: there is no other way to sign in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        for name in ("password1", "password2"):
            self.fields[name].required = True


# Django's words are for who builds a site.
_LABELS = {
    "is_active": (
        "May sign in",
        "Off for somebody who has left. An account is never deleted: the record names it.",
    ),
    "groups": (
        "Roles",
        "Editors enter notices and ask for publication. Publishers publish, and approve what "
        "others ask for. Administrators manage people and publish nothing. A call center checks "
        "codes for people who call, and changes nothing.",
    ),
    "username": ("Name to sign in with", "Letters, digits and @ . + - _ only."),
    "email": ("E-mail", "The site writes there when something waits for them."),
}


@admin.register(User)
class PersonAdmin(UserAdmin):
    """An account is made inactive, never deleted: the record names it. Who may do what follows
    from the groups, so only a superuser sees more than those."""

    change_form_template = "admin/auth/user/change_form.html"
    list_display = ["username", "name", "roles", "may_sign_in", "has_second_factor"]
    list_filter = [
        ("is_active", titled(admin.BooleanFieldListFilter, "whether they may sign in")),
        ("groups", titled(admin.RelatedFieldListFilter, "role")),
    ]
    search_help_text = "Finds by name and e-mail."
    add_form = UserCreationForm
    add_form_template = "admin/change_form.html"
    change_password_form = NewPasswordForm
    change_user_password_template = "admin/auth/user/new_password.html"  # noqa: S105 - a page
    add_fieldsets = [
        ("Person", {"fields": ["username", "first_name", "last_name", "email"]}),
        ("First password", {"fields": ["password1", "password2"]}),
        ("What they do here", {"fields": ["groups"]}),
    ]
    # Django's chooser with two boxes cannot be used without a mouse.
    filter_horizontal = ()
    formfield_overrides = {models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}}

    def get_urls(self):
        return [*second_factor.enroll_urls(self), *super().get_urls()]

    def get_queryset(self, request):
        devices = TOTPDevice.objects.filter(user=models.OuterRef("pk"), confirmed=True)
        people = super().get_queryset(request).prefetch_related("groups")
        return people.annotate(has_device=models.Exists(devices))

    @admin.display(description="name", ordering="last_name")
    def name(self, person):
        return person.get_full_name() or "–"

    @admin.display(description="roles")
    def roles(self, person):
        """Somebody without a role signs in and finds nothing to do."""
        if person.is_superuser:
            return "Everything"
        return ", ".join(group.name for group in person.groups.all()) or "None yet: may do nothing"

    @admin.display(description="may sign in", boolean=True, ordering="is_active")
    def may_sign_in(self, person):
        return person.is_active and person.is_staff

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
        if obj is None:
            return self.add_fieldsets
        more = ["is_staff", "is_superuser", "user_permissions"]
        return [
            ("Person", {"fields": ["username", "first_name", "last_name", "email"]}),
            (
                "What they do here",
                {"fields": ["is_active", "groups", *(more if request.user.is_superuser else ())]},
            ),
            ("Dates", {"fields": ["last_login", "date_joined"]}),
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in _LABELS:
            field.label, field.help_text = _LABELS[db_field.name]
        return field

    def save_model(self, request, obj, form, change):
        """An account is for the staff pages: there is nothing else to sign in to."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request, obj=None):
        fields = [*super().get_readonly_fields(request, obj), "last_login", "date_joined"]
        # Nobody gives themselves a role.
        is_own = obj is not None and obj.pk == request.user.pk and not request.user.is_superuser
        return [*fields, "is_active", "groups"] if is_own else fields
