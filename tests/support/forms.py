"""Forms of the admin as a browser would send them, and pages as its policy reads them."""

from html.parser import HTMLParser

from recalls import languages
from recalls.localized_text import LocalizedTextFormField


def form_data(response, changes=None):
    """Return what a browser would send from the page, with the changes."""
    context = response.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(field.field, LocalizedTextFormField):
                texts = field.field.widget.decompress(value) if isinstance(value, dict) else value
                names = [f"{field.html_name}_{tag}" for tag in languages.shown()]
                data |= dict(zip(names, texts, strict=True))
                continue
            if field.field.disabled or value is None or value is False:
                continue
            if isinstance(value, list):  # boxes that are ticked, each sent by itself
                data |= {field.html_name: [str(one) for one in value]} if value else {}
                continue
            data[field.html_name] = "on" if value is True else str(value)
            if field.field.show_hidden_initial:
                data[field.html_initial_name] = str(value)
    return data | (changes or {})


class InlineCode(HTMLParser):
    """Collects what a policy without unsafe-inline refuses."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names) or "style" in names:
            self.found.append(self.get_starttag_text())
        self.found += [name for name in names if name.startswith("on")]
