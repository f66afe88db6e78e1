# What partnerd is built, tested and measured with, as Debian packages, and how the scripts install what is missing. Sourced
# by run, test, .ci/run, bench/run and the scripts below tests/; does nothing by itself.
#
# One line for each package: its name, then why. Of a|b the first is taken that this release of Debian or Ubuntu has.

packages_to_build=$(cat <<'END'
ca-certificates                          what apt and npm trust
g++                                      C++20
cmake                                    the build, from CMakeLists.txt
ninja-build                              runs it
mold|lld                                 links in a fraction of the time
ccache                                   builds again what has changed, nothing else
pkg-config                               how CMake finds what has no CMake files of its own
libboost1.81-dev|libboost-dev            Asio: sockets and event loops; Beast: the HTTP parser
libboost-json1.81-dev|libboost-json-dev  JSON as partners send it
libsqlite3-dev                           the database
libpq-dev                                the database that many servers share
libssl-dev                               digests of credentials, seals of tokens, TLS of the client
libsodium-dev                            Argon2id: passwords of customers, kept so that nobody can read them
libicu-dev                               what can be seen of a text, and equal letters: White_Space, Default_Ignorable_Code_Point, NFC
libidn2-dev                              hosts of e-mail addresses, by UTS #46
libfmt-dev                               text from values
libcli11-dev                             the command line
libtomlplusplus-dev                      the configuration file
libyaml-cpp-dev                          Arazzo documents
libre2-dev                               regular expressions of strangers, in linear time
libpugixml-dev                           XPath in Arazzo criteria
prometheus-cpp-dev                       metrics, as Prometheus reads them
zlib1g-dev                               answers in gzip and deflate, as the workflow runner gets them
libbrotli-dev                            the same in br
iso-codes                                the countries of ISO 3166-1
END
)

packages_to_try=$(cat <<'END'
curl                                     the request that the banner shows
END
)

packages_to_render=$(cat <<'END'
npm                                      fetches what renders /docs, at build
END
)

packages_to_test=$(cat <<'END'
libgtest-dev                             the tests
libgmock-dev                             their matchers
curl                                     a client that nobody here wrote
jq                                       reads what it was answered
nginx-light|nginx                        the proxy in front
haproxy                                  another, small enough to be tried each time; Caddy is large: packages_to_proxy
openssl                                  their certificate
postgresql                               a cluster of each test's own
python3                                  receives what is sent on, with its trace; restarts a server under load
chromium|chromium-browser                looks at the pages
nodejs                                   leads it
prometheus                               reads metrics and alert rules (promtool)
zsh                                      reads the completion that is written for it
fish                                     the same
END
)

packages_for_postgres=$(cat <<'END'
postgresql                               the database that many servers share
END
)

packages_to_check=$(cat <<'END'
clang-format                             white space, as .clang-format has it
clang-tidy                               the common traps, as .clang-tidy has them
END
)

packages_to_fuzz=$(cat <<'END'
clang                                    libFuzzer, where Debian has it
libclang-rt-14-dev|libclang-rt-19-dev|libclang-rt-18-dev  its runtime and that of the sanitizers
END
)

packages_to_package=$(cat <<'END'
dpkg-dev                                 finds the packages of the libraries
binutils                                 strip
help2man                                 the man page, from the program's own help
patchelf                                 lets the tarball's binary find the libraries beside it
END
)

packages_to_proxy=$(cat <<'END'
caddy                                    the third proxy of docs/operations.md
END
)

packages_to_deploy=$(cat <<'END'
debootstrap                              roots of other releases, in which what is packaged is installed
piuparts                                 installs, upgrades and purges the package
systemd                                  reads the units (systemd-analyze)
curl                                     asks what was installed
END
)

packages_to_contain=$(cat <<'END'
buildah                                  makes the container, without a service of its own
curl                                     asks what is inside
jq                                       reads what it was answered
END
)

packages_to_judge=$(cat <<'END'
python3                                  those of the judges that are written in it
slowhttptest                             clients that stall
zzuf                                     requests with bits flipped
END
)

packages_to_measure=$(cat <<'END'
python3                                  medians and ratios
wrk                                      the load
postgresql                               clusters of a measurement's own, and pgbench, to which they are compared
nginx-light|nginx                        the unit that everybody knows
openssl                                  the certificate of what is measured over TLS
valgrind                                 callgrind, which counts instructions: no machine is too busy for that
END
)

