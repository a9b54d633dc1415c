"""Scheduled entry points of this floor."""

from procrastinate.contrib.django import app

from jianguan.facts import dropfolder, places, scratch, upkeep

SEEN: dropfolder.Seen = {}
"""What this worker saw at its last look; a new worker needs one look more."""


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="facts.drop", pass_context=False)
def take_dropped_files(timestamp: int) -> None:
    """Take in what was put into the drop folder of the installation, every minute; clear what dead processes left."""
    scratch.sweep()
    dropfolder.look(places.drop(), SEEN)


@app.periodic(cron="40 18 * * *")
@app.task(queueing_lock="facts.upkeep", pass_context=False)
def look_after_the_lake(timestamp: int) -> None:
    """Merge small files, sort what was too large to be sorted, rebuild window copies, vacuum; at 02:40."""
    list(upkeep.all_())
