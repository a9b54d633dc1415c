"""Post files to the HTTP door, or repair the refused rows of all batches, in a process that may be killed."""

import sys
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()
    from django.test import Client

    from jianguan.facts import repair
    from jianguan.facts.models import Batch, Quarantine
    from jianguan.facts.scoped import rows_of

    work, *given = sys.argv[1:]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if work == "post":
        token, *paths = given
        for path in paths:
            answer = Client().post(
                "/api/v1/facts/exam",
                Path(path).read_bytes(),
                content_type="application/x-ndjson",
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": Path(path).name},
            )
            assert answer.status_code == 200, answer.content
    else:
        for batch in Batch.objects.filter(refused__gt=0).select_related("source"):
            with rows_of(batch.source.capacity_id):
                waiting = list(Quarantine.objects.filter(batch=batch, repaired_by=None).values_list("pk", flat=True))
            repair.repair(batch, {number: {"kscj": "90"} for number in waiting})
