"""A list's codes look like its product's, also once somebody changes what these look like."""

from collections.abc import Iterable

from recalls import codes
from recalls.models import AffectedCode, CodeList, Product

KEEP_BOTH = (
    "Until that list is withdrawn or replaced, keep the shape that they fit on a line of its own."
)


def sentences(product: Product, shapes: Iterable[codes.Rule]) -> list[str]:
    """What stands against these shapes, a sentence for each draft or active list of the product
    with codes that fit none of them. It reads the codes, unless each shape of the list is among
    them."""
    shapes = list(shapes)
    lists = product.code_lists.filter(status__in=[CodeList.Status.DRAFT, CodeList.Status.ACTIVE])
    return [sentence for row in lists if (sentence := _sentence(row, shapes))]


def refusal(code_list: CodeList) -> str:
    """Why the list cannot be made active: its product's shapes were changed since the file was
    read. "" where all its codes fit."""
    sentence = _sentence(code_list, code_list.product.parse_shapes())
    return f"The product's shapes have changed. {sentence}" if sentence else ""


def _sentence(code_list: CodeList, shapes: list[codes.Rule]) -> str:
    read_with = {shape.text for shape in code_list.parse_shapes()}
    if read_with <= {shape.text for shape in shapes}:
        return ""
    out = [code for code in _codes_of(code_list) if not any(s.matches(code) for s in shapes)]
    if not out:
        return ""
    return f"{code_list.file_name}: {_many(len(out))}, such as {min(out)}. {KEEP_BOTH}"


def _codes_of(code_list: CodeList) -> Iterable[str]:
    held = AffectedCode.objects.filter(code_list=code_list).order_by()
    return held.values_list("code", flat=True).iterator(chunk_size=10_000)


def _many(count: int) -> str:
    return "1 code does not fit" if count == 1 else f"{count:,} codes do not fit"
