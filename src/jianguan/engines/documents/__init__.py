"""Documents (文书): PDF from a typst template and plain data."""

from jianguan.engines.documents.render import BrokenTemplate, render_pdf

__all__ = ["BrokenTemplate", "render_pdf"]
