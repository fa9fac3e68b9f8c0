"""A trained network over samples as a file that the composer dreams with, without TensorFlow.

The graph draws a block of samples in one run: a loop in ONNX, whose body is one step of the network and one draw. What
a convolution reads from before the block is known when the block begins, so that it is multiplied for all of the block
at once, and only the sample itself is left for the loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import tensorflow as tf

from composer.audio.mu_law import LEVELS as NUMBER_OF_LEVELS
from composer.audio.mu_law import SILENT
from composer.errors import MachineError
from composer.files import write_atomically
from composer.models import onnxfile
from composer.raw_audio.network import LEVEL, LEVELS, LOTS, load
from training.raw_audio.graph import Graph
from training.raw_audio.networks import DILATIONS, KERNEL, REACH, TAPS, RawWaveNet, amplitude_table

if TYPE_CHECKING:
    from pathlib import Path

    import keras

    from composer.raw_audio.network import RawAudioCard
    from training.raw_audio.networks import RawLstm

BLOCKS = {"wavenet": 16, "lstm": 256}
"""Samples that one run of a graph draws, by kind. A WaveNet's is at most the dilation of its third convolution."""

TOLERANCE = 1e-3
"""Between a cumulative probability by Keras and the number that decided a draw."""

_CHECKED = {"wavenet": REACH + 500, "lstm": 600}
"""Samples on which a file is compared with Keras, by kind: more than a WaveNet looks back."""


def export_network(network: keras.Model, card: RawAudioCard, path: Path) -> None:
    """Write a network, checked against Keras's.

    Raises:
        MachineError: If the file would draw other samples.
        OutputError: If it cannot be written.
    """
    graph = Graph(card.block)
    (_add_wavenet if isinstance(network, RawWaveNet) else _add_lstm)(graph, network)
    model = graph.model()
    checksum = onnxfile.checksum(model.graph.SerializeToString(deterministic=True))
    onnx.helper.set_model_props(model, {onnxfile.CARD: card.to_json(), onnxfile.CHECKSUM: checksum})
    write_atomically(path, model.SerializeToString(deterministic=True))
    off = largest_miss(network, path)
    if off > TOLERANCE:
        raise MachineError(f"the samples of {path} are off by {off:.2g}; install other versions of Keras and onnx")


def largest_miss(network: keras.Model, path: Path) -> float:
    """By how much the numbers that decided a file's draws lie outside of Keras's shares of what was drawn."""
    dreaming = load(path)
    checked = _CHECKED[dreaming.card.kind]
    lots = np.random.default_rng(0).random(checked, np.float32)
    drawn = dreaming.dream(checked, np.random.default_rng(0)).astype(np.int32)
    fed = np.concatenate([[SILENT], drawn[:-1]])[None].astype(np.int32)
    logits = np.asarray(tf.function(network)(fed))[0].astype(np.float64)
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    reached = (shares / shares.sum(axis=-1, keepdims=True)).cumsum(axis=-1)
    upper = np.take_along_axis(reached, drawn[:, None], axis=-1)[:, 0]
    lower = np.take_along_axis(np.pad(reached, ((0, 0), (1, 0))), drawn[:, None], axis=-1)[:, 0]
    return float(np.maximum(lower - lots, lots - upper).max())


def _add_wavenet(graph: Graph, network: RawWaveNet) -> None:
    x = _add_entrance(graph, network)
    said: list[str] = []
    for number, layer in enumerate(network.dilated):
        if number:
            residual = graph.weight(network.residuals[number - 1].kernel)
            x = graph.step("Gemm", said[-1], residual, x)
        inputs = _dilated_inputs(graph, x, layer, DILATIONS[number], f"before_{number}")
        tanh, gate = graph.split(graph.step("Tanh", inputs), 2)
        said.append(graph.step("Mul", tanh, graph.step("Add", gate, graph.constant(1.0))))
    _add_head(graph, network, graph.step("Concat", *said, axis=1))


