"""Step 3: from tags, or human codes, to directional asymmetry. Needs numpy and pandas only."""
