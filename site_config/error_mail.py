"""An error mail, should an operator turn it on, says what failed and where.

Django's own report holds the address with its query, the form's fields and every variable: the
code that somebody typed is in all of them. It stays though the site sends none by itself: an
operator turns it on with a handler of Django's own, and no typed code may ever leave by mail.
"""

from django.conf import settings
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from site_config.logs import kinds_and_places, visible


class Report(ExceptionReporter):
    """Says nothing but what is listed here, outside of development."""

    def get_traceback_text(self) -> str:
        if settings.DEBUG:
            return super().get_traceback_text()
        lines = []
        if self.request is not None:
            lines.append(f"{self.request.method} {visible(self.request.path)}")
        if isinstance(self.exc_value, BaseException):
            lines += kinds_and_places(self.exc_value)
        return "\n".join(lines)

    def get_traceback_html(self) -> str:
        return super().get_traceback_html() if settings.DEBUG else ""


class Filter(SafeExceptionReporterFilter):
    """For reports of another class: without variables, fields, cookies and headers."""

    def get_traceback_frame_variables(self, request, tb_frame):
        return super().get_traceback_frame_variables(request, tb_frame) if settings.DEBUG else []

    def get_post_parameters(self, request):
        return super().get_post_parameters(request) if settings.DEBUG else {}

    def get_safe_request_meta(self, request):
        return super().get_safe_request_meta(request) if settings.DEBUG else {}

    def get_safe_cookies(self, request):
        return super().get_safe_cookies(request) if settings.DEBUG else {}
