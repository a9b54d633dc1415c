"""Recordings as files (音像资料): probe, review copy, check word, stills, clips with proof."""

from jianguan.engines.media.apart import probe_apart
from jianguan.engines.media.clips import BadCut, Cut, cut
from jianguan.engines.media.manifest import BadManifest, Source, canonical, digest, manifest
from jianguan.engines.media.opening import Unplayable
from jianguan.engines.media.overlay import overlay
from jianguan.engines.media.probing import Limits, Probe, Problem, clock_shift_ms, probe
from jianguan.engines.media.review_copy import ReviewCopy, Segment, segment
from jianguan.engines.media.stills import poster, snapshot

__all__ = [
    "BadCut",
    "BadManifest",
    "Cut",
    "Limits",
    "Probe",
    "Problem",
    "ReviewCopy",
    "Segment",
    "Source",
    "Unplayable",
    "canonical",
    "clock_shift_ms",
    "cut",
    "digest",
    "manifest",
    "overlay",
    "poster",
    "probe",
    "probe_apart",
    "segment",
    "snapshot",
]
