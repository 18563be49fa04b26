"""Small files made here, and a reading process that the tests of a module share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bayyina.media.sandbox import Sandbox


@pytest.fixture(scope="session")
def evidence(test_data: Path) -> Path:
    """The folder of third-party suites."""
    folder = test_data / "evidence"
    if not folder.is_dir():
        pytest.skip("The third-party evidence suites are not on this machine.")
    return folder


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A reading process that is started when it is first needed."""
    with Sandbox() as made:
        yield made


def picture(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """Smooth shapes with a little noise."""
    numbers = np.random.default_rng(seed)
    coarse = numbers.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    smooth = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))
    noisy = smooth + numbers.normal(0, 4, smooth.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def jpeg(path: Path, *, seed: int = 1, quality: int = 90, **options: object) -> Path:
    """A JPEG file of such a picture."""
    picture(seed=seed).save(path, "JPEG", quality=quality, **options)
    return path
