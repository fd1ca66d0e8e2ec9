"""Arithmetic with vectors of eight float64, written as LLVM instructions.

The kernel's intrinsics (`simd`) and the functions made for one network (`made`) are both written with it, so that both
do the same operations in the same order, and give the same bits.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from llvmlite.ir import Constant

from mlpviz.nn.compiled.codes import LANES

DOUBLE, WORD, INDEX = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
VECTOR, WORDS = ir.VectorType(DOUBLE, LANES), ir.VectorType(WORD, LANES)


def word(value: int) -> Any:
    """A constant whole number."""
    return Constant(WORD, value)


def constant(value: float) -> Any:
    """A vector of eight times the value."""
    return Constant(VECTOR, [Constant(DOUBLE, value)] * LANES)


class Vectors:
    """Writes instructions at the place where an IRBuilder stands; values are LLVM's."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    # ---- memory

    def address(self, data: Any, index: Any) -> Any:
        """Where the vector that begins at data[index] lies."""
        return self.builder.bitcast(self.builder.gep(data, [index]), ir.PointerType(VECTOR))

    def load(self, data: Any, index: Any) -> Any:
        """data[index : index + 8]; nothing checks that they are there."""
        return self.builder.load(self.address(data, index), align=8)

    def store(self, data: Any, index: Any, value: Any) -> None:
        """data[index : index + 8] = value."""
        self.builder.store(value, self.address(data, index), align=8)

    def repeated(self, value: Any) -> Any:
        """A vector of eight times a number."""
        first = self.builder.insert_element(Constant(VECTOR, ir.Undefined), value, Constant(INDEX, 0))
        zeros = Constant(ir.VectorType(INDEX, LANES), [0] * LANES)
        return self.builder.shuffle_vector(first, Constant(VECTOR, ir.Undefined), zeros)

    def repeated_at(self, data: Any, index: Any) -> Any:
        """A vector of eight times data[index]."""
        return self.repeated(self.builder.load(self.builder.gep(data, [index])))

    # ---- arithmetic

    def add(self, a: Any, b: Any) -> Any:
        """a + b."""
        return self.builder.fadd(a, b)

    def sub(self, a: Any, b: Any) -> Any:
        """a − b."""
        return self.builder.fsub(a, b)

    def mul(self, a: Any, b: Any) -> Any:
        """a · b."""
        return self.builder.fmul(a, b)

    def div(self, a: Any, b: Any) -> Any:
        """a / b."""
        return self.builder.fdiv(a, b)

    def fma(self, a: Any, b: Any, c: Any) -> Any:
        """a · b + c, rounded once."""
        return self._call("fma", a, b, c)

    def sqrt(self, a: Any) -> Any:
        """√a."""
        return self._call("sqrt", a)

    def absolute(self, a: Any) -> Any:
        """|a|."""
        return self._call("fabs", a)

    def copysign(self, a: Any, b: Any) -> Any:
        """|a| with b's sign."""
        return self._call("copysign", a, b)

    def maximum(self, a: Any, b: Any) -> Any:
        """The larger one; NaN if either is."""
        return self._call("maximum", a, b)

    def minimum(self, a: Any, b: Any) -> Any:
        """The smaller one; NaN if either is."""
        return self._call("minimum", a, b)

    def choice(self, relation: str, a: Any, b: Any, x: Any, y: Any) -> Any:
        """x where a stands in the relation to b, else y, lane by lane; NaN stands in none."""
        return self.builder.select(self.builder.fcmp_ordered(relation, a, b), x, y)

    def _call(self, name: str, *arguments: Any) -> Any:
        module, name = self.builder.module, f"llvm.{name}.v8f64"
        function = module.globals.get(name)
        if function is None:
            function = ir.Function(module, ir.FunctionType(VECTOR, [VECTOR] * len(arguments)), name)
        return self.builder.call(function, arguments)

    def power_of_two(self, shifted: Any, more: int = 0) -> Any:
        """2^(k + more) for k + 1.5·2⁵²: the low bits of such a number are k. The power must be a normal number."""
        exponent = self.builder.shl(self.builder.bitcast(shifted, WORDS), Constant(WORDS, [52] * LANES))
        one = Constant(WORDS, [(0x3FF + more) << 52] * LANES)
        return self.builder.bitcast(self.builder.add(exponent, one), VECTOR)

    def split(self, x: Any, lowest: int) -> tuple[Any, Any]:
        """k and m with x = 2^k m, m being from the number with the bits `lowest` to twice it; x positive and normal."""
        bits = self.builder.bitcast(x, WORDS)
        k = self.builder.ashr(self.builder.sub(bits, Constant(WORDS, [lowest] * LANES)), Constant(WORDS, [52] * LANES))
        m = self.builder.sub(bits, self.builder.shl(k, Constant(WORDS, [52] * LANES)))
        return self.builder.sitofp(k, VECTOR), self.builder.bitcast(m, VECTOR)

    # ---- sums over the lanes

    def total(self, a: Any) -> Any:
        """The sum of the lanes: ((0+4)+(2+6)) + ((1+5)+(3+7))."""
        for half in (4, 2, 1):
            a = self.add(a, self._shuffled(a, a, [(lane + half) % LANES for lane in range(LANES)]))
        return self.builder.extract_element(a, Constant(INDEX, 0))

    def sums_of_eight(self, vectors: Any) -> Any:
        """The sums of eight vectors as one vector, each summed as ((0+1)+(2+3)) + ((4+5)+(6+7))."""
        pairs = [self._halved(x, y, [0, 8, 2, 10, 4, 12, 6, 14], 1) for x, y in _two_by_two(vectors)]
        fours = [self._halved(x, y, [0, 1, 8, 9, 4, 5, 12, 13], 2) for x, y in _two_by_two(pairs)]
        ((x, y),) = _two_by_two(fours)
        return self._halved(x, y, [0, 1, 2, 3, 8, 9, 10, 11], 4)

    def _halved(self, x: Any, y: Any, low: list[int], apart: int) -> Any:
        return self.add(self._shuffled(x, y, low), self._shuffled(x, y, [place + apart for place in low]))

    def _shuffled(self, a: Any, b: Any, places: list[int]) -> Any:
        return self.builder.shuffle_vector(a, b, Constant(ir.VectorType(INDEX, LANES), places))


def _two_by_two(values: Any) -> list[Any]:
    return list(zip(values[::2], values[1::2], strict=True))
