#!/usr/bin/env bash
# Runs the metadata extractor over a corpus of saved pages and prints the scorer's table.
#
# usage: scripts/metadata-corpus.sh [CORPUS] [scorer options, such as --misses title]
# CORPUS (default: ../shared/metadata-corpus) holds cases.jsonl, html.tar.xz and score.py; without it there is nothing to do.
# PERENNIAL names the binary (default: target/release/perennial, built when it is missing).
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=${1:-../shared/metadata-corpus}
[ $# -gt 0 ] && shift
if [ ! -e "$corpus/cases.jsonl" ]; then
  echo "no corpus at $corpus: nothing to score"
  exit 0
fi
binary=${PERENNIAL:-target/release/perennial}
[ -x "$binary" ] || cargo build --release --quiet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$corpus/score.py" --unpack "$work" >/dev/null
PERENNIAL_BINARY=$binary python3 - "$corpus/cases.jsonl" "$work" >"$work/predictions.jsonl" <<'PYTHON'
import concurrent.futures, json, os, subprocess, sys

binary, folder = os.environ["PERENNIAL_BINARY"], sys.argv[2]
with open(sys.argv[1], encoding="utf-8") as file:
    cases = [json.loads(line) for line in file if line.strip()]

def predict(case):
    arguments = [binary, "extract", "--no-config", "--format", "jsonl", "--content-type", "text/html"]
    if case.get("url"):
        arguments += ["--url", case["url"]]
    done = subprocess.run(arguments + [os.path.join(folder, case["html"])], capture_output=True, text=True)
    record = json.loads(done.stdout) if done.returncode == 0 else {}
    record.pop("provenance", None)
    return {"id": case["id"], **record, "license": record.get("licence")}

with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for prediction in pool.map(predict, cases):
        print(json.dumps(prediction, ensure_ascii=False))
PYTHON
python3 "$corpus/score.py" "$work/predictions.jsonl" "$@"
