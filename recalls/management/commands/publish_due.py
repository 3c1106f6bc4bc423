from django.core.management.base import BaseCommand

from recalls.database import heartbeat
from recalls.lists.sweeping import sweep
from recalls.publishing import steps


class Command(BaseCommand):
    help = (
        "Write down what has become public because its time came. Checks answer by it from that "
        "time on without this; a timer that runs it each minute keeps the staff's pages true. It "
        "also takes away what a killed load of codes has left, and leaves the sign of life that "
        "replicas are held to."
    )

    def handle(self, *args, **options):
        sweep()
        count = steps.settle_due()
        heartbeat.beat(heartbeat.TIMER)
        if count or options["verbosity"] > 1:
            self.stdout.write(f"Publications whose time came: {count}.")
