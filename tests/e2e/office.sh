#!/bin/bash
# What officers do up to the sealed roll, with the programs as people use them: definition, contest,
# import, cases, exclusions, seal by two; what must be refused; and a restart that loses nothing.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
ballotd=$PWD/${BUILD:-build}/ballotd
work=$(mktemp -d)
passed=0 failed=0 daemon=
trap 'stop_daemon; rm -rf "$work"' EXIT
echo secret >"$work/pass"

start_daemon() { # sets $daemon and $url
    "$ballotd" serve --listen 127.0.0.1:0 --passphrase-file "$work/pass" "$work/election" \
        >"$work/served" 2>"$work/log" &
    daemon=$!
    for _ in $(seq 100); do
        url=$(sed -n 's/^listening on //p' "$work/served")
        [ -n "$url" ] && return
        sleep 0.1
    done
    echo "the daemon did not start: $(cat "$work/log")"
    exit 1
}

stop_daemon() {
    [ -z "$daemon" ] && return
    kill "$daemon" && wait "$daemon"
    daemon=
}

as() { # OFFICER COMMAND...: signs without asking
    local who=$1 command=$2
    shift 2
    case $command in
    roll | case | annex)
        command="$command $1"
        shift
        ;;
    esac
    # shellcheck disable=SC2086 # a command of two words
    "$ballotd" $command --url "$url" --key "$work/$who.key" --passphrase-file "$work/pass" --yes "$@"
}

check() { # WHAT, EXIT CODE WANTED, TEXT WANTED IN THE OUTPUT, COMMAND...
    local what=$1 code=$2 want=$3 got rc lines
    shift 3
    got=$("$@" 2>"$work/errors" </dev/null)
    rc=$?
    lines=$(wc -l <"$work/errors")
    got+=$(<"$work/errors")
    if [ $rc = "$code" ] && [[ $got == *"$want"* ]] && { [ $rc = 0 ] || [ "$lines" = 1 ]; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$what: exit code $rc, wanted $code; wanted: $want; got:"
        echo "${got:0:2000}"
    fi
}

key() { # NAME ROLE: makes a key file
    "$ballotd" key new --role "$2" --name "$1" --quick --passphrase-file "$work/pass" \
        "$work/$1.key" >"$work/$1.pub" || exit 1
}

public() { # NAME MEMBER: of a public key line
    sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" "$work/$1.pub"
}

# -- who takes part ----------------------------------------------------------------------------

for name in ret sec dep; do key $name officer; done
key stranger officer
key tom trustee
key reg registrar
"$ballotd" init --origin example.org/test --quick --passphrase-file "$work/pass" "$work/election" \
    >/dev/null || exit 1
start_daemon

# Members in no particular order, Welsh left out, times as people write them.
cat >"$work/draft.json" <<JSON
{ "rehearsal": true, "changing": false, "floor": 0, "threshold": 1,
  "title": {"en": "Leader"},
  "timetable": {"closes_at": "2026-03-20T12:00:00Z", "opens_at": "2026-03-10T12:00:00Z",
    "announced_at": "2026-02-01T12:00:00Z", "inspection_opens_at": "2026-02-10T12:00:00Z",
    "inspection_closes_at": "2026-02-20T12:00:00Z"},
  "retention_until": "2027-03-20",
  "sources": [{"title": {"en": "Members"}, "id": "members"}],
  "rules": [
    {"test": {"equal": ["status", "active"]}, "code": "STATUS", "text": {"en": "In good standing"}},
    {"code": "JOINED", "text": {"en": "Joined by 1 January 2026"},
     "test": {"on_or_before": ["joined_on", "2026-01-01"]}}],
  "styles": [{"unit": "all", "id": "all", "title": {"en": "All members"}, "test": {"always": true}}],
  "units": [{"id": "all", "title": {"en": "All"}}],
  "trustees": [{"name": "Tom", "sign": "$(public tom sign)", "seal": "$(public tom seal)"}],
  "authority": {"registrar": "$(public reg sign)"},
  "officers": [
    {"id": "ret", "name": "Rhiannon", "roles": ["returning"], "key": "$(public ret sign)"},
    {"id": "sec", "name": "Sioned", "roles": ["secretary", "exporter", "scrutineer"],
     "key": "$(public sec sign)"},
    {"id": "dep", "name": "Dafydd", "roles": ["deputy"], "key": "$(public dep sign)"}]
}
JSON
cat >"$work/contest.json" <<'JSON'
{"contest": "leader", "title": {"en": "Leader"}, "layout": "ranking", "rule": "av", "seats": 1,
 "candidates": [{"name": "Ann"}, {"name": "Bob"}, {"name": "Cat"}], "styles": ["all"]}
JSON

# -- definition and contest --------------------------------------------------------------------

check "help" 0 "usage: ballotd define" "$ballotd" define --help
check "no url" 2 "--url is needed" "$ballotd" define "$work/draft.json"
check "no key" 2 "--key is needed" "$ballotd" define --url "$url" "$work/draft.json"
check "no draft" 2 "an argument is missing" "$ballotd" define --url "$url"
check "unknown option" 2 '"--quickly" is unknown' "$ballotd" define --quickly
grep -v '"rehearsal"\|"units"' "$work/draft.json" | sed '1s/^/{/; s/"merge"/"merges"/' >"$work/short.json"
check "what is missing is named" 1 "missing: rehearsal, units, floor, threshold, changing" \
    as ret define "$work/short.json"
sed 's/"title": {"en": "All"}/"titel": {"en": "All"}/' "$work/draft.json" >"$work/typo.json"
check "what is unknown is named" 1 "missing: units[0].title; unknown: units[0].titel" \
    as ret define "$work/typo.json"
sed 's/2026-03-20T12:00:00Z/20 March/' "$work/draft.json" >"$work/time.json"
check "a time that is none" 1 "timetable.closes_at" as ret define "$work/time.json"
sed 's/"always": true/"allways": true/' "$work/draft.json" >"$work/rules.json"
check "rules that cannot be read" 1 "allways" as ret define "$work/rules.json"
check "contest before the definition" 1 'no "ctx0" yet' as ret contest "$work/contest.json"
check "not a returning officer" 1 "ballotd define:" as sec define "$work/draft.json"
check "define" 0 "election: entered" as ret define "$work/draft.json"
check "define again" 1 "ballotd define:" as ret define "$work/draft.json"
check "a stranger" 1 "may not sign this" as stranger contest "$work/contest.json"
check "contest" 0 "drawn by lot" as ret contest "$work/contest.json"
check "contest twice" 1 "stands already" as ret contest "$work/contest.json"
check "notice" 0 "notice: entered" as ret notice --text "Papers go out on Monday"

# -- two officers ------------------------------------------------------------------------------

check "nothing waits" 1 "no statement waits" as sec countersign
check "appoint" 0 "waits for another" as ret role appoint --id new --name Nia --roles deputy \
    --public "$(public stranger sign)"
check "pending" 0 "role, signed by example.org/test/officer/ret" "$ballotd" pending --url "$url"
check "one officer twice" 1 "no statement waits" as ret countersign
check "one officer twice by stating" 0 "waits for another" as ret role appoint --id new --name Nia \
    --roles deputy --public "$(public stranger sign)"
stop_daemon
start_daemon
check "pending after a restart" 0 "1 waiting" "$ballotd" pending --url "$url"
check "countersign" 0 "role: entered" as sec countersign
check "nothing waits any more" 0 "0 waiting" "$ballotd" pending --url "$url"

echo "office: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
