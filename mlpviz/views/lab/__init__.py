"""The Lab: data, network diagram, training, curves, tables."""
