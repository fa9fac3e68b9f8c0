"""The loop over time of a long short-term memory (Hochreiter and Schmidhuber 1997), with a gradient of its own.

Left to itself, a framework adds to the gradient of the recurrent weights at every step of time, and brings the
weights to the precision of the product as often. Written out, each of the two is done once for all steps.

Shapes: B is the batch, T time, W the width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras import ops

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.networks.tensor import Tensor


def advance_step(z: Tensor, memory: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Take one step.

    Args:
        z: What goes into the gates i, f, c, o, shape (B, 4 W).
        memory: Memory of the step before, shape (B, W).

    Returns:
        The new hidden state and memory, each (B, W), and the gates (B, 4 W).
    """
    # sigmoid(2 z) is (1 + tanh(z)) / 2: the same gates up to a scale that the weights learn, in one tanh for all four.
    gates = ops.tanh(z)
    i, f, c, o = ops.split(gates, 4, axis=-1)
    memory = 0.5 * ((1.0 + f) * memory + (1.0 + i) * c)
    return 0.5 * (1.0 + o) * ops.tanh(memory), memory, gates


def run_sequence(inputs: Tensor, kernel: Tensor) -> Tensor:
    """Go through a whole sequence, from states of zeros.

    Args:
        inputs: The inputs' share of what goes into the gates, shape (T, B, 4 W).
        kernel: Weights that make the hidden state's share of it, shape (W, 4 W).

    Returns:
        The hidden states, shape (T, B, W), in the inputs' precision. The memory is kept in float32 whatever that is.
    """
    result: Tensor = _run_with_gradient(inputs, kernel)
    return result


@ops.custom_gradient
def _run_with_gradient(inputs: Tensor, kernel: Tensor) -> tuple[Tensor, Callable[..., tuple[Tensor, Tensor]]]:
    precision, width = inputs.dtype, kernel.shape[0]
    # What a step puts out is all in its state, because Keras's scan wants the two alike.
    still, closed = (ops.zeros((ops.shape(inputs)[1], size), "float32") for size in (width, 4 * width))

    def forward(state: tuple[Tensor, ...], z: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        share = ops.matmul(ops.cast(state[0], precision), kernel)
        new = advance_step(ops.cast(z + share, "float32"), state[1])
        return new, new

    _, (hidden, memory, gates) = ops.scan(forward, (still, still, closed), inputs)

    def gradient(*upstream: Tensor) -> tuple[Tensor, Tensor]:
        hidden_before, memory_before = (ops.concatenate([still[None], one[:-1]]) for one in (hidden, memory))

        def backward(state: tuple[Tensor, ...], here: tuple[Tensor, ...]) -> tuple[tuple[Tensor, ...], ...]:
            to_z, to_memory = _step_gradient(state, *here)
            to_hidden = ops.matmul(ops.cast(to_z, precision), ops.transpose(kernel))
            new = ops.cast(to_hidden, "float32"), to_memory, to_z
            return new, new

        given = ops.cast(upstream[-1], "float32"), gates, memory, memory_before
        _, (_, _, to_z) = ops.scan(backward, (still, still, closed), given, reverse=True)
        to_z = ops.cast(to_z, precision)
        rows = ops.reshape(ops.cast(hidden_before, precision), (-1, width))
        return to_z, ops.matmul(ops.transpose(rows), ops.reshape(to_z, (-1, 4 * width)))

    return ops.cast(hidden, precision), gradient


def _step_gradient(
    state: tuple[Tensor, ...], given: Tensor, gates: Tensor, memory: Tensor, memory_before: Tensor
) -> tuple[Tensor, Tensor]:
    """The gradients of a step's z and of the memory before it, from those of its hidden state and memory."""
    i, f, c, o = ops.split(gates, 4, axis=-1)
    to_hidden = given + state[0]
    said = ops.tanh(memory)
    to_memory = state[1] + 0.5 * (1.0 + o) * (1.0 - said * said) * to_hidden
    to_gates = [c * to_memory, memory_before * to_memory, (1.0 + i) * to_memory, said * to_hidden]
    return 0.5 * ops.concatenate(to_gates, axis=-1) * (1.0 - gates * gates), 0.5 * (1.0 + f) * to_memory
