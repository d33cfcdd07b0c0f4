#!/usr/bin/env bash
# Mutates some files of the gateway and runs the tests that reach each mutant (https://stryker-mutator.io/docs/stryker-net).
#
#   bench/stryker/run.sh               the files of RESULTS.md
#   bench/stryker/run.sh FILE FILTER   a file, or a pattern such as **/Dialects/Fitting/*.cs, and the tests that hold it (dotnet test --filter)
#
# Building the mutated gateway and running all tests once takes minutes, a mutant the time of the tests that reach it: a whole room is hours.
# Reports end up in bench/stryker/artifacts.
set -euo pipefail
cd "$(dirname "$0")"
dotnet tool restore

if [ $# -eq 2 ]; then
    dotnet stryker --config-file stryker-config.json --mutate "$1" --test-case-filter "$2" --output artifacts/one
    exit
fi

dotnet stryker --config-file stryker-config.json --output artifacts/formats \
    --mutate '**/Dialects/Fitting/ReasoningFit.cs' --mutate '**/Dialects/Fitting/StopFit.cs' \
    --mutate '**/Dialects/Canonical/Conversation.cs' --mutate '**/UsageReports/UsageCounts.cs' \
    --test-case-filter 'FullyQualifiedName~ModelScan.Tests.Dialects|FullyQualifiedName~UsageScannerTests'
dotnet stryker --config-file stryker-config.json --output artifacts/routing \
    --mutate '**/Routing/Attempts/UpstreamVerdict.cs' --mutate '**/Routing/Attempts/RetryOrder.cs' \
    --test-case-filter 'FullyQualifiedName~RetryOrderTests|FullyQualifiedName~UpstreamVerdictTests'
dotnet stryker --config-file stryker-config.json --output artifacts/decisions \
    --mutate '**/Decisions/ModelRanker.cs' --mutate '**/Decisions/Sessions/UserTurn.cs' \
    --test-case-filter 'FullyQualifiedName~ModelScan.Tests.Decisions'
