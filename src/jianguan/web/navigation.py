"""The sidebar's items. A room adds its own with `register` from its urls module; base.html reads `navigation`."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

SECTIONS = ("履职", "登记", "规则", "系统")


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the sidebar.

    `url_name` is reversed without arguments; `prefix` is the start of the paths that light the item up (the item's own
    path when empty); `permission` hides the item from whoever lacks it (shown to all when empty).
    """

    section: str
    order: int
    label: str
    icon: str
    url_name: str
    prefix: str = ""
    permission: str = ""


_ITEMS: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add an item to the sidebar; the same `url_name` again replaces it. ValueError for a section that is none."""
    if item.section not in SECTIONS:
        raise ValueError(f"no section {item.section!r} in the sidebar")
    _ITEMS[item.url_name] = item


for _item in (
    NavItem("履职", 10, "工作台", "layout-dashboard", "desk"),
    NavItem("履职", 20, "条款履职", "layout-grid", "provisions"),
    NavItem("履职", 30, "考前检查", "checklist", "checks"),
    NavItem("履职", 40, "值班排班", "calendar-user", "rosters"),
    NavItem("登记", 10, "机构", "sitemap", "agencies"),
    NavItem("登记", 20, "履职登记", "clipboard-text", "registrations"),
    NavItem("登记", 30, "规范库", "books", "norms"),
    NavItem("规则", 10, "规则管理", "scale", "rules"),
    NavItem("系统", 10, "审计", "fingerprint", "audit"),
    NavItem("系统", 20, "人员与岗位", "users", "people"),
):
    register(_item)


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: the sections with the items this user may open; items without a page are left out."""
    user = getattr(request, "user", None)
    sections = []
    for title in SECTIONS:
        items = []
        for item in sorted((i for i in _ITEMS.values() if i.section == title), key=lambda i: i.order):
            try:
                url = reverse(item.url_name)
            except NoReverseMatch:
                continue
            if item.permission and not (user and user.has_perm(item.permission)):
                continue
            prefix = item.prefix or url
            active = request.path == url if prefix == "/" else request.path.startswith(prefix)
            items.append({"label": item.label, "icon": item.icon, "url": url, "active": active})
        if items:
            sections.append({"title": title, "items": items})
    return {"navigation": sections}
