# A PostgreSQL cluster of this tree's own: on the loopback, run by an unprivileged user, with a password that stands in a
# file. It ends with whoever has started it, however that ends. Sourced by run and tests; does nothing by itself.

private_postgres= # the process, while it runs

# start_private_postgres FOLDER: made if it is not there, and started; sets private_postgres_address, and PGPASSFILE for
# whoever connects. stop_private_postgres stops it, if it runs. The folder's path is absolute.
start_private_postgres() {
    # The server refuses to be run by root.
    private_postgres_as=
    if [ "$(id -u)" = 0 ]; then private_postgres_as="setpriv --reuid postgres --regid postgres --clear-groups"; fi
    private_postgres_folder=$(place_private_postgres "$1") || return 1
    private_postgres_version=$(cat "$private_postgres_folder/data/PG_VERSION" 2>/dev/null || true)
    private_postgres_programs=$(find_postgres_programs $private_postgres_version)
    if ! [ "$private_postgres_programs" ]; then
        echo "There is no PostgreSQL${private_postgres_version:+ $private_postgres_version} below /usr/lib/postgresql." >&2
        return 1
    fi
    if ! [ -e "$private_postgres_folder/port" ]; then make_private_postgres || return 1; fi
    private_postgres_port=$(cat "$private_postgres_folder/port")
    run_private_postgres || return 1
    PGPASSFILE=$private_postgres_folder/password
    export PGPASSFILE
    private_postgres_address=postgresql://partnerd@127.0.0.1:$private_postgres_port/partnerd
    "$private_postgres_programs/psql" --no-psqlrc --quiet --dbname "${private_postgres_address%/*}/postgres" \
        --command "CREATE DATABASE partnerd" 2>/dev/null || true # it is there already
}

stop_private_postgres() {
    if ! [ "$private_postgres" ]; then return 0; fi
    kill -INT "$private_postgres" 2>/dev/null || true
    wait "$private_postgres" || true
    private_postgres=
}

# The folder of PostgreSQL's programs: of that version, else of the newest; nothing where there is none.
find_postgres_programs() { # [VERSION]
    for programs in /usr/lib/postgresql/${1:-*}/bin; do
        if [ -x "$programs/initdb" ]; then echo "$programs"; fi
    done | sort -V | tail -n 1
}

# Where the cluster of that folder lies: there, unless the server's user cannot reach it, as below root's home.
place_private_postgres() { # FOLDER
    mkdir -p "$(dirname "$1")" || return 1
    if [ "$(id -u)" != 0 ] || setpriv --reuid postgres --regid postgres --clear-groups test -x "$(dirname "$1")"; then
        echo "$1"
    else
        echo "/var/lib/partnerd-run/$(echo "$1" | cksum | cut -d ' ' -f 1)"
    fi
}

make_private_postgres() {
    rm -rf "$private_postgres_folder"
    (umask 022 && mkdir -p "$private_postgres_folder/data") || return 1 # the server's user goes through it
    (
        umask 077
        password=$(od -An -N 24 -tx1 /dev/urandom | tr -d ' \n')
        echo "127.0.0.1:*:*:partnerd:$password" > "$private_postgres_folder/password"
        echo "$password" > "$private_postgres_folder/new"
    )
    # A port that nobody has: the first free one from 54321 on.
    port=54321
    while bash -c "exec 3<>/dev/tcp/127.0.0.1/$port" 2>/dev/null; do port=$((port + 1)); done
    if [ "$private_postgres_as" ]; then chown postgres: "$private_postgres_folder/data" "$private_postgres_folder/new"; fi
    (
        cd / || exit 1
        $private_postgres_as "$private_postgres_programs/initdb" --pgdata "$private_postgres_folder/data" \
            --username partnerd --encoding UTF8 --locale C.UTF-8 --auth scram-sha-256 \
            --pwfile "$private_postgres_folder/new" >/dev/null
    ) || return 1
    rm "$private_postgres_folder/new"
    echo "$port" > "$private_postgres_folder/port"
}

# In a session of its own: what a terminal sends (Ctrl-C) is for whoever has started it, and stops it in turn.
run_private_postgres() {
    (
        umask 077
        cd / || exit 1
        exec setsid $private_postgres_as setpriv --pdeathsig INT "$private_postgres_programs/postgres" \
            -D "$private_postgres_folder/data" -c listen_addresses=127.0.0.1 -c "port=$private_postgres_port" \
            -c unix_socket_directories= </dev/null >>"$private_postgres_folder/log" 2>&1
    ) &
    private_postgres=$!
    until private_postgres_is_ready; do
        if ! kill -0 "$private_postgres" 2>/dev/null; then
            tail -n 5 "$private_postgres_folder/log" >&2
            private_postgres=
            return 1
        fi
        sleep .1
    done
}

# As its own file says: somebody else may answer at the port.
private_postgres_is_ready() {
    [ "$(sed -n '1p; 8s/ *$//p' "$private_postgres_folder/data/postmaster.pid" 2>/dev/null | tr '\n' ' ')" = \
        "$private_postgres ready " ]
}
