"""Asks both oracles (yara-python, yara_x) about every snippet of Acceptance.json and records
whether they accept it. Run by hand after adding snippets; the tests read the answers.

A snippet is {"text": ...} or, where it is no UTF-8, {"hex": ...}. yara_x takes UTF-8 only, so it
has no answer (null) for the others."""
import json
import os
import tempfile

import yara
import yara_x

PLACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Acceptance.json")


def accepts_yara(content):
    with tempfile.NamedTemporaryFile(suffix=".yar") as file:
        file.write(content)
        file.flush()
        try:
            yara.compile(filepath=file.name)
            return True
        except Exception:
            return False


def accepts_yarax(content):
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    try:
        yara_x.compile(text)
        return True
    except Exception:
        return False


with open(PLACE, encoding="utf-8") as file:
    entries = json.load(file)
for entry in entries:
    content = bytes.fromhex(entry["hex"]) if "hex" in entry else entry["text"].encode("utf-8")
    entry["yara"] = accepts_yara(content)
    entry["yarax"] = accepts_yarax(content)
    entry.setdefault("codes", [])
with open(PLACE, "w", encoding="utf-8") as file:
    lines = [json.dumps(entry, ensure_ascii=False, sort_keys=True) for entry in entries]
    file.write("[\n" + ",\n".join(lines) + "\n]\n")
