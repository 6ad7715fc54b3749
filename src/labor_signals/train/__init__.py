"""Fits, calibrates, exports and evaluates a tagger. Needs the `train` extra."""
