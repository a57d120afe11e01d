#!/bin/bash
# The guide for procedure secretaries, typed as it stands: every command of docs/secretary.md in its
# order, by whom it says, against a daemon and an export as such exports are (Windows-1252, a status
# that nobody knows, two rows with one number, a finance feed too old, contacts changed in bulk). No
# command prints JSON or a hash at a person, and what goes wrong is told with what to do.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=$PWD/${BUILD:-build} guide=$PWD/docs/secretary.md
work=$(mktemp -d)
passed=0 failed=0 daemon=
stop() {
    [ -n "$daemon" ] && kill "$daemon" 2>/dev/null && wait "$daemon"
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap stop EXIT
die() { echo "secretary: $*"; exit 1; }

pass() { passed=$((passed + 1)); }
wrong() { # WHAT
    failed=$((failed + 1))
    echo "$1; got:"
    tail -12 "$work/out"
}
holds() { # TEXT: in what the last command printed
    if grep -qF -- "$1" "$work/out"; then pass; else wrong "$last: wanted: $1"; fi
}

# -- the election -------------------------------------------------------------------------------

export PATH=$build:$PATH BALLOTD_PASSPHRASE_FILE=$work/passphrase
echo "fictional passphrase" >"$BALLOTD_PASSPHRASE_FILE"
chmod 600 "$BALLOTD_PASSPHRASE_FILE"
mkdir "$work/keys" "$work/desk" "$work/data"
public() { sed -n "s/.*\"$2\":\"\([0-9a-f]*\)\".*/\1/p" "$work/keys/$1.public"; }
new_key() { # ROLE NAME
    ballotd key new --role "$1" --name "$2" --quick --passphrase-file "$BALLOTD_PASSPHRASE_FILE" "$work/keys/$2" >"$work/keys/$2.public" ||
        die "no key for $2"
}
when() { date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ; }
officers="returning secretary deputy panel exporter scrutineer"
for who in $officers; do new_key officer "$who"; done
new_key trustee trustee
new_key registrar registrar
ballotd init --origin branch.example.org/selection --returning "$(public returning sign)" --quick \
    --passphrase-file "$BALLOTD_PASSPHRASE_FILE" "$work/election" >"$work/out" || die "no election"
ballotd serve --listen 127.0.0.1:0 --passphrase-file "$BALLOTD_PASSPHRASE_FILE" "$work/election" >"$work/served" 2>"$work/log" &
daemon=$!
for _ in $(seq 100); do
    BALLOTD_URL=$(sed -n 's/^listening on //p' "$work/served")
    [ -n "$BALLOTD_URL" ] && break
    sleep 0.1
done
export BALLOTD_URL
cat >"$work/desk/definition.json" <<J
{"title":{"en":"Selection in Riverside and around"},"rehearsal":true,"timetable":{
 "announced_at":"$(when '7 days ago')","inspection_opens_at":"$(when '6 days ago')",
 "inspection_closes_at":"$(when '1 hour ago')","opens_at":"$(when now)","closes_at":"$(when '3 days')"},
 "retention_until":"$(date -u -d "400 days" +%F)","sources":[{"id":"members","title":{"en":"National membership"}},
 {"id":"finance","title":{"en":"Finance"},"numbers":"members","lists":false,"stale_after":28}],
 "fields":[{"field":"paid_until","source":"finance"}],"rules":[
 {"code":"LIVE","text":{"en":"Is a member"},"test":{"equal":["status","active"]}},
 {"code":"FREEZE","text":{"en":"Joined six months before 1 November 2026"},
  "test":{"at_least_before":["joined_on",6,"months","2026-11-01"]}},
 {"code":"ARREARS","text":{"en":"Has paid up to 1 November 2026"},
  "test":{"on_or_after":["paid_until","2026-11-01"]}}],
 "styles":[{"id":"all","title":{"en":"All"},"unit":"all","test":{"always":true}}],
 "units":[{"id":"all","title":{"en":"All"}}],"floor":5,"threshold":1,
 "trustees":[{"name":"trustee","sign":"$(public trustee sign)","seal":"$(public trustee seal)"}],
 "authority":{"registrar":"$(public registrar sign)"},"officers":[
 $(for who in $officers; do printf '%s{"id":"%s","name":"The %s","roles":["%s"],"key":"%s"}' \
    "${comma:-}" "$who" "$who" "$who" "$(public "$who" sign)"; comma=,; done)],"changing":false}
J
ballotd define --yes --key "$work/keys/returning" "$work/desk/definition.json" >"$work/out" 2>&1 ||
    die "no definition: $(<"$work/out")"

# -- what lies on the desk: exports, lists and papers -------------------------------------------

data=$work/data
"$build/tests/tools/branch" "$data" || die "no data"
import() { # SOURCE FILE AS_OF TAKEN_AT
    ballotd import --yes --key "$work/keys/exporter" --source "$1" --mapping "$data/$1.json" \
        --as-of "$(when "$3")" --taken-at "$(when "$4")" "$data/$2" >"$work/out" 2>&1 ||
        die "$2: $(<"$work/out")"
}
import members members-1.csv "10 days ago" "10 days ago"
import finance finance.csv "63 days ago" "2 days ago"
cd "$work/desk" || exit 1
cp "$data/members-1.csv" old-export.csv
sed 's/ŷ/y/; /^B1009/s/DD Live/Cash Live/; /^B1007/{p;s/,"[^"]*",/,"2 Elsewhere Road",/;}' \
    "$data/members-2.csv" | iconv -f UTF-8 -t WINDOWS-1252 >export.csv
cat >new-rules.json <<'J'
{"rules":[{"code":"LIVE","text":{"en":"Is a member"},"test":{"equal":["status","active"]}}]}
J
sed '1d; /B1043/d' "$data/owing.txt" >owing.txt
echo "Fictional bank file: 58 standing orders were paid in September." >bank.txt
for paper in statement form card returned-letter welcome; do
    printf '%%PDF-1.4 a fictional %s' "$paper" >$paper.pdf
done
sed -n 's/^    \([a-z_]*: .*\)/\1/p' "$guide" >newcomer.txt

# -- the guide ----------------------------------------------------------------------------------

# A line for each command; those of several lines are joined.
sed -n 's/^    //p' "$guide" | sed -e ':join' -e '/\\$/{N;s/ *\\\n */ /;bjoin;}' |
    grep -E '^(ballotd|verify) ' >"$work/commands"
officer_of() { # COMMAND: who types it
    local who
    who=$(sed -n 's/.*  # by the \([a-z]*\).*/\1/p' <<<"$1")
    echo "${who:-secretary}"
}
type_it() { # COMMAND: as the officer it names, who answers yes
    local who
    who=$(officer_of "$1")
    BALLOTD_KEY=$work/keys/$who bash -c "$1" >"$work/out" 2>&1 < <(yes yes)
}

before() { # COMMAND: what a person does before typing it
    case $1 in
    *"mapping check"*)
        type_it "$1" && wrong "a word that nobody mapped was read"
        holds 'line 12, column 9 (Status): not a word that the mapping knows: "Cash Live"'
        sed -i 's/"Cash Live", "?"/"Cash Live", "active"/' members.json
        ;;
    *"--members-file"*)
        { cat owing.txt; printf 'B9999\r\n\xef\xbb\xbf B1011 \nnobody\n'; } >bad.txt
        type_it "${1/owing.txt/bad.txt}" && wrong "a list with numbers of nobody was taken"
        holds 'line 59: no member "B9999"'
        holds 'line 61: no member "nobody"'
        holds "nothing was raised"
        ;;
    *"case raise --member B1043"*)
        type_it "${1/statement.pdf/none.pdf}" && wrong "a case without its file"
        type_it "${1/paid_until/paid_unto}" && wrong "a field that does not exist"
        holds "the fields are name email"
        type_it "${1/2027-06-30/30/06/2027}" && wrong "a day that is none"
        holds "a day, written 2026-03-31"
        type_it "ballotd case list"
        holds "0 cases"
        ;;
    "ballotd case list") # a member has written, and waits for an answer
        curl -sf -d '{"member_no":"B1520","source":"members","reason":"wrong-date","text":"I joined two years ago.","contact":"mair@example.org"}' \
            "${BALLOTD_URL}requests" >"$work/out" 2>&1 || wrong "a member's request"
        reference=$(sed -n 's/.*"reference":"\([^"]*\)".*/\1/p' "$work/out")
        for _ in $(seq 50); do
            type_it "$1" && grep -q "^case 6" "$work/out" && break
            sleep 0.1
        done
        ;;
    *"--add newcomer.txt"*)
        sed 's/^status: active/status: activ/; s/^joined_on.*/joined: 2024/' newcomer.txt >bad.txt
        type_it "${1/newcomer.txt/bad.txt}" && wrong "a newcomer with a status that is none"
        holds 'line 4: status cannot be "activ"'
        holds 'line 5: "joined" is no field'
        ;;
    esac
}

