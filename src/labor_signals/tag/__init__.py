"""Step 2: from a `Transcript` to a `TaggedTranscript`, by any object that follows the `Tagger` protocol."""
