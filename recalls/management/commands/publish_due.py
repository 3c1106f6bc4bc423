from django.core.management.base import BaseCommand

from recalls.lists.sweeping import sweep
from recalls.publishing import steps


class Command(BaseCommand):
    help = (
        "Write down what has become public because its time came. Checks answer by it from that "
        "time on without this; a timer that runs it each minute keeps the staff's pages true. It "
        "also takes away what a killed load of codes has left."
    )

    def handle(self, *args, **options):
        sweep()
        count = steps.settle_due()
        if count or options["verbosity"] > 1:
            self.stdout.write(f"Publications whose time came: {count}.")
