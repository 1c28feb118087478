"""Times Transformers: log-probabilities of completions by a model of an OPT's shape with random weights.

usage: transformers_peer.py JOB.json [--device cuda|cpu], where JOB.json holds
  {"hidden": .., "layers": .., "heads": .., "vocabulary": .., "positions": .., "seconds": ..,
   "jobs": [{"name": .., "pairs": [[[context token, ..], [completion token, ..]], ..]}, ..]}
Prints one line of JSON per job: its pairs per second at the best of several batch sizes, those of which one batch takes
no longer than the seconds given. Pairs are sorted by length, nothing is kept for generation, and logits are computed at
the positions that are needed only.
"""

import argparse
import json
import time

import torch
import transformers

BATCH_SIZES = (8, 32, 128, 512)


def scored(model, batch):
    """The log-probability of each completion, on the host."""
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
    device = model.device
    rows = torch.tensor(rows, device=device)
    columns = torch.tensor(columns, device=device)
    targets = torch.tensor(targets, device=device)
    hidden = model.model(ids.to(device), attention_mask=mask.to(device), use_cache=False).last_hidden_state
    logits = model.lm_head(hidden[rows, columns]).float()
    logprobs = logits.log_softmax(-1).gather(1, targets[:, None])[:, 0]
    sums = torch.zeros(len(batch), dtype=torch.float32, device=device)
    return sums.index_add_(0, rows, logprobs).cpu()  # waits for the device


def rate(model, pairs, size, seconds):
    """Pairs per second, over all pairs or as many as the time allows."""
    scored(model, pairs[:size])
    start = time.perf_counter()
    done = 0
    for first in range(0, len(pairs), size):
        batch = pairs[first : first + size]
        scored(model, batch)
        done += len(batch)
        if time.perf_counter() - start > seconds:
            break
    return done / (time.perf_counter() - start)


def best_rate(model, pairs, seconds):
    """The best rate and its batch size."""
    best, best_size = 0.0, 0
    for size in BATCH_SIZES:
        if best > 0 and size / best > seconds:
            break
        try:
            found = rate(model, pairs, size, seconds)
        except torch.cuda.OutOfMemoryError:
            torch.cuda.empty_cache()
            break
        if found > best:
            best, best_size = found, size
    return best, best_size


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("job")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    arguments = parser.parse_args()
    with open(arguments.job, encoding="utf-8") as file:
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
    with torch.device(arguments.device):
        model = transformers.OPTForCausalLM(config).eval()
    versions = f"Transformers {transformers.__version__}, PyTorch {torch.__version__}"
    with torch.inference_mode():
        for job in spec["jobs"]:
            pairs = sorted(job["pairs"], key=lambda pair: -len(pair[0]) - len(pair[1]))
            best, size = best_rate(model, pairs, spec["seconds"])
            line = {"name": job["name"], "pairs_per_second": best, "batch": size, "with": versions}
            print(json.dumps(line), flush=True)


main()
