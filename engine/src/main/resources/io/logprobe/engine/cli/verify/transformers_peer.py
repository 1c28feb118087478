"""Times Transformers on one GPU: log-probabilities of completions by a model of an OPT's shape with random weights.

usage: transformers_peer.py JOB.json, which holds
  {"hidden": .., "layers": .., "heads": .., "vocabulary": .., "positions": .., "seconds": ..,
   "jobs": [{"name": .., "pairs": [[[context token, ..], [completion token, ..]], ..]}, ..]}
Prints one line of JSON per job: its pairs per second at the best of several batch sizes. Pairs are sorted by length, and
logits are computed at the positions that are needed only.
"""

import json
import sys
import time

import torch
import transformers


def scored(model, batch):
    length = max(len(context) + len(completion) for context, completion in batch) - 1
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    mask = torch.zeros(len(batch), length, dtype=torch.long)
    rows, columns, targets = [], [], []
    for row, (context, completion) in enumerate(batch):
        tokens = (context + completion)[:-1]
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        for i, target in enumerate(completion):
            rows.append(row)
            columns.append(len(context) - 1 + i)
            targets.append(target)
    hidden = model.model(ids.cuda(), attention_mask=mask.cuda()).last_hidden_state
    logits = model.lm_head(hidden[torch.tensor(rows).cuda(), torch.tensor(columns).cuda()]).float()
    logprobs = logits.log_softmax(-1).gather(1, torch.tensor(targets).cuda()[:, None])[:, 0]
    sums = torch.zeros(len(batch), device="cuda").index_add_(0, torch.tensor(rows).cuda(), logprobs)
    return sums.cpu()


def rate(model, pairs, size, seconds):
    """Pairs per second, over all pairs or as many as the time allows."""
    scored(model, pairs[:size])
    torch.cuda.synchronize()
    start = time.perf_counter()
    done = 0
    for first in range(0, len(pairs), size):
        batch = pairs[first : first + size]
        scored(model, batch)
        done += len(batch)
        if time.perf_counter() - start > seconds:
            break
    return done / (time.perf_counter() - start)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = json.load(file)
    config = transformers.OPTConfig(
        vocab_size=spec["vocabulary"],
        hidden_size=spec["hidden"],
        word_embed_proj_dim=spec["hidden"],
        ffn_dim=4 * spec["hidden"],
        num_hidden_layers=spec["layers"],
        num_attention_heads=spec["heads"],
        max_position_embeddings=spec["positions"],
    )
    torch.set_default_dtype(torch.bfloat16)
    with torch.device("cuda"):
        model = transformers.OPTForCausalLM(config).eval()
    versions = f"Transformers {transformers.__version__}, PyTorch {torch.__version__}"
    with torch.inference_mode():
        for job in spec["jobs"]:
            pairs = sorted(job["pairs"], key=lambda pair: -len(pair[0]) - len(pair[1]))
            best, best_size = 0.0, 0
            for size in (8, 32, 128, 512):
                try:
                    found = rate(model, pairs, size, spec["seconds"])
                except torch.cuda.OutOfMemoryError:
                    torch.cuda.empty_cache()
                    break
                if found > best:
                    best, best_size = found, size
            line = {"name": job["name"], "pairs_per_second": best, "batch": best_size, "with": versions}
            print(json.dumps(line), flush=True)


main()
