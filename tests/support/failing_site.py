"""The site, but a check of a code that ends in BOOM fails, with the code in all its errors."""

from site_config.wsgi import application  # noqa: F401, I001 - first: it sets Django up

from recalls.check import ladder

_check = ladder.check_code


def check(typed, *args, **kwargs):
    # A page gives each value of the address, other callers one text.
    if "".join(typed).endswith("BOOM"):
        raise ValueError(f"not a number:\n{typed}") from KeyError(typed)
    return _check(typed, *args, **kwargs)


ladder.check_code = check
