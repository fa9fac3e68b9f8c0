"""Networks over the samples of recordings: reading, fitting, export, and what they are measured by."""
