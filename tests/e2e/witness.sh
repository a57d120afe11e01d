#!/bin/bash
# An election and its witness, as processes: the daemon posts its checkpoints to the witness that the
# definition names and serves the cosignatures; the witness reads the published log; the verifier
# copies it from the address; another log with the same key is not cosigned; SIGTERM ends both.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=$PWD/${BUILD:-build}
ballotd=$build/ballotd verify=$build/verify
work=$(mktemp -d) || exit 1
passed=0 failed=0 daemon='' witness=''
trap 'kill -9 $daemon $witness 2>/dev/null; rm -rf "$work"' EXIT
echo secret >"$work/pass"

check() { # WHAT COMMAND...: the command succeeds
    local what=$1
    shift
    if "$@" >"$work/output" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        tail -n 20 "$work"/output "$work"/*.log | sed 's/^/    /'
    fi
}

within() { # SECONDS COMMAND...: it succeeds before so many seconds have passed
    local tries=$(($1 * 10))
    shift
    for _ in $(seq $tries); do
        "$@" && return
        sleep 0.1
    done
    return 1
}

url_in() { sed -n 's/^listening on //p' "$work/$1"; }
listens() { [ -n "$(url_in "$1")" ]; }

start_daemon() {
    : >"$work/served"
    "$ballotd" serve --listen "127.0.0.1:${1:-0}" --passphrase-file "$work/pass" "$work/election" \
        >"$work/served" 2>>"$work/daemon.log" &
    daemon=$!
    check "the daemon starts" within 10 listens served
    url=$(url_in served)
}

start_witness() { # PORT
    : >"$work/witnessed"
    "$verify" witness --key "$work/witness.key" --listen "127.0.0.1:$1" --state "$work/state" \
        --log "$log_key" --follow "$url" --every 1 >"$work/witnessed" 2>>"$work/witness.log" &
    witness=$!
    check "the witness starts" within 10 listens witnessed
    witness_url=$(url_in witnessed)
}

stops() { # PROCESS: on SIGTERM, with exit code 0
    kill "$1" && wait "$1"
}

public() { sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" "$work/$1.pub"; }

as() { # OFFICER COMMAND...
    local who=$1
    shift
    "$ballotd" "$@" --url "$url" --key "$work/$who.key" --passphrase-file "$work/pass" --yes
}

size() { curl -sf "${url}checkpoint" | sed -n 2p; }
is_cosigned() { # SIZE: the checkpoint has at least this size and bears the witness's signature
    [ "$(size)" -ge "$1" ] 2>/dev/null && curl -sf "${url}checkpoint" | grep -q '^— witness.example/one '
}

# -- keys, the daemon, the witness -------------------------------------------------------------

for key in ret:officer sec:officer tom:trustee reg:registrar; do
    "$ballotd" key new --role "${key#*:}" --name "${key%:*}" --quick --passphrase-file "$work/pass" \
        "$work/${key%:*}.key" >"$work/${key%:*}.pub" || exit 1
done
"$ballotd" init --origin example.org/test --quick --passphrase-file "$work/pass" "$work/election" \
    >/dev/null || exit 1
start_daemon
log_key=$("$verify" key --origin example.org/test \
    "$(curl -sf "${url}status" | sed -n 's/.*"log_key":"\([0-9a-f]*\)".*/\1/p')")
vkey=$("$verify" witness --new-key "$work/witness.key" --name witness.example/one)
check "the log's key" grep -q '^example.org/test+' <<<"$log_key"
check "the witness's key" grep -q '^witness.example/one+' <<<"$vkey"
start_witness 0

# -- an election whose definition names the witness --------------------------------------------

cat >"$work/draft.json" <<JSON
{ "rehearsal": true, "changing": false, "floor": 0, "threshold": 1, "title": {"en": "Leader"},
  "timetable": {"closes_at": "2026-03-20T12:00:00Z", "opens_at": "2026-03-10T12:00:00Z",
    "announced_at": "2026-02-01T12:00:00Z", "inspection_opens_at": "2026-02-10T12:00:00Z",
    "inspection_closes_at": "2026-02-20T12:00:00Z"},
  "retention_until": "2027-03-20", "sources": [{"title": {"en": "Members"}, "id": "members"}],
  "rules": [{"test": {"equal": ["status", "active"]}, "code": "STATUS", "text": {"en": "Active"}}],
  "styles": [{"unit": "all", "id": "all", "title": {"en": "All"}, "test": {"always": true}}],
  "units": [{"id": "all", "title": {"en": "All"}}],
  "trustees": [{"name": "Tom", "sign": "$(public tom sign)", "seal": "$(public tom seal)"}],
  "authority": {"registrar": "$(public reg sign)"},
  "witnesses": "witness one $vkey ${witness_url%/}\nquorum one\n",
  "officers": [
    {"id": "ret", "name": "Rhiannon", "roles": ["returning"], "key": "$(public ret sign)"},
    {"id": "sec", "name": "Sioned", "roles": ["secretary"], "key": "$(public sec sign)"}]
}
JSON
check "define" as ret define "$work/draft.json"
check "the first checkpoint is cosigned" within 20 is_cosigned 1
check "a notice" as ret notice --text "Papers go out on Monday"
check "the next one, too" within 20 is_cosigned 2
check "the witness has read it" within 10 grep -q 'read to its end' "$work/witness.log"

# -- the verifier, from the address ------------------------------------------------------------

"$verify" --report json --key "$log_key" "$url" >"$work/report" 2>"$work/verify.log"
for passes in LOG.root LOG.tiles LOG.blobs LOG.extra LOG.witness; do
    check "$passes of a copy from the server" \
        grep -Eq "\"$passes\",\"?[^}]*\"passed\"" "$work/report"
done

# -- restarts, and the same log key with another history ---------------------------------------

port=${witness_url##*:}
port=${port%/}
check "the witness stops" stops $witness
start_witness "$port"
check "a notice after a restart" as ret notice --text "Papers went out"
check "cosigned after a restart" within 30 is_cosigned 3
check "the daemon stops" stops $daemon
cp -r "$work/election" "$work/kept"
port=${url#http://127.0.0.1:}
start_daemon "${port%%/*}"
check "one history" as ret notice --text "One"
check "cosigned: one history" within 30 is_cosigned 4
check "the daemon stops again" stops $daemon
mv "$work/election" "$work/first" && mv "$work/kept" "$work/election"
start_daemon "${port%%/*}"
check "another history" as ret notice --text "Another"
sleep 3
check "is published" within 10 bash -c "curl -sf '${url}checkpoint' | sed -n 2p | grep -qx 4"
check "is not cosigned" bash -c "! curl -sf '${url}checkpoint' | grep '^— witness'"
check "and is told of" grep -q "SPLIT VIEW" "$work/witness.log"
check "the daemon stops for good" stops $daemon
check "the witness stops for good" stops $witness
daemon='' witness=''

echo "witness: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
