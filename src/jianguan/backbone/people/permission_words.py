"""What each permission is called by people (权限名称)."""

from jianguan.backbone.people.permissions import Permission

WORDS: dict[str, str] = {
    Permission.ACCOUNT_MANAGE: "管理账号",
    Permission.ACCOUNT_READ: "查看账号",
    Permission.AGENCY_READ: "查看机构",
    Permission.ALERT_READ: "查看预警",
    Permission.ALERT_RECEIVE: "签收预警",
    Permission.APPROVAL_APPLY: "填报审批申请",
    Permission.APPROVAL_EXECUTE: "执行审批事项",
    Permission.APPROVAL_READ: "查看审批",
    Permission.APPROVAL_REVEAL: "查看审批中的敏感内容",
    Permission.APPROVAL_REVIEW: "分析审批申请",
    Permission.APPROVAL_SIGN: "签批审批申请",
    Permission.APPROVAL_VERIFY: "验证审批结果",
    Permission.AUDIT_READ: "查看审计",
    Permission.AUDIT_VERIFY: "核验日志",
    Permission.CASE_HANDLE: "办理事项",
    Permission.CASE_ISSUE: "交办事项",
    Permission.CASE_READ: "查看事项",
    Permission.CASE_REVIEW: "复核事项",
    Permission.CHECK_READ: "查看检查",
    Permission.CHECK_RECORD: "办理检查",
    Permission.CLIP_MAKE: "截取证据",
    Permission.COMPLAINT_CUSTODY: "保管投诉人身份",
    Permission.COMPLAINT_HANDLE: "办理投诉",
    Permission.COMPLAINT_READ: "查看投诉",
    Permission.DECISION_ADOPT: "作出决定",
    Permission.DOCUMENT_ACKNOWLEDGE: "签收文书",
    Permission.DOCUMENT_DRAFT: "拟制文书",
    Permission.DOCUMENT_ISSUE: "印发文书",
    Permission.DOCUMENT_READ: "查看文书",
    Permission.DRAW_COMMIT: "承诺和揭示种子",
    Permission.DRAW_MAKE: "办理抽取",
    Permission.DRAW_READ: "查看抽取",
    "facts.manage": "管理数据",
    "facts.read": "查看数据",
    Permission.LEDGER_READ: "查看履职台账",
    Permission.PERSON_READ: "查看人员",
    Permission.PERSON_REVEAL: "查看人员电话",
    Permission.POST_MANAGE: "管理岗位",
    Permission.RECORDING_READ: "查看录像",
    Permission.RECUSAL_DECLARE: "申报回避",
    Permission.REGISTRATION_MANAGE: "办理登记",
    Permission.REGISTRATION_READ: "查看登记",
    Permission.ROSTER_MANAGE: "值班排班",
    Permission.RULE_MANAGE: "管理规则",
    Permission.RULE_READ: "查看规则",
    Permission.SECURITY_MANAGE: "安全管理",
    Permission.SYSTEM_MANAGE: "系统管理",
    Permission.TASK_READ: "查看任务",
}


def permission_word(permission: str) -> str:
    """The name of a permission for a message."""
    return WORDS.get(permission, "这项")
