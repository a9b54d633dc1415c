"""Chinese words of what is wrong with a recording (录像缺陷); the codes are those of engines.media and our own."""

from collections.abc import Iterable

from jianguan.engines.media import Problem

GONE, CLOCK_SHIFTED, BAD_REFERENCE = "gone", "clock_shifted", "bad_reference"

WORDS: dict[str, str] = {
    GONE: "来源中已没有这份录像",
    CLOCK_SHIFTED: "设备时钟与业务时间不符",
    BAD_REFERENCE: "录像位置不合规",
    Problem.MISSING: "没有文件",
    Problem.EMPTY: "文件长度为零",
    Problem.UNREADABLE: "不是可识别的音视频文件",
    Problem.WRONG_EXTENSION: "扩展名与内容不符",
    Problem.TRUNCATED: "文件不完整",
    Problem.NO_VIDEO: "没有视频",
    Problem.STILL: "是图片，不是视频",
    Problem.UNDECODABLE: "画面无法解码",
    Problem.DAMAGED: "部分画面损坏",
    Problem.WRONG_CODEC: "浏览器不能直接播放，需转码",
    Problem.NO_KEY_FRAMES: "没有关键帧",
    Problem.SPARSE_KEY_FRAMES: "关键帧间隔过长",
    Problem.GAPS: "画面有中断",
    Problem.ROTATED: "画面方向旋转",
    Problem.ODD_SIZE: "画面尺寸为奇数",
    Problem.TOO_LARGE: "画面过大",
    Problem.TOO_LONG: "录像过长",
    Problem.TOO_MANY_STREAMS: "音视频流过多",
    Problem.GAVE_UP: "检测超出时间或内存上限",
}


def in_words(codes: Iterable[str]) -> list[str]:
    """Return the problems in Chinese; a code nobody knows is called by itself."""
    return [WORDS.get(code, f"其他问题（{code}）") for code in codes]
