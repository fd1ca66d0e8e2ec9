"""The document: one frozen tree of everything a file holds, and the pure edits that turn one into the next."""
