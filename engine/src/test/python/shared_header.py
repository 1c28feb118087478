#!/usr/bin/env python3
"""Makes a job whose examples share one long header: shared_header.py ROWS.jsonl OUT.jsonl

ROWS.jsonl holds rows with two classes, such as WinoBias. Thirty of them, answered, make a header of about 600 tokens;
500 others follow it, with four classes each.
"""
import json
import sys

HEADER = slice(0, 30)
EXAMPLES = slice(40, 540)
FURTHER = [" nobody knows why.", " it was late."]

with open(sys.argv[1], encoding="utf-8") as lines:
    rows = [json.loads(line) for line in lines]
header = "".join(f"Sentence: {row['text']}{row['classes'][row['target']]}\n" for row in rows[HEADER])
with open(sys.argv[2], "w", encoding="utf-8") as out:
    for row in rows[EXAMPLES]:
        example = {
            "text": header + "Sentence: " + row["text"],
            "classes": row["classes"] + FURTHER,
            "target": row["target"],
        }
        out.write(json.dumps(example) + "\n")
