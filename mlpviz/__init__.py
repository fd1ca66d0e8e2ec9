"""mlpviz: build a multilayer perceptron by clicking, watch it learn, take the weights away."""

__version__ = "0.1.0"
