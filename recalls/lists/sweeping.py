"""The end of a load or a discarded list: its codes go, its row stays."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from recalls.lists import storing
from recalls.lists.storing import Turns
from recalls.models import AffectedCode, CodeList

# A load that has stored nothing for so long was killed.
MINUTES_UNTIL_SWEPT = 2


def sweep() -> int:
    """Take away what killed loads have left; returns how many there were."""
    killed = CodeList.objects.filter(
        status=CodeList.Status.LOADING,
        alive_at__lt=timezone.now() - dt.timedelta(minutes=MINUTES_UNTIL_SWEPT),
    )
    # Emptied where a discarding was cut off.
    half_gone = CodeList.objects.filter(status=CodeList.Status.DISCARDED, codes_stored__gt=0)
    ended = [*killed, *half_gone]
    for code_list in ended:
        end_load(code_list)
    return len(ended)


def end_load(code_list: CodeList) -> None:
    """End a load, or empty a discarded list. First the status, so that the load itself stops; the
    row stays, and says what was begun."""
    with transaction.atomic():
        row = CodeList.objects.select_for_update().get(pk=code_list.pk)
        if row.status == CodeList.Status.LOADING:
            row.status = CodeList.Status.DISCARDED
            row.codes_stored = 1  # until they are gone
            row._change_reason = "The load was not finished."
            row.save()
    if row.status == CodeList.Status.DISCARDED:
        _delete_codes(row)
        with transaction.atomic():
            row.refused.all().delete()
            row.codes_stored = 0
            row.save()


def _delete_codes(code_list: CodeList) -> None:
    """Along the key, so that each step is short; the key does not lead with the list."""
    low, size = "", storing.CODES_IN_A_CHUNK
    turns = Turns()
    while True:
        after = AffectedCode.objects.filter(skeleton__gt=low).order_by("skeleton")
        ends = after.values_list("skeleton", flat=True)[size : size + 1]
        high = next(iter(ends), None)
        part = AffectedCode.objects.filter(code_list=code_list, skeleton__gt=low)
        with turns.next():
            (part if high is None else part.filter(skeleton__lte=high))._raw_delete(part.db)
        if high is None:
            return
        low = high
