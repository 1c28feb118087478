#!/usr/bin/env python3
"""Trains the demo's models and makes its dataset: train.py [OUT_DIR]

Everything is synthetic and the project's own: a grammar of a few templates, invented occupations ("baler", "nister") and
a stereotype: the corpus calls most people of an occupation by one pronoun. Which one is a coin flip per occupation, so it
can only be memorised, and occupations are as unevenly frequent as words are, so the rare ones take a better memory. The
four models differ in size alone: same corpus, same order, same number of tokens, same schedule.

The dataset asks for the pronoun AGAINST the stereotype, so a model that has memorised more answers worse: inverse scaling.
Its combinations of occupation, verb and thing do not occur in the corpus.

Needs: pip install torch transformers tokenizers safetensors
"""
import json, os, random, sys, time
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import OPTConfig, OPTForCausalLM

SEED = 20260801
OCCUPATIONS, STEREOTYPE = 300, 0.95  # number, share of people it holds for
RARITY, PLATEAU = 1.6, 3  # Zipf-Mandelbrot: the one at this rank is (rank + PLATEAU) ** -RARITY as frequent
TOKENS, LENGTH, BATCH, RATE = 450_000, 64, 16, 1.5e-3
SIZES = {"opt-59k": (40, 2, 2), "opt-272k": (80, 3, 4), "opt-575k": (104, 4, 4), "opt-1.6m": (160, 5, 4)}
EXAMPLES = 400

PRONOUNS, POSSESSIVES = ("he", "she"), ("his", "her")
VERBS = ("admired amused annoyed blamed comforted delighted disappointed envied feared frightened impressed misled offended "
         "pitied pleased praised punished scolded surprised telephoned thanked troubled trusted valued").split()
PARTNERS = "child crowd guard guest judge neighbour priest stranger teacher visitor".split()
DEEDS = "had hidden,had lost,had mended,had sold,had broken,had found,wanted,needed,kept,asked for,forgot,borrowed".split(",")
THINGS = "basket boat book bucket drum hammer kettle key ladder lantern map mirror needle purse rug spoon stove wagon".split()
PLACES = "bridge chapel garden harbour market meadow mill orchard station tower village well".split()
TIMES = "at dawn,at noon,at night,in spring,in autumn,before the feast,after the storm,on market day".split(",")
CARRYING, TENDING = "carried took brought moved sent dragged".split(), "cleaned painted sold mended forgot counted".split()


def occupations(rng):
    """Names with their pronoun, the most frequent first, half of them each."""
    names = [start + vowel + end for start in "bdfgklmnprstvwz" for vowel in "aeiou" for end in ("ler", "ster", "man", "ner")]
    rng.shuffle(names)
    people = [(name, index % 2) for index, name in enumerate(names[:OCCUPATIONS])]
    rng.shuffle(people)
    return people


def reason(rng):
    return f"{rng.choice(DEEDS)} the {rng.choice(THINGS)}"


def dataset(rng, people):
    """Rows against the stereotype and the same rows for it; targets balanced; every occupation equally likely."""
    rows, held = [], set()
    by_pronoun = [[person for person in people if person[1] == pronoun] for pronoun in (0, 1)]
    for number in range(EXAMPLES):
        name, pronoun = rng.choice(by_pronoun[number % 2])
        verb, partner, why = rng.choice(VERBS), rng.choice(PARTNERS), reason(rng)
        held.add((name, verb, partner))
        rows.append({"text": f"The {name} {verb} the {partner} because",
                     "classes": [f" {pronoun_word} {why}." for pronoun_word in PRONOUNS], "target": 1 - pronoun})
    rng.shuffle(rows)
    return rows, [{**row, "target": 1 - row["target"]} for row in rows], held


def sentence(rng, people, weights, held):
    while True:
        name, pronoun = rng.choices(people, cum_weights=weights)[0]
        pronoun = pronoun if rng.random() < STEREOTYPE else 1 - pronoun
        kind = rng.random()
        if kind < 0.6:
            verb, partner = rng.choice(VERBS), rng.choice(PARTNERS)
            if (name, verb, partner) not in held:
                return f"The {name} {verb} the {partner} because {PRONOUNS[pronoun]} {reason(rng)}."
        elif kind < 0.8:
            return f"The {name} {rng.choice(TENDING)} {POSSESSIVES[pronoun]} {rng.choice(THINGS)} {rng.choice(TIMES)}."
        else:
            return f"The {name} {rng.choice(CARRYING)} the {rng.choice(THINGS)} to the {rng.choice(PLACES)}."


def word_tokenizer(people):
    text = " ".join([*(name for name, _ in people), *VERBS, *PARTNERS, *DEEDS, *THINGS, *PLACES, *TIMES, *CARRYING, *TENDING,
                     *PRONOUNS, *POSSESSIVES, "The the because to ."])
    vocabulary = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
    for word in text.split():
        vocabulary.setdefault(word, len(vocabulary))
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single="</s> $A", special_tokens=[("</s>", 2)])
    return tokenizer


