-- wrk's side of bench/run: wrk -s bench/accounts.lua URL -- MODE FIRST COUNT
--   null-get, null-post   the unit: the same requests, to a path that does nothing
--   get                   reads of random accounts, of those numbered FIRST to FIRST + COUNT - 1
--   post                  creates, numbered from FIRST on
--   keyed-post            the same, each with an Idempotency-Key
--   patch                 new end dates for random accounts, of those numbered FIRST to FIRST + COUNT - 1
--   ap-get                the same through ActivePlatform: reads by id, of those in the file FIRST
--   ap-list-1, ap-list-50 lists by e-mail address that find one account, or fifty, of those numbered from 0 to COUNT - 1
--   ap-post               creates through ActivePlatform, numbered from FIRST on
--   sm-post               creates through SignalMind with the session token FIRST, numbered from COUNT on
-- The n-th account has the same random-looking UUID and the same partner here, in load_accounts.cc and in postgres.py.
-- BENCH_TOKENS: the tokens of the two partners, where they are not a sandbox's.

local ffi = require("ffi")
local bit = require("bit")

local token_even, token_odd = (os.getenv("BENCH_TOKENS") or "sandbox-partner sandbox-partner-b"):match("^(%S+) (%S+)$")
local tokens = { [0] = token_even, token_odd }
local uid_length, time_length = 36, 24
local body_before, body_after = '{"account_uid":"', '","account_type":"I","domain":"b5test.com","ends_at":"2050-02-05T18:00:00.000Z"}'

local hex = ffi.new("uint16_t[256]")  -- two digits each
for byte = 0, 255 do
    local digits = string.format("%02x", byte)
    hex[byte] = digits:byte(1) + 256 * digits:byte(2)
end

-- splitmix64
local function mix(value)
    value = value * 0x9e3779b97f4a7c15ULL + 0x9e3779b97f4a7c15ULL
    value = bit.bxor(value, bit.rshift(value, 30)) * 0xbf58476d1ce4e5b9ULL
    value = bit.bxor(value, bit.rshift(value, 27)) * 0x94d049bb133111ebULL
    return bit.bxor(value, bit.rshift(value, 31))
end

local halves = ffi.new("union { uint64_t words[2]; uint8_t bytes[16]; }")

local function write_uid(target, n)
    halves.words[0] = mix(ffi.cast("uint64_t", n) * 2)
    halves.words[1] = mix(ffi.cast("uint64_t", n) * 2 + 1)
    local at = 0
    for i = 0, 15 do
        if i == 4 or i == 6 or i == 8 or i == 10 then
            target[at] = 45
            at = at + 1
        end
        local digits = hex[halves.bytes[i]]
        target[at] = bit.band(digits, 255)
        target[at + 1] = bit.rshift(digits, 8)
        at = at + 2
    end
end

