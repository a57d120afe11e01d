#!/bin/bash
# Wrong invocations and wrong files of every kind, for every command of both programs: each must be
# told in one line on standard error, with exit code 1 (it cannot be done) or 2 (it was asked
# wrongly), and must leave no file behind and none changed.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=$PWD/${BUILD:-build}
ballotd=$build/ballotd verify=$build/verify
work=$(mktemp -d) || exit 1
passed=0 failed=0 daemons=()
trap 'kill -9 "${daemons[@]}" 2>/dev/null; wait 2>/dev/null; chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir t # where every command runs: what lies here must stay as it is

give_up() {
    echo "bad_input: $*"
    exit 1
}

# Every name in the folder with its kind and mode, and files' sizes and times of change.
inventory() { find t -mindepth 1 \( -type f -printf '%P %y %m %s %T@\n' -o -printf '%P %y %m\n' \) | sort; }

# wrong CODE TEXT COMMAND...: run in t/; the line on standard error holds TEXT. That goes through a
# pipe, so that a full disk cannot swallow it.
wrong() {
    local code=$1 text=$2 got lines
    shift 2
    got=$( (cd t && timeout -k 1 30 "$@" </dev/null 2>&1 >/dev/null; echo $? >../code) | tee err >/dev/null; cat code)
    lines=$(grep -vc '^entries: ' err) # which is progress
    inventory >after
    if [ "$got" = "$code" ] && [ "$lines" = 1 ] && grep -qF -- "$text" err && cmp -s before after; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    echo "FAILED: ${*//"$build/"/}: exit code $got (wanted $code), $lines lines (wanted 1 with \"$text\"):"
    head -c 600 err | head -n 4 | sed 's/^/    /'
    diff before after | sed 's/^/    /'
    cp after before # what one leaves behind must not trouble the next
}

# -- what there is ------------------------------------------------------------------------------

echo secret >t/pass
echo other >t/wrong-pass
: >t/empty
head -c 5000 /dev/urandom >t/junk
mkdir t/folder t/full
printf '3 1\n3 1 0\n2 2 1 0\n0\n"Ann"\n"Bob"\n"Cat"\n"Chair"\n' >t/papers.blt
printf '{"a":1,"a":2}' >t/twice.json
printf '{"a":"\xff\xfe"}' >t/latin.json
printf '[%.0s' $(seq 5000) >t/deep.json
printf '{"contest":"chair"}' >t/part.json
printf 'number,name\n1,Ann\n' >t/export.csv
printf '{"columns":{}}' >t/mapping.json
printf '{"rules":[],"styles":[{"id":"a","title":{"en":"A"},"unit":"a","test":{"always":true}}]}' >t/rules.json
printf 'ABCDE\n' >t/code
truncate -s 300M t/huge
for role in officer trustee registrar; do
    "$ballotd" key new --role $role --name "the-$role" --quick --passphrase-file t/pass t/$role.key >/dev/null 2>err ||
        give_up "key new: $(<err)"
done
head -c 120 t/officer.key >t/truncated.key
sed 's/[0-9a-f]\{6\}/000000/3' t/officer.key >t/altered.key
"$ballotd" init --origin test.example/bad --quick --passphrase-file t/pass election >/dev/null 2>err ||
    give_up "init: $(<err)"
"$build/tests/tools/whole" made 3 >/dev/null 2>err || give_up "whole: $(<err)"
cp -r made/bundle made/annex t/
serve() { # FOLDER PASSPHRASE-FILE: sets $url
    "$ballotd" serve --listen 127.0.0.1:0 --passphrase-file "$2" "$1" >served 2>log &
    daemons+=($!)
    disown # or the shell tells of its end
    for _ in $(seq 100); do grep -q '^listening on ' served && break; sleep 0.1; done
    url=$(sed -n 's/^listening on //p' served)
    [ -n "$url" ] || give_up "the daemon did not start: $(<log)"
}

