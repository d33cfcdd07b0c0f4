#!/bin/sh
# Speaks like docker and podman. What it knows and how it behaves lies in files beside the link by which it is called:
#   <command>.fails   what the command writes to standard error before it exits with 125
#   <command>.hangs   the command does not end
#   image, container  whether there is an image, a container
#   version, state, port, ps, logs, labels.<id>   what it answers
# Every call is noted in "calls"; the environment file of "run", its mode and the command's own variables in "run.env".
here=${0%/*}
printf '%s\n' "$*" >> "$here/calls"
last=
for last; do :; done
if [ -f "$here/$1.hangs" ]; then exec sleep 300; fi
if [ -f "$here/$1.fails" ]; then
    cat "$here/$1.fails" >&2
    exit 125
fi
case "$1 $2" in
"--version "*) cat "$here/version" 2>/dev/null || echo "Docker version 28.0" ;;
"image inspect") [ -f "$here/image" ] || exit 1 ;;
"pull "*)
    echo "Pulling layer"
    : > "$here/image"
    ;;
"run "*)
    : > "$here/container"
    env > "$here/run.own"
    while [ $# -gt 0 ]; do
        if [ "$1" = --env-file ]; then
            stat -c %a "$2" > "$here/run.env"
            cat "$2" >> "$here/run.env"
        fi
        shift
    done
    echo 0123456789ab
    ;;
"port "*) echo "127.0.0.1:$(cat "$here/port")" ;;
"container inspect")
    if [ -f "$here/labels.$last" ]; then
        cat "$here/labels.$last"
    elif [ -f "$here/state" ]; then
        cat "$here/state"
    elif [ -f "$here/container" ]; then
        echo "running 0"
    else
        exit 1
    fi
    ;;
"ps "*) cat "$here/ps" 2>/dev/null ;;
"logs "*) cat "$here/logs" 2>/dev/null ;;
"rm "*) rm -f "$here/container" ;;
esac
exit 0
