"""Step 1: from a source in any of the known formats to a `Transcript`."""