echo rehearsal >rehearsal
serve made/election rehearsal
ended=$url # one that is over, and one that is not defined yet
: >served
serve election t/pass
nobody=http://127.0.0.1:1/e/none/
elsewhere=${url%/e/*}/e/other.example/
: >t/trustee.key.lock # stays, as locks do
chmod 600 t/empty t/junk t/papers.blt
inventory >before

at_desk() { # OFFICER'S COMMAND...: a whole invocation, as itself right
    echo "$ballotd" "$@" --url "$url" --key officer.key --passphrase-file pass --yes
}

# -- ballotd: asked wrongly ---------------------------------------------------------------------

all=$("$ballotd" help | awk '/^  [a-z]/ { print $1 }' | grep -v help)
drafted="open close freeze result end"
wrong 2 '"nonsense" is no command' "$ballotd" nonsense
wrong 2 'is no command' "$ballotd" ''
wrong 2 'is no command' "$ballotd" $'\xff\xfe'
wrong 2 'is no command' "$ballotd" --nonsense
for command in $all; do
    wrong 2 "ballotd $command" "$ballotd" "$command" --nonsense
    wrong 2 "ballotd $command" "$ballotd" "$command"
done
for command in $drafted pending bundle; do
    wrong 2 "ballotd $command" "$ballotd" "$command" --url
    wrong 2 "ballotd $command" "$ballotd" "$command" --url "$url" --key officer.key extra words
done
for command in annex case key mapping registrar roll role rules amend trustee; do
    wrong 2 "ballotd $command" "$ballotd" "$command" nonsense
done
wrong 2 "an address and a port expected" "$ballotd" serve --listen nonsense --passphrase-file pass folder
wrong 2 "an address and a port expected" "$ballotd" serve --listen 127.0.0.1:99999 --passphrase-file pass folder
wrong 1 "--role" "$ballotd" key new --role king --name a --passphrase-file pass new.key
wrong 2 "--public" "$ballotd" serve --listen 0.0.0.0:0 --passphrase-file pass ../election
wrong 2 "ballotd cast" "$ballotd" cast --url "$url" --bulk export.csv --rate -1
wrong 2 "ballotd cast" "$ballotd" cast --url "$url" --bulk export.csv --connections 0
wrong 2 "in pairs" "$ballotd" rules what-if rules.json rules.json mapping.json
wrong 2 "--language" "$ballotd" rules explain --language fr rules.json
wrong 1 "officer.key" "$ballotd" rules explain --svg officer.key rules.json
wrong 2 "--source" "$ballotd" mapping suggest --source A_B export.csv
wrong 1 "--wait" "$ballotd" trustee run --url "$url" --key trustee.key --passphrase-file pass --wait soon
wrong 1 "is not a time" $(at_desk amend close --at tomorrow --text Later)

# -- ballotd: files -----------------------------------------------------------------------------

for file in missing folder empty junk huge truncated.key altered.key twice.json deep.json; do
    wrong 1 "$file" "$ballotd" key show $file
done
for file in missing folder empty junk truncated.key altered.key; do
    wrong 1 "$file" "$ballotd" open --url "$url" --key $file --passphrase-file pass --yes
    wrong 1 "$file" "$ballotd" trustee run --url "$url" --key $file --passphrase-file pass --yes
done
for file in missing folder empty huge; do
    wrong 1 "$file" "$ballotd" key new --role officer --name a --quick --passphrase-file $file new.key
    wrong 1 "$file" "$ballotd" open --url "$url" --key officer.key --passphrase-file $file --yes
done
for file in missing folder empty junk twice.json latin.json deep.json part.json huge; do
    wrong 1 "$file" $(at_desk define) $file
    [ $file = part.json ] || wrong 1 "$file" $(at_desk contest) $file
done
for file in missing folder empty junk papers.blt; do
    [ $file = papers.blt ] || wrong 1 "$file" "$ballotd" count --rule av $file
    wrong 1 "$file" "$ballotd" import --dry-run --source a --mapping $file export.csv
    wrong 1 "$file" "$ballotd" mapping suggest $file
    wrong 1 "$file" "$ballotd" mapping check $file export.csv
    wrong 1 "$file" "$ballotd" rules explain --svg new.svg $file
    wrong 1 "$file" "$ballotd" rules what-if $file rules.json mapping.json export.csv
    wrong 1 "$file" "$ballotd" rules what-if rules.json $file mapping.json export.csv
    wrong 1 "$file" "$ballotd" rules what-if rules.json rules.json $file export.csv
    wrong 1 "ballotd cast" "$ballotd" cast --url "$url" --resume $file
    wrong 1 "ballotd cast" "$ballotd" cast --url "$url" --send $file
    wrong 1 "ballotd cast" "$ballotd" cast --url "$url" --bulk $file
    wrong 1 "ballotd cast" "$ballotd" cast --url "$url" --code-file $file --choice a=1 --yes
    wrong 1 "$file" "$ballotd" annex open --key officer.key --passphrase-file pass $file opened
done
wrong 1 "passphrase" "$ballotd" open --url "$url" --key officer.key --passphrase-file wrong-pass --yes
wrong 1 "passphrase" "$ballotd" serve --listen 127.0.0.1:0 --passphrase-file wrong-pass ../election
for command in open close countersign; do
    wrong 1 "ballotd $command" "$ballotd" $command --url "$url" --key trustee.key --passphrase-file pass --yes
done
wrong 1 "trustee" "$ballotd" trustee run --url "$url" --key officer.key --passphrase-file pass
wrong 1 "registrar" "$ballotd" registrar issue --url "$url" --key officer.key --passphrase-file pass --output codes

# -- ballotd: folders and outputs ---------------------------------------------------------------

wrong 1 "officer.key" "$ballotd" key new --role officer --name a --quick --passphrase-file pass officer.key
wrong 1 "folder" "$ballotd" key new --role officer --name a --quick --passphrase-file pass folder
wrong 1 "absent/new.key" "$ballotd" key new --role officer --name a --quick --passphrase-file pass absent/new.key
wrong 1 "election" "$ballotd" init --origin a.example --quick --passphrase-file pass ../election
wrong 1 "origin" "$ballotd" init --origin 'A B' --quick --passphrase-file pass new
wrong 1 "origin" "$ballotd" init --origin $'\xc3\x28' --quick --passphrase-file pass new
wrong 1 "junk" "$ballotd" init --origin a.example --quick --passphrase-file pass junk
for folder in missing folder junk; do
    wrong 1 "$folder" "$ballotd" serve --listen 127.0.0.1:0 --passphrase-file pass $folder
done
wrong 1 "another" "$ballotd" serve --listen 127.0.0.1:0 --passphrase-file pass ../election
wrong 1 "folder" "$ballotd" bundle --url "$ended" --output folder
wrong 1 "ballotd registrar" "$ballotd" registrar issue --url "$url" --key registrar.key --passphrase-file pass --output codes
wrong 1 "ballotd registrar" "$ballotd" registrar issue --url "$url" --key registrar.key --passphrase-file pass --output junk

# -- ballotd: addresses -------------------------------------------------------------------------

for address in "$nobody" "$elsewhere" nonsense http:// ftp://127.0.0.1/ "http://127.0.0.1:1/e/$(printf '%05000d' 0)/" $'http://\xff/'; do
    wrong 1 "ballotd" "$ballotd" pending --url "$address"
    wrong 1 "ballotd" "$ballotd" bundle --url "$address" --output new
    wrong 1 "ballotd" "$ballotd" open --url "$address" --key officer.key --passphrase-file pass --yes
    wrong 1 "ballotd" "$ballotd" cast --url "$address" --code-file code --choice a=1 --yes
    wrong 1 "ballotd" "$ballotd" trustee ceremony --url "$address" --key trustee.key --passphrase-file pass --wait 1
done
for command in $drafted; do wrong 1 "ballotd $command" $(at_desk "$command"); done
wrong 1 "ballotd roll" $(at_desk roll report)
wrong 1 "ballotd countersign" $(at_desk countersign)
wrong 1 "ballotd notice" $(at_desk notice --text Hello)

# -- verify: asked wrongly ----------------------------------------------------------------------

for command in mine ballot sample count key witness; do
    wrong 2 "verify" "$verify" $command --nonsense
    wrong 2 "verify" "$verify" $command
done
wrong 2 "verify" "$verify" --nonsense
wrong 2 "verify" "$verify" bundle more
wrong 2 "verify" "$verify" --report
wrong 2 "report" "$verify" --report xml bundle
wrong 2 "verify" "$verify" --quiet
wrong 2 "rule" "$verify" count --rule meek papers.blt
wrong 2 "seats" "$verify" count --seats two papers.blt
wrong 2 "verify witness" "$verify" witness --key officer.key --listen nonsense --state new

# -- verify: files ------------------------------------------------------------------------------

# Exit code 1 is kept for what was checked and does not hold; then the report says so.
not_so() { # TEXT COMMAND...: exit code 1, TEXT in the report, nothing on standard error
    local text=$1 got
    shift
    (cd t && timeout -k 1 30 "$@" </dev/null >../out 2>../err)
    got=$?
    inventory >after
    if [ $got = 1 ] && [ ! -s err ] && grep -q -- "$text" out && cmp -s before after; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: ${*//"$build/"/}: exit code $got (wanted 1), wanted \"$text\""
        head -n 4 err out | sed 's/^/    /'
    fi
}

