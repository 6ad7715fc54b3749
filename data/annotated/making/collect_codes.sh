#!/usr/bin/env bash
# Puts checked coder files into place: collect_codes.sh CODES_FOLDER SETTLED_FOLDER SHEETS_FOLDER
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
for coder in A B; do
    target="$here/../codes/coder_$(echo "$coder" | tr '[:upper:]' '[:lower:]')"
    mkdir -p "$target"
    for codes in "$1/$coder"/batch_*.txt; do
        if python3 "$here/check_codes.py" "$3/$(basename "$codes")" "$codes" >/dev/null; then
            cp "$codes" "$target/"
        else
            echo "not in order: $codes"
        fi
    done
done
mkdir -p "$here/../codes/settled"
for settled in "$2"/settled_*.txt; do
    [ -e "$settled" ] && cp "$settled" "$here/../codes/settled/batch_$(basename "$settled" | sed 's/settled_//')"
done
exit 0
