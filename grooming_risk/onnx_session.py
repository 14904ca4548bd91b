"""Open an ONNX session: the one place where onnxruntime is imported, and only when a model is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grooming_risk.errors import ArtifactIntegrityError

if TYPE_CHECKING:
    import onnxruntime


def open_session(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    """A CPU session on verified bytes, telemetry off.

    Args:
        model: content of an .onnx file whose digest was verified.
        threads: threads of one run, at least 1.

    Raises:
        ArtifactIntegrityError: the bytes are no model that this onnxruntime reads.
    """
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own unexported types
        raise ArtifactIntegrityError(
            f"onnxruntime {onnxruntime.__version__} cannot read the model ({type(error).__name__}); reinstall both"
        ) from None
