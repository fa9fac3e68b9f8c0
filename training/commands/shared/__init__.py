"""What several commands share: options, inputs and the frame of a fit."""
