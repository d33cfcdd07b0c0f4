#!/bin/sh
# The same requests as at the root, through the port that "kubectl port-forward svc/plano 12000:12000" opens.
exec "$(dirname "$0")/../../../demo.sh" "$@"
