-- The three requests of provision.arazzo.yml as wrk sends them: wrk -s bench/provision.lua URL -- PREFIX
-- Connections are not told apart here, so an account is read and changed some requests after it was opened.

local lag = 64
local prefix, number, phase

function init(arguments)
    prefix, number, phase = arguments[1], 0, 0
end

local function head(method, path)
    return method .. " " .. path .. " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sandbox-partner\r\n" ..
        "Accept: application/json\r\n"
end

local function with_body(method, path, body)
    return head(method, path) .. "Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function request()
    phase = phase % 3 + 1
    if phase == 1 then
        number = number + 1
        return with_body("POST", "/api/v1/partners/accounts",
            '{"account_uid":"' .. prefix .. number .. '","account_type":"I","domain":"b5test.com"}')
    end
    local path = "/api/v1/partners/accounts/" .. prefix .. math.max(1, number - lag)
    if phase == 2 then return head("GET", path) .. "\r\n" end
    return with_body("PATCH", path, '{"ends_at":"2050-02-05T13:00:00-05:00"}')
end

function done(summary, latency)
    io.write(string.format('\n{"requests": %d, "duration_us": %d, "refused": %d, "lost": %d}\n', summary.requests,
        summary.duration, summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
