#!/bin/bash
# install-deps with stand-ins for dpkg-query, apt-get, id and sudo: what it asks for, and of whom.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

stand_in() { # NAME SCRIPT
    printf '#!/bin/bash\n%s\n' "$2" >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}

check() { # NAME WANTED-CODE WANTED-TEXT GROUP...
    local name=$1 code=$2 text=$3 said got
    shift 3
    said=$(PATH="$work/bin" "$BASH" scripts/install-deps "$@" 2>&1 </dev/null)
    got=$?
    if [ $got = "$code" ] && { [ -n "$text" ] || [ -z "$said" ]; } && [[ $said == *"$text"* ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name: exit code $got, said \"$said\", wanted $code, \"$text\""
    fi
}

mkdir "$work/bin"
stand_in apt-get 'echo "apt-get $*"'
stand_in id 'echo 0'
stand_in dpkg-query 'echo -n installed'
check "all is there" 0 "" build test

stand_in dpkg-query 'case $4 in libdecaf-dev|cppcheck) exit 1 ;; gcc) echo -n config-files ;; *) echo -n installed ;; esac'
check "as root" 0 "apt-get install -y --no-install-recommends gcc libdecaf-dev cppcheck" build test
check "only what the build needs" 0 "apt-get install -y --no-install-recommends gcc libdecaf-dev" build
stand_in id 'echo 1000'
check "neither root nor sudo" 1 "missing packages: gcc libdecaf-dev
install-deps: as root, type: apt-get update && apt-get install" build
stand_in sudo '[ "$1" = -n ] && exit 0; echo "sudo $*"'
check "by sudo" 0 "sudo apt-get install -y --no-install-recommends gcc libdecaf-dev" build
stand_in sudo '[ "$1" = -n ] && exit 1; echo "sudo $*"'
check "sudo wants a password and nobody is there" 1 "as root, type: apt-get update" build
stand_in id 'echo 0'
stand_in apt-get '[ "$1" = update ]'
check "apt-get fails" 1 "could not install; as root, type" build
rm "$work/bin/dpkg-query"
check "not Debian" 1 "this is not Debian" build

echo "install_deps: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
