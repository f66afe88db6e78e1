# What tests that are shell scripts share: what is expected, and a sandbox. Sourced, with bash; does nothing by itself.
# $partnerd is the program, $work a folder of the test's own, in which out and log are the server's, and said is what was said
# last.

passed=0 failed=0
subject=  # of what, where the same is expected of several

expect() { # WHAT IS WANTED
    if [ "$2" = "$3" ]; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1))
    echo "FAIL ${subject:+$subject: }$1: $2, wanted $3"
    tail -n 5 "$work/said" "$work/log" 2>/dev/null
}

until_there() { # COMMAND...: thirty seconds at most
    for _ in $(seq 300); do "$@" && return 0; sleep .1; done
    return 1
}

free_port() { while port=$((20000 + RANDOM % 12000)); (exec 9<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done; echo $port; }

# begin_sandbox [OPTION...]: $server, which listens at $base, and at $operations where it is asked to.
begin_sandbox() {
    local options=" $* "
    : >"$work/out" >"$work/log"
    "$partnerd" serve --sandbox --listen 127.0.0.1:0 "$@" >"$work/out" 2>"$work/log" &
    server=$!
    listens() {
        base=$(sed -n 's/^partnerd sandbox, listening on //p' "$work/out")
        operations=$(sed -n 's/.*health and metrics on \(https\{0,1\}:[^" ]*\).*/\1/p' "$work/log")
        [ "$base" ] && { [ "$operations" ] || [ "${options#* --operations-listen }" = "$options" ]; }
    }
    listens_or_is_gone() { listens || ! kill -0 $server 2>/dev/null; }
    until_there listens_or_is_gone
    listens || { echo "the server did not start"; cat "$work/log"; exit 1; }
}

end_server() {
    kill -TERM $server
    for _ in $(seq 1200); do kill -0 $server 2>/dev/null || break; sleep .1; done
    kill -9 $server 2>/dev/null # after two minutes
    wait $server
    expect "a clean end" $? 0
    server=
}

# The same, and what was met on the way counts too: a crash, a leak, a broken machine.
end_server_that_complained_of_nothing() {
    end_server
    expect "what the server complained of" "$(grep -E 'Sanitizer|runtime error|"level":"error"' "$work/log")" ""
}

finish() { echo "$passed passed, $failed failed"; [ $failed = 0 ]; exit; }
