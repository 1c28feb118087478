"""Drives a local Hub with the official client: python judge.py ENDPOINT SCRATCH_FOLDER.

Expects the repositories that HuggingFaceClientTest lays out. Ends with "judged" on standard output.
"""

import hashlib
import os
import sys
from pathlib import Path

endpoint, scratch = sys.argv[1], Path(sys.argv[2])
os.environ.update(HF_ENDPOINT=endpoint, HF_HOME=str(scratch / "home"), HF_HUB_DISABLE_XET="1",
                  HF_HUB_DISABLE_PROGRESS_BARS="1", HF_HUB_DISABLE_TELEMETRY="1")

from huggingface_hub import (CommitOperationAdd, CommitOperationDelete, EvalResult, HfApi, ModelCard, hf_hub_download,
                             snapshot_download)
from huggingface_hub.errors import (BadRequestError, EntryNotFoundError, HfHubHTTPError, RepositoryNotFoundError,
                                    RevisionNotFoundError)

MODEL, DATASET = "demo/tiny", "demo/pronouns"
alice, bob = HfApi(token="hf_alice"), HfApi(token="hf_bob")


def raises(kind, call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except kind as error:
        return error
    raise AssertionError(f"{call} raised no {kind}")


# --- who and what
assert alice.whoami()["name"] == "alice"
alice.auth_check(MODEL)
info = alice.model_info(MODEL, files_metadata=True)
sizes = {sibling.rfilename: sibling for sibling in info.siblings}
assert info.id == MODEL and info.author == "demo" and len(info.sha) == 40
assert info.pipeline_tag == "text-generation" and info.config["model_type"] == "opt"
assert info.safetensors.total == 6 and info.safetensors.parameters == {"F32": 6}
assert sizes["model.safetensors"].lfs.sha256 and sizes["config.json"].lfs is None
assert alice.model_info(MODEL, expand=["sha"]).sha == info.sha
assert alice.model_info(MODEL, revision=info.sha).sha == info.sha
assert [m.id for m in alice.list_models(search="TINY", author="demo")] == [MODEL]
assert len(list(alice.list_models(filter="opt", pipeline_tag="text-generation"))) == 3
assert list(alice.list_models(search="nothing-like-this")) == []
assert len(list(alice.list_models())) == 4
assert len(list(alice.list_models(limit=3))) == 3
assert alice.dataset_info(DATASET).card_data["train_eval_index"][0]["col_mapping"]["text"] == "text"
assert [d.id for d in alice.list_datasets()] == [DATASET]

# --- errors have the client's own types
raises(RepositoryNotFoundError, alice.model_info, "demo/absent")
raises(RevisionNotFoundError, alice.model_info, MODEL, revision="0" * 40)
raises(EntryNotFoundError, hf_hub_download, MODEL, "absent.txt", cache_dir=scratch / "c0")

# --- files
tree = list(alice.list_repo_tree(MODEL, recursive=True))
assert [item.path for item in tree if hasattr(item, "size")] == sorted(alice.list_repo_files(MODEL))
assert [item.path for item in alice.list_repo_tree(MODEL, "nested")] == ["nested/deeper"]
assert [p.path for p in alice.get_paths_info(MODEL, ["config.json", "nested", "no"])] == ["config.json", "nested"]
weights = Path(hf_hub_download(MODEL, "model.safetensors", cache_dir=scratch / "c1"))
assert hashlib.sha256(weights.read_bytes()).hexdigest() == sizes["model.safetensors"].lfs.sha256
folder = Path(snapshot_download(MODEL, cache_dir=scratch / "c2"))
assert folder.name == info.sha and (folder / "nested/deeper/ü n+1.txt").read_text() == "deep"
assert Path(snapshot_download(DATASET, repo_type="dataset", cache_dir=scratch / "c3"), "test.jsonl").exists()
assert alice.get_safetensors_metadata(MODEL).parameter_count == {"F32": 6}

# --- a pull request, seen, continued, merged
pull = alice.create_commit(MODEL, [CommitOperationAdd("notes/a.txt", b"one\n")], commit_message="Add notes",
                           commit_description="why <b>not</b>", create_pr=True, parent_commit=info.sha)
assert pull.pr_num == 1 and pull.pr_revision == "refs/pr/1" and pull.repo_url.repo_id == MODEL
assert alice.model_info(MODEL).sha == info.sha, "main does not move"
assert Path(hf_hub_download(MODEL, "notes/a.txt", revision="refs/pr/1", cache_dir=scratch / "c4")).read_text() == "one\n"
alice.create_commit(MODEL, [CommitOperationAdd("notes/a.txt", b"two\n")], commit_message="More", revision="refs/pr/1")
bob.create_discussion(MODEL, title="A question", description="really?")
assert [d.num for d in alice.get_repo_discussions(MODEL)] == [2, 1]
assert [d.num for d in alice.get_repo_discussions(MODEL, discussion_type="pull_request")] == [1]
assert [d.num for d in alice.get_repo_discussions(MODEL, author="bob")] == [2]
alice.comment_discussion(MODEL, 1, "looks fine")
details = alice.get_discussion_details(MODEL, 1)
assert [event.type for event in details.events] == ["comment", "commit", "commit", "comment"]
assert details.events[0].content == "why <b>not</b>" and "+two" in details.diff and details.conflicting_files == []
refs = alice.list_repo_refs(MODEL, include_pull_requests=True)
assert [b.name for b in refs.branches] == ["main"] and [p.ref for p in refs.pull_requests] == ["refs/pr/1"]
bob.change_discussion_status(MODEL, 2, "closed", comment="never mind")
assert [d.num for d in alice.get_repo_discussions(MODEL, discussion_status="open")] == [1]
alice.rename_discussion(MODEL, 1, "Better notes")
alice.merge_pull_request(MODEL, 1)
assert alice.get_discussion_details(MODEL, 1).status == "merged"
assert alice.get_discussion_details(MODEL, 1).merge_commit_oid == alice.model_info(MODEL).sha
titles = [commit.title for commit in alice.list_repo_commits(MODEL)]
assert titles[0] == "Better notes (#1)" and len(titles) == 4
assert alice.model_info(MODEL, revision=info.sha).sha == info.sha, "old commits stay"

# --- conflicts and locks
base = alice.model_info(MODEL).sha
for text in (b"x\n", b"y\n"):
    alice.create_commit(MODEL, [CommitOperationAdd("notes/a.txt", text)], commit_message="Race", create_pr=True)
alice.merge_pull_request(MODEL, 3)
assert alice.get_discussion_details(MODEL, 4).conflicting_files == ["notes/a.txt"]
assert raises(HfHubHTTPError, alice.merge_pull_request, MODEL, 4).response.status_code == 409
stale = raises(HfHubHTTPError, alice.create_commit, MODEL, [CommitOperationDelete("notes/a.txt")],
               commit_message="Stale", parent_commit=base)
assert stale.response.status_code == 412
raises(EntryNotFoundError, alice.create_commit, MODEL, [CommitOperationDelete("gone.txt")], commit_message="Gone")
raises(BadRequestError, alice.create_commit, MODEL, [CommitOperationAdd(".hub/x", b"x")], commit_message="Out")

# --- large files go by LFS
big = os.urandom(11 << 20)
alice.upload_file(path_or_fileobj=big, path_in_repo="big.bin", repo_id=MODEL)
entry = alice.get_paths_info(MODEL, "big.bin")[0]
assert entry.lfs.sha256 == hashlib.sha256(big).hexdigest() and entry.size == len(big)
assert Path(hf_hub_download(MODEL, "big.bin", cache_dir=scratch / "c5")).read_bytes() == big

# --- model cards
result = EvalResult(task_type="text-generation", dataset_type=DATASET, dataset_name=DATASET, metric_type="accuracy",
                    metric_value=0.25, source_url="http://localhost/jobs/1")
card = ModelCard.load(MODEL)
card.data.model_name, card.data.eval_results = "tiny", [result]
proposal = alice.upload_file(path_or_fileobj=str(card).encode(), path_in_repo="README.md", repo_id=MODEL, create_pr=True)
alice.merge_pull_request(MODEL, proposal.pr_num)
card = ModelCard.load(MODEL)
assert card.data.eval_results[0].metric_value == 0.25 and card.data.license == "mit"
broken = raises(ValueError, alice.upload_file, path_or_fileobj=b"---\nmodel-index:\n- name: x\n---\n",
                path_in_repo="README.md", repo_id=MODEL)
assert "results" in str(broken)
print("judged")
