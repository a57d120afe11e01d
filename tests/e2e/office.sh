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
    : >"$work/served" # or the last one's address might be read
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
    roll | case | annex | registrar)
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

for name in ret sec dep pan can; do key $name officer; done
key stranger officer
key tom trustee
key reg registrar
"$ballotd" init --origin example.org/test --returning "$(public ret sign)" --quick \
    --passphrase-file "$work/pass" "$work/election" >/dev/null || exit 1
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
sed 's/\["deputy"\]/["returning"]/' "$work/draft.json" >"$work/coup.json"
check "another returning officer than init named" 1 "only the returning officer named" \
    as dep define "$work/coup.json"
check "define" 0 "election: entered" as ret define "$work/draft.json"
check "define again" 1 "ballotd define:" as ret define "$work/draft.json"
check "a stranger" 1 "may not sign this" as stranger contest "$work/contest.json"
check "contest" 0 "drawn by lot" as ret contest "$work/contest.json"
sed 's/"seats"/"printed": [3, 2, 1], "most": 0, "seats"/; s/Leader/Head/' "$work/contest.json" >"$work/again.json"
check "contest twice" 1 "stands already" as ret contest "$work/again.json"
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

# -- import ------------------------------------------------------------------------------------

cat >"$work/map.json" <<'JSON'
{"columns": [{"field": "member_no", "column": "No"}, {"column": "Name", "field": "name"},
   {"column": "Email", "field": "email"},
   {"column": "Status", "words": [["Live", "active"], ["Gone", "lapsed"]], "field": "status"},
   {"dates": ["DD/MM/YYYY"], "field": "joined_on", "column": "Joined"}]}
JSON
cat >"$work/members.csv" <<'CSV'
No,Name,Email,Status,Joined,Shoe size
1,Ann Oakley,ann@example.org,Live,01/02/2020,38
2,Bea Pugh,bea@example.org,Live,01/02/2021,39
3,Ceri Rees,,Live,01/02/2022,40
M/4 x,Dai Siôn,dai@example.org,Gone,01/02/2020,41
5,Eve Tudor,eve@example.org,Live,03/02/2026,42
6,Fay Urien,fay@example.org,Live,,43
7,Gwen Vale,gwen@example.org,Live,01/02/2020,44
7,Gwen Vale,gwen@example.com,Live,01/02/2020,44
8,Huw Watkin,huw@example.org,Live,05/01/2026,45
9,Ida Yale,ida@example.org,Live,01/02/2020,46
CSV
sed 's|^2,.*|2,Bea Pugh,bea@example.org,Lvie,31/02/2021,39|' "$work/members.csv" >"$work/bad.csv"
import=(--source members --mapping "$work/map.json")

check "roll before a snapshot" 1 "there is no snapshot yet" as ret roll report
check "seal before a snapshot" 1 "there is no snapshot yet" as ret roll seal
check "case before a snapshot" 1 "there is no snapshot" as ret case raise --member 1 --include \
    --reason other --text x
check "dry run" 0 "10 rows read, 0 errors" "$ballotd" import "${import[@]}" --dry-run \
    "$work/members.csv"
check "dropped columns are told" 0 "dropped, not in the mapping: Shoe size" \
    "$ballotd" import "${import[@]}" --dry-run "$work/members.csv"
check "bad lines are told" 1 'line 3, column 5 (Joined)' "$ballotd" import "${import[@]}" \
    --dry-run "$work/bad.csv"
check "the first bad line too" 1 'line 3, column 4 (Status)' as sec import "${import[@]}" \
    "$work/bad.csv"
check "no such file" 1 "none.csv" as sec import "${import[@]}" "$work/none.csv"
check "not from that source" 1 'no source "others"' as sec import --source others --mapping "$work/map.json" \
    "$work/members.csv"
check "not an exporter" 1 "ballotd import:" as dep import "${import[@]}" "$work/members.csv"
check "import" 0 "snapshot: entered" as sec import "${import[@]}" --purpose "Roll of 2026" \
    --taken-at 2026-01-31T09:00:00Z "$work/members.csv"

