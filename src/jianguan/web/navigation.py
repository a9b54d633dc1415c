"""What the frame of a staff page shows: the sidebar, who acts as what, and whether the data are synthetic.

A page room adds its entry to the sidebar with `register` in its urls module; the items below are those of the rooms
that exist today. An item whose address does not exist, or whose permission the actor lacks, is not shown.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission

SECTIONS = ("履职", "登记", "规则", "系统")


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the sidebar.

    `url_name` is reversed without arguments; paths that start with its address light it up. `permission` None shows it
    to every post.
    """

    section: str
    order: int
    label: str
    icon: str
    url_name: str
    permission: Permission | None = None


ITEMS: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add an item to the sidebar; the same `url_name` again replaces it. ValueError for a section that is none."""
    if item.section not in SECTIONS:
        raise ValueError(f"no section {item.section!r} in the sidebar")
    ITEMS[item.url_name] = item


for _item in (
    NavItem("履职", 10, "工作台", "layout-dashboard", "desk"),
    NavItem("履职", 20, "条款履职", "layout-grid", "provisions", Permission.LEDGER_READ),
    NavItem("履职", 30, "考前检查", "checklist", "checks", Permission.CHECK_READ),
    NavItem("履职", 40, "值班排班", "calendar-user", "rosters", Permission.REGISTRATION_READ),
    NavItem("登记", 10, "机构", "sitemap", "agencies", Permission.AGENCY_READ),
    NavItem("登记", 20, "履职登记", "clipboard-text", "registrations", Permission.REGISTRATION_READ),
    NavItem("登记", 30, "规范库", "books", "documents", Permission.DOCUMENT_READ),
    NavItem("规则", 10, "规则管理", "scale", "rules", Permission.RULE_READ),
    NavItem("系统", 10, "审计", "fingerprint", "audit", Permission.AUDIT_READ),
    NavItem("系统", 20, "人员与岗位", "users", "people", Permission.ACCOUNT_READ),
):
    register(_item)


def address(url_name: str) -> str:
    """The address of a page without arguments, empty when no room has it."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def sections(actor: Actor | None, path: str) -> list[dict[str, Any]]:
    """The sidebar of an actor on the page at `path`: {title, items: [{label, icon, url, active}]}, no empty section."""
    found: dict[str, list[dict[str, Any]]] = {title: [] for title in SECTIONS}
    for item in sorted(ITEMS.values(), key=lambda item: item.order):
        url = address(item.url_name)
        if not url or actor is None or (item.permission is not None and not actor.may(item.permission)):
            continue
        active = path == url if url == "/" else path.startswith(url)
        found[item.section].append({"label": item.label, "icon": item.icon, "url": url, "active": active})
    return [{"title": title, "items": items} for title, items in found.items() if items]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the frame: navigation, actor, the posts to switch to with their addresses, demo."""
    actor = getattr(request, "actor", None)
    return {
        "navigation": sections(actor, request.path),
        "actor": actor,
        "posts": getattr(request, "appointments", []),
        "switch_url": address("posts"),
        "logout_url": address("logout"),
        "demo": settings.DEMO,
    }
