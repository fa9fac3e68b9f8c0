"""What others reached on the benchmark's test pieces, in nats per frame, and where they said so."""

from __future__ import annotations

from dataclasses import dataclass

TCN = "Bai, Kolter and Koltun 2018, arXiv 1803.01271, table 1"
BOULANGER = "Boulanger-Lewandowski, Bengio and Vincent 2012, ICML"
JOHNSON = "Johnson 2017, EvoMUSART"


@dataclass(frozen=True, slots=True)
class Published:
    """A figure per set of `rolls.FILES`.

    Attributes:
        checked: Whether the figures were compared with the source when they were written down here.
    """

    model: str
    nats: dict[str, float]
    source: str
    checked: bool


PUBLISHED = (
    Published("RNN", {"jsb": 8.91, "nottingham": 4.05}, TCN, checked=True),
    Published("GRU", {"jsb": 8.43, "nottingham": 3.46}, TCN, checked=True),
    Published("LSTM", {"jsb": 8.45, "nottingham": 3.29}, TCN, checked=True),
    Published("TCN", {"jsb": 8.10, "nottingham": 3.07}, TCN, checked=True),
    Published("RNN-RBM", {"jsb": 6.27, "nottingham": 2.39}, BOULANGER, checked=False),
    Published("RNN-NADE", {"jsb": 5.56, "nottingham": 2.31}, BOULANGER, checked=False),
    Published("TP-LSTM-NADE", {"jsb": 5.88, "nottingham": 1.61}, JOHNSON, checked=False),
    Published("BALSTM", {"jsb": 5.05, "nottingham": 1.55}, JOHNSON, checked=False),
)