after() { # COMMAND: what it must have said
    case $1 in
    *"roll report"*)
        grep -m 1 . "$work/out" | grep -q '^ALARM' || wrong "the alarms do not come first"
        holds "TOO OLD: over 28 days"
        holds "Next"
        ;;
    *"roll explain B1043"*)
        holds "met: LIVE, Is a member"
        holds "older than the 28 days for which it is relied on"
        holds 'branch is "'
        ;;
    "ballotd case list")
        holds "case 6, raised: wrong-date, 1 member, raised by member"
        holds "B1520 Mair Wiwer"
        holds "mair@example.org"
        ;;
    *"--refuse"*)
        curl -sf "${BALLOTD_URL}requests/$reference" >"$work/out" 2>&1
        holds '"state":"refused"'
        holds "Nothing but her own word was given."
        ;;
    *"case list"*)
        holds "B1043"
        holds 'set paid_until from "2026-08-31" to "2027-06-30"'
        holds "decides by"
        holds "from now"
        ;;
    *"roll exclusions --confirm"*) holds "2 exclusions confirmed" ;;
    *"roll seal"*) holds "The roll is sealed: who may vote" ;;
    *"codes.csv"*) [ "$(wc -l <codes.csv)" -gt 400 ] || wrong "few codes" ;;
    *"late.csv"*) [ "$(wc -l <late.csv)" = 2 ] || wrong "not one new code" ;;
    *"verify entry"*) holds "B1043" ;;
    *"access list --member"*) holds "Deciding case 1" ;;
    *"verify --annex"*) # the election is not over, but the roll stands
        for id in snapshot cases evidence derive; do
            grep -q "^passed  *ROLL.$id " "$work/out" || wrong "verify: ROLL.$id"
        done
        ;;
    esac
}

