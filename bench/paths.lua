-- wrk's side of bench/operations.py: wrk -s bench/paths.lua URL -- TOKEN FILE
-- Asks for the paths in FILE, one a line, at random, with the bearer token.

local requests = {}

function init(arguments)
    local head = " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\nAuthorization: Bearer " .. arguments[1] ..
        "\r\nAccept: application/json\r\n\r\n"
    for path in io.lines(arguments[2]) do requests[#requests + 1] = "GET " .. path .. head end
    math.randomseed(os.time())
end

function request()
    return requests[math.random(#requests)]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\n{"requests": %d, "duration_us": %d, "errors": %d, "p50_us": %d, "p99_us": %d, "max_us": %d}\n',
        summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50), latency:percentile(99), latency.max))
end
