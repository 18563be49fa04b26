"""Reading images from files: bands as numbers, where they lie on the ground, what cannot be seen.

Only files on this machine are read, by formats that refer to no other place. GDAL's virtual
formats are left out, because such a file can point to another address.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bayyina.errors import FileUnreadableError, MissingToolError, StorageError

try:
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError
    from rasterio.warp import Resampling, reproject
except ImportError:  # the extra `imagery` is not installed
    rasterio = None

FORMATS: Final = ("GTiff", "ENVI", "PNG", "JPEG", "JP2OpenJPEG", "BMP", "HFA")
"""Formats that are read, by the names that GDAL gives them."""

COLOURS: Final = 3
"""From so many bands on, a pixel that is zero in all of them is filling at the scene's edge."""

LARGEST_PIXELS: Final = 400_000_000
"""Pixels of all bands together beyond which a file is not read whole."""

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the pixels of an image lie."""

    height: int
    """Rows."""

    width: int
    """Columns."""

    crs: str | None
    """Coordinate reference system (EPSG code or WKT); None when the file states none."""

    transform: tuple[float, float, float, float, float, float]
    """Affine transform from columns and rows to coordinates: a, b, c, d, e, f."""

    is_projected: bool
    """Whether coordinates are lengths in metres."""

    @property
    def pixel_area(self) -> float | None:
        """Square metres a pixel; None when the grid does not say so."""
        a, b, _, d, e, _ = self.transform
        return abs(a * e - b * d) if self.is_projected else None

    def without_place(self) -> Grid:
        """The same rows and columns, lying nowhere."""
        return Grid(self.height, self.width, None, (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), False)


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """An image in memory."""

    name: str
    """The file's name."""

    bands: NDArray[np.float32]
    """Values as the file states them, shape (bands, rows, columns)."""

    seen: NDArray[np.bool_]
    """Whether a pixel has values in all bands, shape (rows, columns)."""

    band_names: tuple[str, ...]
    """Names of the bands; empty texts where the file has none."""

    grid: Grid
    """Where the pixels lie."""

    digest: str
    """SHA-256 (hex) of the file."""

    tags: dict[str, str]
    """Metadata that the file states, such as TIFFTAG_DATETIME."""


def read_image(path: Path) -> Image:
    """Read a whole image.

    Raises:
        MissingToolError: the library for imagery is not installed.
        FileUnreadableError: the file is absent, damaged, too large, or of no format read here.
    """
    need_rasterio()
    with opened_raster(path) as source:
        if source.count * source.height * source.width > LARGEST_PIXELS:
            raise FileUnreadableError(
                f"{path.name} is too large to be compared whole.",
                hint="Cut out the site and its surroundings first.",
            )
        if any(np.issubdtype(np.dtype(kind), np.complexfloating) for kind in source.dtypes):
            raise FileUnreadableError(
                f"{path.name} holds complex numbers.", hint="Use an image of intensities."
            )
        bands = source.read(out_dtype="float32")
        masks = source.read_masks()
        names = tuple(name or "" for name in source.descriptions)
        grid = grid_of(source)
        tags = {str(key): str(value) for key, value in source.tags().items()}
    seen = np.isfinite(bands).all(axis=0) & (masks > 0).all(axis=0)
    if len(bands) >= COLOURS:
        seen &= (bands != 0).any(axis=0)
    return Image(path.name, bands, seen, names, grid, digest_of(path), tags)


def need_rasterio() -> None:
    """Raise the sentence that says how to install the library for imagery, if it is missing.

    Raises:
        MissingToolError: it is.
    """
    if rasterio is None:
        raise MissingToolError(
            "Images cannot be read: the library rasterio is not installed.",
            hint="Install it with: pip install rasterio",
        )


@contextmanager
def opened_raster(path: Path) -> Iterator[Any]:
    """The opened file; every failure of it or of GDAL becomes one sentence.

    Raises:
        FileUnreadableError: the file is absent, damaged, or of no format read here.
    """
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no file"
        raise FileUnreadableError(
            f"{path.name} cannot be read: there is {what} of that name.", hint="Check the path."
        )
    try:
        _refuse_text(path)
        with warnings.catch_warnings(), rasterio.Env(CPL_VSIL_CURL_ALLOWED_EXTENSIONS="none"):
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path) as source:
                _check_format(source)
                yield source
    except (RasterioError, OSError, ValueError) as error:
        raise FileUnreadableError(
            f"{path.name} cannot be read as an image: it is damaged, cut short, or of another "
            "format.",
            hint="Read are GeoTIFF and COG, ENVI, JPEG 2000, ERDAS, PNG, JPEG and BMP.",
        ) from error


