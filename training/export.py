"""Export of networks to ONNX."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import onnx
import torch

OPSET = 17


def export_onnx(
    model: torch.nn.Module,
    example: tuple[torch.Tensor, ...],
    inputs: list[str],
    outputs: list[str],
    axes: dict[str, dict[int, str]],
    path: Path,
) -> None:
    """Write a float32 ONNX file with dynamic axes and without names of this machine's files.

    The TorchScript exporter is used: the newer one needs onnxscript and fixes axes that it cannot prove dynamic.

    Args:
        model: Network to export.
        example: Inputs to trace the network with.
        inputs: Names of the inputs, in order.
        outputs: Names of the outputs, in order.
        axes: Names of the dynamic axes by position, for each input and output.
        path: File to write.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The tracer warns of every branch it follows; tests compare the exported networks with their originals.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            example,
            buffer,  # type: ignore[arg-type]
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    graph = onnx.load_from_string(buffer.getvalue())
    for node in graph.graph.node:
        node.ClearField("doc_string")  # stack traces of the exporting machine
    onnx.checker.check_model(graph)
    path.write_bytes(graph.SerializeToString(deterministic=True))
