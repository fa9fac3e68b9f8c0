"""The commands that fit what a model file or an engine is told beside its weights."""
