"""A list is made active in the same step as it is read only where nobody has to look first."""

from collections.abc import Iterator

from recalls.models import CodeList

# What stands beside the codes of a file and is none of its content.
_HEADING_ALONE = {"header", "blank"}


def why_not_at_once(code_list: CodeList) -> list[str]:
    """Return one sentence for each thing about a list that a person has to look at before it is
    made active; none where every cell that looks like a code was taken, with nothing besides."""
    if code_list.status == CodeList.Status.LOADING:
        return ["The file is large and is still being read."]
    return [*_about_the_rows(code_list), *_about_the_product(code_list)]


def _about_the_rows(code_list: CodeList) -> Iterator[str]:
    report = code_list.report
    cells = report.get("cells", {})
    if code_list.rows_refused:
        yield f"Rows were refused: {code_list.rows_refused:,}."
    if not cells or cells["look_like_codes"] != cells["taken"] or report["passed_over"]:
        yield "Not every cell that looks like a code was taken."
    if report.get("of_others"):
        yield "Rows name another product."
    if passed_over := set(report.get("skipped", {})) - _HEADING_ALONE:
        yield f"Rows were passed over: {', '.join(sorted(passed_over))}."
    if report.get("skipped", {}).get("header", 0) > 1:
        yield "More than one row was passed over as a heading."
    if report.get("ranges"):
        yield "Ranges were written out."
    if report.get("other_scripts"):
        yield "Codes have letters of another script."
    if any(report.get("hidden", {}).values()):
        yield "The file hides rows or columns."


def _about_the_product(code_list: CodeList) -> Iterator[str]:
    product = code_list.product
    active = product.code_lists.filter(status=CodeList.Status.ACTIVE).exclude(pk=code_list.pk)
    if active.exists():
        yield "The product has an active list: say first whether this one replaces it."
    if product.list_complete:
        yield "The product's list is set complete."
