#!/usr/bin/env bash
# Real coding agents do a task with a tool call through the gateway, each with a model of every format. Needs npm, curl and the .NET SDK.
#   bench/agents/run.sh [claude codex qwen opencode pi cn copilot sdks]  all of them where none is named; sdks: the SDKs of JavaScript (sdks.mjs)
#   bench/agents/run.sh --install [claude codex …]            only brings them
# AGENTS_DIR: where npm installs them; a folder under the system's temporary one where it is not set.
# BUILD: release (the default: builds), or the configuration of a build that is there already (debug).
# NEWEST=1: the newest versions instead of those below.
# Prints a table and writes it to bench/agents/RESULTS.md when all agents ran. Ends with 1 if one failed, with 75 if npm's registry cannot be reached.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
only_install=
[ "${1:-}" = --install ] && only_install=yes && shift
agents=("$@")
[ ${#agents[@]} -gt 0 ] || agents=(claude codex qwen opencode pi cn copilot sdks)
declare -A package=([claude]=@anthropic-ai/claude-code [codex]=@openai/codex [qwen]=@qwen-code/qwen-code [opencode]=opencode-ai [pi]=@mariozechner/pi-coding-agent [cn]=@continuedev/cli [copilot]=@github/copilot)
declare -A pinned=([claude]=2.1.332 [codex]=0.171.0 [qwen]=0.24.4 [opencode]=1.18.33 [pi]=0.73.1 [cn]=1.5.47 [copilot]=1.0.102 [node]=26.10.0)
sdks=(openai@7.59.0 @anthropic-ai/sdk@1.14.0 ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 @ai-sdk/anthropic@4.0.105 @ai-sdk/openai@4.0.118
    @langchain/core@1.4.0 @langchain/openai@1.6.0 @langchain/anthropic@1.5.11 zod@4.6.7)
declare -A tool=([claude]=Bash [codex]=exec_command [qwen]=run_shell_command [opencode]=bash [pi]=bash [cn]=Bash [copilot]=bash)
declare -A speaks=([claude]=Messages [codex]=Responses [qwen]=Chat [opencode]=Chat [pi]=Chat [cn]=Messages [copilot]=Responses)
formats=(messages chat responses converse)
limit=${LIMIT:-120}
work=$(mktemp -d)
install=${AGENTS_DIR:-${TMPDIR:-/tmp}/modelscan-agents}
build=${BUILD:-release}
started=()
current=
failed=0
rows=()
sdk_rows=()

finish() {
    for id in $current "${started[@]}"; do kill "$id" 2>/dev/null; done
    wait 2>/dev/null
    [ -n "${KEEP:-}" ] && cp -r "$work/." "$KEEP"
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 143' TERM INT HUP

npm_install() { # folder, packages with their versions
    timeout -k 5 150 npm install --silent --no-audit --no-fund --no-save --fetch-retries=1 --fetch-timeout=30000 --prefix "$1" "${@:2}" </dev/null >"$work/npm.log" 2>&1
}

version_of() { sed -n 's/^[[:space:]]*"version": *"\([^"]*\)".*/\1/p' "$1/package.json" 2>/dev/null | head -1; }

# Most agents need a newer node than distributions have; npm brings that, too.
find_node() {
    local major arch
    major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
    [ "${major:-0}" -ge 22 ] && return 0
    case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) return 1 ;; esac
    [ "$(version_of "$install/node/node_modules/node-linux-$arch")" = "${pinned[node]}" ] || npm_install "$install/node" "node-linux-$arch@${pinned[node]}" || return 1
    PATH=$install/node/node_modules/node-linux-$arch/bin:$PATH
}

install_agent() {
    local name=$1 folder=$install/$1/node_modules/${package[$1]} version=${pinned[$1]}
    [ -z "${NEWEST:-}" ] || version=$(timeout 30 npm view "${package[$name]}" version 2>/dev/null) || return 1
    if [ "$(version_of "$folder")" != "$version" ]; then
        npm_install "$install/$name" "${package[$name]}@$version" || return 1
        # What the packages' own install steps would do; npm asks before it runs them.
        for step in install.cjs postinstall.mjs; do
            [ -f "$folder/$step" ] && (cd "$folder" && timeout 120 node "$step" </dev/null >/dev/null 2>&1)
        done
    fi
    timeout 60 "$install/$name/node_modules/.bin/$name" --version </dev/null >/dev/null 2>&1
}

# The address that a server says it listens on; both take any free port.
address_in() {
    local address
    for _ in $(seq 240); do
        address=$(sed -n 's/.*Now listening on: \(http[^ ]*\).*/\1/p' "$1" | head -1)
        [ -n "$address" ] && echo "$address" && return 0
        sleep 0.25
    done
    return 1
}

start() {
    if [ "$build" = release ]; then
        for project in RoutingApi MetricsMock; do
            dotnet build "$root/ModelScan.$project" -c Release -v q -clp:ErrorsOnly -nologo -p:RunAnalyzers=false </dev/null >/dev/null || return 1
        done
    fi
    dotnet "$root/artifacts/bin/ModelScan.MetricsMock/$build/ModelScan.MetricsMock.dll" --urls http://127.0.0.1:0 --LatencyScale=0 \
        --Models:0:Name=anthropic/claude-sonnet-4-5 --Models:0:LatencySeconds=1 --Models:1:Name=openai/gpt-5.5 --Models:1:LatencySeconds=1 \
        --Models:2:Name=amazon_bedrock/us.amazon.nova-pro-v1:0 --Models:2:LatencySeconds=1 </dev/null >"$work/mock.log" 2>&1 &
    started+=($!)
    mock=$(address_in "$work/mock.log") || return 1
    mkdir -p "$work/bin" "$work/home/.codex" "$work/home/.pi/agent" "$work/project/.claude/agents"
    printf -- '---\nname: subagent_type\ndescription: reviews code\n---\nYou are the reviewer of this project. Read the change and say what is wrong with it.\n' >"$work/project/.claude/agents/subagent_type.md"
    (cd "$work/project" && exec env MODELSCAN_DATA="$work/data" MOCK="$mock" OPENAI_API_KEY= ANTHROPIC_API_KEY= dotnet "$root/artifacts/bin/ModelScan.RoutingApi/$build/ModelScan.RoutingApi.dll" \
        --config "$here/modelscan.yaml" --urls http://127.0.0.1:0 --MockProviders="$mock" --Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Information) </dev/null >"$work/gateway.log" 2>&1 &
    started+=($!)
    gateway=$(address_in "$work/gateway.log") || return 1
    for _ in $(seq 120); do
        curl -fs -o /dev/null "$gateway/health" && return 0
        sleep 0.5
    done
    return 1
}

# Replaces the shell that calls it: what stands behind is the agent, and ends with it.
ask() { # agent, model, prompt, and what else the agent is told before it
    local bin=$install/$1/node_modules/.bin home=$work/home
    cd "$work/project" || exit 1
    case $1 in
    claude)
        exec env -i PATH="$work/bin:$PATH" HOME="$home" ANTHROPIC_BASE_URL="$gateway" ANTHROPIC_API_KEY=k ANTHROPIC_MODEL="$2" ANTHROPIC_DEFAULT_HAIKU_MODEL="$2" \
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 timeout -k 5 "$limit" "$bin/claude" -p "$3" --allowedTools Bash,Task,Agent --max-turns 6
        ;;
    codex)
        printf 'model = "%s"\nmodel_provider = "modelscan"\nmodel_auto_compact_token_limit = %s\n[model_providers.modelscan]\nname = "ModelScan"\nbase_url = "%s/v1"\nenv_key = "MODELSCAN_KEY"\nwire_api = "responses"\nsupports_websockets = %s\n' \
            "$2" "${compact_at:-1000000}" "$gateway" "${sockets:-false}" >"$home/.codex/config.toml"
        exec env -i PATH="$work/bin:$PATH" HOME="$home" MODELSCAN_KEY=k timeout -k 5 "$limit" "$bin/codex" exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox "${@:4}" "$3"
        ;;
    qwen)
        exec env -i PATH="$work/bin:$PATH" HOME="$home" OPENAI_BASE_URL="$gateway/v1" OPENAI_API_KEY=k OPENAI_MODEL="$2" timeout -k 5 "$limit" "$bin/qwen" --auth-type openai --yolo -p "$3"
        ;;
    opencode)
        exec env -i PATH="$work/bin:$PATH" HOME="$home" OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_CONFIG_CONTENT="{\"model\":\"modelscan/$2\",\"small_model\":\"modelscan/$2\",\"permission\":{\"bash\":\"allow\"},\"provider\":{\"modelscan\":{\"npm\":\"@ai-sdk/openai-compatible\",\"options\":{\"baseURL\":\"$gateway/v1\",\"apiKey\":\"k\"},\"models\":{\"$2\":{}}}}}" \
            timeout -k 5 "$limit" "$bin/opencode" run "$3"
        ;;
    pi)
        printf '{"providers":{"modelscan":{"baseUrl":"%s/v1","api":"openai-completions","apiKey":"k","models":[{"id":"%s"}]}}}' "$gateway" "$2" >"$home/.pi/agent/models.json"
        exec env -i PATH="$work/bin:$PATH" HOME="$home" timeout -k 5 "$limit" "$bin/pi" --provider modelscan --model "$2" -p "$3"
        ;;
    cn)
        printf 'name: t\nversion: 0.0.1\nschema: v1\nmodels:\n  - { name: m, provider: anthropic, model: "%s", apiBase: "%s/v1/", apiKey: k }\n' "$2" "$gateway" >"$work/cn.yaml"
        exec env -i PATH="$work/bin:$PATH" HOME="$home" timeout -k 5 "$limit" "$bin/cn" --config "$work/cn.yaml" --auto -p "$3"
        ;;
    copilot)
        exec env -i PATH="$work/bin:$PATH" HOME="$home" COPILOT_PROVIDER_BASE_URL="$gateway/v1" COPILOT_PROVIDER_TYPE=openai COPILOT_PROVIDER_WIRE_API=responses COPILOT_PROVIDER_API_KEY=k COPILOT_MODEL="$2" COPILOT_OFFLINE=true \
            timeout -k 5 "$limit" "$bin/copilot" --allow-all-tools -p "$3"
        ;;
    esac
}

