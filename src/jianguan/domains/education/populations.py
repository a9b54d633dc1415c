"""What is drawn from in chapter 5: everybody who learned on line on a day (13.1a), once a person."""

from pathlib import Path

from jianguan.backbone.draws.frames import Frame, register

register(
    Frame(
        "online-learner",
        "网络教育学员",
        "人",
        Path(__file__).with_name("frames") / "online-learner.sql",
        facts=("learning_session",),
        beside=("learning_snapshot",),
        fact="learning_session",
    )
)
