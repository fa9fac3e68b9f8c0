"""An ONNX graph with one loop over a block of steps, built node by node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from composer.raw_audio.network import LEVELS, LOTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPSET, _IR_VERSION = 18, 9
_FLOAT, _WHOLE = TensorProto.FLOAT, TensorProto.INT64


class Graph:
    """Collects weights, nodes of the step, and nodes around the loop; names of values are its own affair.

    Attributes:
        block: Steps that the loop takes in a run.
    """

    def __init__(self, block: int) -> None:
        self.block = block
        self._weights: list[onnx.TensorProto] = []
        self._constants: dict[tuple[Any, ...], str] = {}
        self._body: list[onnx.NodeProto] = []
        self._before: list[onnx.NodeProto] = []
        self._after: list[onnx.NodeProto] = []
        self._states: dict[str, tuple[tuple[int, ...], int]] = {}
        self._new: dict[str, str] = {}
        self._rows: dict[str, tuple[str, int]] = {}
        self._collected: list[tuple[str, str, int]] = []
        self._outside: dict[str, tuple[str, tuple[int, ...]]] = {}
        self._count = 0

    def _name(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def weight(self, values: Any) -> str:  # noqa: ANN401 - NumPy's arrays and Keras's variables
        """A tensor of weights, in float32."""
        name = self._name()
        self._weights.append(numpy_helper.from_array(np.asarray(values, np.float32), name))
        return name

    def constant(self, value: float | Sequence[int]) -> str:
        """A number or a list of whole ones; the same one has the same name."""
        array = np.asarray(value, np.float32 if isinstance(value, float) else np.int64)
        key = (array.dtype, array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = self._name()
            self._weights.append(numpy_helper.from_array(array, self._constants[key]))
        return self._constants[key]

    def step(self, kind: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - a node's own
        """A node of each step; its output's name."""
        (name,) = self._node(self._body, kind, inputs, 1, attributes)
        return name

    def split(self, value: str, parts: int) -> list[str]:
        """Equal parts of a value of shape (1, width), at each step."""
        return self._node(self._body, "Split", [value], parts, {"axis": 1, "num_outputs": parts})

    def outside(self, kind: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - a node's own
        """A node before the loop."""
        (name,) = self._node(self._before, kind, inputs, 1, attributes)
        return name

    def _node(
        self, where: list[onnx.NodeProto], kind: str, inputs: Sequence[str], outputs: int, attributes: dict[str, Any]
    ) -> list[str]:
        names = [self._name() for _ in range(outputs)]
        where.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names

    def state(self, name: str, shape: tuple[int, ...], *, whole: bool = False) -> str:
        """What a step hands to the next one, and a run to the next one; `becomes` says what."""
        self._states[name] = shape, _WHOLE if whole else _FLOAT
        return f"{name}_in"

    def becomes(self, name: str, value: str) -> None:
        """What a state is after a step."""
        self._new[name] = value

    def each_step(self, rows: str, width: int) -> str:
        """At each step one row of a value that is known before the loop; where the width is 0, one number of it."""
        name = self._name()
        self._rows[rows] = name, width
        return name

    def keep(self, value: str, name: str, width: int = 0) -> None:
        """Collect a value of each step, of shape (width,) or a number, as an output of the loop."""
        self._collected.append((value, name, width))

    def known_before(self, x: str, name: str, *, width: int, length: int, starts: Sequence[int]) -> str:
        """What a value of the steps was at the last `length` steps before the block, read from several starts on.

        Args:
            x: Value of the steps, shape (1, width).
            name: Name of the state that keeps it from run to run.
            width: Its width.
            length: Steps that are kept.
            starts: From which of them on a block is read.

        Returns:
            The readings side by side, shape (block, starts * width).
        """
        self._outside[name] = name, (length, width)
        zero = self.constant([0])
        read = [
            self.outside("Slice", name, self.constant([start]), self.constant([start + self.block]), zero)
            for start in starts
        ]
        now = f"{name}_now"
        self.keep(self.step("Squeeze", x, zero), now, width)
        (both,) = self._node(self._after, "Concat", [name, now], 1, {"axis": 0})
        bounds = [self.constant([self.block]), self.constant([2**31]), zero]
        self._after.append(helper.make_node("Slice", [both, *bounds], [f"{name}_new"]))
        return self.outside("Concat", *read, axis=1)

    def model(self) -> onnx.ModelProto:
        """The whole, checked."""
        states = [(name, shape, kind) for name, (shape, kind) in self._states.items()]
        scan = helper.make_node(
            "Scan",
            [*self._states, *self._rows],
            [*(f"{name}_new" for name in self._states), *(name for _, name, _ in self._collected)],
            body=self._loop_body(),
            num_scan_inputs=len(self._rows),
        )
        outside = [(name, shape, _FLOAT) for name, shape in self._outside.values()]
        inputs = [_told(LOTS, (self.block,), _FLOAT), *(_told(*one) for one in (*states, *outside))]
        outputs = [_told(LEVELS, (self.block,), _WHOLE)]
        outputs += [_told(f"{name}_new", shape, kind) for name, shape, kind in (*states, *outside)]
        nodes = [*self._before, scan, *self._after]
        graph = helper.make_graph(nodes, "samples", inputs, outputs, initializer=self._weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
        onnx.checker.check_model(model)
        return model

    def _loop_body(self) -> onnx.GraphProto:
        inputs = [_told(f"{name}_in", shape, kind) for name, (shape, kind) in self._states.items()]
        inputs += [_told(name, (width,) if width else (), _FLOAT) for name, width in self._rows.values()]
        outputs = [_told(self._new[name], shape, kind) for name, (shape, kind) in self._states.items()]
        nodes = list(self._body)
        for value, name, width in self._collected:
            # A value may be told once alone, also where it is a state as well.
            nodes.append(helper.make_node("Identity", [value], [f"{name}_each"]))
            kind = _WHOLE if name == LEVELS else _FLOAT
            outputs.append(_told(f"{name}_each", (width,) if width else (), kind))
        return helper.make_graph(nodes, "step", inputs, outputs)


def _told(name: str, shape: tuple[int, ...], kind: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, list(shape))
