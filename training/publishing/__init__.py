"""A model, its card and its manifest as a repository of the Hugging Face Hub."""
