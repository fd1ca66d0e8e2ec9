"""Threads: a worker that drains any generator, a mailbox, a painter of pictures."""
