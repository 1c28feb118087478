#!/usr/bin/env python3
"""Writes random blocks of each quantised GGUF type that Logprobe reads, and the values that the `gguf` package says are
in them.

usage: gguf_blocks.py [--blocks N] [--plain] > engine/src/test/resources/gguf-blocks.json

Scales are powers of two, so that values have few digits; with --plain they are any number. Needs: gguf.
"""
import argparse

import gguf
import numpy as np
from gguf.quants import dequantize

# Where the float16 scales and minimums of a block are.
SCALES = {"Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q2_K": [80, 82], "Q3_K": [108],
          "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0], "MXFP4": []}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--blocks", type=int, default=1)
    parser.add_argument("--plain", action="store_true")
    arguments = parser.parse_args()
    random = np.random.default_rng(20)
    types = []
    for name, scales in SCALES.items():
        kind = gguf.GGMLQuantizationType[name]
        blocks = random.integers(0, 256, (arguments.blocks, gguf.GGML_QUANT_SIZES[kind][1]), dtype=np.uint8)
        for offset in scales:
            shape = (arguments.blocks, 1)
            scale = random.normal(0, 1, shape) if arguments.plain else 2.0 ** random.integers(-4, 1, shape)
            blocks[:, offset:offset + 2] = scale.astype("f2").view(np.uint8)
        if name == "MXFP4":
            blocks[:, 0] = np.arange(arguments.blocks) % 251 if arguments.plain else 126
        values = dequantize(blocks, kind).reshape(-1).tolist()
        elements = ", ".join(repr(value).removesuffix(".0") for value in values)
        types.append(f'  "{name}": {{\n    "blocks": "{blocks.tobytes().hex()}",\n    "elements": [{elements}]\n  }}')
    print("{\n" + ",\n".join(types) + "\n}")


if __name__ == "__main__":
    main()