def _check_format(source: Any) -> None:
    if source.driver not in FORMATS:
        raise ValueError(source.driver)


def _refuse_text(path: Path) -> None:
    """Refuse descriptions in XML or JSON, which may name other files and addresses."""
    with path.open("rb") as stream:
        start = stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"<", b"{", b"["):
        raise ValueError("a description, not an image")


def grid_of(source: Any) -> Grid:
    """Where the pixels of an opened file lie."""
    crs = source.crs
    transform = source.transform
    return Grid(
        source.height,
        source.width,
        crs.to_string() if crs else None,
        (transform.a, transform.b, transform.c, transform.d, transform.e, transform.f),
        bool(crs) and bool(crs.is_projected) and abs(crs.linear_units_factor[1] - 1) < 1e-9,
    )


def digest_of(path: Path) -> str:
    """SHA-256 (hex) of a file, read in parts."""
    running = hashlib.sha256()
    with path.open("rb") as stream:
        while part := stream.read(_CHUNK):
            running.update(part)
    return running.hexdigest()


def onto_grid(image: Image, grid: Grid) -> Image:
    """An image resampled (bilinear) onto another grid; what falls outside is not seen.

    Raises:
        FileUnreadableError: only one of the two says where it lies, or sizes differ and neither
            does.
    """
    if image.grid == grid:
        return image
    if (image.grid.crs is None) != (grid.crs is None) or (
        grid.crs is None and (image.grid.height, image.grid.width) != (grid.height, grid.width)
    ):
        raise FileUnreadableError(
            f"{image.name} cannot be laid over the other image: not both say where they lie.",
            hint="Give both a coordinate reference system, or the same rows and columns.",
        )
    if grid.crs is None:
        return image
    bands = _resampled(image.bands, image.grid, grid, Resampling.bilinear, np.nan)
    inside = _resampled(
        image.seen[np.newaxis].astype(np.float32), image.grid, grid, Resampling.bilinear, 0.0
    )[0]
    seen = (inside > 0.999) & np.isfinite(bands).all(axis=0)
    return Image(image.name, bands, seen, image.band_names, grid, image.digest, dict(image.tags))


def _resampled(
    bands: NDArray[np.float32], source: Grid, target: Grid, method: Any, outside: float
) -> NDArray[np.float32]:
    out = np.full((len(bands), target.height, target.width), outside, dtype=np.float32)
    try:
        reproject(
            bands,
            out,
            src_transform=rasterio.Affine(*source.transform),
            src_crs=source.crs,
            dst_transform=rasterio.Affine(*target.transform),
            dst_crs=target.crs,
            resampling=method,
            src_nodata=np.nan if np.isnan(outside) else None,
            dst_nodata=outside,
            init_dest_nodata=True,
        )
    except (RasterioError, ValueError) as error:
        raise FileUnreadableError(
            "One image cannot be laid over the other: their coordinate systems do not convert.",
            hint="Check the coordinate reference system of both files.",
        ) from error
    return out


def write_raster(
    path: Path,
    values: NDArray[Any],
    grid: Grid,
    tags: Mapping[str, str],
    names: Sequence[str] = (),
) -> None:
    """Write bands as GeoTIFF: whole or not at all.

    Args:
        path: The file; replaced if there is one.
        values: uint8 or float32, shape (bands, rows, columns), or one band alone.
        grid: Where the pixels lie.
        tags: Metadata to state in the file.
        names: Of the bands.

    Raises:
        StorageError: it cannot be written.
    """
    need_rasterio()
    planes = values if values.ndim == 3 else values[np.newaxis]
    aside = path.with_name(f".{path.name}.part")
    nodata = 255 if values.dtype == np.uint8 else np.nan
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(
                aside,
                "w",
                driver="GTiff",
                height=grid.height,
                width=grid.width,
                count=len(planes),
                dtype=values.dtype.name,
                crs=grid.crs,
                transform=rasterio.Affine(*grid.transform),
                nodata=nodata,
                compress="deflate",
            ) as target:
                target.write(planes)
                for index, name in enumerate(names, start=1):
                    target.set_band_description(index, name)
                target.update_tags(**tags)
        aside.replace(path)
    except (RasterioError, OSError, ValueError) as error:
        raise StorageError(
            f"{path.name} cannot be written.", hint="Check the folder, its rights and its space."
        ) from error
    finally:
        aside.unlink(missing_ok=True)
