#!/usr/bin/env bash
# Runs a command and says how long it took and how much memory it and all its descendants held at their peak:
# process-tree.sh COMMAND...
# Memory is the sum of proportional set sizes (pages that several processes share count once), sampled twice a second,
# page cache apart. Needs Linux and the right to read the processes' smaps_rollup.
set -u

descendants() {
  local child
  echo "$1"
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do descendants "$child"; done
}

kibibytes() {
  local process sum=0 pss
  for process in $(descendants "$1"); do
    pss=$(awk '/^Pss:/ { print $2; exit }' /proc/"$process"/smaps_rollup 2>/dev/null)
    sum=$((sum + ${pss:-0}))
  done
  echo "$sum"
}

start=$SECONDS
"$@" &
command=$!
peak=0
while kill -0 "$command" 2>/dev/null; do
  now=$(kibibytes "$command")
  [ "$now" -le "$peak" ] || peak=$now
  sleep 0.5
done
wait "$command"
code=$?
echo "process-tree: exit code $code, $((SECONDS - start)) s, peak $((peak / 1024)) MiB" >&2
exit "$code"
