#!/bin/bash
# From an export to a mapping: what is proposed is read, what is not known is refused until a person
# maps it, and nobody's data stand in the notes. All people are invented.
set -euo pipefail
cd "$(dirname "$0")/../.."
ballotd=$PWD/${BUILD:-build}/ballotd
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
cd "$made"
passed=0

give_up() {
    echo "mapping_rules: $*"
    exit 1
}

# holds FILE TEXT / lacks FILE TEXT
holds() {
    grep -qF -- "$2" "$1" || give_up "\"$2\" is not in $1: $(head -c 2000 "$1")"
    passed=$((passed + 1))
}

lacks() {
    ! grep -qF -- "$2" "$1" || give_up "\"$2\" is in $1"
    passed=$((passed + 1))
}

cat >export.csv <<'END'
Membership No,First name,Surname,Email address,Mobile,Address 1,Post code,CLP,Joined,Renewal date,Status,Type,Owed,Bank account,Notes
0042,Siân,Huws,sian@example.org,07700 900001,1 Stryd Fawr,LL23 7AA,Dwyfor,13/02/2024,2026-03-01,DD Live,Full,0.00,12345678,likes tea
0043,Aled,Rees,aled@example.org,-,2 Stryd Fawr,LL23 7AB,Dwyfor,12/01/2026,2026-03-01,Arrears,Full,12.50,12345678,
0044,Beca,Puw,N/A,07700 900003,3 Stryd Fawr,LL23 7AC,Arfon,03/04/2020,2026-03-01,Paused,Student,3,12345678,
END

# -- a mapping ----------------------------------------------------------------------------------

"$ballotd" mapping suggest export.csv >mapping.json 2>notes
[ "$(wc -l <mapping.json)" -gt 15 ] || give_up "the mapping is not laid out for a person"
holds notes '"Paused" (1) CHECK: NOT KNOWN'
holds notes '"Bank account": not needed'
for private in Huws example.org 07700 Stryd 'LL23' tea 12345678 0042; do lacks notes "$private"; done
lacks mapping.json "Bank"

# The word that is not known stops the import, until a person maps it.
"$ballotd" mapping check mapping.json export.csv >report 2>err && give_up "an unknown word was read"
holds report 'line 4, column 11 (Status): not a word that the mapping knows: "Paused"'
holds report 'dropped, not in the mapping: Notes'
[ "$(wc -l <err)" = 1 ] || give_up "check: $(<err)"
sed -i 's/"Paused", "?"/"Paused", "grace"/' mapping.json
"$ballotd" mapping check mapping.json export.csv >report
holds report '3 rows read, 0 errors'
"$ballotd" import --dry-run --source members --mapping mapping.json export.csv >report
holds report '3 rows read, 0 errors'

# Of a body whose every word is its own, a person says what each means.
printf 'Member No,Status\n1,Llawn\n2,Wedi gadael\n' >foreign.csv
"$ballotd" mapping suggest foreign.csv >foreign.json 2>notes
holds foreign.json '["Wedi gadael", "?"]'
"$ballotd" mapping check foreign.json foreign.csv >report 2>err && give_up "unmapped words were read"
holds err 'write what the words of "Status" mean'
sed -i 's/"Llawn", "?"/"Llawn", "active"/; s/"Wedi gadael", "?"/"Wedi gadael", "resigned"/' foreign.json
"$ballotd" mapping check foreign.json foreign.csv >report
holds report '2 rows read, 0 errors'

# The same export as other programs write it.
"$ballotd" mapping suggest export.csv >utf-8 2>notes
iconv -t UTF-16 export.csv >utf-16.csv
iconv -t WINDOWS-1252 export.csv >windows-1252.csv
for encoding in utf-16 windows-1252; do
    "$ballotd" mapping suggest $encoding.csv >other 2>notes
    sed "s/\"utf-8\"/\"$encoding\"/" utf-8 | cmp -s - other || give_up "$encoding: $(<other)"
    sed 's/\["DD Live"/["Paused","grace"],&/' other >mapped
    "$ballotd" mapping check mapped $encoding.csv >report
    holds report '3 rows read, 0 errors'
    passed=$((passed + 1))
