"""Chinese words for names that pages must never show as they are stored: sources of records, kinds of objects."""

SOURCES = {
    "acknowledgement": "签收回执",
    "approval": "审批记录",
    "case": "事项办理记录",
    "check": "检查记录",
    "coverage": "覆盖情况",
    "document": "文书",
    "drill": "调取演练",
    "filing": "报备材料",
    "population": "抽查总体与复核记录",
    "registration": "履职登记",
    "restriction": "现场教育限制",
    "roster": "值班表",
    "upload": "上传记录",
}
"""By ROOM of a norm's source ('ROOM:KIND')."""

OBJECTS = {
    "account": "账号",
    "agencies": "机构目录",
    "agency": "机构",
    "alert": "预警",
    "appointment": "任职",
    "approval": "审批",
    "cadence": "周期",
    "calendar-day": "工作日历",
    "campaign": "专项检查",
    "capacity": "履职身份",
    "case": "事项",
    "check": "检查",
    "clip": "证据片段",
    "commitment": "承诺",
    "complaint": "投诉举报",
    "decision": "决定",
    "document": "文书",
    "draft": "拟稿",
    "draw": "抽取",
    "draws": "抽取",
    "drill": "调取演练",
    "facts.batch": "数据批次",
    "facts.source": "数据源",
    "inspection": "现场检查",
    "interface-key": "接口钥",
    "log": "事件日志",
    "order-list": "督办清单",
    "parameter": "参数",
    "patrol-round": "电子巡察",
    "patrol-snapshot": "巡察截图",
    "person": "人员",
    "population": "抽查总体",
    "populations": "抽查总体",
    "post": "岗位",
    "public-number": "公开随机数",
    "recheck-draw": "回查抽取",
    "recheck-list": "回查清单",
    "recording": "录像",
    "recusal": "回避",
    "registration": "登记",
    "restriction": "现场教育限制",
    "review": "复核结论",
    "review-assignment": "复核分派",
    "reviews": "复核结论",
    "roster": "值班",
    "subject": "监管对象",
    "task": "任务",
    "tasks": "任务",
    "version": "规则版本",
    "watching": "观看",
}
"""By object_type of an event."""


def source_word(source: str) -> str:
    """Which records a source ('ROOM:KIND') consists of; '' for none."""
    return SOURCES.get(source.partition(":")[0], "其他记录") if source else ""


def object_word(kind: str) -> str:
    """What an event is about; '' for nothing."""
    return OBJECTS.get(kind, "其他") if kind else ""
