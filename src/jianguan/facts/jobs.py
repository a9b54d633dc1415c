"""Scheduled entry points of this floor."""

from procrastinate.contrib.django import app

from jianguan.facts import dropfolder, places

SEEN: dropfolder.Seen = {}
"""What this worker saw at its last look; a new worker needs one look more."""


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="facts.drop", pass_context=False)
def take_dropped_files(timestamp: int) -> None:
    """Take in what was put into the drop folder of the installation, every minute."""
    dropfolder.look(places.drop(), SEEN)
