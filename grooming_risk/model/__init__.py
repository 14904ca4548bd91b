"""The artefact and its networks; the only room that imports onnxruntime and tokenizers."""