for file in missing empty junk papers.blt huge; do
    wrong 2 "$file" "$verify" --quiet $file
    wrong 2 "$file" "$verify" --quiet --annex $file bundle
done
for file in missing folder huge; do
    wrong 2 "$file" "$verify" --quiet --receipt $file bundle
    wrong 2 "$file" "$verify" --quiet --older $file bundle
    wrong 2 "$file" "$verify" ballot $file bundle
    [ $file = huge ] || wrong 2 "$file" "$verify" count $file
done
for file in empty junk papers.blt; do
    not_so 'older checkpoint.*[Ff]ail\|FAIL.*older\|consisten' "$verify" --quiet --older $file bundle
    not_so '[Ff]ail\|FAIL' "$verify" --quiet --receipt $file bundle
    wrong 1 "$file" "$verify" ballot $file bundle
    wrong 1 "verify witness" "$verify" witness --key $file --listen 127.0.0.1:0 --state new --log x
    [ $file = papers.blt ] || wrong 1 "$file" "$verify" count $file
done
not_so '[Ff]ail\|FAIL' "$verify" --quiet folder
not_so '[Ff]ail\|FAIL' "$verify" --quiet --annex folder bundle
not_so '[Ff]ail\|FAIL' "$verify" --quiet --key nonsense bundle
wrong 2 "--key" "$verify" --quiet --key '' bundle
wrong 2 "folder" "$verify" --quiet --output folder bundle
wrong 2 "absent/report" "$verify" --quiet --output absent/report bundle
wrong 2 "code" "$verify" mine bundle
for address in "$nobody" "$elsewhere" http:// $'http://\xff/'; do wrong 2 "http" "$verify" --quiet "$address"; done

