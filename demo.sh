#!/usr/bin/env bash
# Five requests that are decided, not answered; three that are answered, one in each format; and a latency that changes the order.
# Needs curl and a gateway: dotnet run --project ModelScan.AppHost, make demo, or kubectl port-forward.
#   ./demo.sh [http://localhost:12000] [http://localhost:8080]      the gateway and, where there is one, MetricsMock
set -euo pipefail
gateway=${1:-${GATEWAY:-http://localhost:12000}}
mock=${2:-${MOCK:-http://localhost:8080}}

if ! curl -fsS --max-time 5 -o /dev/null "$gateway/healthz"; then
    echo "No gateway answers at $gateway. Start one: dotnet run --project ModelScan.AppHost" >&2
    exit 1
fi

post() { # path body [curl's options]
    local path=$1 body=$2
    shift 2
    curl -sS --max-time 60 "$@" -H 'Content-Type: application/json' -d "$body" "$gateway$path"
}

decide() { # title path body
    printf '\n%s\n  POST %s\n  ' "$1" "$2"
    post "$2" "$3"
    echo
}

answer() { # title path body
    printf '\n%s\n  POST %s\n' "$1" "$2"
    post "$2" "$3" -D - | tr -d '\r' | sed -n -e '1s/^/  /p' -e '/^x-modelscan-\(route\|model\|provider\):/s/^/  /p' -e '/^$/,$ { /./s/^/  /p }'
    echo
}

binary_search='"Write a Python function that implements binary search"'
echo "== Which model should answer? Nothing is sent to a model."
decide "1. Code, as OpenAI Chat Completions" /routing/v1/chat/completions \
    "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": $binary_search}]}"
decide "2. Reasoning" /routing/v1/chat/completions \
    '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Explain the trade-offs between microservices and monolithic architectures"}]}'
decide "3. Neither: no route, the model that was asked for" /routing/v1/chat/completions \
    '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "What is the capital of France?"}]}'
decide "4. Code, as Anthropic Messages" /routing/v1/messages \
    '{"model": "gpt-4o-mini", "max_tokens": 1024, "messages": [{"role": "user", "content": "Create a REST API endpoint in Rust using actix-web that handles user registration"}]}'
decide "5. Code, as OpenAI Responses" /routing/v1/responses \
    '{"model": "gpt-4o-mini", "input": "Build a React component that renders a sortable data table"}'

echo
echo "== And the answer itself, whichever format the client speaks."
answer "6. Chat Completions" /v1/chat/completions \
    "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": $binary_search}]}"
answer "7. Messages" /v1/messages \
    "{\"model\": \"gpt-4o-mini\", \"max_tokens\": 200, \"messages\": [{\"role\": \"user\", \"content\": $binary_search}]}"
answer "8. Responses" /v1/responses "{\"model\": \"gpt-4o-mini\", \"input\": $binary_search}"

if curl -fsS --max-time 5 -o /dev/null "$mock/models" 2>/dev/null; then
    echo
    echo "== The fastest model gets slow, and the order turns round."
    slow=anthropic/claude-sonnet-4-20250514
    curl -sS --max-time 10 -o /dev/null -X PUT -H 'Content-Type: application/json' -d '{"latency_seconds": 9}' "$mock/models/$slow"
    for _ in $(seq 1 30); do
        order=$(post /routing/v1/chat/completions "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": $binary_search}]}")
        case $order in *'"models":["openai/gpt-4o"'*) break ;; esac
        sleep 1
    done
    printf '\n9. %s now takes 9 s\n  %s\n' "$slow" "$order"
    curl -sS --max-time 10 -o /dev/null -X POST "$mock/reset"
fi
