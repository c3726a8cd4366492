#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The documentation as one HTML page on standard output: site.sh VERSION MAN-PAGES... (in the
# project's folder).
set -eu
version=$1
shift
here=experiments/site
front='README.md experiments/site/TUTORIAL.md notebooks-export/python/README.md experiments/plans/README.md
    data/library/README.md data/README.md models/README.md solvers/EXACT.md'
pages="$front $(find data experiments models notebooks-export solvers tests -name '*.md' | LC_ALL=C sort)"
pages=$(printf '%s\n' $pages CHANGELOG.md | awk '!seen[$0]++')

id() { echo "$1" | sed 's/[^A-Za-z0-9]/-/g'; }
title() { sed -n '/^# /{s/^# //;p;q}' "$1"; }

echo '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>goagap '"$version"'</title>'
echo '<meta name="viewport" content="width=device-width, initial-scale=1"><style>'
cat $here/site.css
echo '</style></head><body><nav><p><b>goagap '"$version"'</b></p><ul>'
for page in $pages; do
    [ "$page" != data/README.md ] || {
        echo '</ul><p>Commands</p><ul>'
        for man; do
            name=$(basename "$man" .1)
            echo "<li><a href=\"#man-$name\">$name</a></li>"
        done
        echo '</ul><p>Folders</p><ul>'
    }
    echo "<li><a href=\"#$(id "$page")\">$(title "$page")</a></li>"
done
echo '</ul></nav><main>'
for page in $pages; do
    [ "$page" != data/README.md ] || for man; do
        name=$(basename "$man" .1)
        echo "<section id=\"man-$name\"><h2>$name</h2>"
        # Headings of all manual pages have the same names.
        mandoc -T html -O fragment "$man" | sed "s/ id=\"/ id=\"man-$name--/g; s/href=\"#/href=\"#man-$name--/g"
        echo '</section>'
    done
    echo "<section id=\"$(id "$page")\"><p class=\"path\">$page</p>"
    pandoc -f gfm -t html5 --wrap=none --no-highlight --lua-filter $here/page.lua -M path="$page" \
        -M pages="$(echo $pages)" "$page"
    echo '</section>'
done
echo '</main></body></html>'
