"""The clients that everybody uses take the test Hub for the real one, so it is a faithful one."""

import json
import os
import subprocess
import sys
from pathlib import Path

from transformers import BertConfig, BertModel

USE = """
import json, sys
from huggingface_hub import HfApi, get_safetensors_metadata, hf_hub_download
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError
from transformers import AutoConfig, AutoModel
found = {}
info = HfApi().model_info("owner/whole", files_metadata=True)
found["info"] = [info.id, info.sha, sorted(sibling.rfilename for sibling in info.siblings)]
found["config"] = json.load(open(hf_hub_download("owner/whole", "config.json")))["model_type"]
for name in ("owner/whole", "owner/sharded", "moved"):
    model, report = AutoModel.from_pretrained(name, output_loading_info=True)
    found[name] = [sum(p.numel() for p in model.parameters()), len(report["missing_keys"])]
found["revision"] = AutoConfig.from_pretrained("owner/whole", revision="refs/pr/1").hidden_size
found["tensors"] = sum(get_safetensors_metadata("owner/sharded").parameter_count.values())
for name, revision, error in (
    ("owner/gated", None, GatedRepoError),
    ("owner/absent", None, RepositoryNotFoundError),
    ("owner/whole", "absent", RevisionNotFoundError),
):
    try:
        hf_hub_download(name, "config.json", revision=revision)
    except error as caught:
        found[error.__name__] = type(caught) is error
print(json.dumps(found))
"""


def run(code: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_huggingface_hub_and_transformers_load_models_from_the_test_hub(hub, tmp_path: Path):
    config = BertConfig(
        vocab_size=50, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16
    )
    model = BertModel(config)
    model.save_pretrained(tmp_path / "whole")
    model.save_pretrained(tmp_path / "sharded", max_shard_size="2KB")
    whole = hub.add_folder("owner/whole", tmp_path / "whole")
    config = json.loads((tmp_path / "whole/config.json").read_text())
    whole.set_files({"config.json": config | {"hidden_size": 4}}, "refs/pr/1")
    hub.add_folder("owner/sharded", tmp_path / "sharded")
    hub.add("owner/gated", {"config.json": config}, gated=True)
    hub.moved["moved"] = "owner/whole"
    assert len(list((tmp_path / "sharded").glob("*-of-*.safetensors"))) > 1

    out = run(USE, HF_ENDPOINT=hub.url, HF_HOME=str(tmp_path / "home"), HF_TOKEN="", HF_HUB_OFFLINE="0")
    found = json.loads(out.splitlines()[-1])

    commit, files = whole.at("main")
    count = found["tensors"]
    assert found == {
        "info": ["owner/whole", commit, sorted(files)],
        "config": "bert",
        "owner/whole": [count, 0],
        "owner/sharded": [count, 0],
        "moved": [count, 0],
        "revision": 4,
        "tensors": count,
        "GatedRepoError": True,
        "RepositoryNotFoundError": True,
        "RevisionNotFoundError": True,
    }
    assert any(answer.host == "storage" for answer in hub.served)
    assert any("resolve-cache" in answer.path for answer in hub.served)
