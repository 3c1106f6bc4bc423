"""How dates are written and read on the staff pages, by language; numbers are as in Django."""
