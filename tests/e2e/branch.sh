#!/bin/bash
# A selection whose data went wrong, as such data has: between two exports of 520 members 71
# addresses, 26 telephone numbers and 40 e-mail addresses were changed and two people added, and the
# finance feed is nine weeks old. Real processes over HTTP, from the exports to the verified result.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
work=$(mktemp -d)
passed=0 failed=0 pids=()
stop() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
    wait
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap stop EXIT

check() { # WHAT, TEXT WANTED IN THE OUTPUT, COMMAND...
    local what=$1 want=$2
    shift 2
    "$@" >"$work/out" 2>&1
    told "$what" "$?" "$want"
}
told() { # WHAT EXIT_CODE TEXT
    if [ "$2" = 0 ] && { [ -z "$3" ] || grep -qF -- "$3" "$work/out"; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$1: exit code $2, wanted: $3; got:"
        tail -12 "$work/out"
    fi
}
refused() { # WHAT TEXT COMMAND...
    local what=$1 want=$2 rc
    shift 2
    "$@" >"$work/out" 2>&1
    rc=$?
    told "$what" "$((rc == 0))" "$want"
}
equal() { # WHAT WANTED GOT
    [ "$2" = "$3" ] && passed=$((passed + 1)) && return
    failed=$((failed + 1))
    echo "$1: wanted $2, got $3"
}
die() { echo "branch: $*"; exit 1; }

pass=$work/passphrase
echo "fictional passphrase" >"$pass"
chmod 600 "$pass"
mkdir "$work/keys"
as() {
    local who=$1
    shift
    "$build/ballotd" "$@" --url "$url" --passphrase-file "$pass" --yes --key "$work/keys/$who"
}
public() { sed -n "s/.*\"$2\":\"\([0-9a-f]*\)\".*/\1/p" "$work/keys/$1.public"; }
new_key() { # ROLE NAME
    "$build/ballotd" key new --role "$1" --name "$2" --quick --passphrase-file "$pass" \
        "$work/keys/${2// /}" >"$work/keys/${2// /}.public" || die "no key for $2"
}
case_of() { sed -n 's/^this is case \([0-9]*\).*/\1/p' "$work/out"; }
when() { date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ; }
status_is() { # MEMBER VALUE
    for _ in $(seq 600); do
        curl -sf "${url}status" | grep -q "\"$1\":$2" && return 0
        sleep 0.1
    done
    die "the election did not come to $1 = $2"
}

# -- the election -----------------------------------------------------------------------------

officers="returning secretary deputy panel exporter scrutineer"
for who in $officers; do new_key officer "$who"; done
for i in 1 2; do new_key trustee "Trustee $i"; done
new_key registrar registrar
"$build/ballotd" init --origin branch.example.org/selection --returning "$(public returning sign)" \
    --quick --passphrase-file "$pass" "$work/election" >"$work/out" || die "no election"
"$build/ballotd" serve --listen 127.0.0.1:0 --passphrase-file "$pass" "$work/election" \
    >"$work/served" 2>"$work/log" &
pids+=("$!")
for _ in $(seq 100); do
    url=$(sed -n 's/^listening on //p' "$work/served")
    [ -n "$url" ] && break
    sleep 0.1
done
{
    printf '{"title":{"en":"Selection in Riverside and around"},"rehearsal":true,"timetable":{'
    printf '"announced_at":"%s","inspection_opens_at":"%s","inspection_closes_at":"%s",' \
        "$(when '7 days ago')" "$(when '6 days ago')" "$(when '1 hour ago')"
    printf '"opens_at":"%s","closes_at":"%s"},"retention_until":"2027-12-31",' "$(when now)" \
        "$(when '3 days')"
    printf '"sources":[{"id":"members","title":{"en":"National membership"}},'
    printf '{"id":"finance","title":{"en":"Finance"},"numbers":"members","lists":false,"stale_after":28}],'
    printf '"fields":[{"field":"paid_until","source":"finance"}],"rules":['
    printf '{"code":"LIVE","text":{"en":"Is a member"},"test":{"equal":["status","active"]}},'
    printf '{"code":"FREEZE","text":{"en":"Joined six months before 1 November 2026"},'
    printf '"test":{"at_least_before":["joined_on",6,"months","2026-11-01"]}},'
    printf '{"code":"ARREARS","text":{"en":"Has paid up to 1 November 2026"},'
    printf '"test":{"on_or_after":["paid_until","2026-11-01"]}}],'
    printf '"styles":[{"id":"all","title":{"en":"All"},"unit":"all","test":{"always":true}}],'
    printf '"units":[{"id":"all","title":{"en":"All"}}],"floor":5,"threshold":2,"trustees":['
    for i in 1 2; do
        [ "$i" = 1 ] || printf ','
        printf '{"name":"Trustee %s","sign":"%s","seal":"%s"}' "$i" "$(public "Trustee$i" sign)" \
            "$(public "Trustee$i" seal)"
    done
    printf '],"authority":{"registrar":"%s"},"officers":[' "$(public registrar sign)"
    comma=
    for who in $officers; do
        printf '%s{"id":"%s","name":"The %s","roles":["%s"],"key":"%s"}' "$comma" "$who" "$who" \
            "$who" "$(public "$who" sign)"
        comma=,
    done
    printf '],"changing":false}\n'
} >"$work/definition.json"
check "the definition" "" as returning define "$work/definition.json"
for i in 1 2; do
    "$build/ballotd" trustee run --url "$url" --key "$work/keys/Trustee$i" --passphrase-file "$pass" \
        >"$work/trustee$i" 2>&1 &
    pids+=("$!")
done

# -- the data ---------------------------------------------------------------------------------

data=$work/data
mkdir "$data"
"$build/tests/tools/branch" "$data" || die "no data"
import() { # SOURCE FILE AS_OF TAKEN_AT
    as exporter import --source "$1" --mapping "$data/$1.json" --as-of "$(when "$3")" \
        --taken-at "$(when "$4")" --purpose "Selection" "$data/$2"
}
check "the first export" "520" import members members-1.csv "10 days ago" "10 days ago"
check "the finance feed" "522" import finance finance.csv "63 days ago" "2 days ago"
check "the second export" "522" import members members-2.csv "1 hour ago" "1 hour ago"
check "what changed" "Riverside" as secretary roll differences
for want in 71 26 40 2; do
    grep -qw "$want" "$work/out" || { told "the number $want" 0 "$want"; }
done
check "the alarm is in the report" "alarm" as secretary roll report
cp "$work/out" "$work/report"
check "the feed is too old" "TOO OLD" cat "$work/report"
check "sixty are not known" "60  provisional" cat "$work/report"
owing=$(sed -n 1p "$data/owing.txt")
check "and not excluded by the old feed" "too old" as secretary roll explain "$owing"
refused "no code before there is a roll" "" as registrar registrar issue --output "$work/early.csv"

# -- what people decide -----------------------------------------------------------------------

head -c 300 /dev/zero | tr '\0' 'x' >"$work/bank.txt"
echo "Fictional bank statement: 58 standing orders were paid in September." >"$work/bank.txt"
tail -n +3 "$data/owing.txt" >"$work/cleared.txt" # two are left to be provisional
check "one bulk case" "this is case" as secretary case raise --members-file "$work/cleared.txt" \
    --set paid_until --from 2026-08-31 --to 2027-06-30 --reason wrong-payment \
    --text "The finance feed is nine weeks old; the bank has their payments." \
    --kind bank-line --evidence "$work/bank.txt" --propose --rule ARREARS
bulk=$(case_of)
refused "not decided by who raised it" "other" as secretary case decide "$bulk" --uphold \
    --reasons "I have seen the bank's file."
check "decided by another" "" as returning case decide "$bulk" --uphold \
    --reasons "The bank's file shows all 58 payments."
refused "not countersigned by the decider" "" as returning case countersign "$bulk" \
    --as scrutineer --text "Mine."
check "countersigned by the scrutineer" "" as scrutineer case countersign "$bulk" --as scrutineer \
    --text "Compared with the bank's file."
new=$(sed -n 1p "$data/added.txt")
echo "Fictional letter: joined on 3 March 2024." >"$work/letter.txt"
check "who was added asks to be let in" "this is case" as secretary case raise --member "$new" \
    --set joined_on --from 2026-11-01 --to 2024-03-03 --reason wrong-date \
    --text "She says that she joined two years ago." --kind member-declaration \
    --evidence "$work/letter.txt" --propose --rule FREEZE
joined=$(case_of)
refused "her word alone is not enough" "strength" as returning case decide "$joined" --uphold \
    --reasons "She is known to be honest."
check "so it is refused" "" as returning case decide "$joined" --refuse \
    --reasons "Nothing but her own word was given."
for number in B1006 B9999; do # a member, and somebody whom the lists lack
    check "what $number says" '"reference"' curl -sf -X POST "${url}requests" -d \
        '{"member_no":"'$number'","source":"members","text":"My entry is wrong.","reason":"other"}'
done
for _ in $(seq 100); do
    listed=$(as secretary case list)
    [ "$(grep -c 'raised by member' <<<"$listed")" = 2 ] && break
    sleep 0.1
done
equal "both are cases" 2 "$(grep -c 'raised by member' <<<"$listed")"
check "two exclusions are confirmed" "" as secretary roll exclusions --confirm
check "the roll is sealed" "" as secretary roll seal
check "by two" "" as returning countersign --all
status_is roll 1
check "codes" "" as registrar registrar issue --output "$work/codes.csv"
equal "codes that go out" 468 $(($(wc -l <"$work/codes.csv") - 1))
equal "codes that wait" 52 $(($(wc -l <"$work/codes.waiting.csv") - 1))
cp "$work/codes.notices.csv" "$work/out"
check "both addresses are told" "person240@webmail.example.org" cat "$work/codes.notices.csv"
refused "nothing waits too short" "" grep -c '[0-9A-Z]\{4\}-[0-9A-Z]\{4\}-' <("$build/ballotd" \
    registrar release "$work/codes.waiting.csv" 2>/dev/null)

# -- the vote ---------------------------------------------------------------------------------

cat >"$work/chair.json" <<'J'
{"contest":"chair","title":{"en":"Candidate"},"layout":"ranking","most":0,"rule":"av","seats":1,"options":{},"candidates":[{"id":1,"name":"Angharad Penguin","text":{"en":"","cy":""}},{"id":2,"name":"Owain Barcud","text":{"en":"","cy":""}}],"styles":["all"],"boxes":"whole"}
J
check "a contest" "" as returning contest "$work/chair.json"
status_is ceremony_complete true
check "open" "" as returning open
code_of() { sed -n "s/^$1,.*,\([0-9A-Z-]*\)\r*$/\1/p" "$2"; } # NUMBER FILE
echo "code,chair" >"$work/ballots.csv"
for number in B1001 B1002 B1005 B1006 B1009 B1013 B1017 B1021; do
    echo "$(code_of "$number" "$work/codes.csv"),\"1,2\"" >>"$work/ballots.csv"
done
for number in $(head -2 "$data/owing.txt"); do # the provisional ones
    echo "$(code_of "$number" "$work/codes.csv"),2" >>"$work/ballots.csv"
done
check "votes" "10" "$build/ballotd" cast --yes --url "$url" --bulk "$work/ballots.csv"

# -- after the seal: an appeal ----------------------------------------------------------------

check "she appeals" "" as secretary case appeal "$joined" --text "She has found the letter."
echo "Fictional confirmation of 3 March 2024: welcome, new member." >"$work/welcome.txt"
check "with the letter" "" as secretary case attach "$joined" --kind join-confirmation \
    "$work/welcome.txt"
refused "not before the first decider" "" as returning case decide "$joined" --uphold \
    --reasons "The letter was found after all."
check "the panel upholds it" "" as panel case decide "$joined" --uphold \
    --reasons "The letter from the year 2024 is genuine."
check "a second officer" "" as deputy case countersign "$joined" --as officer \
    --text "I have seen the letter too."
check "the second version" "" as secretary roll amend
check "by two officers" "" as returning countersign --all
status_is roll 2
check "her code" "" as registrar registrar issue --output "$work/late.csv"
equal "one code" 1 $(($(wc -l <"$work/late.csv") - 1))
check "she votes" "tracker" "$build/ballotd" cast --yes --url "$url" \
    --code "$(code_of "$new" "$work/late.csv")" --choice chair=1 --receipt "$work/receipt"

# -- provisional ballots ----------------------------------------------------------------------

check "close" "" as returning close
refused "nobody who voted stays undecided" "wait for a decision" as returning freeze
decide() { # NUMBER OUTCOME
    check "a case about $1" "this is case" as secretary case raise --member "$1" --include \
        --reason wrong-payment --text "Is shown as owing by the old feed." \
        --kind bank-line --evidence "$work/bank.txt" --propose --rule ARREARS
    local number
    number=$(case_of)
    check "decided" "" as returning case decide "$number" "$2" \
        --reasons "As the bank's file says of this member."
    [ "$2" = --refuse ] || check "countersigned" "" as deputy case countersign "$number" \
        --as officer --text "The bank's file shows it."
}
decide "$(sed -n 1p "$data/owing.txt")" --uphold
decide "$(sed -n 2p "$data/owing.txt")" --refuse
check "freeze" "" as returning freeze
for _ in $(seq 120); do
    as returning result >"$work/result" 2>&1 && break
    sleep 0.5
done
check "the end" "" as returning end

# -- everybody checks -------------------------------------------------------------------------

check "the bundle" "" "$build/ballotd" bundle --url "$url" --output "$work/bundle"
check "one of two is admitted" "" grep -rqa '"cast":11,"not_used":510,"admitted":10,"provisional_refused":1' "$work/bundle/tile"
check "the annex is approved" "" as returning annex approve --to scrutineer --purpose "The check"
check "and fetched" "" as scrutineer annex get --output "$work/annex.age"
check "and opened" "" "$build/ballotd" annex open --key "$work/keys/scrutineer" \
    --passphrase-file "$pass" "$work/annex.age" "$work/annex"
check "the verification" "VERIFIED" "$build/verify" --annex "$work/annex" --receipt "$work/receipt" \
    "$work/bundle"
grep -q "NOT VERIFIED" "$work/out" && told "verified" 1 ""
check "her own entry" "" as secretary roll proof --member "$new" --output "$work/entry.json"
check "is on the roll" "$new" "$build/verify" entry "$work/entry.json" "$work/bundle"
check "every look was logged" "" as returning access check
sed -i 's/Dychmygol/Dychymyg/' "$work/annex/snapshots/3.csv"
refused "an altered line" "failed     ROLL.snapshot" "$build/verify" --annex "$work/annex" \
    "$work/bundle"
echo "branch: $passed passed, $failed failed"
[ "$failed" = 0 ]