# -- reports -----------------------------------------------------------------------------------

check "report" 0 "1  undetermined" as ret roll report
check "what is to do" 0 "undetermined" as dep roll report
check "not an official" 1 "ballotd roll report:" as tom roll report
check "members" 0 "DUPLICATE" as sec roll members
check "candidates" 0 "one number on several rows" as sec roll candidates
check "explain" 0 'status is "lapsed" (Members as of 2026-01-31, line 5)' as sec roll explain "M/4 x"
check "explain nobody" 1 'no member "77"' as sec roll explain 77
check "explain whom" 2 "an argument is missing" as sec roll explain
check "seal while undetermined" 1 "decide a case for each" as ret roll seal
check "no verb" 2 "report, members, explain" as ret roll --confirm

# -- cases -------------------------------------------------------------------------------------

echo "a letter" >"$work/letter.txt"
check "two effects" 2 "at most one effect" as sec case raise --member 6 --include --exclude \
    --reason wrong-date --text x
check "no reason" 2 "--reason is one of" as sec case raise --member 6 --include --reason because --text x
check "raise" 0 "this is case 1" as sec case raise --member 6 --reason wrong-date \
    --text "The form is of 2020"
check "propose without evidence" 1 "ballotd case propose:" as sec case propose 1 --include --text x
check "no such case" 1 "there is no case 9" as ret case decide 9 --uphold --reasons x
check "decide without evidence" 1 "ballotd case decide:" as ret case decide 1 --uphold \
    --reasons "Nothing was proposed"
check "attach" 0 "evidence: entered" as sec case attach 1 --kind join-confirmation "$work/letter.txt"
check "attest a thing of files" 1 "ballotd case attest:" as sec case attest 1 --kind bank-line --text x
check "propose what is moot" 1 "ballotd case propose:" as sec case propose 1 --set joined_on \
    --from 2020-01-01 --to 2020-02-01 --text x
check "propose" 0 "proposal: entered" as sec case propose 1 --set joined_on --to 2020-02-01 \
    --rule JOINED --text "Put in the date of the form"
check "decider raised it" 1 "ballotd case decide:" as sec case decide 1 --uphold \
    --reasons "I say so, and that is enough"
check "the list says who is next" 0 "next:     an officer who has not acted in it decides by" \
    as ret case list
stop_daemon
start_daemon
check "cases after a restart" 0 "proposed" as ret case list
check "decide" 0 "decision: entered" as ret case decide 1 --uphold --reasons "The form is clear enough"
check "decide twice" 1 "ballotd case decide:" as ret case decide 1 --refuse --reasons "No, on second thoughts"
check "decided" 0 "upheld" as dep case list
check "the value is the case's" 0 ": eligible" as dep roll explain 6
row=$("$ballotd" --version >/dev/null; printf '%s' '{"member_no":"7","name":"Gwen Vale","email":"gwen@example.org","status":"active","joined_on":"2020-02-01"}' | sha256sum | cut -d' ' -f1)
check "raise rows" 0 "this is case 2" as dep case raise --member 7 --keep-row "$row" \
    --reason duplicate --text "Gwen confirmed her address" \
    --kind join-confirmation --evidence "$work/letter.txt" --propose
check "decide rows" 0 "decision: entered" as sec case decide 2 --uphold --reasons "The letter is sound and signed"
check "raise exclude" 0 "this is case 3" as dep case raise --member 9 --exclude --reason resigned \
    --text "Left in January"
check "attest" 0 "evidence: entered" as dep case attest 3 --kind officer-attestation --text "Saw it"
check "propose it" 0 "proposal: entered" as dep case propose 3 --exclude --text "Let her go"
check "uphold on one attestation" 1 "strength" as ret case decide 3 --uphold \
    --reasons "They have seen it, they say"
