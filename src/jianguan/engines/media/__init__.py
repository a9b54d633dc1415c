"""Recordings as files (音像资料): probe, review copy, check word, stills, clips with proof."""
