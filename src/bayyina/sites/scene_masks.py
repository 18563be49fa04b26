"""Which pixels of a scene show the ground, by the mask that came with it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bayyina.sites.scene_layers import CLEAR, CLOUD, FMASK, QA_PIXEL, SCL, UDM2

SCL_CLEAR: Final = (4, 5, 7)
"""Classes of Sentinel-2's scene classification that show ground: vegetation, bare, unclassified."""

QA_UNCLEAR: Final = 0b111111
"""Bits of Landsat's QA_PIXEL: fill, dilated cloud, cirrus, cloud, shadow, snow (USGS LSDS-1619)."""

FMASK_UNCLEAR: Final = 0b11110
"""Bits of HLS's Fmask: cloud, next to cloud or shadow, shadow, snow (HLS user guide 2.0)."""

FMASK_FILL: Final = 255

SOURCES: Final = {
    SCL: "scene classification (SCL)",
    QA_PIXEL: "QA_PIXEL",
    FMASK: "Fmask",
    UDM2: "UDM2",
    CLEAR: "mask of clear pixels",
    CLOUD: "mask of clouds",
    "": "none; only the surroundings' brightness",
}
"""What a mask is called in the provenance."""


def clear_by(kind: str, values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether a pixel shows the ground, same shape as the mask's values."""
    codes = np.nan_to_num(values).astype(np.int64)
    if kind == SCL:
        return np.isin(codes, SCL_CLEAR)
    if kind == QA_PIXEL:
        return np.asarray((codes & QA_UNCLEAR) == 0)
    if kind == FMASK:
        return np.asarray(((codes & FMASK_UNCLEAR) == 0) & (codes != FMASK_FILL))
    if kind == CLOUD:
        return np.asarray(codes == 0)
    return np.asarray(codes > 0)