check "notify how" 2 "--sent-by is needed" as dep case notify 3 --text x
check "notify" 0 "notification: entered" as dep case notify 3 --sent-by email --text "You can reply"
check "the list waits for the reply" 0 "more evidence is needed: strength 2 of 3" as ret case list
check "refuse" 0 "decision: entered" as ret case decide 3 --refuse --reasons "There is no letter at all"
printf '{"status": "active", "name": "Jo Zephyr", "joined_on": "2019-05-01", "member_no": "10"}' >"$work/jo.json"
check "add whom" 1 "--numbers ID is needed" as dep case raise --add "$work/jo.json" --numbers nobody \
    --reason not-on-list --text x
check "add" 0 "this is case 4" as dep case raise --add "$work/jo.json" --numbers members \
    --reason not-on-list --text "Joined at a meeting" --kind join-confirmation \
    --evidence "$work/letter.txt" --propose
check "let in" 0 "decision: entered" as sec case decide 4 --uphold --reasons "The letter is signed by us"
check "is there" 0 "10 Jo Zephyr: eligible" as ret roll explain 10
printf '1\n2\r\n\n3\n2\n' >"$work/three.txt"
check "raise for many" 0 "this is case 5" as dep case raise --members-file "$work/three.txt" \
    --reason other --text "A mistake of mine"
check "of whom three are different" 0 "3 members" as dep case list
check "withdraw" 0 "withdrawal: entered" as dep case withdraw 5 --text "A mistake indeed"
printf '1\n77\n' >"$work/nobody.txt"
check "a line with nobody" 1 'line 2: no member "77"' as dep case raise --members-file "$work/nobody.txt" \
    --reason other --text x

# -- exclusions and seal -----------------------------------------------------------------------

check "seal while unconfirmed" 1 "ballotd roll seal:" as ret roll seal
check "exclusions" 0 "3 exclusions wait" as ret roll exclusions
check "confirm" 0 "3 exclusions confirmed" as ret roll exclusions --confirm
check "confirm nobody" 0 "0 exclusions confirmed" as ret roll exclusions --confirm
check "may be sealed" 0 "may be sealed" as ret roll report
check "annex of no scrutineer" 1 "role" as dep annex get --output "$work/annex"
check "seal" 0 "waits for another" as ret roll seal
check "a case overtakes the seal" 0 "this is case 6" as dep case raise --member 9 --exclude \
    --reason deceased --text "A neighbour says so"
check "what was overtaken waits no more" 0 "0 waiting" "$ballotd" pending --url "$url"
check "seal anew" 0 "waits for another" as ret roll seal
check "seal by one alone" 1 "no statement waits" as ret countersign
stop_daemon
start_daemon
check "the seal after a restart" 0 "roll: entered" as dep countersign
check "a case after the seal" 0 "this is case 7" as sec case raise --member 1 --reason other --text x
check "amend before the codes" 1 "waits for its credentials" as ret roll amend
check "one's own entry" 0 "verify entry" as sec roll proof --member 1 --output "$work/entry.json"
grep -q '^{"kind":"entry",.*"member_no":"1"' "$work/entry.json" || failed=$((failed + 1))
check "nobody's entry" 1 "no member" as sec roll proof --member "M/4 x" --output "$work/none.json"
stop_daemon
start_daemon
check "the sealed roll after a restart" 0 '"roll":1' curl -sf "${url}status"

# -- the roll after its seal -------------------------------------------------------------------

check "reissue of no credential" 1 "no issue list" as ret reissue-order --reason "Lost letter" \
    --credential "$(printf '%064d' 1)"
check "reissue of what" 2 "--credential and --reason" as ret reissue-order --reason "Lost"
check "codes" 0 "6 codes are in" as reg registrar issue --output "$work/codes.csv"
check "codes twice" 1 "registrar" as reg registrar issue --output "$work/again.csv"
check "nothing is written then" 0 "" bash -c "! test -e '$work/again.csv'"
check "a member's credential" 0 "standing   eligible" as reg registrar find --member 1
credential=$(as reg registrar find --member 1 | sed -n 's/^credential //p')
check "tendered for one that has not voted" 1 "whose own credential has voted" \
    as ret reissue-order --credential "$credential" --reason "Says that she has not voted" --tendered
