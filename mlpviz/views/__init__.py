"""The window: one folder a workspace, shared parts, the theme."""
