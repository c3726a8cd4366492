#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Debian packages of what `make install PREFIX=/usr` put into a folder: deb.sh STAGE VERSION OUT.
# The same files give the same bytes: times are SOURCE_DATE_EPOCH's, owners root, nothing is named
# after where it was built.
set -eu
umask 022
stage=$1 version=$2 out=$3
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/debian"
rm -f "$out"/*.deb

# The build id is of the debugging information, too, which names folders.
strip --strip-unneeded --remove-section=.note.gnu.build-id "$stage/usr/bin/goagap" \
    "$stage/usr/lib/libgoagap.so.0"
strip --strip-debug --enable-deterministic-archives "$stage/usr/lib/libgoagap.a"
gzip -9nf "$stage"/usr/share/man/man1/*.1

# What the loader needs, as Debian calls it. OpenBLAS is the one without threads.
printf 'Source: goagap\nMaintainer: none\n\nPackage: goagap\nArchitecture: any\n' >"$work/debian/control"
needs() {
    file=$(realpath "$1")
    (cd "$work" && dpkg-shlibdeps -O "$file" 2>/dev/null) |
        sed 's/^shlibs:Depends=//; s/libopenblas0\( \|,\|$\)/libopenblas0-serial\1/'
}

# The program contains what it needs of HDF5, whose terms go with it.
notice() {
    printf '\nIt contains parts of HDF5, under these terms:\n\n'
    cat /usr/share/doc/libhdf5-dev/copyright
}

# package NAME ARCHITECTURE DEPENDS SUMMARY PATHS...: moves the paths out of the stage.
package() {
    name=$1 for=$2 depends=$3 summary=$4
    root=$work/$name
    shift 4
    mkdir -p "$root/DEBIAN" "$root/usr/share/doc/$name"
    for path; do
        mkdir -p "$root/$(dirname "$path")"
        mv "$stage/$path" "$root/$path"
    done
    printf '%s\n' 'goagap, under the GNU General Public License, version 3 or later:' \
        '/usr/share/common-licenses/GPL-3' >"$root/usr/share/doc/$name/copyright"
    [ "$name" != goagap ] || notice >>"$root/usr/share/doc/$name/copyright"
    gzip -9nc CHANGELOG.md >"$root/usr/share/doc/$name/changelog.gz"
    {
        printf '%s\n' "Package: $name" 'Source: goagap' "Version: $version" "Architecture: $for" \
            'Maintainer: the authors of goagap <goagap@localhost>' \
            "Installed-Size: $(find "$root" -type f -printf '%s\n' | awk '{ s += int(($1 + 1023) / 1024) } END { print s + 1 }')" \
            'Section: science' 'Priority: optional' "Depends: $depends" "Description: $summary" \
            ' Optimality gaps of LLM query offloading: strategies, proofs and their checker.'
    } >"$root/DEBIAN/control"
    if [ "$name" = libgoagap0 ]; then
        echo "libgoagap 0 libgoagap0 (>= $version)" >"$root/DEBIAN/shlibs"
        echo 'activate-noawait ldconfig' >"$root/DEBIAN/triggers"
    fi
    # What Python keeps beside its files is nobody's.
    if [ "$for" = all ]; then
        printf '%s\n' '#!/bin/sh' "rm -rf /usr/lib/python3/dist-packages/goagap/__pycache__" >"$root/DEBIAN/prerm"
        chmod 755 "$root/DEBIAN/prerm"
    fi
    (cd "$root" && find usr -type f | LC_ALL=C sort | xargs -d '\n' md5sum >DEBIAN/md5sums)
    dpkg-deb --root-owner-group -Zxz --build "$root" "$out/${name}_${version}_$for.deb" >/dev/null
}

library=$(needs "$stage/usr/lib/libgoagap.so.0")
program=$(needs "$stage/usr/bin/goagap")
package libgoagap0 "$architecture" "$library" 'library of goagap' usr/lib/libgoagap.so.0
package libgoagap-dev "$architecture" "libgoagap0 (= $version)" 'headers and archive of goagap' \
    usr/lib/libgoagap.so usr/lib/libgoagap.a usr/lib/pkgconfig usr/include/goagap
package python3-goagap all "libgoagap0 (= $version), python3, python3-numpy" 'goagap for Python' \
    usr/lib/python3/dist-packages/goagap
package goagap "$architecture" "$program" 'optimality gaps of LLM query offloading' usr/bin usr/share
find "$stage" -type f >"$work/left"
[ ! -s "$work/left" ] || { echo "deb.sh: in no package:" && cat "$work/left"; exit 1; } >&2