# Asks an agent; what it says stands in $work/said.
run() {
    ask "$@" </dev/null >"$work/said" 2>&1 &
    current=$!
    wait "$current"
    current=
}

# Whether all of the patterns stand in a file; if not, its end is shown.
has() { # file, patterns
    local file=$1 pattern
    shift
    for pattern in "$@"; do
        grep -qi -- "$pattern" "$file" || { echo "missing: $pattern" >&2; tail -15 "$file" >&2; return 1; }
    done
}

note() { # agent, answered by, task, whether it was done (0), requests
    local result=yes
    [ "$4" = 0 ] || { result=no; failed=1; }
    rows+=("| $1 | ${version:--} | ${speaks[$1]:-?} | $2 | $3 | $result | $5 |")
    echo "${rows[-1]}"
}

# The gateway writes its lines ten times a second.
requests() {
    sleep 0.3
    grep -c ' route ' "$work/gateway.log"
}

call_a_tool() { # agent, format, task
    local before
    before=$(requests)
    run "$1" "agent-$2" "Please call the tool ${tool[$1]} once and tell me what came out"
    has "$work/said" 'The tools answered'
    note "$1" "$2" "${3:-a tool call and its result}" $? $(($(requests) - before))
}

# A played model starts agents for as long as it is told that one has ended, so it is stopped when both kinds of requests have been seen.
start_a_subagent() {
    local before seen=('route subagents/[a-z_]* .*model openai/gpt-4o' 'route none .*model anthropic/claude-sonnet-4-5')
    before=$(requests)
    ask claude agent-messages "Please call the tool Agent once and tell me what came out" </dev/null >"$work/said" 2>&1 &
    current=$!
    for _ in $(seq $((limit * 2))); do
        sleep 0.5
        tail -n "+$((before + 1))" <(grep ' route ' "$work/gateway.log") >"$work/lines"
        has "$work/lines" "${seen[@]}" 2>/dev/null && break
        kill -0 "$current" 2>/dev/null || break
    done
    kill "$current" 2>/dev/null
    wait "$current"
    current=
    has "$work/lines" "${seen[@]}"
    note claude "messages; its subagent: chat" "a subagent answered by another model" $? $(($(requests) - before))
}

