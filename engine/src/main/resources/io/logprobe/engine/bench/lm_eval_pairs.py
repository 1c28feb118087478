"""Pairs per second of lm-evaluation-harness: lm_eval_pairs.py MODEL ROWS.jsonl DTYPE BATCH LIMIT (0 for all rows)."""
import json
import os
import sys
import time

import torch
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM

model, rows, dtype, batch, limit = sys.argv[1:]
torch.set_num_threads(os.cpu_count())
with open(rows, encoding="utf-8") as lines:
    examples = [json.loads(line) for line in lines][: int(limit) or None]
requests = [
    Instance(request_type="loglikelihood", doc={}, arguments=(row["text"], completion), idx=0, metadata=("rows", 0, 1))
    for row in examples
    for completion in row["classes"]
]
peer = HFLM(pretrained=model, device="cpu", dtype=dtype, batch_size=int(batch))
start = time.perf_counter()
peer.loglikelihood(requests, disable_tqdm=True)
print(json.dumps({"pairs_per_s": len(requests) / (time.perf_counter() - start)}))
