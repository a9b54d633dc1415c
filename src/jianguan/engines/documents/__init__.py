"""Documents (文书): PDF, pictures of pages and Word files from templates and plain data."""

from jianguan.engines.documents.render import BrokenTemplate, render_pages, render_pdf
from jianguan.engines.documents.word import render_docx

__all__ = ["BrokenTemplate", "render_docx", "render_pages", "render_pdf"]
