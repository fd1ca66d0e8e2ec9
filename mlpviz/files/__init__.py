"""The disk formats: project files, weights in and out. The only code that reads and writes them."""
