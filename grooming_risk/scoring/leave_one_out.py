"""Which messages moved a window's logit: leave one message out, exactly, on cached vectors.

The window model is trained with message dropout, so hiding a message stays in distribution and the difference is
faithful by construction (Madsen et al. 2023, arXiv 2310.07819).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from grooming_risk.model.window_model import MessageVectors, WindowInput, WindowModel


def leave_one_out(
    model: WindowModel, vectors: MessageVectors, window: WindowInput, logit: float
) -> npt.NDArray[np.float64]:
    """Logit of the window minus its logit without each message.

    Args:
        model: the window model.
        vectors: messages of the conversation.
        window: which messages, for which focus speaker.
        logit: logit of the whole window.

    Returns:
        float64, shape (len(window.span),); positive where the message raised the logit. Zero for the only message
        of a window, which leaves nothing to compare with.
    """
    length = len(window.span)
    if length == 1:
        return np.zeros(1)
    hidden = [
        WindowInput(window.span, window.focus, np.arange(length) != left_out)  #
        for left_out in range(length)
    ]
    return logit - model.logits(vectors, hidden)


def live_logits(model: WindowModel, vectors: MessageVectors, window: WindowInput) -> npt.NDArray[np.float64]:
    """Logit after each message of the window, read from its start, float64, shape (len(window.span),)."""
    start = window.span.start
    return model.logits(vectors, [WindowInput(range(start, stop + 1), window.focus) for stop in window.span])
