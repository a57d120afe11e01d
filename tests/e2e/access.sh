#!/bin/bash
# Personal data with the programs as people use them: looks are logged and the log is checked,
# evidence and annex leave under approval, encrypted to one officer, for whom the standard program
# opens them too; and nothing personal lies about in the clear.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=$PWD/${BUILD:-build}
ballotd=$build/ballotd
work=$(mktemp -d)
passed=0 failed=0 daemon=
trap 'stop_daemon; rm -rf "$work"' EXIT
echo rehearsal >"$work/pass"
command -v age >/dev/null || {
    echo "skipped: the package age is not installed"
    exit 77
}

start_daemon() { # sets $daemon and $url
    : >"$work/served" # or the last one's address might be read
    "$ballotd" serve --listen 127.0.0.1:0 --passphrase-file "$work/pass" "$work/election" \
        >"$work/served" 2>>"$work/log" &
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

as() { # OFFICER COMMAND VERB...: signs without asking
    local who=$1 command=$2 verb=$3
    shift 3
    "$ballotd" "$command" "$verb" --url "$url" --key "$work/$who.key" \
        --passphrase-file "$work/pass" --yes "$@"
}

check() { # WHAT, EXIT CODE WANTED, TEXT WANTED IN THE OUTPUT, COMMAND...
    local what=$1 code=$2 want=$3 got rc
    shift 3
    got=$("$@" 2>"$work/errors" </dev/null)
    rc=$?
    got+=$(<"$work/errors")
    if [ $rc = "$code" ] && [[ $got == *"$want"* ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$what: exit code $rc, wanted $code; wanted: $want; got:"
        echo "${got:0:2000}"
    fi
}

"$build/tests/tools/office_stage" "$work" 60 || exit 1
start_daemon

# -- looks are logged --------------------------------------------------------------------------

check "a look" 0 "000003" as secretary roll explain 000003 --purpose "She telephoned on Monday"
check "a look without a purpose of its own" 0 "" as scrutineer roll members
check "a search in vain" 1 "no member" as secretary roll explain nobody
check "the log" 0 "She telephoned on Monday" as returning access list
check "the default purpose" 0 "Checking the draft roll" as returning access list
check "the search in vain" 0 " nobody " as returning access list
check "one member's" 0 "1 of " as scrutineer access list --member 000003
check "another's" 0 "0 of " as scrutineer access list --member 000004
check "not for the exporter" 1 "your role" as exporter access list
check "not for strangers" 1 "may not sign" as stranger access list
check "a purpose that is too long" 1 "at most 400 bytes" as secretary roll members \
    --purpose "$(printf '%0401d' 1)"
check "the chain, and the head that the roll names" 0 "1 heads on the board" as scrutineer access check
check "verbs" 2 "list or check" "$ballotd" access
stop_daemon
start_daemon
check "the log after a restart" 0 "She telephoned on Monday" as returning access list
check "the chain after a restart" 0 "chained without a gap" as scrutineer access check

# -- evidence ----------------------------------------------------------------------------------

check "evidence" 0 "1-1.txt" as scrutineer case evidence 1 --output "$work/evidence" \
    --purpose "Reading case 1"
check "it is what was given" 0 "standing order" cat "$work/evidence/1-1.txt"
check "nobody else can read it" 0 "600" stat -c %a "$work/evidence/1-1.txt"
check "evidence twice" 1 "1-1.txt" as scrutineer case evidence 1 --output "$work/evidence"
check "the look is logged" 0 "evidence/1" as returning access list
check "and whose it was" 0 "Reading case 1" as returning access list --member 000000
check "evidence of no case" 1 "no case 9" as scrutineer case evidence 9 --output "$work/evidence9"
check "evidence for the exporter" 1 "your role" as exporter case evidence 1 --output "$work/mine"
check "evidence to where" 2 "--output is needed" as scrutineer case evidence 1
printf '<html><script>' >"$work/page.txt"
check "a page as evidence" 1 "print or export the document to PDF" as secretary case attach 1 \
    --kind bank-line "$work/page.txt"

# -- the annex ---------------------------------------------------------------------------------

check "no approval" 1 "ask the returning officer or the secretary" as scrutineer annex get \
    --output "$work/annex.age"
check "nothing was written" 0 "" test ! -e "$work/annex.age"
check "approval by the exporter" 1 "your role" as exporter annex approve --to scrutineer \
    --purpose x
check "approval by the recipient" 1 "your role" as scrutineer annex approve --to scrutineer \
    --purpose x
check "approval for who is no scrutineer" 1 "holds no role" as returning annex approve \
    --to exporter --purpose x
check "approval without a purpose" 2 "--to and --purpose" as returning annex approve --to scrutineer
check "approval for a year" 1 "ballotd annex approve" as returning annex approve --to scrutineer \
    --purpose x --days 365
check "approval" 0 "handover: entered" as returning annex approve --to scrutineer \
    --purpose "The check before the vote"
check "not for another" 1 "your role" as secretary annex get --output "$work/annex.age"
check "annex" 0 "sealed to you" as scrutineer annex get --output "$work/annex.age"
check "it is an age file" 0 "age-encryption.org/v1" head -c 21 "$work/annex.age"
check "open" 0 "files" "$ballotd" annex open --key "$work/scrutineer.key" \
    --passphrase-file "$work/pass" "$work/annex.age" "$work/annex"
check "not by another" 1 "somebody else" "$ballotd" annex open --key "$work/secretary.key" \
    --passphrase-file "$work/pass" "$work/annex.age" "$work/annex2"
check "whose copy" 0 '"to":"scrutineer"' cat "$work/annex/handed-over.note"
check "what for" 0 "The check before the vote" cat "$work/annex/handed-over.note"
check "who approved" 0 '"approved_by":"returning"' cat "$work/annex/handed-over.note"
check "of this manifest" 0 "" grep -q "$(sha256sum <"$work/annex/manifest" | cut -d' ' -f1)" \
    "$work/annex/handed-over.note"

"$ballotd" key identity --passphrase-file "$work/pass" "$work/scrutineer.key" \
    >"$work/identity" 2>"$work/warning"
check "a warning beside the secret" 0 "without a passphrase" cat "$work/warning"
check "age opens it" 0 "" age -d -i "$work/identity" -o "$work/annex.tar" "$work/annex.age"
mkdir "$work/untarred" && tar -xf "$work/annex.tar" -C "$work/untarred"
check "and finds the same" 0 "" diff -r "$work/annex" "$work/untarred"
check "no secret of a trustee or registrar" 1 "passphrase" "$ballotd" key identity \
    --passphrase-file "$work/identity" "$work/scrutineer.key"

check "the public record" 0 "entries" "$ballotd" bundle --url "$url" --output "$work/bundle"
"$build/verify" --annex "$work/annex" "$work/bundle" >"$work/report" 2>/dev/null
check "verify takes the marked copy" 0 "passed" grep "^passed  *ROLL.manifest " "$work/report"
sed -i 's/before the vote/before the veto/' "$work/annex/handed-over.note"
"$build/verify" --annex "$work/annex" "$work/bundle" >"$work/report" 2>/dev/null
check "and not one whose mark was altered" 0 "failed" grep "^failed  *ROLL.manifest " "$work/report"

check "approval is logged" 0 "approve/annex/s" as returning access list
check "handing over is logged" 0 "The check before the vote" as returning access list

# -- a list of members -------------------------------------------------------------------------

check "no list without an approval" 1 "ballotd export approve --to secretary" as secretary \
    export members --output "$work/list.age"
check "an approval of the annex is none of the list" 1 "ballotd export approve" as scrutineer \
    export members --output "$work/list.age"
check "nobody approves for himself" 1 "handed to himself" as secretary export approve \
    --to secretary --purpose x
check "the exporter gets no list" 1 "holds no role" as returning export approve --to exporter \
    --purpose x
check "approve a list" 0 "handover: entered" as returning export approve --to secretary \
    --purpose "The branch's own \"check\""
check "approve another" 0 "handover: entered" as secretary export approve --to scrutineer \
    --purpose "Spot checks"
check "list" 0 "sealed to you" as secretary export members --output "$work/list.age"
check "list for another" 0 "sealed to you" as scrutineer export members --output "$work/other.age"
check "open a list" 0 "" "$ballotd" export open --key "$work/secretary.key" \
    --passphrase-file "$work/pass" "$work/list.age" "$work/list.csv"
check "not by another" 1 "somebody else" "$ballotd" export open --key "$work/scrutineer.key" \
    --passphrase-file "$work/pass" "$work/list.age" "$work/stolen.csv"
check "age opens the other" 0 "" age -d -i "$work/identity" -o "$work/other.csv" "$work/other.age"
check "the first line says whose" 0 "(secretary) at 20" head -n 1 "$work/list.csv"
check "and what for" 0 'The branch'"'"'s own ""check""' head -n 1 "$work/list.csv"
check "and so does the last" 0 "Approved by returning" tail -n 1 "$work/list.csv"
check "the second is the header" 0 "member_no,name" sed -n 2p "$work/list.csv"
rows() { sed '1,2d;$d' "$1"; }
rows "$work/list.csv" >"$work/rows"
rows "$work/other.csv" >"$work/other-rows"
check "both have everybody" 0 "" cmp <(sort "$work/rows") <(sort "$work/other-rows")
check "in another order each" 1 "" cmp "$work/rows" "$work/other-rows"
check "more than the roll, which leaves some out" 0 "ineligible" cat "$work/rows"
check "handing the list over is logged" 0 "export/members" as returning access list

check "trace a copy" 0 "(secretary)" as returning export trace "$work/list.csv"
check "trace another's" 0 "(scrutineer)" as returning export trace "$work/other.csv"
sed -n 11,30p "$work/rows" >"$work/fragment"
check "trace 20 rows without any mark" 0 "(secretary)" as scrutineer export trace "$work/fragment"
sed -n 11,30p "$work/other-rows" >"$work/fragment2"
check "trace 20 rows of another" 0 "(scrutineer)" as secretary export trace "$work/fragment2"
sed 's/,/;/g; s/^\([^;]*\);\([^;]*\);.*/"\2";"\1"/' "$work/fragment" >"$work/columns"
check "columns moved and left out" 0 "(secretary)" as returning export trace "$work/columns"
head -n 19 "$work/fragment" >"$work/short"
check "19 rows tell nothing" 1 "cannot tell" as returning export trace "$work/short"
sort "$work/rows" >"$work/sorted"
check "another order tells nothing" 1 "cannot tell" as returning export trace "$work/sorted"
shuf --random-source=<(yes) "$work/rows" >"$work/shuffled"
check "shuffled tells nothing" 1 "cannot tell" as returning export trace "$work/shuffled"
check "not for the exporter" 1 "your role" as exporter export trace "$work/list.csv"
: >"$work/empty"
check "nothing tells nothing" 1 "ballotd export trace" as returning export trace "$work/empty"
check "no verb" 2 "approve, members, open or trace" "$ballotd" export

# -- the log altered ---------------------------------------------------------------------------

check "the chain at the end" 0 "chained without a gap" as scrutineer access check
stop_daemon
check "no name, number or purpose in the clear" 1 "" grep -aqE \
    'Person 3|person3@|telephoned|standing order|before the vote' \
    "$work/election/people.db" "$work/election/board.db" "$work/log"

echo "access: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
