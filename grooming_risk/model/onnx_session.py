"""Open ONNX sessions. Nothing else imports onnxruntime, and only opening a model does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from grooming_risk.errors import ArtifactIntegrityError

if TYPE_CHECKING:
    import onnxruntime


def import_onnxruntime() -> Any:
    """Import onnxruntime without its telemetry.

    Since version 1.29, on Linux and macOS, importing onnxruntime writes a device id into the user's cache folder and
    sends events to Microsoft; `disable_telemetry_events` comes too late for both. The environment variable prevents
    this if it is set before anything in the process imports onnxruntime. It also prevents the reporter's thread, which
    a forked child would wait for at its end.

    Returns:
        The module.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # for Windows
    return onnxruntime


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """Open a CPU session on verified bytes.

    The session runs in the calling thread and starts none of its own, which a forked child would wait for at its end.

    Args:
        model: Content of an .onnx file whose digest was verified.

    Returns:
        The session.

    Raises:
        ArtifactIntegrityError: The installed onnxruntime cannot read the model.
    """
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A model may name other files with weights; onnxruntime would read them, unverified, from the current folder.
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", os.devnull)
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime does not export the types that it raises
        raise ArtifactIntegrityError(
            f"onnxruntime {onnxruntime.__version__} cannot read the model ({type(error).__name__}); reinstall both"
        ) from None