too_early() { # COMMAND: what it says when it is typed before its time
    case $1 in
    *decide*) echo "reply" ;;
    *release*) echo "none may go out yet" ;;
    *) echo "NOT VERIFIED" ;;
    esac
}

has_jargon() { # COMMAND: a registrar's find must print the credential
    case $1 in
    ballotd*) grep -vF -- --credential "$work/out" | grep -v '^credential\|^made by' |
        grep -qE '\{"|[0-9a-f]{64}' ;;
    *) false ;;
    esac
}

while IFS= read -r last <&3; do
    last=${last/2026-11-20/$(date -u -d yesterday +%F)}
    [[ $last == *CREDENTIAL* ]] && last=${last/CREDENTIAL/$credential}
    before "$last"
    type_it "$last"
    rc=$?
    [[ $last == *", later" ]] && want=1 || want=0
    if [ "$rc" = "$want" ]; then pass; else wrong "$last: exit code $rc"; fi
    [ "$want" = 1 ] && holds "$(too_early "$last")"
    has_jargon "$last" && wrong "$last: JSON or a hash is printed at a person"
    after "$last"
    credential=$(sed -n 's/^credential //p' "$work/out")
done 3<"$work/commands"
[ "$(wc -l <"$work/commands")" -gt 50 ] || wrong "the guide has few commands"

echo "secretary: $passed passed, $failed failed"
[ "$failed" = 0 ]
