"""The numbers by which the compiled kernel knows activations, losses, optimisers and operations, and its tables."""

from __future__ import annotations

LANES = 8  # numbers of a vector

# Activations with a fast path of their own; every other one is run from its tapes.
ACTIVATION_CODES = {"identity": 0, "tanh": 1, "sigmoid": 2, "relu": 3, "leaky_relu": 4}
IDENTITY, TANH, SIGMOID, RELU, LEAKY_RELU, TAPE = range(6)
LEAK = 0.01

LOSS_CODES = {"squared": 0, "absolute": 1, "huber": 2, "logistic": 3, "softmax": 4, "hinge": 5}
SQUARED, ABSOLUTE, HUBER, LOGISTIC, SOFTMAX, HINGE = range(6)

OPTIMIZER_CODES = {"sgd": 0, "momentum": 1, "nesterov": 2, "rmsprop": 3, "adagrad": 4, "adam": 5, "adamw": 6}
SGD, MOMENTUM, NESTEROV, RMSPROP, ADAGRAD, ADAM, ADAMW = range(7)

OPERATIONS = (
    "add", "sub", "mul", "div", "neg", "pow", "exp", "log", "sin", "cos", "tanh", "abs", "max", "min", "sqrt", "where",
    "gt", "ge", "lt", "le", "sigmoid", "expm1", "log1p", "copy",
)  # fmt: skip
(
    ADD, SUB, MUL, DIV, NEG, POW, EXP, LOG, SIN, COS, TANH_OF, ABS, MAX, MIN, SQRT, WHERE,
    GT, GE, LT, LE, SIGMOID_OF, EXPM1, LOG1P, COPY,
) = range(len(OPERATIONS))  # fmt: skip
# Operands of a tape's step that are known only when it runs; all others are places in `work`.
ARGUMENT_Z, ARGUMENT_H, ARGUMENT_OUT = -1, -2, -3
STEP_LENGTH = 5  # operation, three operands, target

# The head of a plan. Places are those of the first of the rows in `work`.
(
    LAYERS,  # matrices A⁽ˡ⁾
    WIDTH,  # lanes of every row in `work`
    FAN_IN,
    OUTPUTS,
    LOSS,
    SQUASH,  # 1: ŷ = tanh ỹ
    SIZE,  # parameters
    CHUNK,  # units whose activations are computed in one go, a multiple of 4
    BLOCK_AT,  # the first block of examples
    BLOCK_SIZE,  # numbers in a block: FAN_IN rows of x, one of ones, OUTPUTS rows of y, one of scales
    BLOCKS,  # blocks of a batch
    PACKED,  # batches with blocks of their own, all of an epoch or none; one more is there for any batch
    OUT_AT,  # ŷ
    SCRATCH_AT,  # CHUNK rows
    LANES_AT,  # one row: 0, 1, 2, …
    HEAD,
) = range(16)
# What follows it for each layer.
(
    IN,
    OUT,
    MATRIX_AT,  # in θ
    SOURCE_AT,  # the layer's input: IN rows, one of ones below; of the first layer, that of the first block
    Z_AT,
    H_AT,  # of the last layer, Z_AT
    DELTA_AT,  # ∂L/∂z
    CODE,
    VALUE_FROM,  # steps of the value's tape
    VALUE_TO,
    SLOPE_FROM,
    SLOPE_TO,
    FIELDS,
) = range(13)
