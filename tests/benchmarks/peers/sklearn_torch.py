"""Times scikit-learn and PyTorch on one multilayer perceptron.

    python sklearn_torch.py --engine sklearn --layers 2-4-2-1 --rows 250 --batch 10 \
        --activation tanh --optimizer sgd --seconds 3
    python sklearn_torch.py --engine torch --exchange FILE    as `mlpviz bench --peers` starts it

Engines: sklearn, torch, torch-compile. One thread. One JSON line is
printed: medians over the slices, and *_best for the best slice. One output trains on half
the mean squared error; several outputs train a softmax on the cross-entropy. Rows are
taken in order unless --shuffle is given (the Playground does not shuffle either).
"""

import argparse
import json
import os
import statistics
import sys
import time
import warnings
from itertools import pairwise

for name in ("OMP", "OPENBLAS", "MKL"):
    os.environ[name + "_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402


def data(layers, rows, rng):
    k_in, k_out = layers[0], layers[-1]
    if k_in == 2:
        inside = np.arange(rows) % 2 == 0
        r = np.where(inside, rng.uniform(0, 2.5, rows), rng.uniform(3.5, 5, rows))
        a = rng.uniform(0, 2 * np.pi, rows)
        x = np.c_[r * np.sin(a), r * np.cos(a)]
        y = np.where(inside, 1.0, -1.0)
    else:
        x = rng.uniform(-1, 1, (rows, k_in))
        y = np.sin(3 * x[:, 0])
    if k_out > 1:
        y = np.argmax(x @ rng.standard_normal((k_in, k_out)), axis=1)
        y[:k_out] = np.arange(k_out)
    return x, y


class Sklearn:
    """One call of fit with max_iter epochs, and nothing that could stop it early. That is
    the fastest honest way: partial_fit runs one epoch a call and validates its input and
    (for labels) re-encodes it each time. fit's own set-up is paid once per slice, so a
    slice is made long. alpha=0 drops the L2 term's effect, though not its cost."""

    def __init__(self, layers, x, y, a):
        import sklearn
        from sklearn.neural_network import MLPClassifier, MLPRegressor

        warnings.filterwarnings("ignore")
        self.version = sklearn.__version__
        dtype = np.dtype(a.dtype)
        kind = MLPClassifier if layers[-1] > 1 else MLPRegressor
        self.x, self.y = x.astype(dtype), y if layers[-1] > 1 else y.astype(dtype)
        # A warm start, so that an exchange's weights can be put in and slices go on from one another;
        # the optimizer itself begins anew with each call of fit.
        self.model = kind(
            hidden_layer_sizes=tuple(layers[1:-1]),
            solver=a.optimizer,
            alpha=0.0,
            activation="logistic" if a.activation == "sigmoid" else a.activation,
            batch_size=a.batch,
            learning_rate_init=a.rate,
            momentum=0.0,
            max_iter=1,
            nesterovs_momentum=False,
            shuffle=a.shuffle,
            tol=0.0,
            warm_start=True,
            n_iter_no_change=10**9,
            early_stopping=False,
            random_state=1,
        )

    def epochs(self, n):
        self.model.set_params(max_iter=n).fit(self.x, self.y)

    def put(self, W, b):
        """Start from these weights, W (out, in)."""
        self.epochs(1)  # makes the arrays
        self.model.coefs_ = [np.array(w).T.copy() for w in W]
        self.model.intercepts_ = [np.array(v) for v in b]

    def whole_loss(self):
        """L over all rows."""
        if hasattr(self.model, "classes_"):
            p = self.model.predict_proba(self.x)
            return float(-np.mean(np.log(p[np.arange(len(p)), self.y])))
        return float(0.5 * np.mean((self.model.predict(self.x) - self.y) ** 2))

    def computes(self):
        """In words."""
        adam = (
            "Adam, which adds ε before it corrects √v's bias" if self.model.solver == "adam" else "SGD without momentum"
        )
        kind = (
            "softmax, cross-entropy" if hasattr(self.model, "classes_") else "identity output, half the squared error"
        )
        return (
            f"{type(self.model).__name__}.fit, float64: tanh units, {kind}, {adam}, alpha 0 (its L2 term is computed)"
        )

    def loss(self):
        return float(self.model.loss_)


class Torch:
    """Eager nn.Sequential on prebuilt slices of the tensors (no DataLoader). Of the
    optimizers' variants, the fastest here: fused for Adam, the plain one for SGD."""

    def __init__(self, layers, x, y, a, compiled=False):
        import torch

        torch.set_num_threads(1)
        torch.manual_seed(1)
        self.torch, self.version, self.a = torch, torch.__version__, a
        dtype = getattr(torch, a.dtype)
        act = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}
        parts = []
        for m, n in pairwise(layers):
            parts += [torch.nn.Linear(m, n, dtype=dtype), act[a.activation]()]
        self.net = torch.nn.Sequential(*parts[:-1])
        self.x = torch.tensor(x, dtype=dtype)
        if layers[-1] > 1:
            self.y, self.cost = torch.tensor(y), torch.nn.CrossEntropyLoss()
        else:
            self.y = torch.tensor(y, dtype=dtype)[:, None]
            mse = torch.nn.MSELoss()
            self.cost = lambda out, y: 0.5 * mse(out, y)
        if a.optimizer == "adam":
            self.opt = torch.optim.Adam(self.net.parameters(), lr=a.rate, fused=True)
        else:
            self.opt = torch.optim.SGD(self.net.parameters(), lr=a.rate, foreach=False)
        self.step = torch.compile(self._loss) if compiled else self._loss
        self.batches = list(zip(self.x.split(a.batch), self.y.split(a.batch), strict=True))
        self.last = None

    def _loss(self, x, y):
        return self.cost(self.net(x), y)

    def epochs(self, n):
        for _ in range(n):
            batches = self.batches
            if self.a.shuffle:
                order = self.torch.randperm(len(self.x))
                batches = zip(self.x[order].split(self.a.batch), self.y[order].split(self.a.batch), strict=True)
            for x, y in batches:
                self.opt.zero_grad(set_to_none=True)
                self.last = self.step(x, y)
                self.last.backward()
                self.opt.step()

    def loss(self):
        return float(self.last.detach())

    def put(self, W, b):
        """Start from these weights, W (out, in)."""
        linear = [part for part in self.net if isinstance(part, self.torch.nn.Linear)]
        with self.torch.no_grad():
            for part, w, v in zip(linear, W, b, strict=True):
                part.weight.copy_(self.torch.tensor(w, dtype=part.weight.dtype))
                part.bias.copy_(self.torch.tensor(v, dtype=part.bias.dtype))

    def whole_loss(self):
        """L over all rows."""
        with self.torch.no_grad():
            return float(self._loss(self.x, self.y))

    def computes(self):
        """In words."""
        softmax = isinstance(self.cost, self.torch.nn.CrossEntropyLoss)
        kind = "softmax, cross-entropy" if softmax else "identity output, half the squared error"
        optimizer = "Adam (fused)" if self.a.optimizer == "adam" else "SGD"
        return f"nn.Sequential, eager, float64: tanh units, {kind}, autograd, torch.optim.{optimizer}"


