"""What is drawn from in chapter 2: exam sittings, body-camera files, inspected vehicles, archives, patrol places."""

from pathlib import Path

from jianguan.backbone.draws.frames import Frame, register

FOLDER = Path(__file__).with_name("frames")

register(
    Frame(
        "exam-av",
        "考试音视频档案",
        "件",
        FOLDER / "exam-av.sql",
        facts=("exam",),
        beside=("body_camera_file", "channel", "exam_photo", "recording_segment"),
        fact="exam",
        recorded=True,
        photo_code="exam_item",
    )
)
register(
    Frame(
        "body-camera",
        "执法记录仪信息",
        "件",
        FOLDER / "body-camera.sql",
        facts=("body_camera_file",),
        fact="body_camera_file",
        recorded=True,
    )
)
register(
    Frame(
        "inspection-area",
        "查验区音视频",
        "辆",
        FOLDER / "inspection-area.sql",
        facts=("vehicle_check",),
        beside=("body_camera_file", "channel", "recording_segment"),
        fact="vehicle_check",
        recorded=True,
    )
)
register(
    Frame(
        "archive",
        "业务档案",
        "份",
        FOLDER / "archive.sql",
        facts=("licensing_business",),
        beside=("business_step",),
        fact="licensing_business",
    )
)
register(
    Frame(
        "venue",
        "巡察场所",
        "处",
        FOLDER / "venue.sql",
        daily=False,
        levels=("CITY", "PROVINCE", "VEHICLE_OFFICE"),
    )
)
