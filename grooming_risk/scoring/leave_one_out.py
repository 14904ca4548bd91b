"""How much each message moves a window's logit: leave one message out, computed exactly on cached vectors.

The window model is trained with message dropout, so a window with a hidden message stays in distribution and the
difference is faithful by construction (Madsen et al. 2023, arXiv 2310.07819).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from grooming_risk.model.window_model import MessageVectors, WindowInput, WindowModel


def leave_one_out(
    model: WindowModel, vectors: MessageVectors, window: WindowInput, logit: float
) -> npt.NDArray[np.float64]:
    """Compute the logit of a window minus its logit without each of its messages.

    Args:
        model: The window model.
        vectors: Messages of the conversation.
        window: The window and its focus speaker.
        logit: Logit of the whole window.

    Returns:
        float64, shape (len(window.rows),); positive where the message raised the logit, the same for all parts of a
        message. Zero for the only message of a window, without which there is nothing to compare with.
    """
    if len(window.rows) == 1:
        return np.zeros(1)
    positions, places = np.unique(vectors.positions[window.rows], return_inverse=True)
    if len(positions) == 1:
        return np.zeros(len(window.rows))
    hidden = [WindowInput(window.rows, window.focus, places != left_out) for left_out in range(len(positions))]
    deltas: npt.NDArray[np.float64] = logit - model.logits(vectors, hidden)
    return deltas[places]


def live_logits(model: WindowModel, vectors: MessageVectors, window: WindowInput, size: int) -> npt.NDArray[np.float64]:
    """Compute the logit after each of a window's last texts, read from their start and with what is remembered.

    Args:
        model: The window model.
        vectors: Messages of the conversation.
        window: The window and its focus speaker.
        size: Texts of a window that follow each other up to its end.

    Returns:
        float64, shape (min(size, len(window.rows)),).
    """
    remembered = max(0, len(window.rows) - size)
    stops = range(remembered + 1, len(window.rows) + 1)
    return model.logits(vectors, [WindowInput(window.rows[:stop], window.focus) for stop in stops])