done
"$ballotd" mapping suggest --source finance - <export.csv 2>notes >other
holds other '"source": "finance"'

# -- rules --------------------------------------------------------------------------------------

cat >draft.json <<'END'
{"rehearsal": false, "title": {"en": "Leader <2026>"},
 "styles": [{"title": {"en": "All members", "cy": "Pob aelod"}, "id": "all", "unit": "wales", "test": {"always": true}}],
 "rules": [{"test": {"one_of": ["status", ["active", "grace"]]}, "code": "ACTIVE", "text": {"en": "In force"}},
           {"test": {"at_least_before": ["joined_on", 6, "months", "2026-07-12"]}, "code": "FREEZE",
            "text": {"en": "Joined in time", "cy": "Ymunodd mewn pryd"}}]}
END
"$ballotd" rules explain --svg rules.svg draft.json >text
holds text "Who may vote: Leader <2026>"
holds text "the day of joining is at least 6 months before 12 July 2026, that is 12 January 2026 or earlier"
holds rules.svg "<title id=\"title\">Who may vote: Leader &lt;2026&gt;</title>"
"$ballotd" rules explain --svg rules.svg draft.json >other 2>err && give_up "a picture was overwritten"
"$ballotd" rules explain --svg again.svg draft.json >other
{ cmp -s text other && cmp -s rules.svg again.svg; } || give_up "the same rules were explained in two ways"
"$ballotd" rules explain --language cy draft.json >text
holds text "2. FREEZE: Ymunodd mewn pryd"
holds text "12 Gorffennaf 2026"
sed "s/at_least_before/at_leastbefore/" draft.json >wrong.json
"$ballotd" rules explain wrong.json >other 2>err && give_up "a test that does not exist was explained"
holds err "no test is called"

# -- what if ------------------------------------------------------------------------------------

{
    echo "Member No,Name,CLP,Status,Joined"
    for i in $(seq 40); do echo "$i,Person Secret$i,$([ $((i % 4)) = 0 ] && echo Arfon || echo Dwyfor),Paid,2026-0$((i % 2 + 1))-01"; done
} >many.csv
"$ballotd" mapping suggest many.csv >many.json 2>notes
sed "s/2026-07-12/2026-08-12/" draft.json >later.json
"$ballotd" rules what-if draft.json later.json many.json many.csv >table
holds table "People who would move: 20 of 40"
grep -qE "^ineligible to eligible, FREEZE +20$" table || give_up "by reason: $(<table)"
grep -qE "^Dwyfor +20 +0 +0$" table || give_up "by unit: $(<table)"
holds table "are not considered"
lacks table "Secret"
echo '{"rules":[]}' >none.json
"$ballotd" rules what-if draft.json none.json many.json many.csv >table
grep -qE "^eligible +20 +40$" table || give_up "no rules: $(<table)"

# A second source, which the first set of rules did not ask.
sed 's/^{/{"sources": [{"id":"members","title":{"en":"Members"}},{"id":"finance","title":{"en":"Finance"},"numbers":"members","lists":false}],/' draft.json >two.json
{ echo "Member No,Paid until"; for i in $(seq 1 2 40); do echo "$i,2026-12-31"; done; } >finance.csv
"$ballotd" mapping suggest --source finance finance.csv 2>notes >finance.json
echo '{"rules":[{"code":"PAID","text":{"en":"On the list of payers"},"test":{"in_list":"finance"}}]}' >paid.json
"$ballotd" rules what-if two.json paid.json finance.json finance.csv many.json many.csv >table
grep -qE "^ineligible to eligible, FREEZE +20$" table || give_up "two sources: $(<table)"
grep -qE "^eligible to ineligible, PAID +20$" table || give_up "two sources: $(<table)"
"$ballotd" rules what-if two.json paid.json many.json many.csv >table
holds table "No export was given of the source finance."
"$ballotd" rules what-if two.json paid.json many.json many.csv many.json many.csv >table 2>err && give_up "one source was read twice"
holds err "a second export"
"$ballotd" rules what-if draft.json later.json finance.json finance.csv >table 2>err && give_up "an unknown source was read"
holds err 'the source "finance"'

echo "mapping_rules: $passed passed, 0 failed"
