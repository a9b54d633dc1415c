"""Names of events, one alphabetised list with one grammar: ``object.past-participle``."""

from enum import StrEnum


class EventKind(StrEnum):
    """Every state change that the log knows. Keep alphabetical; a test checks it."""

    ACCOUNT_CREATED = "account.created"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    ACCOUNT_LOCKED = "account.locked"
    ACCOUNT_PASSWORD_CHANGED = "account.password-changed"  # noqa: S105 - a name, not a secret
    ACCOUNT_UNLOCKED = "account.unlocked"
    AGENCIES_LOADED = "agencies.loaded"
    AGENCY_CODE_CHANGED = "agency.code-changed"
    AGENCY_MOVED = "agency.moved"
    ALERT_RAISED = "alert.raised"
    ALERT_RECEIVED = "alert.received"
    ALERT_SETTLED = "alert.settled"
    APPOINTMENT_ENDED = "appointment.ended"
    APPOINTMENT_MADE = "appointment.made"
    APPROVAL_FILE_OPENED = "approval.file-opened"
    APPROVAL_PRINTED = "approval.printed"
    APPROVAL_REVEALED = "approval.revealed"
    APPROVAL_STEPPED = "approval.stepped"
    APPROVAL_SUBMITTED = "approval.submitted"
    CADENCE_ADOPTED = "cadence.adopted"
    CADENCE_WITHDRAWN = "cadence.withdrawn"
    CALENDAR_CHANGED = "calendar.changed"
    CAMPAIGN_DRAWN = "campaign.drawn"
    CAMPAIGN_OPENED = "campaign.opened"
    CAMPAIGN_PUBLISHED = "campaign.published"
    CAPACITY_ENDED = "capacity.ended"
    CAPACITY_SWITCHED = "capacity.switched"
    CAPACITY_TRANSFERRED = "capacity.transferred"
    CASE_ATTACHED = "case.attached"
    CASE_NOTICED = "case.noticed"
    CASE_OPENED = "case.opened"
    CASE_STEPPED = "case.stepped"
    CHECKPOINT_SIGNED = "checkpoint.signed"
    CHECK_CORRECTED = "check.corrected"
    CHECK_SIGNED = "check.signed"
    CLIP_EXPORTED = "clip.exported"
    CLIP_MADE = "clip.made"
    COMPLAINT_ACCEPTED = "complaint.accepted"
    COMPLAINT_ADDED = "complaint.added"
    COMPLAINT_ADDITION_READ = "complaint.addition-read"
    COMPLAINT_ANSWERED = "complaint.answered"
    COMPLAINT_DECIDED = "complaint.decided"
    COMPLAINT_DECLINED = "complaint.declined"
    COMPLAINT_MERGED = "complaint.merged"
    COMPLAINT_RATED = "complaint.rated"
    COMPLAINT_RECEIVED = "complaint.received"
    DECISION_MADE = "decision.made"
    DOCUMENT_ACKNOWLEDGED = "document.acknowledged"
    DOCUMENT_DISPATCHED = "document.dispatched"
    DOCUMENT_DRAFTED = "document.drafted"
    DOCUMENT_DROPPED = "document.dropped"
    DOCUMENT_ISSUED = "document.issued"
    DOCUMENT_OBJECTED = "document.objected"
    DOCUMENT_READ_CONFIRMED = "document.read-confirmed"
    DOCUMENT_RECEIPT_RECORDED = "document.receipt-recorded"
    DOCUMENT_REFUSED = "document.refused"
    DOCUMENT_RETURNED = "document.returned"
    DOCUMENT_SENT = "document.sent"
    DOCUMENT_SERVED = "document.served"
    DOCUMENT_WITHDRAWN = "document.withdrawn"
    DRAW_COMMITTED = "draw.committed"
    DRAW_ENLARGED = "draw.enlarged"
    DRAW_EXPORTED = "draw.exported"
    DRAW_MADE = "draw.made"
    DRAW_REVEALED = "draw.revealed"
    DRILL_RECORDED = "drill.recorded"
    FACTS_EMPTY_DECLARED = "facts.empty-declared"
    FACTS_REPAIRED = "facts.repaired"
    FACTS_SOURCE_CLOSED = "facts.source-closed"
    FACTS_SOURCE_DECLARED = "facts.source-declared"
    FACTS_SOURCE_OPENED = "facts.source-opened"
    FACTS_TOKEN_ISSUED = "facts.token-issued"  # noqa: S105 - a name, not a secret
    FACTS_TOKEN_REVOKED = "facts.token-revoked"  # noqa: S105 - a name, not a secret
    FINDING_RECORDED = "finding.recorded"
    IDENTITY_DECIDED = "identity.decided"
    IDENTITY_REQUESTED = "identity.requested"
    IDENTITY_REVEALED = "identity.revealed"
    INSPECTION_ASSIGNED = "inspection.assigned"
    INSPECTION_SUBMITTED = "inspection.submitted"
    INTERFACE_KEY_ISSUED = "interface-key.issued"
    INTERFACE_KEY_REVOKED = "interface-key.revoked"
    LOGIN_FAILED = "login.failed"
    LOGIN_SUCCEEDED = "login.succeeded"
    LOGOUT = "logout"
    LOG_EXPORTED = "log.exported"
    LOG_VERIFIED = "log.verified"
    ORDER_LIST_IMPORTED = "order-list.imported"
    PARAMETER_CHANGED = "parameter.changed"
    PATROL_OPENED = "patrol.opened"
    PATROL_SNAPSHOT_KEPT = "patrol-snapshot.kept"
    PERSON_ADDED = "person.added"
    PERSON_REVEALED = "person.revealed"
    POPULATION_FROZEN = "population.frozen"
    POST_ADDED = "post.added"
    POST_ENDED = "post.ended"
    PUBLIC_NUMBER_CONFIRMED = "public-number.confirmed"
    PUBLIC_NUMBER_ENTERED = "public-number.entered"
    PUBLIC_NUMBER_REFUSED = "public-number.refused"
    RECHECK_CONCLUDED = "recheck.concluded"
    RECHECK_DRAWN = "recheck.drawn"
    RECHECK_FROZEN = "recheck.frozen"
    RECORDING_FETCHED = "recording.fetched"
    RECUSAL_DECLARED = "recusal.declared"
    RECUSAL_ENDED = "recusal.ended"
    REGISTRATION_ADDED = "registration.added"
    REGISTRATION_ENDED = "registration.ended"
    REGISTRATION_FILED = "registration.filed"
    REGISTRATION_RECEIVED = "registration.received"
    RESTRICTION_ASKED = "restriction.asked"
    RESTRICTION_IMPOSED = "restriction.imposed"
    RESTRICTION_LIFTED = "restriction.lifted"
    RESTRICTION_REGISTERED = "restriction.registered"
    REVIEW_ASSIGNED = "review.assigned"
    REVIEW_CORRECTED = "review.corrected"
    REVIEW_HANDED_OVER = "review.handed-over"
    REVIEW_SUBMITTED = "review.submitted"
    ROSTER_ENTERED = "roster.entered"
    ROSTER_WITHDRAWN = "roster.withdrawn"
    RULEBOOK_LOADED = "rulebook.loaded"
    SECOND_FACTOR_ENROLLED = "second-factor.enrolled"
    SECOND_FACTOR_FAILED = "second-factor.failed"
    SECOND_FACTOR_RESET = "second-factor.reset"
    SUBJECT_ADDED = "subject.added"
    TASKS_OPENED = "tasks.opened"
    TASK_DISPUTED = "task.disputed"
    TASK_EXCUSED = "task.excused"
    TASK_REJUDGED = "task.rejudged"
    WATCHING_CLOSED = "watching.closed"
    WATCHING_OPENED = "watching.opened"
    WATCHING_REFUSED = "watching.refused"


