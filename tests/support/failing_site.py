"""The server, but a check of a code that ends in BOOM fails, with the code in all its errors."""

from site_config import server

_load = server.load


def load():
    application = _load()  # first: it sets Django up
    from recalls.check import ladder

    check_code = ladder.check_code

    def check(typed, *args, **kwargs):
        # A page gives each value of the address, other callers one text.
        if "".join(typed).endswith("BOOM"):
            raise ValueError(f"not a number:\n{typed}") from KeyError(typed)
        return check_code(typed, *args, **kwargs)

    ladder.check_code = check
    return application


if __name__ == "__main__":
    server.load = load
    server.main()
