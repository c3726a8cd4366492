#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian packages: another build gives the same bytes, and a bare Debian 12 that has nothing
# else installs them, runs the program and imports the Python package. Needs root and a mirror.
# Covers experiments/packaging/deb.sh.
. "$(dirname "$0")/../cli/tap.inc"
build=$(dirname "$goagap")
[ "$(id -u)" = 0 ] || { echo '1..0 # skipped: a chroot needs root'; exit 0; }

# What a build leaves in the packages, of a build of its own where it is told to.
make_debs() { make --no-print-directory -s -j2 -C "$root" BUILD="$1" deb >log 2>&1; }
make_debs "$build"
verdict $? 'make deb'
explain log
is 'makes four packages' "$(find "$build/deb" -name '*.deb' | wc -l)" -eq 4
cp -r "$build/deb" first
make_debs "$PWD/again"
verdict $? 'and another build of the same tree'
explain log
diff -rq first again/deb >differ
is 'the same bytes' ! -s differ
explain differ
rm -rf again

debootstrap --variant=minbase bookworm bare >log 2>&1
verdict $? 'a bare Debian 12'
cp first/*.deb bare/root
cp /etc/resolv.conf bare/etc/resolv.conf
in_bare() { chroot bare env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
in_bare sh -c 'apt-get update -q && apt-get install -q -y --no-install-recommends /root/*.deb' >log 2>&1
verdict $? 'installs the packages'
[ "$(tail -n 1 log | cut -c 1-2)" != E: ] || explain log
in_bare sh -c 'goagap instance --users 12 -o /root/n.json && goagap solve /root/n.json --solver goa,exact -o /root/s.json &&
    goagap check /root/n.json /root/s.json' >out 2>err
verdict $? 'runs the program'
grep -q 'exact: verified' out
verdict $? 'whose proof is checked'
in_bare python3 -c 'import goagap
print(goagap.compare(goagap.draw("paper", users=8), ["goa", "exact"]))' >out 2>err
verdict $? 'imports the Python package'
explain err
grep -q '^exact *optimal' out
verdict $? 'which solves'
in_bare dpkg --audit >out 2>&1
is 'and nothing is half-installed' ! -s out
in_bare apt-get purge -q -y goagap libgoagap0 libgoagap-dev python3-goagap >log 2>&1
verdict $? 'they can be removed'
is 'without a trace' -z "$(find bare/usr bare/etc -name '*goagap*' -not -path '*/dpkg/*' | head -3)"
finish