def _dilated_inputs(graph: Graph, x: str, layer: keras.layers.Layer, dilation: int, name: str) -> str:
    """What goes into the gates of a convolution at this step."""
    kernel, bias = (np.asarray(weight) for weight in (layer.gates.kernel, layer.gates.bias))
    width = layer.width
    if dilation >= graph.block:
        starts = [tap * dilation for tap in range(KERNEL - 1)]
        taps = graph.known_before(x, name, width=width, length=(KERNEL - 1) * dilation, starts=starts)
        known = graph.outside("Gemm", taps, graph.weight(kernel[:-width]), graph.weight(bias))
        # One row a step, as a matrix of one row.
        row = graph.step("Unsqueeze", graph.each_step(known, 2 * width), graph.constant([0]))
        return graph.step("Gemm", x, graph.weight(kernel[-width:]), row)
    before = graph.state(name, ((KERNEL - 1) * dilation, width))
    all_rows = graph.step("Concat", before, x, axis=0)
    graph.becomes(
        name, graph.step("Slice", all_rows, graph.constant([1]), graph.constant([2**31]), graph.constant([0]))
    )
    taps = all_rows
    if dilation > 1:
        taps = graph.step("Gather", all_rows, graph.constant([tap * dilation for tap in range(KERNEL)]), axis=0)
    flat = graph.step("Reshape", taps, graph.constant([1, KERNEL * width]))
    return graph.step("Gemm", flat, graph.weight(kernel), graph.weight(bias))


def _add_lstm(graph: Graph, network: RawLstm) -> None:
    x = _add_entrance(graph, network)
    hidden, memory = (graph.state(name, (1, network.width)) for name in ("hidden", "memory"))
    kernel = np.concatenate([np.asarray(network.gates.kernel), np.asarray(network.recurrent.kernel)])
    both = graph.step("Concat", x, hidden, axis=1)
    gates = graph.step("Tanh", graph.step("Gemm", both, graph.weight(kernel), graph.weight(network.gates.bias)))
    i, f, c, o = graph.split(gates, 4)
    one, half = graph.constant(1.0), graph.constant(0.5)
    kept = graph.step("Mul", graph.step("Add", f, one), memory)
    added = graph.step("Mul", graph.step("Add", i, one), c)
    memory = graph.step("Mul", half, graph.step("Add", kept, added))
    opened = graph.step("Mul", half, graph.step("Add", o, one))
    hidden = graph.step("Mul", opened, graph.step("Tanh", memory))
    graph.becomes("hidden", hidden)
    graph.becomes("memory", memory)
    _add_head(graph, network, graph.step("Concat", x, hidden, axis=1))


def _add_entrance(graph: Graph, network: RawWaveNet | RawLstm) -> str:
    """The last level, embedded, and the last amplitudes, through a linear layer; shape (1, W)."""
    level = graph.state(LEVEL, (1,), whole=True)
    before = graph.state("amplitudes", (1, TAPS - 1))
    newest = graph.step("Reshape", graph.step("Gather", graph.weight(amplitude_table()), level), graph.constant([1, 1]))
    amplitudes = graph.step("Concat", before, newest, axis=1)
    bounds = graph.constant([1]), graph.constant([TAPS]), graph.constant([1])
    graph.becomes("amplitudes", graph.step("Slice", amplitudes, *bounds))
    entrance = network.entrance
    levels = np.asarray(entrance.levels.embeddings) + np.asarray(entrance.taps.bias)
    return graph.step(
        "Gemm", amplitudes, graph.weight(entrance.taps.kernel), graph.step("Gather", graph.weight(levels), level)
    )


def _add_head(graph: Graph, network: RawWaveNet | RawLstm, said: str) -> None:
    """The chances of each level, and the draw."""
    skip = graph.step(
        "Relu", graph.step("Gemm", said, graph.weight(network.skip.kernel), graph.weight(network.skip.bias))
    )
    logits = graph.step("Gemm", skip, graph.weight(network.out.kernel), graph.weight(network.out.bias))
    reached = graph.step("CumSum", graph.step("Softmax", logits, axis=1), graph.constant(1))
    passed = graph.step("Cast", graph.step("LessOrEqual", reached, graph.each_step(LOTS, 0)), to=onnx.TensorProto.INT64)
    number = graph.step("ReduceSum", passed, graph.constant([1]), keepdims=0)
    # Rounding may leave the last share just below 1.
    level = graph.step("Min", number, graph.constant([NUMBER_OF_LEVELS - 1]))
    graph.becomes(LEVEL, level)
    graph.keep(graph.step("Squeeze", level, graph.constant([0])), LEVELS)