# The tool's result fills the conversation beyond the limit of the next turn; before that turn Codex has to make it shorter.
make_it_shorter() {
    local before
    before=$(requests)
    printf '#!/bin/sh\nseq 1 6000\n' >"$work/bin/cmd"
    chmod +x "$work/bin/cmd"
    printf 'export PATH="%s:$PATH"\n' "$work/bin" >"$work/home/.bash_profile"
    run codex agent-chat "Please call the tool exec_command once and tell me what came out"
    compact_at=11500
    run codex agent-chat "Say hello without tools" resume --last
    unset compact_at
    rm "$work/bin/cmd" "$work/home/.bash_profile"
    has "$work/said" 'compacted' 'You said: Say hello'
    note codex chat "makes its conversation shorter and goes on" $? $(($(requests) - before))
}

# By the gateway's own command, which sets all that the agent has to know.
launch() { # agent, what it is told before the prompt
    local before
    before=$(requests)
    rm -f "$work/home/.codex/config.toml"
    (cd "$work/project" && exec env -i PATH="$PATH" HOME="$work/home" DOTNET_ROOT="${DOTNET_ROOT:-}" timeout -k 5 "$limit" dotnet "$root/artifacts/bin/ModelScan.RoutingApi/$build/ModelScan.RoutingApi.dll" \
        launch "$1" --url "$gateway" --model agent-chat --program "$install/$1/node_modules/.bin/$1" -- "${@:2}" "Please call the tool ${tool[$1]} once and tell me what came out") </dev/null >"$work/said" 2>&1 &
    current=$!
    wait "$current"
    current=
    has "$work/said" 'The tools answered'
    note "$1" chat "a tool call and its result, started by \`modelscan launch\`" $? $(($(requests) - before))
}

