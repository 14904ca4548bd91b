"""The HTTP service (extra `serve`): conversations scored in batches, and followed live with shared state."""
