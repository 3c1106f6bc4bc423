from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.admin import apps as admin_apps
from django.core import checks
from django.core.signals import request_started
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class RecallsConfig(AppConfig):
    name = "recalls"
    default_auto_field = "django.db.models.BigAutoField"
    # In staff's breadcrumbs the link “Recalls” stands behind it.
    verbose_name = "Recall data"

    def ready(self) -> None:
        from recalls import roles
        from recalls.staff import sign_in  # noqa: F401 - its receivers write the log

        # As staff call it, above the link to the accounts.
        apps.get_app_config("auth").verbose_name = "People"
        checks.register(operator_is_named)
        checks.register(staff_are_safe)
        post_migrate.connect(create_published_version, sender=self)
        post_migrate.connect(leave_sign_of_life, sender=self)
        post_migrate.connect(roles.set_roles, sender=self)
        if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
            from recalls.database.postgresql import trust_if_silent

            request_started.connect(trust_if_silent)
        else:
            from recalls.database.sqlite import expect_json

            connection_created.connect(expect_json)


class StaffConfig(admin_apps.AdminConfig):
    default = False
    default_site = "recalls.staff.site.StaffSite"


def create_published_version(sender, using, **kwargs) -> None:
    """Without its row no check can be answered. After each migrate, since a flush empties it."""
    from recalls.models import PublishedVersion

    if not PublishedVersion.objects.using(using).exists():
        PublishedVersion.renew()


def leave_sign_of_life(sender, using, **kwargs) -> None:
    """Leave the first one, so that no replica stands still until the timer's next minute."""
    from recalls.database import heartbeat

    heartbeat.beat(heartbeat.TIMER, using)


def operator_is_named(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """Who runs the site stands on every page, so it is required where the public sees it."""
    if settings.DEBUG or settings.DEMONSTRATION:
        return []
    return [
        checks.Error(
            f"{name} is empty.",
            hint=f"Set {name} in the environment: it stands on every page.",
            id=f"recalls.E00{number}",
        )
        for number, name in enumerate(("OPERATOR_NAME", "OPERATOR_PHONE", "OPERATOR_EMAIL"), 1)
        if not getattr(settings, name)
    ]


def staff_are_safe(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """Check what staff's sign-in needs where the public can reach it."""
    if settings.DEBUG or settings.DEMONSTRATION:
        return []
    problems = []
    if not settings.SECOND_FACTOR:
        problems.append(
            checks.Error(
                "SECOND_FACTOR is off.",
                hint="Leave it out: only a demonstration goes without.",
                id="recalls.E004",
            )
        )
    if settings.SECURE_PROXY_SSL_HEADER and not settings.TRUSTED_PROXY_ADDRESS_HEADER:
        problems.append(
            checks.Error(
                "There is a proxy, and TRUSTED_PROXY_ADDRESS_HEADER is empty.",
                hint="Set it to the header in which the proxy gives the visitor's address: without "
                "it all visitors count as one, and anybody's failed sign-ins shut staff out.",
                id="recalls.E005",
            )
        )
    return problems
