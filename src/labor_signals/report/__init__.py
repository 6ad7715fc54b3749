"""Step 4: tables, words, pages and files that a person can read."""
