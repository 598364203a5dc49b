"""Readers of exports, one module per family. A source knows the model, texts and safety, nothing else."""
