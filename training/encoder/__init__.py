"""Student, encoder training, quantization."""
