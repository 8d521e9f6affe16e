#!/usr/bin/env python3
"""Asks stock YARA and YARA-X what rules mean.

Reads JSON lines on standard input:

    {"id": any, "rules": TEXT, "data_hex": HEX | "path": PATH, "externals": {NAME: VALUE}?}

and writes for each, in the same order, one JSON line:

    {"id": any, "yara": ANSWER, "yara_x": ANSWER}
    ANSWER: {"ok": true, "rules": [{"identifier": I, "namespace": N, "tags": [..],
                "strings": [{"identifier": "$a", "offset": n, "length": n, "xor_key": n?}]}]}
         or {"ok": false, "stage": "compile" | "scan" | "outage", "error": TEXT}

Rules are sorted by namespace and identifier, strings by identifier, offset and length. "outage" means
that the engine crashed or gave no answer within --seconds: its opinion is not known.

Each engine runs in a process of its own, which is started again after a crash or a time-out.
"""
import argparse
import json
import os
import select
import subprocess
import sys
import time

ENGINES = ("yara", "yara_x")


def data_of(case):
    if "path" in case:
        with open(case["path"], "rb") as file:
            return file.read()
    return bytes.fromhex(case.get("data_hex", ""))


def sorted_rules(rules):
    for rule in rules:
        rule["strings"].sort(key=lambda s: (s["identifier"], s["offset"], s["length"]))
    return sorted(rules, key=lambda r: (r["namespace"], r["identifier"]))


def ask_yara(case, seconds):
    import yara

    try:
        rules = yara.compile(source=case["rules"], externals=case.get("externals") or {})
    except yara.Error as error:
        return {"ok": False, "stage": "compile", "error": str(error)}
    try:
        matches = rules.match(data=data_of(case), timeout=seconds)
    except yara.Error as error:
        return {"ok": False, "stage": "scan", "error": str(error)}
    found = []
    for match in matches:
        strings = []
        for pattern in match.strings:
            for instance in pattern.instances:
                string = {
                    "identifier": pattern.identifier,
                    "offset": instance.offset,
                    "length": instance.matched_length,
                }
                if pattern.is_xor():
                    string["xor_key"] = instance.xor_key
                strings.append(string)
        found.append(
            {
                "identifier": match.rule,
                "namespace": match.namespace,
                "tags": list(match.tags),
                "strings": strings,
            }
        )
    return {"ok": True, "rules": sorted_rules(found)}


def ask_yara_x(case, seconds):
    import yara_x

    try:
        compiler = yara_x.Compiler()
        for name, value in (case.get("externals") or {}).items():
            compiler.define_global(name, value)
        compiler.add_source(case["rules"])
        rules = compiler.build()
    except yara_x.CompileError as error:
        return {"ok": False, "stage": "compile", "error": str(error)}
    try:
        scanner = yara_x.Scanner(rules)
        scanner.set_timeout(seconds)
        result = scanner.scan(data_of(case))
    except (yara_x.ScanError, yara_x.TimeoutError) as error:
        return {"ok": False, "stage": "scan", "error": str(error)}
    found = []
    for rule in result.matching_rules:
        strings = []
        for pattern in rule.patterns:
            for match in pattern.matches:
                string = {
                    "identifier": pattern.identifier,
                    "offset": match.offset,
                    "length": match.length,
                }
                if match.xor_key is not None:
                    string["xor_key"] = match.xor_key
                strings.append(string)
        found.append(
            {
                "identifier": rule.identifier,
                "namespace": rule.namespace,
                "tags": list(rule.tags),
                "strings": strings,
            }
        )
    return {"ok": True, "rules": sorted_rules(found)}


def serve_engine(name, seconds):
    """The child: one case a line in, one answer a line out."""
    ask = {"yara": ask_yara, "yara_x": ask_yara_x}[name]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What an engine prints (the console module does) must not mix with answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        try:
            answer = ask(json.loads(line), seconds)
        except Exception as error:  # an oracle that cannot answer has no opinion
            answer = {"ok": False, "stage": "outage", "error": "%s: %s" % (type(error).__name__, error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


class Engine:
    """An engine in a child process."""

    def __init__(self, name, seconds):
        self.name = name
        self.seconds = seconds
        self.process = None

    def send(self, line):
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, os.path.abspath(__file__), "--engine", self.name, "--seconds", str(self.seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        self.pending = b""
        try:
            self.process.stdin.write(line.encode("utf-8") + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def receive(self):
        # Twice the engine's own limit, since compiling is not under it.
        end = time.monotonic() + 2 * self.seconds + 5
        while True:
            left = end - time.monotonic()
            if left <= 0:
                return self.gone("no answer in time")
            ready, _, _ = select.select([self.process.stdout], [], [], left)
            if not ready:
                continue
            chunk = os.read(self.process.stdout.fileno(), 1 << 20)
            if not chunk:
                return self.gone("crashed")
            self.pending += chunk
            if self.pending.endswith(b"\n"):
                return json.loads(self.pending)

    def gone(self, reason):
        self.process.kill()
        status = self.process.wait()
        self.process = None
        return {"ok": False, "stage": "outage", "error": "%s (status %s)" % (reason, status)}

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, default=5, help="limit for one case and engine")
    options = parser.parse_args()
    if options.engine:
        serve_engine(options.engine, options.seconds)
        return
    engines = {name: Engine(name, options.seconds) for name in ENGINES}
    try:
        for line in sys.stdin:
            line = line.strip()
            if not line:
                continue
            for engine in engines.values():
                engine.send(line)
            answer = {"id": json.loads(line).get("id")}
            for name, engine in engines.items():
                answer[name] = engine.receive()
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    finally:
        for engine in engines.values():
            engine.close()


if __name__ == "__main__":
    main()
