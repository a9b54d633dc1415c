"""Addresses of documents (文书): register, drafts, one document, objections, the check of a code."""

from django.urls import path, reverse

from jianguan.backbone.people.permissions import Permission
from jianguan.web import next_action
from jianguan.web.documents import drafting, register, views
from jianguan.web.navigation import NavItem
from jianguan.web.navigation import register as in_sidebar

in_sidebar(NavItem("登记", 25, "文书登记", "file-text", "document-register", Permission.DOCUMENT_READ))
for _kind in (
    "bulletin",
    "copy-letter",
    "exposure",
    "guidance",
    "interview-order",
    "problem-notice",
    "violation-notice",
):
    next_action.register(
        f"document:{_kind}", "拟稿", lambda kind: f"{reverse('document-new')}?kind={kind}", Permission.DOCUMENT_DRAFT
    )

urlpatterns = [
    path("documents/verify/", register.verify, name="document-verify"),
    path("documents/", register.listed, name="document-register"),
    path("documents/export.csv", register.export, name="document-export"),
    path("documents/new/", drafting.new, name="document-new"),
    path("documents/bulletin/", drafting.bulletin, name="document-bulletin"),
    path("documents/objections/", register.objections, name="document-objections"),
    path("documents/objections/<int:number>/decide/", views.decide, name="document-decide"),
    path("documents/drafts/", register.drafts, name="document-drafts"),
    path("documents/drafts/<int:number>/", drafting.show, name="document-draft"),
    path("documents/drafts/<int:number>/pages/<int:sheet>.png", drafting.picture, name="document-draft-sheet"),
    path("documents/drafts/<int:number>/<slug:verb>/", drafting.act, name="document-draft-act"),
    path("documents/services/<int:number>/refuse/", views.refuse, name="document-refuse"),
    path("documents/services/<int:number>/read/", views.read, name="document-read"),
    path("documents/services/<int:number>/object/", views.object_to, name="document-object"),
    path("documents/dispatches/<int:number>/receipt/", views.receipt, name="document-receipt"),
    path("documents/receipts/<int:number>/", views.slip, name="document-slip"),
    path("documents/<int:number>/", views.show, name="document-page"),
    path("documents/<int:number>/pages/<int:sheet>.png", views.picture, name="document-sheet"),
    path("documents/<int:number>/document.pdf", views.pdf, name="document-pdf"),
    path("documents/<int:number>/document.docx", views.word, name="document-word"),
    path("documents/<int:number>/dispatch/", views.dispatch, name="document-dispatch"),
    path("documents/<int:number>/withdraw/", views.withdraw, name="document-withdraw"),
]
