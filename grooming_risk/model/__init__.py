"""The artefact and the networks in it; the only importer of onnxruntime and tokenizers."""
