# A PostgreSQL cluster of this tree's own, below build/: on the loopback, run by an unprivileged user, with a password that
# stands in a file. Sourced by run; does nothing by itself.

# start_private_postgres FOLDER: made if it is not there, and started; sets private_postgres_address, and PGPASSFILE for
# whoever connects. stop_private_postgres stops it.
start_private_postgres() {
    private_postgres_folder=$1
    private_postgres_programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
    if ! [ "$private_postgres_programs" ]; then
        echo "There is no PostgreSQL below /usr/lib/postgresql." >&2
        return 1
    fi
    # The server refuses to be run by root.
    private_postgres_user=
    if [ "$(id -u)" = 0 ]; then private_postgres_user=postgres; fi
    if ! [ -e "$private_postgres_folder/port" ]; then make_private_postgres || return 1; fi
    private_postgres_port=$(cat "$private_postgres_folder/port")
    as_private_postgres pg_ctl --pgdata "$private_postgres_folder/data" --log "$private_postgres_folder/log" --wait \
        -o "-c listen_addresses=127.0.0.1 -c port=$private_postgres_port" \
        -o "-c unix_socket_directories=$private_postgres_folder/data" start >/dev/null || { tail -n 5 "$private_postgres_folder/log" >&2; return 1; }
    PGPASSFILE=$private_postgres_folder/password
    export PGPASSFILE
    private_postgres_address=postgresql://partnerd@127.0.0.1:$private_postgres_port/partnerd
    "$private_postgres_programs/psql" --no-psqlrc --quiet --dbname "${private_postgres_address%/*}/postgres" \
        --command "CREATE DATABASE partnerd" 2>/dev/null || true # it is there already
}

stop_private_postgres() {
    as_private_postgres pg_ctl --pgdata "$private_postgres_folder/data" --mode fast --wait stop >/dev/null
}

as_private_postgres() {
    program=$private_postgres_programs/$1
    shift
    if [ "$private_postgres_user" ]; then
        setpriv --reuid "$private_postgres_user" --regid "$private_postgres_user" --clear-groups "$program" "$@"
    else
        "$program" "$@"
    fi
}

make_private_postgres() {
    rm -rf "$private_postgres_folder"
    mkdir -p "$private_postgres_folder"
    (
        umask 077
        password=$(od -An -N 24 -tx1 /dev/urandom | tr -d ' \n')
        echo "127.0.0.1:*:*:partnerd:$password" > "$private_postgres_folder/password"
        echo "$password" > "$private_postgres_folder/new"
    )
    # A port that nobody has: the first free one from 54321 on.
    port=54321
    while bash -c "exec 3<>/dev/tcp/127.0.0.1/$port" 2>/dev/null; do port=$((port + 1)); done
    if [ "$private_postgres_user" ]; then
        chown "$private_postgres_user:" "$private_postgres_folder" "$private_postgres_folder/new"
    fi
    as_private_postgres initdb --pgdata "$private_postgres_folder/data" --username partnerd --encoding UTF8 --locale C.UTF-8 \
        --auth scram-sha-256 --pwfile "$private_postgres_folder/new" >/dev/null || return 1
    rm "$private_postgres_folder/new"
    echo "$port" > "$private_postgres_folder/port"
}
