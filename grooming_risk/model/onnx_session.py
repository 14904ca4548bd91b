"""Open an ONNX session: the one place where onnxruntime is imported, and only when a model is opened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from grooming_risk.errors import ArtifactIntegrityError

if TYPE_CHECKING:
    import onnxruntime


def import_onnxruntime() -> Any:
    """onnxruntime, its telemetry off.

    Since 1.29, on Linux and macOS, importing onnxruntime is enough to write a device id into the user's cache folder
    and to send events to Microsoft; `disable_telemetry_events` comes too late for both. The variable prevents all of
    it, when it is set before anybody in the process imports onnxruntime. It also spares a forked child the reporter's
    thread, for which it would wait at its end.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # what Windows goes by
    return onnxruntime


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """A CPU session on verified bytes and on nothing else, telemetry off. It runs on the thread that calls it and
    starts none of its own, for which a forked child would wait at its end.

    Args:
        model: content of an .onnx file whose digest was verified.

    Raises:
        ArtifactIntegrityError: the bytes are no model that this onnxruntime reads.
    """
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A network from memory may name files of weights; onnxruntime would read them, unverified, from the current folder.
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", os.devnull)
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own unexported types
        raise ArtifactIntegrityError(
            f"onnxruntime {onnxruntime.__version__} cannot read the model ({type(error).__name__}); reinstall both"
        ) from None
