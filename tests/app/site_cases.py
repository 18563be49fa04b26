"""A register of invented sites for tests: a file with an exact position, and series to watch."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

LATITUDE, LONGITUDE = 33.123456, 36.654321
"""The exact position of the invented site, which no output may tell."""


def site(key: str = "invented-one", /, **properties: Any) -> dict[str, Any]:
    """A site file's content."""
    half = 0.0005
    ring = [
        [LONGITUDE - half, LATITUDE - half],
        [LONGITUDE + half, LATITUDE - half],
        [LONGITUDE + half, LATITUDE + half],
        [LONGITUDE - half, LATITUDE + half],
        [LONGITUDE - half, LATITUDE - half],
    ]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "id": key,
            "fictional": True,
            "name": {"en": f"FICTIONAL site {key}", "ar": f"موقع خيالي {key}"},
            "sources": {
                "worker": {"name": "FICTIONAL worker", "kind": "witness", "pseudonym": "FICT-W"},
                "images": {"name": "FICTIONAL images", "kind": "satellite", "released_on": "2023-05"},
                "paper": {"name": "FICTIONAL paper", "kind": "media", "released_on": "2024-01-30"},
            },
            "claims": [
                {"property": "place", "value": "SY030300", "source": "paper", "locator": "p. 1"},
                {"property": "person_count", "value": "150-600", "source": "worker", "locator": "1"},
                {"property": "person_count", "value": "at least 90", "source": "paper", "locator": "p. 2"},
                {"property": "state", "value": "suspected", "source": "worker", "locator": "2"},
                {"property": "state", "value": "levelled", "source": "images", "locator": "image 3"},
            ],
            "facilities": [
                {
                    "id": "barracks",
                    "values": {"name": "FICTIONAL barracks", "kind": "military camp", "position": "33.9|36.9"},
                    "source": "paper",
                    "locator": "p. 3",
                }
            ],
            "acts": [
                {
                    "id": "levelling",
                    "type": "SiteDisturbance",
                    "values": {"kind": "levelling", "date": "2022-08", "end_date": "2023-01"},
                    "source": "images",
                    "locator": "images 3 and 4",
                }
            ],
            **properties,
        },
    }  # fmt: skip


def write_site(folder: Path, content: dict[str, Any]) -> Path:
    """The content as a file."""
    path = folder / f"{content['properties'].get('id', 'site')}.site.geojson"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def write_series(path: Path, *steps: str, until: str = "2024-06-30", seed: int = 1) -> Path:
    """A series from 2021 of three bands beside their surroundings, higher from each day named."""
    random = np.random.default_rng(seed)
    first, last = date(2021, 1, 3), date.fromisoformat(until)
    rows = ["date,red,nir,swir1,control_red,control_nir,control_swir1"]
    for day in (first + timedelta(days=k) for k in range(0, (last - first).days + 1, 5)):
        season = 0.02 * np.sin(2 * np.pi * day.timetuple().tm_yday / 365.25)
        around = np.array([0.25, 0.31, 0.38]) + season + random.normal(0, 0.004)
        raised = 0.05 * sum(day >= date.fromisoformat(step) for step in steps)
        here = around + raised + random.normal(0, 0.003, 3)
        around = around + random.normal(0, 0.002, 3)
        rows.append(",".join([day.isoformat(), *(f"{v:.5f}" for v in (*here, *around))]))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