def exchange(make, path):
    """The work of a file, as mlpviz/bench/exchange.py says: the loss after its epochs from its weights,
    then a slot for every number of seconds that is read."""
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    if told["output"] != "identity":
        sys.exit(f"the output {told['output']} is not done here")
    x, y = np.array(told["X"]), np.array(told["y"])
    a = argparse.Namespace(
        batch=told["batch"],
        optimizer=told["optimizer"],
        rate=told["rate"],
        activation="tanh",
        dtype="float64",
        shuffle=False,
    )
    engine = make(told["layers"], x, y.argmax(axis=1) if y.shape[1] > 1 else y[:, 0], a)
    engine.put(told["W"], told["b"])
    engine.epochs(told["epochs"])
    loss = engine.whole_loss()
    answer = {"loss": loss if np.isfinite(loss) else None, "computes": engine.computes()}
    print(json.dumps(answer), flush=True)
    n = 0
    for line in sys.stdin:
        n = n or epochs_in(engine, float(line))
        t = time.perf_counter()
        engine.epochs(n)
        print(json.dumps([n, time.perf_counter() - t]), flush=True)


def epochs_in(engine, share):
    """How many epochs fill a slice of so many seconds."""
    n = 1
    while True:
        t = time.perf_counter()
        engine.epochs(n)
        took = time.perf_counter() - t
        if took > share / 4:
            return max(1, round(n * share / took))
        n *= 4


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--engine", default="torch", choices=["sklearn", "torch", "torch-compile"])
    p.add_argument("--layers", default="2-4-2-1")
    p.add_argument("--rows", type=int, default=250)
    p.add_argument("--batch", default="10", help="rows in a batch, or 'full'")
    p.add_argument("--activation", default="tanh", choices=["tanh", "relu", "sigmoid"])
    p.add_argument("--optimizer", default="sgd", choices=["sgd", "adam"])
    p.add_argument("--rate", type=float, default=None, help="0.03 for sgd, 0.001 for adam")
    p.add_argument("--dtype", default="float64", choices=["float64", "float32"])
    p.add_argument("--seconds", type=float, default=3.0)
    p.add_argument("--slices", type=int, default=7)
    p.add_argument("--shuffle", action="store_true")
    p.add_argument("--exchange", metavar="FILE")
    a = p.parse_args()
    make = {"sklearn": Sklearn, "torch": Torch, "torch-compile": lambda *args: Torch(*args, compiled=True)}[a.engine]
    if a.exchange:
        exchange(make, a.exchange)
        return
    a.rate = a.rate or (0.03 if a.optimizer == "sgd" else 0.001)
    a.batch = a.rows if a.batch == "full" else min(int(a.batch), a.rows)
    layers = [int(n) for n in a.layers.split("-")]
    x, y = data(layers, a.rows, np.random.default_rng(1))
    engine = make(layers, x, y, a)

    engine.epochs(1)  # warm-up: imports, compilation, caches
    n = epochs_in(engine, a.seconds / a.slices)
    speed = []
    for _ in range(a.slices):
        t = time.perf_counter()
        engine.epochs(n)
        speed.append(n / (time.perf_counter() - t))
    median, best, steps = statistics.median(speed), max(speed), -(-a.rows // a.batch)

    def r(v):
        return float(f"{v:.4g}") if np.isfinite(v) else None

    json.dump(
        {
            "engine": a.engine,
            "version": engine.version,
            "layers": a.layers,
            "rows": a.rows,
            "batch": a.batch,
            "activation": a.activation,
            "optimizer": a.optimizer,
            "dtype": a.dtype,
            "epochs_per_s": r(median),
            "epochs_per_s_best": r(best),
            "steps_per_s": r(median * steps),
            "steps_per_s_best": r(best * steps),
            "loss_after": r(engine.loss()),
        },
        sys.stdout,
    )
    print()


if __name__ == "__main__":
    main()