-- Requests are made once for each token, and only what differs is written anew: the uid, in each place, and the time.
local function template(text)
    local bytes = text:gsub("#", string.rep("#", uid_length)):gsub("@", string.rep("@", time_length))
    local buffer = ffi.new("uint8_t[?]", #bytes)
    ffi.copy(buffer, bytes, #bytes)
    local uids = {}
    for at in bytes:gmatch("()" .. string.rep("#", uid_length)) do uids[#uids + 1] = buffer + at - 1 end
    local time = bytes:find("@", 1, true)
    return { buffer = buffer, uids = uids, time = time and buffer + time - 1, length = #bytes }
end

local function request_text(mode, token, host)
    local posts = mode == "post" or mode == "keyed-post" or mode == "null-post"
    local patches = mode == "patch"
    local path = (mode == "get" or patches) and "/api/v1/partners/accounts/#" or mode == "null-get" and "/null?#"
        or mode == "null-post" and "/null" or "/api/v1/partners/accounts"
    local body, length = "", 0
    if posts then body, length = body_before .. "#" .. body_after, #body_before + uid_length + #body_after end
    if patches then body, length = '{"ends_at":"@"}', #'{"ends_at":""}' + time_length end
    local head = (posts and "POST " or patches and "PATCH " or "GET ") .. path .. " HTTP/1.1\r\nHost: " .. host ..
        "\r\nAuthorization: Bearer " .. token .. "\r\nAccept: application/json\r\nUser-Agent: partner-billing/2.4\r\n"
    if mode == "keyed-post" then head = head .. "Idempotency-Key: #\r\n" end
    if posts or patches then
        head = head .. "Content-Type: application/json\r\nContent-Length: " .. length .. "\r\n"
    end
    return head .. "\r\n" .. body
end

local templates, is_random, first, count, number

-- Another one than whatever the account has.
local updates = 0

local function write_time(target)
    updates = updates + 1
    local seconds = math.floor(updates / 1000)
    ffi.copy(target, string.format("2050-02-05T%02d:%02d:%02d.%03dZ", math.floor(seconds / 3600) % 24,
        math.floor(seconds / 60) % 60, seconds % 60, updates % 1000), time_length)
end

-- ActivePlatform's requests are made one by one: their creates carry the document's own example.
local make_request

local ap_head = " HTTP/1.1\r\nHost: localhost\r\nX-Api-Token: sandbox-manager\r\nAccept: application/vnd.api+json\r\n"

local function ap_post(n)
    local body = '{"data":{"attributes":{"account_type_id":1,"first_name":"Clotilde","middle_name":"","last_name":"Ledner",' ..
        '"email":"contact' .. n .. '@example.com","new_owner_first_name":"Alba","new_owner_middle_name":"",' ..
        '"new_owner_last_name":"Stehr","new_owner_email":"owner' .. n .. '@example.com","manager_id":188,' ..
        '"account_class_key":"postpaytest","country":"BY","region":"Minsk","city":"Minsk","street":"Mira","building":"1",' ..
        '"office":"2","zip":"220000","phone":"+375290000000",' ..
        '"custom_attributes":{"data":[{"key":"signer_name","value":"Signer"}]}}}}'
    return "POST /api/v3/resellers/1/accounts" .. ap_head ..
        "Content-Type: application/vnd.api+json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

-- Without a password: hashing one takes longer than all else, on purpose.
local function sm_post(token, n)
    local body = '{"ExternalId":"external' .. n .. '","Type":"Basic","AccountPlanId":1,' ..
        '"ParentAccountId":"fa516117-9d6a-4eb0-b5c1-0ca80db618c4","FirstName":"First name","LastName":"Last name",' ..
        '"Email":"contact' .. n .. '@example.com"}'
    return "PUT /rest/v2/accounts HTTP/1.1\r\nHost: localhost\r\nAuthentication: " .. token ..
        "\r\nContent-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

local function prepare_signalmind(token, first_number)
    local n = tonumber(first_number)
    return function() n = n + 1; return sm_post(token, n) end
end

local function prepare_activeplatform(mode, arguments)
    if mode == "ap-post" then
        local n = tonumber(arguments[2])
        return function() n = n + 1; return ap_post(n) end
    end
    local listed = tonumber(mode:match("^ap%-list%-(%d+)$"))
    if listed then
        local accounts = tonumber(arguments[3])
        return function()
            local addresses = {}
            for i = 1, listed do addresses[i] = "contact" .. math.random(0, accounts - 1) .. "@example.com" end
            return "GET /api/v3/resellers/1/accounts?filter[email]=" .. table.concat(addresses, ",") .. ap_head .. "\r\n"
        end
    end
    local ids = {}
    for id in io.lines(arguments[2]) do ids[#ids + 1] = id end
    return function() return "GET /api/v3/resellers/1/accounts/" .. ids[math.random(#ids)] .. ap_head .. "\r\n" end
end

function init(arguments)
    local mode = arguments[1]
    if mode:sub(1, 3) == "ap-" then
        math.randomseed(os.time())
        make_request = prepare_activeplatform(mode, arguments)
        return
    end
    if mode == "sm-post" then
        make_request = prepare_signalmind(arguments[2], arguments[3])
        return
    end
    first, count = tonumber(arguments[2] or 0), tonumber(arguments[3] or 1)
    is_random = mode == "get" or mode == "null-get" or mode == "patch"
    number = first
    updates = os.time() % 1000 * 86400
    math.randomseed(first + os.time())
    templates = {}
    for i = 0, 1 do templates[i] = template(request_text(mode, tokens[i], wrk.host .. ":" .. wrk.port)) end
end

function request()
    if make_request then return make_request() end
    if is_random then
        number = first + math.random(0, count - 1)
    else
        number = number + 1
    end
    local chosen = templates[number % 2]
    for _, uid in ipairs(chosen.uids) do write_uid(uid, number) end
    if chosen.time then write_time(chosen.time) end
    return ffi.string(chosen.buffer, chosen.length)
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\n{"requests": %d, "duration_us": %d, "errors": %d, "p50_us": %d, "p99_us": %d, "max_us": %d}\n',
        summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50), latency:percentile(99), latency.max))
end
