import logging

from django.core.management.base import BaseCommand, CommandError

from recalls.web import health

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Count the codes of every list that answers, compare with what was loaded, and hold each "
        "against the list's shapes. Once a night: it reads them all. Ends with an error where a "
        "list differs."
    )

    def handle(self, *args, **options):
        sentences = [
            f"List {row.pk} ({row.file_name}) holds {number:,} codes; {row.codes_stored:,} were "
            "loaded."
            for row, number in health.lists_that_differ()
        ]
        sentences += [
            f"List {row.pk} ({row.file_name}) holds {code}, which does not fit its shapes. Load "
            "the file again."
            for row, code in health.codes_out_of_shape()
        ]
        for sentence in sentences:
            logger.critical(sentence)
        if sentences:
            raise CommandError("\n".join(sentences))
        self.stdout.write("Every list holds what was loaded.")
