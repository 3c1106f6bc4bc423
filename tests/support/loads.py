"""A file is written and loaded for a product."""

import pytest

from recalls.lists import loading
from recalls.lists.limits import NotATable
from tests.support.list_files import write_rows


def load(product, tmp_path, rows, name="list.csv", **options):
    return loading.load(product=product, path=write_rows(tmp_path, name, rows), **options)


def stored(code_list) -> list[str]:
    return sorted(code_list.codes.values_list("code", flat=True))


def refusal(product, tmp_path, rows, name="list.csv") -> str:
    with pytest.raises(NotATable) as refused:
        load(product, tmp_path, rows, name)
    return str(refused.value)