TITLES: dict[EventKind, str] = {
    EventKind.ACCOUNT_CREATED: "创建账号",
    EventKind.ACCOUNT_DISABLED: "停用账号",
    EventKind.ACCOUNT_ENABLED: "启用账号",
    EventKind.ACCOUNT_LOCKED: "账号锁定",
    EventKind.ACCOUNT_PASSWORD_CHANGED: "修改密码",
    EventKind.ACCOUNT_UNLOCKED: "解除锁定",
    EventKind.AGENCIES_LOADED: "载入机构",
    EventKind.AGENCY_CODE_CHANGED: "机构代码变更",
    EventKind.AGENCY_MOVED: "行政隶属变更",
    EventKind.ALERT_RAISED: "发出预警",
    EventKind.ALERT_RECEIVED: "签收预警",
    EventKind.ALERT_SETTLED: "消除预警",
    EventKind.APPOINTMENT_ENDED: "免去任职",
    EventKind.APPOINTMENT_MADE: "任职",
    EventKind.APPROVAL_FILE_OPENED: "打开审批材料",
    EventKind.APPROVAL_PRINTED: "出具审批表",
    EventKind.APPROVAL_REVEALED: "查看审批敏感内容",
    EventKind.APPROVAL_STEPPED: "办理审批",
    EventKind.APPROVAL_SUBMITTED: "申请审批",
    EventKind.CADENCE_ADOPTED: "确定周期",
    EventKind.CADENCE_WITHDRAWN: "撤销周期",
    EventKind.CALENDAR_CHANGED: "调整工作日历",
    EventKind.CAMPAIGN_DRAWN: "专项检查抽取",
    EventKind.CAMPAIGN_OPENED: "组织专项检查",
    EventKind.CAMPAIGN_PUBLISHED: "公布专项检查结果",
    EventKind.CAPACITY_ENDED: "终止履职身份",
    EventKind.CAPACITY_SWITCHED: "切换身份",
    EventKind.CAPACITY_TRANSFERRED: "移交履职身份",
    EventKind.CASE_ATTACHED: "事项附件",
    EventKind.CASE_NOTICED: "事项到期提醒",
    EventKind.CASE_OPENED: "事项立项",
    EventKind.CASE_STEPPED: "事项办理",
    EventKind.CHECKPOINT_SIGNED: "签署检查点",
    EventKind.CHECK_CORRECTED: "更正检查",
    EventKind.CHECK_SIGNED: "签字检查",
    EventKind.CLIP_EXPORTED: "导出证据",
    EventKind.CLIP_MADE: "截取证据",
    EventKind.COMPLAINT_ACCEPTED: "受理投诉",
    EventKind.COMPLAINT_ADDED: "补充投诉",
    EventKind.COMPLAINT_ADDITION_READ: "补充情况已阅",
    EventKind.COMPLAINT_ANSWERED: "答复投诉",
    EventKind.COMPLAINT_DECIDED: "复核不满意投诉",
    EventKind.COMPLAINT_DECLINED: "不予受理投诉",
    EventKind.COMPLAINT_MERGED: "投诉并案",
    EventKind.COMPLAINT_RATED: "评价答复",
    EventKind.COMPLAINT_RECEIVED: "收到投诉",
    EventKind.DECISION_MADE: "作出决定",
    EventKind.DOCUMENT_ACKNOWLEDGED: "签收文书",
    EventKind.DOCUMENT_DISPATCHED: "外送文书",
    EventKind.DOCUMENT_DRAFTED: "拟制文书",
    EventKind.DOCUMENT_DROPPED: "作废拟稿",
    EventKind.DOCUMENT_ISSUED: "印发文书",
    EventKind.DOCUMENT_OBJECTED: "对文书提出异议",
    EventKind.DOCUMENT_READ_CONFIRMED: "确认阅知文书",
    EventKind.DOCUMENT_RECEIPT_RECORDED: "登记送达回证",
    EventKind.DOCUMENT_REFUSED: "拒收文书",
    EventKind.DOCUMENT_RETURNED: "退回拟稿",
    EventKind.DOCUMENT_SENT: "送签文书",
    EventKind.DOCUMENT_SERVED: "送达文书",
    EventKind.DOCUMENT_WITHDRAWN: "撤回文书",
    EventKind.DRAW_COMMITTED: "承诺抽取种子",
    EventKind.DRAW_ENLARGED: "扩大抽取",
    EventKind.DRAW_EXPORTED: "导出抽取",
    EventKind.DRAW_MADE: "抽取",
    EventKind.DRAW_REVEALED: "揭示抽取种子",
    EventKind.DRILL_RECORDED: "登记留存演练",
    EventKind.FACTS_EMPTY_DECLARED: "申明当日无业务",
    EventKind.FACTS_REPAIRED: "修复退回数据",
    EventKind.FACTS_SOURCE_CLOSED: "终止数据源报送",
    EventKind.FACTS_SOURCE_DECLARED: "更改数据源代报范围",
    EventKind.FACTS_SOURCE_OPENED: "登记数据源",
    EventKind.FACTS_TOKEN_ISSUED: "发放接口令牌",
    EventKind.FACTS_TOKEN_REVOKED: "撤销接口令牌",
    EventKind.FINDING_RECORDED: "记录问题",
    EventKind.IDENTITY_DECIDED: "决定身份查看申请",
    EventKind.IDENTITY_REQUESTED: "申请查看投诉人身份",
    EventKind.IDENTITY_REVEALED: "查看投诉人身份",
    EventKind.INSPECTION_ASSIGNED: "安排现场检查",
    EventKind.INSPECTION_SUBMITTED: "提交现场检查",
    EventKind.INTERFACE_KEY_ISSUED: "发放接口钥",
    EventKind.INTERFACE_KEY_REVOKED: "撤销接口钥",
    EventKind.LOGIN_FAILED: "登录失败",
    EventKind.LOGIN_SUCCEEDED: "登录",
    EventKind.LOGOUT: "退出",
    EventKind.LOG_EXPORTED: "导出日志",
    EventKind.LOG_VERIFIED: "核验日志",
    EventKind.ORDER_LIST_IMPORTED: "导入督办清单",
    EventKind.PARAMETER_CHANGED: "调整参数",
    EventKind.PATROL_OPENED: "开始电子巡察",
    EventKind.PATROL_SNAPSHOT_KEPT: "留存巡察截图",
    EventKind.PERSON_ADDED: "登记人员",
    EventKind.PERSON_REVEALED: "查看个人信息",
    EventKind.POPULATION_FROZEN: "封存抽查总体",
    EventKind.POST_ADDED: "设置岗位",
    EventKind.POST_ENDED: "撤销岗位",
    EventKind.PUBLIC_NUMBER_CONFIRMED: "确认公开随机数",
    EventKind.PUBLIC_NUMBER_ENTERED: "录入公开随机数",
    EventKind.PUBLIC_NUMBER_REFUSED: "拒收公开随机数",
    EventKind.RECHECK_CONCLUDED: "办结回查结论",
    EventKind.RECHECK_DRAWN: "抽取办结回查",
    EventKind.RECHECK_FROZEN: "封存回查清单",
    EventKind.RECORDING_FETCHED: "调取录像",
    EventKind.RECUSAL_DECLARED: "申报回避",
    EventKind.RECUSAL_ENDED: "终止回避",
    EventKind.REGISTRATION_ADDED: "登记",
    EventKind.REGISTRATION_ENDED: "终止登记",
    EventKind.REGISTRATION_FILED: "报备",
    EventKind.REGISTRATION_RECEIVED: "签收报备",
    EventKind.RESTRICTION_ASKED: "查询现场教育限制",
    EventKind.RESTRICTION_IMPOSED: "作出现场教育限制",
    EventKind.RESTRICTION_LIFTED: "解除现场教育限制",
    EventKind.RESTRICTION_REGISTERED: "登记现场学习",
    EventKind.REVIEW_ASSIGNED: "分派复核",
    EventKind.REVIEW_CORRECTED: "更正复核结论",
    EventKind.REVIEW_HANDED_OVER: "转交复核",
    EventKind.REVIEW_SUBMITTED: "提交复核结论",
    EventKind.ROSTER_ENTERED: "排班",
    EventKind.ROSTER_WITHDRAWN: "撤销排班",
    EventKind.RULEBOOK_LOADED: "载入规则库",
    EventKind.SECOND_FACTOR_ENROLLED: "启用二次验证",
    EventKind.SECOND_FACTOR_FAILED: "二次验证失败",
    EventKind.SECOND_FACTOR_RESET: "重置二次验证",
    EventKind.SUBJECT_ADDED: "登记监管对象",
    EventKind.TASKS_OPENED: "开立任务",
    EventKind.TASK_DISPUTED: "任务存疑",
    EventKind.TASK_EXCUSED: "免除任务",
    EventKind.TASK_REJUDGED: "复核任务",
    EventKind.WATCHING_CLOSED: "结束观看",
    EventKind.WATCHING_OPENED: "开始观看",
    EventKind.WATCHING_REFUSED: "拒收观看记录",
}
"""What a user reads for each event; a test checks that none is missing."""
