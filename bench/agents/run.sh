#!/usr/bin/env bash
# Real coding agents do a task with a tool call through the gateway, each with a model of every format. Needs npm and the .NET SDK.
#   bench/agents/run.sh [claude codex qwen opencode …]     all of them where none is named
# AGENTS_DIR: where npm installs them; a folder under the system's temporary one where it is not set.
# Prints a table and writes it to bench/agents/RESULTS.md when all agents ran; ends with 1 if one failed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
agents=("$@")
[ ${#agents[@]} -gt 0 ] || agents=(claude codex qwen opencode)
declare -A package=([claude]=@anthropic-ai/claude-code [codex]=@openai/codex [qwen]=@qwen-code/qwen-code [opencode]=opencode-ai)
limit=120
work=$(mktemp -d)
install=${AGENTS_DIR:-${TMPDIR:-/tmp}/modelscan-agents}
started=()
failed=0

finish() {
    for id in "${started[@]}"; do kill "$id" 2>/dev/null; done
    wait 2>/dev/null
    [ -n "${KEEP:-}" ] && cp -r "$work" "$KEEP"; rm -rf "$work"
}
trap finish EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

install_agent() {
    local name=$1 folder
    [ -x "$install/node_modules/.bin/$name" ] || npm install --silent --no-audit --no-fund --prefix "$install" "${package[$name]}" >/dev/null 2>&1 || return 1
    # What the packages' own install steps would do; npm asks before it runs them.
    folder=$install/node_modules/${package[$name]}
    for step in install.cjs postinstall.mjs; do
        [ -f "$folder/$step" ] && (cd "$folder" && timeout 120 node "$step" >/dev/null 2>&1)
    done
    timeout 60 "$install/node_modules/.bin/$name" --version >/dev/null 2>&1
}

start() {
    dotnet build "$root/ModelScan.RoutingApi" -c Release -v q -clp:ErrorsOnly -nologo -p:RunAnalyzers=false >/dev/null &&
        dotnet build "$root/ModelScan.MetricsMock" -c Release -v q -clp:ErrorsOnly -nologo -p:RunAnalyzers=false >/dev/null || return 1
    mock=http://127.0.0.1:$(free_port)
    gateway=http://127.0.0.1:$(free_port)
    dotnet "$root/artifacts/bin/ModelScan.MetricsMock/release/ModelScan.MetricsMock.dll" --urls "$mock" --LatencyScale=0 \
        --Models:0:Name=anthropic/claude-sonnet-4-5 --Models:0:LatencySeconds=1 --Models:1:Name=openai/gpt-5.5 --Models:1:LatencySeconds=1 >"$work/mock.log" 2>&1 &
    started+=($!)
    mkdir -p "$work/bin" "$work/project/.claude/agents"
    printf -- '---\nname: subagent_type\ndescription: reviews code\n---\nYou are the reviewer of this project. Read the change and say what is wrong with it.\n' >"$work/project/.claude/agents/subagent_type.md"
    (cd "$work/project" && exec env MODELSCAN_DATA="$work/data" dotnet "$root/artifacts/bin/ModelScan.RoutingApi/release/ModelScan.RoutingApi.dll" \
        --config "$here/modelscan.yaml" --urls "$gateway" --MockProviders="$mock") >"$work/gateway.log" 2>&1 &
    started+=($!)
    for _ in $(seq 120); do
        curl -fs -o /dev/null "$gateway/health" && curl -fs -o /dev/null "$mock/health" && return 0
        sleep 0.5
    done
    return 1
}

ask() { # agent, model, prompt, and what stands before the prompt: what the agent says
    local bin=$install/node_modules/.bin home=$work/home
    mkdir -p "$home/.codex"
    cd "$work/project" || return 1
    case $1 in
    claude)
        env -i PATH="$work/bin:$PATH" HOME="$home" ANTHROPIC_BASE_URL="$gateway" ANTHROPIC_API_KEY=k ANTHROPIC_MODEL="$2" ANTHROPIC_DEFAULT_HAIKU_MODEL="$2" \
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 timeout $limit "$bin/claude" -p "$3" --allowedTools Bash,Task,Agent --max-turns 6
        ;;
    codex)
        printf 'model = "%s"\nmodel_provider = "modelscan"\nmodel_auto_compact_token_limit = %s\n[model_providers.modelscan]\nname = "ModelScan"\nbase_url = "%s/v1"\nenv_key = "MODELSCAN_KEY"\nwire_api = "responses"\n' \
            "$2" "${compact_at:-1000000}" "$gateway" >"$home/.codex/config.toml"
        env -i PATH="$work/bin:$PATH" HOME="$home" MODELSCAN_KEY=k timeout $limit "$bin/codex" exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox "${@:4}" "$3" </dev/null
        ;;
    qwen)
        env -i PATH="$work/bin:$PATH" HOME="$home" OPENAI_BASE_URL="$gateway/v1" OPENAI_API_KEY=k OPENAI_MODEL="$2" timeout $limit "$bin/qwen" --auth-type openai --yolo -p "$3"
        ;;
    opencode)
        env -i PATH="$work/bin:$PATH" HOME="$home" OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_CONFIG_CONTENT="{\"model\":\"modelscan/$2\",\"small_model\":\"modelscan/$2\",\"permission\":{\"bash\":\"allow\"},\"provider\":{\"modelscan\":{\"npm\":\"@ai-sdk/openai-compatible\",\"options\":{\"baseURL\":\"$gateway/v1\",\"apiKey\":\"k\"},\"models\":{\"$2\":{}}}}}" \
            timeout $limit "$bin/opencode" run "$3" </dev/null
        ;;
    esac
}

