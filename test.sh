#!/usr/bin/env bash
# Runs every test: installs what they use where that is possible, then `dotnet test` with the arguments given.
# The exit code is that of dotnet test; the last line counts the tests.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# Debian starts a daemon as soon as its package is installed, unless this file says no.
forbid_daemons() {
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy"
        trap 'as_root rm -f "$policy"' EXIT
    fi
}

# command that the tests start, package that brings it
programs=("prometheus prometheus" "redis-server redis-server" "chromium chromium" "podman-compose podman-compose" "docker-compose docker-compose" "kubectl kubernetes-client" "make make" "wget wget" "haproxy haproxy" "pg_lsclusters postgresql")
missing=()
for program in "${programs[@]}"; do
    read -r command package <<<"$program"
    command -v "$command" >/dev/null || missing+=("$package")
done

# Debian keeps Postgres's programs out of the PATH.
compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)

# Chromium comes without letters.
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || missing+=(fonts-dejavu-core)

if [ "${#missing[@]}" -gt 0 ]; then
    if can_install; then
        echo "Installing ${missing[*]} for the tests."
        forbid_daemons
        export DEBIAN_FRONTEND=noninteractive
        as_root apt-get update -qq </dev/null >/dev/null
        as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null ||
            echo "They could not be installed; the tests that need them are skipped."
    else
        echo "Not here, and not to be installed from here: ${missing[*]}. The tests that need them are skipped."
    fi
fi

results=$(mktemp -d)
dotnet test ModelScan.sln --logger "trx;LogFilePrefix=tests" --results-directory "$results" "$@" </dev/null
exit_code=$?

# The counters of a result file: total, executed, passed, failed, …; what was not executed was skipped.
count() {
    cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'
}
echo "$(count passed) passed, $(count failed) failed, $(($(count total) - $(count executed))) skipped"
rm -rf "$results"
exit "$exit_code"
