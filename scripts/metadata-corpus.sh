#!/usr/bin/env bash
# Runs the metadata extractor over a corpus of saved pages and prints the scorer's table.
#
# usage: scripts/metadata-corpus.sh CORPUS [scorer options, such as --misses title]
# CORPUS is a folder of your own: cases.jsonl (a page's id, url, html and what is known of it), html.tar.xz with the pages, and
# score.py, which unpacks them (--unpack FOLDER) and compares predictions with cases. None comes with this repository.
# PERENNIAL names the binary (default: target/release/perennial, built when it is missing).
set -euo pipefail
corpus=$(realpath "${1:?usage: $0 CORPUS [scorer options]}")
shift
for part in cases.jsonl html.tar.xz score.py; do
  [ -e "$corpus/$part" ] || { echo "$corpus holds no $part" >&2; exit 2; }
done
cd "$(dirname "$0")/.."
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
