"""Weights files whose description of the network is replaced by anything else, by code that is not mlpviz's."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import onnx
from safetensors.numpy import load_file, save_file


def rewrite(path: Path, suffix: str, network: object) -> None:
    """Put any JSON value in the place of the specification."""
    text = json.dumps(network)
    if suffix == ".safetensors":
        save_file(load_file(path), path, {"format": "mlpviz", "version": "1", "network": text})
    elif suffix == ".npz":
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        np.savez(path, **(arrays | {"network": np.array(text)}))
    elif suffix == ".json":
        path.write_text(json.dumps(json.loads(path.read_text()) | {"network": network}))
    elif suffix == ".onnx":
        model = onnx.load(path)
        for entry in model.metadata_props:
            if entry.key == "network":
                entry.value = text
        onnx.save(model, path)
    else:
        replace_member(path, "network.json", json.dumps({"format": "mlpviz-weights", "version": 1, "network": network}))


def replace_member(path: Path, name: str, content: str | bytes) -> None:
    """Put other content into a zip archive, under a name that is there or not."""
    with zipfile.ZipFile(path) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    members[name] = content.encode() if isinstance(content, str) else content
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
