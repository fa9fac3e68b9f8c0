"""What layers take and give."""

from __future__ import annotations

from typing import Any

Tensor = Any
"""A tensor of whichever backend Keras runs on, or a symbolic one."""