# -- where nothing can be written ---------------------------------------------------------------

# A disk that is full at once (without SIGXFSZ the write fails, as it does there).
full() { bash -c 'trap "" XFSZ; ulimit -f 0; exec "$@"' full "$@"; }
export -f full
wrong 1 "new.key" bash -c 'full "$@"' full "$ballotd" key new --role officer --name a --quick --passphrase-file pass new.key
wrong 1 "new" bash -c 'full "$@"' full "$ballotd" bundle --url "$ended" --output new.tar
wrong 1 "new" bash -c 'full "$@"' full "$ballotd" bundle --url "$ended" --output new
wrong 2 "report" bash -c 'full "$@"' full "$verify" --quiet --output report bundle
wrong 1 "new.key" bash -c 'full "$@"' full "$verify" witness --new-key new.key --name a.example/w
if [ "$(id -u)" != 0 ]; then
    chmod a-w t/folder
    inventory >before
    wrong 1 "folder" "$ballotd" key new --role officer --name a --quick --passphrase-file pass folder/new.key
    wrong 2 "folder" "$verify" --quiet --output folder/report bundle
fi

for daemon in "${daemons[@]}"; do
    kill -0 "$daemon" 2>/dev/null || { failed=$((failed + 1)); echo "the daemon did not survive: $(<log)"; }
done
echo "bad_input: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 60 ]
