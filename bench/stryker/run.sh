#!/usr/bin/env bash
# Mutates some files of the gateway and runs the tests of their rooms against each mutant (https://stryker-mutator.io/docs/stryker-net).
#
#   bench/stryker/run.sh               the files of RESULTS.md
#   bench/stryker/run.sh FILE FILTER   a file, or a pattern such as **/Dialects/Fitting/*.cs, and the tests that hold it
#
# A mutant costs the time of the tests that reach it; a whole room costs hours. Reports end up in bench/stryker/artifacts.
set -euo pipefail
cd "$(dirname "$0")"
dotnet tool restore

mutate() {
    local name
    name=$(basename "$1" .cs | tr -c 'A-Za-z0-9\n' '_')
    dotnet stryker --config-file stryker-config.json --mutate "$1" --test-case-filter "$2" --output "artifacts/$name"
}

if [ $# -eq 2 ]; then
    mutate "$1" "$2"
    exit
fi

mutate '**/Dialects/Fitting/ReasoningFit.cs'    'FullyQualifiedName~ModelScan.Tests.Dialects'
mutate '**/Dialects/Canonical/Conversation.cs'  'FullyQualifiedName~ModelScan.Tests.Dialects'
mutate '**/Dialects/Usage/UsageCounts.cs'       'FullyQualifiedName~ModelScan.Tests.Dialects|FullyQualifiedName~UsageScannerTests'
mutate '**/Routing/Attempts/UpstreamVerdict.cs' 'FullyQualifiedName~ModelScan.Tests.Routing'
mutate '**/Routing/Attempts/RetryOrder.cs'      'FullyQualifiedName~ModelScan.Tests.Routing'
mutate '**/Decisions/ModelRanker.cs'            'FullyQualifiedName~ModelScan.Tests.Decisions'
mutate '**/Decisions/Sessions/UserTurn.cs'      'FullyQualifiedName~ModelScan.Tests.Decisions'
