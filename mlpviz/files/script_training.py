"""The part of the PyTorch script that goes on training: the loss, the optimiser with its memory, one update."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError
from mlpviz.files.raw import Content, Training
from mlpviz.files.scripts import literal
from mlpviz.nn import updates
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import layout
from mlpviz.nn.losses import HUBER_DELTA
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.schedules import rate
from mlpviz.nn.spec import Network

_BETAS = f"betas=({updates.BETA1}, {updates.BETA2}), eps={updates.EPSILON}"
_OPTIMIZERS = {
    "sgd": ("SGD", ""),
    "momentum": ("SGD", f"momentum={updates.MOMENTUM}"),
    "nesterov": ("SGD", f"momentum={updates.MOMENTUM}, nesterov=True"),
    "rmsprop": ("RMSprop", f"alpha={updates.RMS_DECAY}, eps={updates.RMS_EPSILON}"),
    "adagrad": ("Adagrad", f"eps={updates.ADAGRAD_EPSILON}"),
    "adam": ("Adam", _BETAS),
    "adamw": ("AdamW", f"{_BETAS}, weight_decay={updates.WEIGHT_DECAY}"),
}
# Our slot → PyTorch's name for it, and what it is multiplied by: our Adam keeps m/(1 − β₁) and v/(1 − β₂).
_STATE = {
    "momentum": {"v": ("momentum_buffer", 1.0)},
    "nesterov": {"v": ("momentum_buffer", 1.0)},
    "rmsprop": {"v": ("square_avg", 1.0)},
    "adagrad": {"v": ("sum", 1.0)},
    "adam": {"m": ("exp_avg", 1 - updates.BETA1), "v": ("exp_avg_sq", 1 - updates.BETA2)},
}
_STATE["adamw"] = _STATE["adam"]
_COUNTS = ("rmsprop", "adagrad", "adam", "adamw")


def training_source(content: Content) -> list[str]:
    """The lines. Raises UserError for settings that PyTorch's optimisers do not have."""
    training, network = content.training, content.network
    assert training is not None
    config = training.config
    check_training(training)
    dtype = f"torch.{content.dtype}"
    steps = int(training.slots["t"][0]) if "t" in training.slots else 0
    lines = [
        f"# Training goes on from here: {OPTIMIZERS[config.optimizer].name} after {steps:,} updates, "
        f"{training.epoch:,} epochs."
    ]
    lines += _settings(config)
    lines += ["", "", *_loss(network, dtype), "", "", *_penalty(config), *_optimizer(config, training.epoch)]
    lines += _memory(content, training, dtype, steps)
    return [*lines, "", "", *_step(config), *_schedule(config)]


def check_training(training: Training) -> None:
    """Raise UserError for settings or a memory that PyTorch's optimisers cannot go on with."""
    config, advice = training.config, "or export without the optimizer"
    if config.optimizer not in _OPTIMIZERS:
        name = OPTIMIZERS[config.optimizer].name
        raise UserError(f"What {name} remembers cannot be handed to PyTorch; choose another optimizer, {advice}.")
    if config.dropout:
        raise UserError(f"Dropout draws other units in PyTorch than here; set it to 0, {advice}.")
    if config.locked:
        raise UserError(f"PyTorch's optimizers know no locked weights; unlock them, {advice}.")
    if not all(np.isfinite(array).all() for array in training.slots.values()):
        raise UserError(f"The optimizer's memory holds NaN or infinity; reset and train again, {advice}.")


def _settings(config: TrainingConfig) -> list[str]:
    size = "all rows" if config.batch_size is None else f"{config.batch_size:,} rows"
    lines = [f"# mlpviz took {size} for an update{', in a new order every epoch' if config.shuffle else ''}."]
    if config.class_weights == "balanced":
        lines.append("# Its examples of class k weighed n/(K n_k): hand these weights to loss and step as w, (rows,).")
    return lines


def _loss(network: Network, dtype: str) -> list[str]:
    each = {
        "squared": "0.5 * ((output - y) ** 2).sum(dim=1)",
        "absolute": "(output - y).abs().sum(dim=1)",
        "huber": f'nn.functional.huber_loss(output, y, reduction="none", delta={HUBER_DELTA}).sum(dim=1)',
        "logistic": "nn.functional.softplus(-y * t, threshold=40).sum(dim=1)",
        "softmax": "-(y * torch.log_softmax(t, dim=1)).sum(dim=1)",
        "hinge": "torch.relu(1 - y * t).sum(dim=1)",
    }[network.loss]
    target = {"logistic": "-1 or 1", "hinge": "-1 or 1", "softmax": "1 for the class, else 0"}.get(
        network.loss, "numbers"
    )
    lines = ["def loss(x, y, w=1.0):"]
    lines += [f'    """L, the mean over the rows, for targets y (rows, {network.outputs}): {target}."""']
    lines += ["    t = logits(x)", *(f"    {name} = torch.as_tensor({name}, dtype={dtype})" for name in "yw")]
    if "output" in each:
        lines.append(f"    output = {'torch.tanh(t)' if network.output_activation == 'tanh' else 't'}")
    return [*lines, f"    each = {each}", "    return (w * each).mean()"]


