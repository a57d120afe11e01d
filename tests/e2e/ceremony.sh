#!/bin/bash
# The key ceremony with the programs as people use them, three trustees and two needed. All of them
# and the daemon are killed without warning in each stage, and go on where the log is. Then one who
# deals a bad share is named and proved, and two officers begin again without them.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=$PWD/${BUILD:-build}
ballotd=$build/ballotd
work=$(mktemp -d)
passed=0 failed=0 daemon='' port=0
pids=()
trap 'kill_all; rm -rf "$work"' EXIT
echo secret >"$work/pass"

start_daemon() { # FOLDER: sets $daemon, $url and $port; the same port as before
    "$ballotd" serve --listen "127.0.0.1:$port" --passphrase-file "$work/pass" "$work/$1" \
        >"$work/served" 2>"$work/log" &
    daemon=$!
    for _ in $(seq 100); do
        url=$(sed -n 's/^listening on //p' "$work/served")
        [ -n "$url" ] && break
        sleep 0.1
    done
    [ -n "$url" ] || { echo "the daemon did not start: $(cat "$work/log")"; exit 1; }
    port=${url#http://*:}
    port=${port%%/*}
}

kill_trustees() {
    [ ${#pids[@]} = 0 ] || { kill -9 "${pids[@]}"; wait "${pids[@]}"; } 2>/dev/null
    pids=()
}

kill_all() {
    kill_trustees
    [ -z "$daemon" ] || { kill -9 "$daemon" && wait "$daemon"; } 2>/dev/null
    daemon=''
}

start_trustees() { # INDEX...
    for i in "$@"; do
        "$ballotd" trustee ceremony --url "$url" --key "$work/t$i.key" \
            --passphrase-file "$work/pass" --wait 60 >"$work/t$i.out" 2>"$work/t$i.err" &
        pids+=($!)
    done
}

await_trustees() { # all that were started must end well
    local code=0
    for pid in "${pids[@]}"; do wait "$pid" || code=1; done
    pids=()
    return $code
}

status() {
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return
    printf 'GET %sstatus HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' \
        "/${url#http://*/}" >&3
    cat <&3
    exec 3>&-
}

await() { # TEXT of the status, as a pattern
    for _ in $(seq 300); do
        status 2>/dev/null | grep -qE "$1" && return
        sleep 0.05
    done
    return 1
}

size() {
    status 2>/dev/null | grep -oE '"size":[0-9]+' | tr -dc 0-9
}

await_size() { # AT LEAST
    local now
    for _ in $(seq 600); do
        now=$(size)
        [ "${now:-0}" -ge "$1" ] && return
        sleep 0.02
    done
    return 1
}

check() { # WHAT, COMMAND...
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $what"
        tail -n 3 "$work"/t?.err "$work/log" 2>/dev/null
    fi
}

says() { # FILE TEXT
    grep -qF -- "$2" "$work/$1"
}

key() { # NAME ROLE
    "$ballotd" key new --role "$2" --name "$1" --quick --passphrase-file "$work/pass" \
        "$work/$1.key" >"$work/$1.pub" || exit 1
}

public() { # NAME MEMBER
    sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" "$work/$1.pub"
}

officer() { # NAME COMMAND...
    local who=$1 command=$2
    shift 2
    "$ballotd" "$command" --url "$url" --key "$work/$who.key" --passphrase-file "$work/pass" --yes \
        "$@" >"$work/office.out" 2>&1
}

trustee_draft() { # INDEX
    echo "{\"name\": \"Trustee $1\", \"sign\": \"$(public "t$1" sign)\", \"seal\": \"$(public "t$1" seal)\"}"
}

define() { # FOLDER: a new election with new trustees
    rm -f "$work"/t?.*
    for i in 1 2 3; do key "t$i" trustee; done
    "$ballotd" init --origin "example.org/$1" --quick --passphrase-file "$work/pass" "$work/$1" \
        >/dev/null || exit 1
    port=0
    start_daemon "$1"
    cat >"$work/draft.json" <<JSON
{ "rehearsal": true, "changing": false, "floor": 0, "threshold": 2, "title": {"en": "Leader"},
  "timetable": {"closes_at": "2026-03-20T12:00:00Z", "opens_at": "2026-03-10T12:00:00Z",
    "announced_at": "2026-02-01T12:00:00Z", "inspection_opens_at": "2026-02-10T12:00:00Z",
    "inspection_closes_at": "2026-02-20T12:00:00Z"},
  "retention_until": "2027-03-20", "sources": [{"title": {"en": "Members"}, "id": "members"}],
  "rules": [{"test": {"always": true}, "code": "ALL", "text": {"en": "Everybody"}}],
  "styles": [{"unit": "all", "id": "all", "title": {"en": "All members"}, "test": {"always": true}}],
  "units": [{"id": "all", "title": {"en": "All"}}],
  "trustees": [$(trustee_draft 1), $(trustee_draft 2), $(trustee_draft 3)],
  "authority": {"registrar": "$(public reg sign)"},
  "officers": [
    {"id": "ret", "name": "Rhiannon", "roles": ["returning"], "key": "$(public ret sign)"},
    {"id": "sec", "name": "Sioned", "roles": ["secretary"], "key": "$(public sec sign)"}]
}
JSON
    officer ret define "$work/draft.json" || { cat "$work/office.out"; exit 1; }
}

for name in ret sec; do key $name officer; done
key reg registrar

# -- killed in every stage ---------------------------------------------------------------------

define killed
# The log has 1 entry, and then 3 of each stage.
for at in 2 3 5 6 8 9 11; do
    start_trustees 1 2 3
    check "the log reaches $at entries" await_size "$at"
    kill_all
    start_daemon killed
done
start_trustees 1 2 3
check "the ceremony ends" await_trustees
check "the key stands" await '"ceremony_complete":true'
check "13 entries, none twice" [ "$(size)" = 13 ]
start_trustees 2
check "once more is harmless" await_trustees
check "nothing was added" [ "$(size)" = 13 ]
start_trustees 1
"$ballotd" trustee ceremony --url "$url" --key "$work/ret.key" --passphrase-file "$work/pass" \
    2>"$work/wrong"
check "an officer's key is refused" says wrong "not a trustee's key file"
check "a locked key file" await_trustees
"$ballotd" trustee ceremony --url "$url" --key "$work/t1.key" --passphrase-file "$work/pass" \
    --definition "$(printf '%064d' 0)" 2>"$work/wrong"
check "another definition is refused" says wrong "not the election with the definition"
kill_all

# -- a bad share -------------------------------------------------------------------------------

define cheated
"$build/tests/tools/bad_share" "$url" "$work/t2.key" "$work/pass" 3 2>"$work/cheat.err" &
cheat=$!
start_trustees 1 3
check "the attempt is over" await '"ceremony_over":true'
check "the culprit is named" await '"culprit":2'
check "by the one who got the share" says t3.err "trustee 2 sent a bad share"
officer ret restart --without 3
check "not without the innocent" says office.out "must leave out"
check "an officer begins again" officer ret restart
check "and another" officer sec countersign
check "the others complete it" await_trustees
check "the key stands" await '"participants":\[1,3\]'
check "in the second attempt" await '"attempt":2,"ceremony_over":false,"ceremony_complete":true'
wait $cheat
check "the culprit is left out" says cheat.err "takes no part in attempt 2"
kill_all

# -- one who stays away ------------------------------------------------------------------------

define absent
start_trustees 1 2
check "two commit" await_size 3
check "an officer leaves the third out" officer ret restart --without 3 --text "cannot be reached"
check "and another" officer sec countersign
check "the two complete it" await_trustees
check "the key stands" await '"attempt":2,"ceremony_over":false,"ceremony_complete":true'
kill_all

echo "ceremony: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
