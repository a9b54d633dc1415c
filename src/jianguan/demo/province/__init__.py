"""The synthetic province (合成数据): fact files with honest variation and planted misconduct."""

from jianguan.demo.province.build import Summary, build

__all__ = ["Summary", "build"]