declare -A tool=([claude]=Bash [codex]=exec_command [qwen]=run_shell_command [opencode]=bash)
declare -A speaks=([claude]=Messages [codex]=Responses [qwen]=Chat [opencode]=Chat)
rows=()

note() { # agent, version, speaks, answered by, task, result, requests
    rows+=("| $1 | $2 | $3 | $4 | $5 | $6 | $7 |")
    echo "${rows[-1]}"
    [ "$6" = yes ] || failed=1
}

# The gateway writes its lines ten times a second.
requests() {
    sleep 0.3
    grep -c ' route ' "$work/gateway.log"
}

start || { echo "gateway or mock did not start" >&2; cat "$work/gateway.log" >&2; exit 1; }
for name in "${agents[@]}"; do
    install_agent "$name" || { note "$name" - "${speaks[$name]:-?}" - "installed and run" no 0; continue; }
    version=$(timeout 60 "$install/node_modules/.bin/$name" --version 2>/dev/null | grep -o '[0-9][0-9.]*' | head -1)
    for format in messages chat responses; do
        before=$(requests)
        said=$(ask "$name" "agent-$format" "Please call the tool ${tool[$name]} once and tell me what came out" 2>&1)
        grep -q 'The tools answered' <<<"$said" && result=yes || { result=no; printf '%s\n' "$said" | tail -5 >&2; }
        note "$name" "$version" "${speaks[$name]}" "$format" "a tool call and its result" "$result" $(($(requests) - before))
    done

    if [ "$name" = claude ]; then
        before=$(requests)
        said=$(ask claude agent-messages "Please call the tool Agent once and tell me what came out" 2>&1)
        tail -n "+$((before + 1))" <(grep ' route ' "$work/gateway.log") >"$work/lines"
        grep -q 'route subagents/[a-z_]* .*model openai/gpt-4o' "$work/lines" && grep -q 'route none .*model anthropic/claude-sonnet-4-5' "$work/lines" && result=yes || { result=no; cat "$work/lines" >&2; printf '%s\n' "$said" | tail -5 >&2; }
        note claude "$version" Messages "messages; its subagent: chat" "a subagent answered by another model" "$result" $(($(requests) - before))
    fi

    if [ "$name" = codex ]; then
        # The tool's result fills the conversation beyond the limit of the next turn; before that turn Codex has to make it shorter.
        before=$(requests)
        printf '#!/bin/sh\nseq 1 6000\n' >"$work/bin/cmd"
        chmod +x "$work/bin/cmd"
        printf 'export PATH="%s:$PATH"\n' "$work/bin" >"$work/home/.bash_profile"
        ask codex agent-chat "Please call the tool exec_command once and tell me what came out" >/dev/null 2>&1
        compact_at=11500
        said=$(ask codex agent-chat "Say hello without tools" resume --last 2>&1)
        unset compact_at
        rm "$work/bin/cmd" "$work/home/.bash_profile"
        grep -qi 'compacted' <<<"$said" && grep -q 'You said: Say hello' <<<"$said" && result=yes || { result=no; printf '%s\n' "$said" | tail -15 >&2; }
        note codex "$version" Responses chat "makes its conversation shorter and goes on" "$result" $(($(requests) - before))
    fi
done

if [ $# -eq 0 ]; then
    {
        printf '# Coding agents through the gateway\n\n%s, node %s. What is asked and how it is judged: [README.md](README.md).\n\n' "$(date -u +%F)" "$(node --version)"
        printf '| agent | version | speaks | answered by a model of | task | done | requests |\n|---|---|---|---|---|---|---:|\n'
        printf '%s\n' "${rows[@]}"
    } >"$here/RESULTS.md"
fi
exit $failed
