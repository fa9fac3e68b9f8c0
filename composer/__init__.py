"""From a request to music: models, sampling, MIDI, audio and picture.

Knows nothing of Discord, databases, event loops or environment variables, and never loads TensorFlow.
"""

import os

# ONNX Runtime's packages (1.32 does) report processes and models to their maker and keep an identifier in the
# temporary folder, unless told not to before they are first imported. Nobody's bot shall phone home.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