check "order" 0 "waits for another" as ret reissue-order --credential "$credential" \
    --reason "The letter was lost"
check "order countersigned" 0 "reissue.order: entered" as dep countersign
check "reissue for another" 1 "registrar" as reg registrar reissue --output "$work/new.csv" --member 2
check "reissue" 0 "the new code is in" as reg registrar reissue --output "$work/new.csv" --member 1
check "no code is the old one" 0 "" bash -c \
    "! grep -q \"\$(sed -n '2s/.*,//p' '$work/new.csv')\" '$work/codes.csv'"

check "appoint to the panel" 0 "waits for another" as ret role appoint --id pan --name Pegi \
    --roles panel --public "$(public pan sign)"
check "by two" 0 "role: entered" as sec countersign
check "bar a candidate" 0 "waits for another" as ret role appoint --id can --name Catrin \
    --roles secretary,barred --public "$(public can sign)"
check "by two again" 0 "role: entered" as sec countersign
check "who is barred raises nothing" 1 "ballotd case raise:" as can case raise --member 8 --include \
    --reason other --text "A friend"
check "a date" 0 "this is case 8" as dep case raise --member 8 --set joined_on --from 2026-01-05 \
    --to 2025-12-05 --reason wrong-date --text "The form is of December" \
    --kind join-confirmation --evidence "$work/letter.txt" --propose --rule JOINED
check "an address" 0 "this is case 9" as dep case raise --member 8 --set email \
    --from huw@example.org --to huw@example.com --reason wrong-contact --text "He wrote to us" \
    --kind join-confirmation --evidence "$work/letter.txt" --propose
check "countersign what is not decided" 1 "ballotd case countersign:" as ret case countersign 8 \
    --as officer --text "I agree"
check "who appeals a case that is not decided" 1 "ballotd case appeal:" as ret case appeal 8 --text x
check "decide the date" 0 "decision: entered" as ret case decide 8 --uphold \
    --reasons "The form says so in ink"
check "decide the address" 0 "decision: entered" as ret case decide 9 --uphold \
    --reasons "The letter is in his hand"
check "alone it is not in force" 0 "ineligible" as sec roll explain 8
check "countersign as what" 2 "--as is needed" as sec case countersign 8 --text "I agree"
check "countersign by who decided" 1 "ballotd case countersign:" as ret case countersign 8 \
    --as officer --text "I agree with myself"
check "countersign" 0 "countersignature: entered" as sec case countersign 8 --as officer \
    --text "I saw the form"
check "countersign twice" 1 "ballotd case countersign:" as sec case countersign 8 --as officer \
    --text "I saw the form"
check "countersign the address" 0 "countersignature: entered" as sec case countersign 9 \
    --as officer --text "I saw the letter"
check "now it is" 0 ": eligible" as sec roll explain 8

check "appeal" 0 "appeal: entered" as sec case appeal 3 --text "She is gone all the same"
check "appeal twice" 1 "ballotd case appeal:" as sec case appeal 3 --text "Once more"
check "an appeal before who decided" 1 "ballotd case decide:" as ret case decide 3 --refuse \
    --reasons "There is still no letter"
check "the panel cannot do without a reply" 1 "ballotd case decide:" as pan case decide 3 --uphold \
    --reasons "She may be gone for all we know"
check "the panel decides" 0 "decision: entered" as pan case decide 3 --refuse \
    --reasons "There is still no letter"
check "that is final" 1 "ballotd case appeal:" as sec case appeal 3 --text "And again"
check "an irregularity" 0 "irregularity: entered" as dep case irregularity --member 9 \
    --text "Her name was misspelt"

check "amend" 0 "waits for another" as ret roll amend
check "amend by two" 0 "roll: entered" as dep countersign
check "the second version" 0 '"roll":2' curl -sf "${url}status"
check "codes of the second version" 0 "1 codes wait" as reg registrar issue --output "$work/more.csv"
check "none goes out at once" 0 "" bash -c "[ \$(wc -l <'$work/more.csv') = 1 ]"
check "who is told of the address" 0 "huw@example.org" cat "$work/more.notices.csv"
check "release before the time" 1 "none may go out yet" "$ballotd" registrar release \
    "$work/more.waiting.csv"
