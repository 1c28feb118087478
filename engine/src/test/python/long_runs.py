"""Measures what a long run promises, on this machine.

    long_runs.py eta  ./logprobe score --model DIR --input FILE --output OUT ...
    long_runs.py --other DIR kill ./logprobe score --model DIR --input FILE --output OUT --checkpoint STATE ...

eta: how far the predicted length of the whole job, elapsed + "about N s left", is from its true length, at every line of
progress after the first tenth of the work. Both begin with the first line of progress.
kill: runs the job undisturbed, then kills it with SIGKILL (--at, per cent), and continues it; says how much work was
lost, how long the continued run takes, that other rows, another type and another model (--other) are refused, and
whether the results are the same bytes.
"""
import argparse
import os
import re
import signal
import subprocess
import sys
import time

LINE = re.compile(r"block (\d+) of (\d+), step (\d+) of (\d+): (\d+) %(?:, about ([\d.]+) s left)?")


class Run:
    """A process and its progress: (seconds since the start, per cent, seconds left)."""

    def __init__(self, command, kill_at=None):
        self.lines, self.errors = [], []
        started = time.time()
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.peak_mib = 0
        for line in process.stderr:
            match = LINE.match(line)
            if not match:
                self.errors.append(line.strip())
                continue
            self.lines.append((time.time() - started, int(match[5]), match[6] and float(match[6])))
            self.peak_mib = max(self.peak_mib, peak_mib(process.pid))
            if kill_at is not None and int(match[5]) >= kill_at:
                time.sleep((self.lines[-1][0] - self.lines[-2][0]) / 2)  # in the middle of the next step
                process.send_signal(signal.SIGKILL)
                self.killed = time.time()
                break
        process.stderr.close()
        self.summary = process.stdout.read().strip()
        self.code = process.wait()
        self.seconds = time.time() - started


def peak_mib(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0


def eta(command):
    run = Run(command + ["--progress"])
    if run.code:
        sys.exit("\n".join(run.errors))
    begin, end = run.lines[0][0], run.lines[-1][0]
    whole = end - begin
    worst = (0, 0, 0)
    for at, percent, left in run.lines:
        if percent < 10 or left is None or at == end:
            continue
        predicted = at - begin + left
        error = predicted / whole - 1
        print(f"{percent:3d} % after {at - begin:6.1f} s: predicted {predicted:6.1f} s, {error:+.1%}")
        worst = max(worst, (abs(error), error, percent))
    print(f"the job took {whole:.1f} s; largest error {worst[1]:+.1%}, at {worst[2]} %; peak {run.peak_mib} MiB")
    print(run.summary)


def kill(command, at, other):
    def without(option, command):
        i = command.index(option)
        return command[:i] + command[i + 2:]

    output = command[command.index("--output") + 1]
    state = command[command.index("--checkpoint") + 1]
    undisturbed = Run(without("--checkpoint", command) + ["--progress"])
    with open(output, "rb") as file:
        expected = file.read()
    os.remove(output)
    print(f"undisturbed: {undisturbed.seconds:.1f} s, peak {undisturbed.peak_mib} MiB")

    first = Run(command + ["--progress"], kill_at=at)
    if first.code != -signal.SIGKILL:
        sys.exit(f"not killed: {first.code} {first.errors}")
    kept = os.path.exists(state)
    begun = first.killed - first.lines[-1][0] + first.lines[0][0]
    lost = first.killed - (os.path.getmtime(state) if kept else begun)
    print(f"killed at {first.lines[-1][1]} % after {first.seconds:.1f} s, "
          + (f"{lost:.1f} s after its state was kept ({os.path.getsize(state) >> 20} MiB)" if kept
             else f"before a state was kept: {lost:.1f} s of work are lost"))
    for name, changed in (("other rows", command + ["--limit", "7"]),
                          ("another type", without("--dtype", command) + ["--dtype", "float32"]),
                          ("another model", without("--model", command) + ["--model", other])):
        refused = Run(changed)
        print(f"{name}: exit code {refused.code}, {[e for e in refused.errors if e.startswith('logprobe')]}")
    continued = Run(command + ["--progress"])
    with open(output, "rb") as file:
        same = file.read() == expected
    print(f"continued at {continued.lines[0][1]} %: {continued.seconds:.1f} s, peak {continued.peak_mib} MiB; "
          f"{'the same bytes' if same else 'DIFFERENT RESULTS'}; state left: {os.path.exists(state)}")


parser = argparse.ArgumentParser()
parser.add_argument("--at", type=int, default=60)
parser.add_argument("--other")
parser.add_argument("what", choices=["eta", "kill"])
parser.add_argument("command", nargs=argparse.REMAINDER)
arguments = parser.parse_args()
if arguments.what == "eta":
    eta(arguments.command)
else:
    kill(arguments.command, arguments.at, arguments.other)
