"""What is drawn from in chapter 4: agencies and exam sites by area (10.2), targets and inspectors (10.3, 4.4)."""

from pathlib import Path

from jianguan.backbone.draws.frames import Frame, register

FOLDER = Path(__file__).with_name("frames")

register(Frame("site-by-area", "检验机构和考试场（分地区）", "处", FOLDER / "site-by-area.sql", each_stratum=True))
register(
    Frame(
        "campaign-target",
        "专项检查对象",
        "处",
        FOLDER / "campaign-target.sql",
        daily=False,
        levels=("CITY", "PROVINCE"),
    )
)
register(
    Frame(
        "campaign-inspector",
        "专项检查人员",
        "人",
        FOLDER / "campaign-inspector.sql",
        daily=False,
        levels=("CITY", "PROVINCE"),
    )
)
