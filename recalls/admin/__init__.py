"""The staff pages: plain Django admin, in which a whole notice can be entered."""

# Each registers its pages.
from recalls.admin import all_steps, figures, notices, people, products, records  # noqa: F401
