"""Accounts and their phones."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db import models
from django_otp.plugins.otp_totp.admin import TOTPDevice

from recalls.staff import second_factor

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
        return [*second_factor.enroll_urls(self), *super().get_urls()]

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