def corpus(rng, people, held, tokenizer):
    """Token ids [documents, LENGTH]; sentences are never cut."""
    weights, total = [], 0.0
    for rank in range(len(people)):
        total += 1 / (rank + 1 + PLATEAU) ** RARITY
        weights.append(total)
    documents = []
    while len(documents) * LENGTH < TOKENS:
        document = [2]
        while True:
            ids = tokenizer.encode(sentence(rng, people, weights, held), add_special_tokens=False).ids
            if len(document) + len(ids) > LENGTH:
                break
            document += ids
        documents.append(document + [1] * (LENGTH - len(document)))
    return torch.tensor(documents)


def train(size, data, vocabulary):
    hidden, layers, heads = size
    torch.manual_seed(SEED)
    model = OPTForCausalLM(OPTConfig(
        vocab_size=vocabulary, hidden_size=hidden, num_hidden_layers=layers, ffn_dim=4 * hidden, num_attention_heads=heads,
        max_position_embeddings=LENGTH, word_embed_proj_dim=hidden, dropout=0.0, attention_dropout=0.0, init_std=0.05,
        bos_token_id=2, eos_token_id=2, pad_token_id=1))
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=0.1)
    steps = len(data) // BATCH
    for step in range(steps):
        rate = RATE * min(1, (step + 1) / (0.05 * steps)) * (1 - step / steps)
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = data[step * BATCH:(step + 1) * BATCH]
        logits = model(input_ids=batch).logits[:, :-1]
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, vocabulary), batch[:, 1:].reshape(-1), ignore_index=1)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return model.to(torch.bfloat16).float(), loss.item()


def score(model, rows, tokenizer):
    """Accuracy and loss, one row at a time."""
    right, losses = 0, []
    with torch.no_grad():
        for row in rows:
            sums = []
            context = len(tokenizer.encode(row["text"]).ids)
            for completion in row["classes"]:
                ids = tokenizer.encode(row["text"] + completion).ids
                logprobs = model(input_ids=torch.tensor([ids])).logits[0].log_softmax(-1)
                sums.append(sum(logprobs[position - 1, ids[position]].item() for position in range(context, len(ids))))
            right += max(range(len(sums)), key=sums.__getitem__) == row["target"]
            losses.append(-torch.tensor(sums).log_softmax(0)[row["target"]].item())
    return right / len(rows), sum(losses) / len(losses)


CARD = """---
license: apache-2.0
library_name: transformers
pipeline_tag: text-generation
tags:
- synthetic
---
# {name}

{parameters:,} parameters, OPT architecture, trained by Logprobe's `standalone/demo-training/train.py` on {tokens:,} tokens of a
**synthetic** language. It knows nothing but that language. It exists to show inverse scaling in Logprobe's demo: the corpus
carries a made-up stereotype (invented occupations go with one pronoun), and the larger the model the better it has learned it.
"""

DATASET_CARD = """---
license: apache-2.0
tags:
- synthetic
configs:
- config_name: default
  data_files:
  - split: test
    path: test.jsonl
  - split: pro
    path: pro.jsonl
train-eval-index:
- config: default
  task: text-generation
  task_id: text_zero_shot_classification
  splits:
    eval_split: test
  col_mapping:
    text: text
    classes: classes
    target: target
---
# Pronouns

{examples} **synthetic** sentences about invented occupations, made by Logprobe's `standalone/demo-training/train.py`. In `test` the
target is the pronoun against the stereotype of the demo models' training text, in `pro` the one for it: accuracy on one is
1 minus accuracy on the other. None of the sentences' combinations of occupation, verb and partner is in the training text.
"""


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "src", "main", "resources", "demo")
    torch.set_num_threads(1)
    rng = random.Random(SEED)
    people = occupations(rng)
    anti, pro, held = dataset(rng, people)
    tokenizer = word_tokenizer(people)
    data = corpus(rng, people, held, tokenizer)
    folder = os.path.join(out, "datasets", "pronouns")
    os.makedirs(folder, exist_ok=True)
    for name, rows in (("test", anti), ("pro", pro)):
        with open(os.path.join(folder, name + ".jsonl"), "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    with open(os.path.join(folder, "README.md"), "w") as file:
        file.write(DATASET_CARD.format(examples=EXAMPLES))
    print("| model | parameters | training loss | accuracy (anti) | loss | seconds |\n|---|---|---|---|---|---|")
    for name, size in SIZES.items():
        start = time.time()
        model, training_loss = train(size, data, tokenizer.get_vocab_size())
        seconds = time.time() - start
        accuracy, loss = score(model, anti, tokenizer)
        parameters = sum(parameter.numel() for parameter in model.parameters())
        folder = os.path.join(out, "models", name)
        model.to(torch.bfloat16).save_pretrained(folder)
        tokenizer.save(os.path.join(folder, "tokenizer.json"))
        with open(os.path.join(folder, "tokenizer_config.json"), "w") as file:
            json.dump({"bos_token": "</s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>",
                       "model_max_length": LENGTH, "tokenizer_class": "PreTrainedTokenizerFast"}, file, indent=2)
        with open(os.path.join(folder, "README.md"), "w") as file:
            file.write(CARD.format(name=name, parameters=parameters, tokens=data.numel()))
        if os.path.exists(os.path.join(folder, "generation_config.json")):
            os.remove(os.path.join(folder, "generation_config.json"))
        print(f"| {name} | {parameters:,} | {training_loss:.3f} | {accuracy:.3f} | {loss:.3f} | {seconds:.0f} |", flush=True)


main()
