"""Drives a running server with VirusTotal's own client and checks every job object it sees.

usage: RETROHUNT_SERVER=http://HOST:PORT RETROHUNT_APIKEY=KEY python drive_server.py

vt-py does what its users do: it uploads samples, creates a job, follows it to its end, iterates
over the matching files, downloads one, aborts and deletes. Every job object is validated against
retrohunt-job-object-structure.json by json-structure. Exit status 0 and a last line "ok" when all
held; else the failed checks.
"""

import io
import json
import os
import pathlib
import random
import re
import sys
import time

import vt
from json_structure import InstanceValidator

HERE = pathlib.Path(__file__).parent
DEFINITION = json.loads((HERE / "retrohunt-job-object-structure.json").read_text())
JOBS = "/intelligence/retrohunt_jobs"
failures = []
validated = 0


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


def validate(job):
    """The job object as raw JSON, checked against its published definition."""
    global validated
    validated += 1
    for error in InstanceValidator(DEFINITION).validate(job):
        check(False, f"job object {job.get('id')}: {error}")
    check(re.fullmatch(r"\w+-\d+", job["id"]), f"job id {job['id']}")
    check("progress" in job["attributes"], "progress is missing")


def read(client, job_id):
    validate(client.get_json(f"{JOBS}/{job_id}")["data"])
    return client.get_object(f"{JOBS}/{job_id}")


def follow(client, job_id):
    """Polls the job to its end; progress may only grow."""
    progress = -1
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        job = read(client, job_id)
        check(job.progress >= progress, "progress went back")
        progress = job.progress
        if job.status in ("finished", "aborted"):
            return job
        time.sleep(0.1)
    raise SystemExit(f"job {job_id} does not end")


def refused(code, call):
    try:
        call()
    except vt.APIError as error:
        check(error.code == code, f"expected {code}, got {error}")
        return error
    check(False, f"expected {code}, got an answer")
    return None


def create(client, rules, **attributes):
    job = vt.Object("retrohunt_job")
    job.rules = rules
    job.corpus = "main"
    for name, value in attributes.items():
        setattr(job, name, value)
    return client.post_object(JOBS, obj=job)


def main():
    server, key = os.environ["RETROHUNT_SERVER"], os.environ["RETROHUNT_APIKEY"]
    mark = "%032x" % random.getrandbits(128)
    samples = [f"sample {n} {mark} {'even' if n % 2 == 0 else 'odd'}".encode() for n in range(25)]
    rules = f"""
rule all_of_them : first second {{
  strings: $mark = "{mark}"
  condition: $mark
}}
rule even_ones {{
  strings: $mark = "{mark} even"
  condition: $mark
}}
"""
    # A final slash doubles the one of the path.
    with vt.Client(key, host=server + "/") as client:
        digests = set()
        for number, content in enumerate(samples):
            stream = io.BytesIO(content)
            stream.name = f"sample {number}.bin"
            analysis = client.scan_file(stream, wait_for_completion=number == 0)
            item = client.get_object(f"/analyses/{analysis.id}/item")
            digests.add(item.sha256)
        check(len(digests) == len(samples), "each upload is a file of its own")

        job = create(client, rules, notification_email="somebody@example.org")
        check(job.status in ("starting", "queued"), f"a new job is {job.status}")
        check(job.rules == rules, "rules come back as sent")
        job = follow(client, job.id)
        check(job.status == "finished" and job.progress == 100, f"ended {job.status}")
        check(job.num_matches == 38, f"num_matches is {job.num_matches}, not 38")
        check(job.start_date <= job.finish_date, "dates are in order")

        seen = list(client.iterator(f"{JOBS}/{job.id}/matching_files", batch_size=10))
        check(len(seen) == 38, f"{len(seen)} entries, not 38")
        check({file.sha256 for file in seen} == digests, "every sample is listed")
        named = [file.context_attributes["rule_name"] for file in seen]
        check(named.count("even_ones") == 13, "13 entries are of the second rule")
        check(len({(f.sha256, f.context_attributes["rule_name"]) for f in seen}) == 38, "pairs")
        limited = list(client.iterator(f"{JOBS}/{job.id}/matching_files", limit=7))
        check(len(limited) == 7, "an iterator's limit")

        target = io.BytesIO()
        client.download_file(seen[0].sha256, target)
        check(target.getvalue() in samples, "the download is a sample")
        file = client.get_object(f"/files/{seen[0].md5}")
        check(file.sha256 == seen[0].sha256 and file.size == len(target.getvalue()), "by MD5")

        listed = [entry.id for entry in client.iterator(JOBS, params={"filter": "status:finished"})]
        check(listed[:1] == [job.id], "the latest finished job is first")
        for entry in client.get_json(JOBS)["data"]:
            validate(entry)

        other = create(client, rules, time_range={"start": 1, "end": 2})
        other = follow(client, other.id)
        check(other.num_matches == 0, "nothing lies in the range")
        check(other.num_matches_outside_time_range == 38, "all lies outside of it")

        aborted = create(client, rules)
        client.post(f"{JOBS}/{aborted.id}/abort")
        aborted = follow(client, aborted.id)
        check(aborted.status in ("aborted", "finished"), "aborted, or too fast for that")

        error = refused("InvalidArgumentError", lambda: create(client, "rule broken {\n nonsense }"))
        check(error is None or "line 2" in error.message, f"the line is missing: {error}")
        refused("NotFoundError", lambda: client.get_object(f"{JOBS}/nobody-1"))
        for entry in (job, other, aborted):
            client.delete(f"{JOBS}/{entry.id}")
            refused("NotFoundError", lambda: client.get_object(f"{JOBS}/{entry.id}"))
    with vt.Client("0" * 64, host=server) as stranger:
        refused("WrongCredentialsError", lambda: stranger.get_object(f"{JOBS}/x-1"))

    print(f"{validated} job objects validated")
    if failures:
        raise SystemExit(f"{len(failures)} checks failed")
    print("ok")


if __name__ == "__main__":
    main()
