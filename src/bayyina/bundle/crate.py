"""RO-Crate 1.2: what the files of a bundle are, as linked data that research tools read.

The metadata file lies inside the payload, so that the manifests cover it. Nothing here is
fetched: the context is named and not loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bayyina.bundle.contents import BundleContent, BundledFile
from bayyina.bundle.json_files import json_file

NAME: Final = "ro-crate-metadata.json"
"""The file's name, as the standard fixes it."""

CONTEXT: Final = "https://w3id.org/ro/crate/1.2/context"
"""The context that is named."""

PROFILE: Final = "https://w3id.org/ro/crate/1.2"
"""The version that is conformed to."""


def crate_json(content: BundleContent, files: Mapping[str, tuple[int, str, str]]) -> bytes:
    """The RO-Crate metadata of a bundle.

    Args:
        content: What the bundle holds.
        files: Size, SHA-256 and media type by path below ``data/``.
    """
    evidence = {one.sha256: one for one in content.files}
    entities = [_descriptor(), _root(content, files)]
    paths = {digest: path for path, (_, digest, _) in files.items() if path.startswith("evidence/")}
    for path, (size, digest, media_type) in sorted(files.items()):
        entity: dict[str, Any] = {
            "@id": path,
            "@type": "File",
            "name": path.rpartition("/")[2],
            "contentSize": str(size),
            "encodingFormat": media_type,
            "sha256": digest,
        }
        known = evidence.get(digest) if path.startswith("evidence/") else None
        if known is not None:
            entity["name"] = known.original_name or path
            entity["identifier"] = known.record
        entities.append(entity)
    entities += [
        _action(one, paths, content.made_at) for one in content.files if one.derived_from in paths
    ]
    graph = {"@context": CONTEXT, "@graph": entities}
    return json_file(graph, is_ascii=False)


def _descriptor() -> dict[str, Any]:
    return {
        "@id": NAME,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": PROFILE},
    }


def _root(content: BundleContent, files: Mapping[str, Any]) -> dict[str, Any]:
    invented = " FICTIONAL: everything in it is invented." if content.fictional else ""
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": content.title,
        "description": f"Records, evidence and custody proofs, {content.set} set.{invented}",
        "datePublished": content.made_at,
        "license": "Restricted: for the recipients of this bundle, as agreed with them.",
        "identifier": content.origin,
        "hasPart": [{"@id": path} for path in sorted(files)],
    }


def _action(file: BundledFile, paths: Mapping[str, str], time: str) -> dict[str, Any]:
    return {
        "@id": f"#made-{file.sha256[:16]}",
        "@type": "CreateAction",
        "name": f"made from {file.derived_from[:16]}",
        "object": {"@id": paths[file.derived_from]},
        "result": {"@id": paths[file.sha256]},
        "description": file.tool or "tool not recorded",
        "endTime": time,
    }
