"""One file a family of formats: each writes a conversation the way the tool itself exports it."""