# Nothing but the upgrade may have been asked over HTTP.
use_a_socket() { # format
    local before lines
    before=$(requests)
    lines=$(wc -l <"$work/gateway.log")
    sockets=true
    run codex "agent-$1" "Please call the tool exec_command once and tell me what came out"
    unset sockets
    sleep 0.3
    tail -n "+$((lines + 1))" "$work/gateway.log" >"$work/lines"
    has "$work/said" 'The tools answered' && has "$work/lines" 'Request starting HTTP/1.1 GET [^ ]*/v1/responses' && ! grep -q 'POST [^ ]*/v1/responses' "$work/lines"
    note codex "$1" "a tool call and its result, on a WebSocket" $? $(($(requests) - before))
}

try_sdks() {
    local folder=$install/sdks name version model task result
    mkdir -p "$folder"
    printf '{"private": true, "type": "module"}\n' >"$folder/package.json"
    [ "$(cat "$folder/installed" 2>/dev/null)" = "${sdks[*]}" ] || { npm_install "$folder" "${sdks[@]}" && echo "${sdks[*]}" >"$folder/installed"; } ||
        { tail -5 "$work/npm.log" >&2; failed=1; sdk_rows+=("| SDKs | - | - | installed | no |"); return; }
    cp "$here/sdks.mjs" "$folder/"
    timeout -k 5 180 node "$folder/sdks.mjs" "$gateway" "${formats[@]/#/agent-}" </dev/null >"$work/said" 2>"$work/errors" &
    current=$!
    wait "$current" || failed=1
    current=
    [ -s "$work/said" ] || { tail -15 "$work/errors" >&2; failed=1; }
    while IFS=$'\t' read -r name version model task result; do
        [ "$result" = yes ] && continue
        failed=1
        echo "$name, $model, $task: $result" >&2
    done <"$work/said"
    # One row a package, one column a format: yes, or what failed.
    mapfile -t sdk_rows < <(awk -F'\t' -v formats="${formats[*]}" '
        { if (!($1 in version)) order[++n] = $1; version[$1] = $2; if (!index(tasks[$1], $4)) tasks[$1] = tasks[$1] (tasks[$1] ? ", " : "") $4; if ($5 != "yes") wrong[$1, $3] = wrong[$1, $3] " no: " $4; seen[$1, $3] = 1 }
        END { count = split(formats, format, " "); for (i = 1; i <= n; i++) { row = "| " order[i] " | " version[order[i]] " | " tasks[order[i]] " |"
            for (j = 1; j <= count; j++) { key = "agent-" format[j]; row = row " " (!((order[i], key) in seen) ? "-" : (order[i], key) in wrong ? substr(wrong[order[i], key], 2) : "yes") " |" } print row } }' "$work/said")
    printf '%s\n' "${sdk_rows[@]}"
    return 0
}

if ! command -v npm >/dev/null || ! timeout 30 npm view "${package[codex]}@${pinned[codex]}" version </dev/null >/dev/null 2>&1; then
    echo "npm's registry cannot be reached from here: NO CODING AGENT WAS TRIED" >&2
    exit 75
fi
find_node || echo "There is no node of version 22 or later here, and npm did not bring one; agents that need it will fail." >&2
if [ -n "$only_install" ]; then
    for name in "${agents[@]}"; do
        install_agent "$name" || { tail -5 "$work/npm.log" >&2; echo "$name could not be installed" >&2; exit 75; }
    done
    exit 0
fi
start || { echo "gateway or mock did not start" >&2; cat "$work"/*.log >&2; exit 1; }
for name in "${agents[@]}"; do
    version=
    [ "$name" = sdks ] && try_sdks && continue
    install_agent "$name" || { tail -5 "$work/npm.log" >&2; note "$name" - "installed and run" 1 0; continue; }
    version=$(version_of "$install/$name/node_modules/${package[$name]}")
    for format in "${formats[@]}"; do
        call_a_tool "$name" "$format"
    done
    case $name in
    claude)
        start_a_subagent
        launch claude --allowedTools Bash --max-turns 6 -p
        ;;
    codex)
        make_it_shorter
        launch codex exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox
        for format in responses chat; do use_a_socket "$format"; done
        ;;
    esac
done

echo "$SECONDS s"
if [ $# -eq 0 ]; then
    {
        printf '# Coding agents through the gateway\n\n%s, node %s. What is asked and how it is judged: [README.md](README.md).\n\n' "$(date -u +%F)" "$(node --version)"
        printf '| agent | version | speaks | answered by a model of | task | done | requests |\n|---|---|---|---|---|---|---:|\n'
        printf '%s\n' "${rows[@]}"
        printf '\n## SDKs of JavaScript\n\n| package | version | tasks | %s |\n|---|---|---|%s\n' "$(printf '%s | ' "${formats[@]}" | sed 's/ | $//')" "$(printf -- '---|%.0s' "${formats[@]}")"
        printf '%s\n' "${sdk_rows[@]}"
    } >"$here/RESULTS.md"
fi
exit $failed
