"""What the scripts for NumPy and PyTorch have in common: words, literals, names of what the first layer sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from mlpviz.errors import counted
from mlpviz.nn.activations import OWN
from mlpviz.nn.features import factors_of, feature, feature_names, linear
from mlpviz.nn.formula.fold import folded
from mlpviz.nn.formula.writing import plain, source
from mlpviz.nn.spec import Network

# Larger arrays become text that the script splits, which Python compiles in no time.
_LARGEST_LIST = 4096
_ARROW = {"logistic": "σ(ỹ)", "softmax": "softmax(ỹ)"}


def described(network: Network) -> str:
    """One line that says what the network is: "A 2–4–1 network, ŷ = σ(ỹ)"."""
    output = "tanh(ỹ)" if network.output_activation == "tanh" else _ARROW.get(network.loss, "ỹ")
    return f"A {'–'.join(map(str, network.sizes))} network, ŷ = {output}"


def comments(network: Network) -> list[str]:
    """Comment lines with the names of inputs, features and classes; `repr` keeps any name on its line."""
    lines = []
    if network.input_names:
        lines.append(f"# Inputs: {', '.join(map(repr, network.input_names))}")
    if network.features:
        lines.append(f"# The first layer sees {', '.join(map(repr, feature_names(network)))}")
    if network.class_names:
        one = "ŷ is the probability of the second" if network.loss == "logistic" else "the second where ŷ is above 0"
        how = one if network.outputs == 1 else "one column of ŷ for each"
        lines.append(f"# Classes: {', '.join(map(repr, network.class_names))}; {how}")
    return lines


def literal(array: NDArray[Any], call: str, dtype: str) -> str:
    """Source of an array that reads back exactly.

    Args:
        array: (n,) or (m, n).
        call: the function that makes an array of nested lists, "np.array" or "torch.tensor".
        dtype: its type as source, "np.float64".
    """
    if array.size > _LARGEST_LIST:
        rows = array.tolist() if array.ndim == 2 else [array.tolist()]
        text = "\n".join(" ".join(map(plain, row)) for row in rows)
        shape = ", ".join(map(str, array.shape))
        return f'{call}([float(word) for word in """\n{text}\n""".split()], dtype={dtype}).reshape({shape})'
    if array.ndim == 1:
        return f"{call}([{_row(array)}], dtype={dtype})"
    rows_text = "".join(f"    [{_row(row)}],\n" for row in array)
    return f"{call}([\n{rows_text}], dtype={dtype})"


def _row(values: NDArray[Any]) -> str:
    return ", ".join(map(plain, values.tolist()))


def features_source(network: Network, x: str, language: str) -> list[str]:
    """Lines that bring the raw inputs `x` (rows, inputs) to `f` (rows, fan_in), features and standardisation both."""
    lines: list[str] = []
    parts: list[str] = []
    used: set[str] = set()
    for text in network.features:
        node = folded(feature(text, network.inputs))
        names = {name: f"x{(linear(name) or 0) + 1}" for name in node.variables()}
        used |= set(names.values())
        parts.append(source(node, names, language, like=x))
    order = sorted(used, key=lambda word: int(word[1:]))
    lines += [f"{name} = {x}[:, {int(name[1:]) - 1}]" for name in order]
    if parts:
        module, axis = ("torch", "dim") if language == "torch" else ("np", "axis")
        lines += [f"f = {module}.stack([", *(f"    {part}," for part in parts), f"], {axis}=1)"]
    else:
        lines.append(f"f = {x}")
    if network.standard:
        lines.append("f = (f - MEAN) * FACTOR")
    return lines


def standard_source(network: Network, call: str, dtype: str) -> list[str]:
    """Lines that define MEAN and FACTOR, none where nothing is standardised."""
    if not network.standard:
        return []
    means, factors = factors_of(network.standard)
    return [
        "# Each value that the first layer sees: its mean over the training rows, and 1/σ (0 for a constant).",
        f"MEAN = {literal(means, call, dtype)}",
        f"FACTOR = {literal(factors, call, dtype)}",
        "",
    ]


def function_names(network: Network) -> Mapping[str, str]:
    """A name in a script for each activation that occurs; own formulas are own1, own2, …"""
    words = dict.fromkeys(layer.activation for layer in network.hidden)
    own = [word for word in words if word.startswith(OWN)]
    return {word: f"own{own.index(word) + 1}" if word in own else word for word in words}


def formula_text(word: str) -> str:
    """The user's own formula on one line."""
    return " ".join(word.removeprefix(OWN).split())


def main_source(network: Network, predict: str) -> list[str]:
    """Lines of the part that runs when the script is called: a table's predictions, or an example's."""
    columns = network.inputs
    return f'''
def stop(sentence):
    """Say what is wrong and end."""
    print(sentence, file=sys.stderr)
    sys.exit(2)


def number(cell):
    """The number that a cell holds, None for any other text."""
    try:
        return float(cell)
    except ValueError:
        return None


def read_table(path):
    """The first {counted(columns, "column")} of a CSV file; a first row of words is skipped."""
    table = []
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        for place, row in enumerate(row for row in reader if any(map(str.strip, row))):
            numbers = [number(cell) for cell in row]
            if place == 0 and not any(value is not None for value in numbers):
                continue
            for column, value in enumerate(numbers[:{columns}]):
                if value is None or not abs(value) < float("inf"):
                    where = f"{{path}}, line {{reader.line_num}}, column {{column + 1}}"
                    stop(f"{{where}}: {{row[column][:40]!r}} is not a finite number")
            if len(row) < {columns}:
                stop(f"{{path}}, line {{reader.line_num}}: the row has {{len(row)}} of {counted(columns, "number")}")
            table.append(numbers[:{columns}])
    return table


if __name__ == "__main__":
    table = [[0.0] * {columns}, [1.0] * {columns}]
    if len(sys.argv) > 1:
        try:
            table = read_table(sys.argv[1])
        except OSError as error:
            stop(f"{{sys.argv[1]}} cannot be read: {{error.strerror}}")
        except (UnicodeDecodeError, csv.Error) as error:
            stop(f"{{sys.argv[1]}} is not a CSV file in UTF-8: {{error}}")
        if not table:
            stop(f"{{sys.argv[1]}} has no row of numbers")
    for x, y in zip(table, {predict}, strict=True):
        print(*x, "->", *y)
'''.strip("\n").split("\n")
