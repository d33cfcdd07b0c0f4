#!/usr/bin/env bash
# From "start" of a container to the first 200 of /health, and how large the image is. Usage: run.sh IMAGE [RUNS]     10 runs where none is given
# Read-only, without capabilities, 256 MB, as the tests run it. Writes RESULTS.md beside this file.
set -euo pipefail
image=${1:?"run.sh IMAGE [RUNS]"}
runs=${2:-10}
[[ $runs =~ ^[0-9]+$ ]] && ((runs >= 1 && runs <= 100)) || { echo "RUNS: 1 to 100" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
engine=${ENGINE:-$(command -v podman || command -v docker)}
if [ "$(basename "$engine")" = podman ] && ! "$engine" run --rm --pull never --entrypoint dotnet "$image" --list-runtimes >/dev/null 2>&1; then
    export CONTAINERS_CONF="$here/../../eng/ci/containers.conf" # in a sandbox
fi
port=$((20000 + RANDOM % 8000))
name=modelscan-start-$$
trap '"$engine" rm --force --time 0 "$name" >/dev/null 2>&1 || true' EXIT

is_healthy() {
    local line
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
    IFS= read -r -t 2 line <&3 || line=
    exec 3<&- 3>&-
    [[ $line == *" 200 "* ]]
}

milliseconds() { echo $((($(tr -d . <<<"$EPOCHREALTIME") - $1) / 1000)); }

load=$(cut -d' ' -f1 /proc/loadavg)
starts=()
commands=()
for ((run = 0; run < runs; run++)); do
    "$engine" create --name "$name" --pull never --read-only --tmpfs /tmp --cap-drop ALL --memory 256m --env Governance__Anonymous=allow \
        --publish "127.0.0.1:$port:12000" "$image" >/dev/null
    begun=$(tr -d . <<<"$EPOCHREALTIME")
    "$engine" start "$name" >/dev/null
    commands+=("$(milliseconds "$begun")")
    until is_healthy 2>/dev/null; do
        (($(milliseconds "$begun") < 60000)) || { "$engine" logs "$name" >&2; echo "not healthy after a minute" >&2; exit 1; }
        sleep 0.005
    done
    starts+=("$(milliseconds "$begun")")
    "$engine" rm --force --time 0 "$name" >/dev/null
done

sorted() { printf '%s\n' "$@" | sort -n; }
median() { sorted "$@" | sed -n "$((($# + 1) / 2))p"; }
worst() { sorted "$@" | tail -1; }
megabytes() { awk '{ printf "%.0f MB", $1 / 1e6 }'; }
size=$("$engine" image inspect --format '{{.Size}}' "$image" | megabytes)
packed=$("$engine" save "$image" 2>/dev/null | gzip -6 | wc -c | megabytes)

tee "$here/RESULTS.md" <<END
# From the start of a container to healthy

$(date -u +%F), $(nproc) cores, load average before the first run $load, $(basename "$engine") $("$engine" --version | grep -o '[0-9][0-9.]*' | head -1). How: [README.md](README.md).

| | median of $runs | worst |
|---|---:|---:|
| \`$(basename "$engine") start\` to the first 200 of \`/health\` | $(median "${starts[@]}") ms | $(worst "${starts[@]}") ms |
| of that, until the command itself returned | $(median "${commands[@]}") ms | $(worst "${commands[@]}") ms |

| image | |
|---|---:|
| unpacked | $size |
| \`save\`, gzip -6 | $packed |

Every run, in ms: ${starts[*]}.
END
