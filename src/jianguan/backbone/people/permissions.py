"""Names of permissions, one alphabetised list with one grammar: ``object.verb``. Roles grant them (roles.yaml)."""

from enum import StrEnum


class Permission(StrEnum):
    """Everything a post may be allowed to do. Keep alphabetical; a test checks it."""

    ACCOUNT_MANAGE = "account.manage"
    ACCOUNT_READ = "account.read"
    AGENCY_READ = "agency.read"
    AUDIT_READ = "audit.read"
    AUDIT_VERIFY = "audit.verify"
    CHECK_READ = "check.read"
    CHECK_RECORD = "check.record"
    DECISION_ADOPT = "decision.adopt"
    DOCUMENT_ACKNOWLEDGE = "document.acknowledge"
    DOCUMENT_ISSUE = "document.issue"
    DOCUMENT_READ = "document.read"
    FACTS_MANAGE = "facts.manage"
    FACTS_READ = "facts.read"
    LEDGER_READ = "ledger.read"
    PERSON_READ = "person.read"
    PERSON_REVEAL = "person.reveal"
    POST_MANAGE = "post.manage"
    REGISTRATION_MANAGE = "registration.manage"
    REGISTRATION_READ = "registration.read"
    ROSTER_MANAGE = "roster.manage"
    RULE_MANAGE = "rule.manage"
    RULE_READ = "rule.read"
    SECURITY_MANAGE = "security.manage"
    SYSTEM_MANAGE = "system.manage"
    TASK_READ = "task.read"
