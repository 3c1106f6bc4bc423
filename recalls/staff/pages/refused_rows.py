"""The rows of a list that were refused, as a file for the person who mends the maker's."""

import csv
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404

from recalls.lists.cells import no_formula
from recalls.models import CodeList


def download_refused(model_admin, request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """All refused rows as CSV, for the person who mends the file."""
    if not request.user.has_perm("recalls.view_codelist"):
        raise PermissionDenied
    code_list = get_object_or_404(CodeList, pk=pk)
    response = StreamingHttpResponse(_as_csv(code_list), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="refused-rows-{pk}.csv"'
    return response


class _Line:
    """Where csv writes to: hands the line back."""

    def write(self, line: str) -> str:
        return line


def _as_csv(code_list: CodeList) -> Iterator[str]:
    write = csv.writer(_Line()).writerow
    yield "\ufeff" + write(["Row", "Value", "Reason"])  # the mark makes Excel read it as UTF-8
    for row in code_list.refused.all().iterator():
        yield write([row.row, no_formula(row.value), no_formula(row.reason)])
