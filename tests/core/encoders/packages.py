"""Packages as pip leaves them, made by hand: a module, and the metadata that names it."""

from collections.abc import Mapping
from pathlib import Path


def package(site: Path, name: str, module: str, points: Mapping[str, str], **facts: str) -> None:
    """Install ``module`` (its source) as the package ``name`` with these entry points."""
    site.mkdir(parents=True, exist_ok=True)
    stem = name.replace("-", "_")
    (site / f"{stem}.py").write_text(module, "utf-8")
    info = site / f"{stem}-1.0.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0"]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in facts.items()]
    (info / "METADATA").write_text("\n".join(lines) + "\n", "utf-8")
    table = "\n".join(f"{point} = {stem}:{what}" for point, what in points.items())
    (info / "entry_points.txt").write_text(f"[clipdesk.encoders]\n{table}\n", "utf-8")
