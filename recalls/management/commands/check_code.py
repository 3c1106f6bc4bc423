import json

from django.core.management.base import BaseCommand, CommandError

from recalls.check import ladder
from recalls.check.test_codes import check_as_visitor
from recalls.check.verdict import Verdict
from recalls.public import wording


class Command(BaseCommand):
    help = "The site's own verdict on one or more SN codes."

    def add_arguments(self, parser):
        parser.add_argument("codes", nargs="+", metavar="CODE", help="as a visitor would type it")
        parser.add_argument(
            "--product", default="", metavar="MODEL", help='a model number, or "none"'
        )
        parser.add_argument(
            "--confirmed",
            action="store_true",
            help="the visitor types it twice and confirms every comparison",
        )
        parser.add_argument(
            "--again", default="", metavar="CODE", help="what the visitor types the second time"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args, **options):
        for typed in options["codes"]:
            try:
                verdict = check_as_visitor(
                    typed,
                    product=options["product"],
                    again=options["again"],
                    typed_twice=options["confirmed"],
                )
            except ladder.Unavailable as error:
                raise CommandError(
                    "The check could not be made, so there is no answer. Is the database set up "
                    "and running? (manage.py migrate)"
                ) from error
            self.stdout.write(_as_json(verdict) if options["json"] else _as_text(verdict))


def _as_json(verdict: Verdict) -> str:
    return json.dumps(
        {
            "typed": verdict.typed,
            "code": verdict.unread or verdict.code,
            "outcome": verdict.outcome.value,
            "recalls": verdict.slugs,
            "products": verdict.models,
        },
        ensure_ascii=False,
    )


def _as_text(verdict: Verdict) -> str:
    text = verdict.unread or verdict.code or repr(verdict.typed)
    rows = [f"{text}: {verdict.outcome.value}"]
    if verdict.error:
        rows.append(f"  {wording.error_sentence(verdict.error)}")
    for finding in verdict.findings:
        rule = f" ({finding.rule})" if finding.rule else ""
        rows.append(
            f"  {finding.outcome.value}: {finding.product.row}, notice "
            f"{finding.product.notice.slug}, {finding.why.value}{rule}"
        )
    if verdict.candidates:
        rows.append(f"  looks like: {', '.join(verdict.candidates)}")
    if verdict.choices:
        rows.append(f"  could be: {', '.join(family.key for family in verdict.choices)}")
    return "\n".join(rows)