# strip_program FROM TO: TO becomes FROM without its debugging information, unless it is so already. Whole or not at all.
strip_program() {
    if [ -e "$2" ] && ! [ "$1" -nt "$2" ]; then return 0; fi
    mkdir -p "$(dirname "$2")"
    strip -o "$2.new" "$1" && mv "$2.new" "$2"
}

package_is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# The first of a|b|c that is installed, else the first that can be.
choose_package() {
    for name in $(echo "$1" | tr '|' ' '); do
        package_is_installed "$name" && echo "$name" && return
    done
    for name in $(echo "$1" | tr '|' ' '); do
        apt-cache show "$name" >/dev/null 2>&1 && echo "$name" && return
    done
    echo "${1%%|*}"
}

names_of() { echo "$1" | sed -n 's/^\([^ ][^ ]*\) .*/\1/p'; }

# Quick where nothing is missing: one question for all names.
all_are_installed() {
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $(names_of "$1" | tr '|' ' ') 2>/dev/null | sed -n 's/^installed //p')
    for names in $(names_of "$1"); do
        found=
        for name in $(echo "$names" | tr '|' ' '); do
            case "
$installed
" in *"
$name
"*) found=yes ;; esac
        done
        [ "$found" ] || return 1
    done
}

# install_missing "$packages_to_build" "$packages_to_test": says nothing when there is nothing to do.
install_missing() {
    wanted=$(printf '%s\n' "$@")
    if ! command -v dpkg-query >/dev/null; then
        echo "This is neither Debian nor Ubuntu: packaging/packages.sh says what is needed." >&2
        return 0
    fi
    all_are_installed "$wanted" && return 0
    as_root=
    if [ "$(id -u)" != 0 ]; then as_root=sudo; fi
    # Lists that are too old name files that are gone; without any there is nothing to choose from.
    $as_root apt-get update -qq || echo "apt-get update failed: going on with the lists that are there." >&2
    missing=
    for names in $(names_of "$wanted"); do
        name=$(choose_package "$names")
        package_is_installed "$name" || missing="$missing $name"
    done
    [ -n "$missing" ] || return 0
    echo "Installing:$missing" >&2
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null || {
        echo "apt-get could not install what is needed:$missing" >&2
        return 1
    }
}

# The C++ files that git knows, and has not ignored, one a line.
source_files() {
    git ls-files --cached --others --exclude-standard -- '*.cc' '*.h' | sort -u | while read -r file; do
        if [ -f "$file" ]; then echo "$file"; fi
    done
}

# Complaints about white space; of all files, or of those named.
check_format() { { [ $# -gt 0 ] && printf '%s\n' "$@" || source_files; } | xargs -r clang-format --dry-run --Werror; }

# Complaints about the common traps, of the files named. Takes a configured folder of its own, and builds nothing in it:
# Clang cannot use what GCC has precompiled.
check_traps() {
    if [ ! -f build/tidy/compile_commands.json ] || [ CMakeLists.txt -nt build/tidy/compile_commands.json ]; then
        output=$(cmake --preset tidy 2>&1) || {
            echo "$output" >&2
            return 1
        }
    fi
    printf '%s\n' "$@" | xargs -r -n 1 -P "${JOBS:-$(nproc)}" clang-tidy -p build/tidy --quiet --warnings-as-errors='*' 2>/dev/null
}

# What `check_traps` can look at of the files named: sources, and for a header the source of its name.
sources_of() {
    for file in "$@"; do
        source=${file%.h}
        [ "$source" = "$file" ] || source=$source.cc
        if grep -qF "/$source\"" build/tidy/compile_commands.json; then echo "$source"; fi
    done | sort -u
}

# npm comes with Node.js from elsewhere, too, and then Debian's cannot stand beside it.
install_npm() {
    command -v npm >/dev/null || install_missing "$packages_to_render"
}

# build PRESET [TARGET ...]: configures once; ninja does so again by itself when the build files have changed. Whoever does so
# first has npm, or goes on without: /docs of that folder is as it was configured.
# Clones of the project share what ccache keeps, wherever they lie.
build() {
    preset=$1
    shift
    export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=true CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_PCH_EXTSUM=true
    if [ ! -f "build/$preset/build.ninja" ]; then
        install_npm || true
        output=$(cmake --preset "$preset" 2>&1) || {
            echo "$output" >&2
            return 1
        }
    fi
    ninja -C "build/$preset" -j "${JOBS:-$(nproc)}" "$@"
}