sed '2s/^[0-9]*,/1,/' "$work/more.waiting.csv" >"$work/due.waiting.csv"
check "release" 0 "huw@example.com" "$ballotd" registrar release "$work/due.waiting.csv"
stop_daemon
start_daemon
check "the second version after a restart" 0 '"roll":2' curl -sf "${url}status"

# -- the annex ---------------------------------------------------------------------------------

check "annex without an approval" 1 "ask the returning officer" as sec annex get \
    --output "$work/annex"
check "annex approved for oneself" 1 "nobody approves what is handed to himself" as sec annex \
    approve --to sec --purpose "Checking"
check "annex approved" 0 "handover: entered" as ret annex approve --to sec --purpose "Checking"
check "annex" 0 "sealed to you" as sec annex get --output "$work/annex"
check "annex twice" 1 "annex" as sec annex get --output "$work/annex"
open=("$ballotd" annex open --passphrase-file "$work/pass" "$work/annex")
check "annex opened by another" 1 "ballotd annex open:" "${open[@]}" --key "$work/ret.key" "$work/hers"
check "nothing was opened" 0 "" bash -c "! test -e '$work/hers'"
head -c 3000 "$work/annex" >"$work/cut"
check "annex cut short" 1 "ballotd annex open:" "$ballotd" annex open --key "$work/sec.key" \
    --passphrase-file "$work/pass" "$work/cut" "$work/hers"
check "annex open" 0 "files" "${open[@]}" --key "$work/sec.key" "$work/opened"
check "the export is in it" 0 "" cmp "$work/members.csv" "$work/opened/snapshots/1.csv"
check "every file is as the manifest says" 0 "" bash -c "cd '$work/opened' &&
    tail -n +3 manifest | while read -r hash salt size path; do
        echo \"\$hash  \$path\" && [ \"\$(stat -c %s \"\$path\")\" = \"\$size\" ] || echo bad; done |
    sha256sum -c --quiet"

# -- the bundle --------------------------------------------------------------------------------

check "bundle" 0 " entries" "$ballotd" bundle --url "$url" --output "$work/bundle"
check "bundle as an archive" 0 " entries" "$ballotd" bundle --url "$url" --output "$work/bundle.tar"
check "bundle twice" 1 "is there already" "$ballotd" bundle --url "$url" --output "$work/bundle"
check "bundle into nowhere" 1 "No such file" "$ballotd" bundle --url "$url" --output "$work/no/where"
mkdir "$work/untarred" && tar -C "$work/untarred" -xf "$work/bundle.tar"
check "folder and archive are the same" 0 "" diff -r "$work/bundle" "$work/untarred"
check "nothing half-made is left" 0 "" bash -c "! ls -d '$work'/*.part-* 2>&1"
check "the checkpoint is the board's" 0 "" bash -c \
    "curl -sf '${url}checkpoint' | cmp - '$work/bundle/checkpoint'"

# -- the other program agrees ------------------------------------------------------------------

"${ballotd%/*}/verify" --annex "$work/opened" "$work/bundle" >"$work/report" 2>/dev/null
for id in LOG.root LOG.tiles LOG.blobs LOG.extra STATE.order SIGN.four-eyes ROLL.account \
    ROLL.manifest ROLL.snapshot ROLL.cases ROLL.evidence ROLL.derive; do
    check "verify: $id" 0 "passed" grep "^passed  *$id " "$work/report"
done

verify=${ballotd%/*}/verify
check "verify: one's own entry" 0 "You are on the roll" "$verify" entry "$work/entry.json" "$work/bundle"
sed 's/"votes":1/"votes":2/' "$work/entry.json" >"$work/raised.json"
check "verify: an entry with more votes" 1 "this record is not at place" \
    "$verify" entry "$work/raised.json" "$work/bundle"

echo "office: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