def _in_gradient(config: TrainingConfig) -> bool:
    """Whether λ₂ is PyTorch's weight_decay: that comes after clipping, and AdamW's is another thing."""
    return config.optimizer != "adamw" and not config.clip


def _penalty(config: TrainingConfig) -> list[str]:
    """A function for the penalties that are no weight_decay."""
    terms = [f"{config.l1!r} * w.abs().sum()"] if config.l1 else []
    if config.l2 and not _in_gradient(config):
        terms.append(f"{0.5 * config.l2!r} * (w * w).sum()")
    if not terms:
        return []
    return [
        "def penalty():",
        '    """What large weights cost; biases are free."""',
        f"    return sum({' + '.join(terms)} for w in weights)",
        "",
        "",
    ]


def _optimizer(config: TrainingConfig, epoch: int) -> list[str]:
    kind, options = _OPTIMIZERS[config.optimizer]
    decay = f', "weight_decay": {config.l2!r}' if config.l2 and _in_gradient(config) else ""
    options = f"lr={rate(config, epoch)!r}{', ' if options else ''}{options}"
    return [
        'weights = [p for name, p in net.named_parameters() if name.endswith("weight")]',
        'biases = [p for name, p in net.named_parameters() if name.endswith("bias")]',
        f'optimizer = torch.optim.{kind}([{{"params": weights{decay}}}, {{"params": biases}}], {options})',
    ]


def _memory(content: Content, training: Training, dtype: str, steps: int) -> list[str]:
    """What the optimiser remembers, as entries of optimizer.state; none before the first step."""
    slots = _STATE.get(training.config.optimizer, {})
    if not steps or not slots:
        return []
    plan = layout(content.network.sizes)
    lines = ["memory = {"]
    parts = {
        name: plan.to_arrays(training.slots[slot] * factor) for slot, (name, factor) in slots.items()
    }  # by PyTorch's name of the slot, then by parameter
    for parameter in plan.names:
        lines.append(f'"{parameter}": {{')
        lines += [f'"{name}": {_tensor(arrays[parameter], content.dtype, dtype)},' for name, arrays in parts.items()]
        lines.append("},")
    lines += [
        "}",
        "for name, parameter in net.named_parameters():",
        "    optimizer.state[parameter].update(memory[name])",
    ]
    if training.config.optimizer in _COUNTS:
        lines.append(f'    optimizer.state[parameter]["step"] = torch.tensor({float(steps)!r})')
    return lines


def _tensor(array: NDArray[Any], name: str, dtype: str) -> str:
    with np.errstate(over="ignore", under="ignore"):
        cast = array.astype(name)
    if not np.isfinite(cast).all():
        raise UserError("The optimizer's memory is beyond float32; export as float64.")
    return literal(cast, "torch.tensor", dtype)


def _step(config: TrainingConfig) -> list[str]:
    more = " + penalty()" if _penalty(config) else ""
    lines = ["def step(x, y, w=1.0):", '    """One update on the rows x, y; the loss before it."""']
    lines += ["    optimizer.zero_grad()", "    value = loss(x, y, w)", f"    (value{more}).backward()"]
    if config.clip:
        lines.append(f"    nn.utils.clip_grad_norm_(net.parameters(), {config.clip!r})")
    return [*lines, "    optimizer.step()", "    return value.item()"]


def _schedule(config: TrainingConfig) -> list[str]:
    """A function that sets η for an epoch, where it is not always the same."""
    if config.schedule == "constant" and not config.warmup:
        return []
    eta, period, factor, late = config.learning_rate, config.schedule_period, config.schedule_factor, config.warmup
    value = {
        "constant": f"{eta!r}",
        "step": f"{eta!r} * {factor!r} ** (epoch // {period})",
        "exponential": f"{eta!r} * {factor!r} ** (epoch / {period})",
        "cosine": f"{eta!r} * 0.5 * (1 + math.cos(math.pi * min(epoch, {period}) / {period}))",
    }[config.schedule]
    lines = [
        "",
        "",
        "def set_rate(epoch):",
        '    """The learning rate of an epoch, counted from 0 at the first step."""',
    ]
    if late:
        lines += [
            f"    rise = {eta!r} * (epoch + 1) / {late + 1}",
            f"    late, epoch = epoch >= {late}, epoch - {late}",
        ]
        value = f"{value} if late else rise"
    lines += [f"    rate = {value}", "    for group in optimizer.param_groups:", '        group["lr"] = rate']
    return lines
