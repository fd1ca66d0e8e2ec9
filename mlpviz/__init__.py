"""mlpviz: build a multilayer perceptron by clicking, watch it learn, take the weights away."""

__version__ = "0.1.0"

import os

# Products of small matrices are slower on two threads than on one, and the last bits of a product depend on the number
# of threads: both want one. It must be said before NumPy is imported; who says otherwise in the environment is heard.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
