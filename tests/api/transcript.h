// Wire transcripts: the truth about an API, in files that its users can read. A file holds requests and the exact
// answers, and is played against a service with a seeded database and a clock in the file's hands: once in process,
// once through a real socket. Whatever dialect the service speaks, the runner is the same. With
// PARTNERD_REWRITE_TRANSCRIPTS=1 (see the script tests/api/rewrite) the answers in the files are replaced by the true
// ones, and `git diff` reviews them.
//
//     // A comment.
//     # caller sandbox-partner
//
//     ### A uid that is free opens an account
//     POST /api/v1/partners/accounts
//     Content-Type: application/json
//
//     {"account_uid": "a-1", "account_type": "I", "domain": "b5test.com"}
//
//     HTTP/1.1 201 Created
//     content-type: application/json
//     location: /api/v1/partners/accounts/a-1
//
//     {"account_uid":"a-1", ...}
//
// Lines that begin with "# " are directives; they stand before a request line:
//     caller NAME        from here on requests carry NAME's credential, unless they bring that header themselves;
//                        "nobody": none
//     clock INSTANT      the server's clock now shows this (RFC 3339)
//     advance DURATION   ... and now that much more: 30d, 12h, 5m, 10s, 1ms
//     run due            what has fallen due is done, in the smallest steps
//     do housekeeping    all that the server does each second is done
//     repeat N           the next request is sent N times, and answered so each time
//     keep NAME MEMBER   {{NAME}} in what follows is the value of the first member MEMBER of the next answer's JSON
//     keep NAME cookie COOKIE   ... of the cookie that the next answer sets
// Requests come from 127.0.0.1, where a trusted proxy is: with X-Forwarded-For they come from behind it.
// In requests {{repeat TEXT N}} is TEXT N times, and {{bytes C3 28}} are those bytes.
//
// An answer shows its status line, its headers and its body. Date, Content-Length and Connection are left out, and
// X-Request-Id is, unless the request brings one, and so are ETag and "Cache-Control: no-store". Names of headers are
// in lower case; a newline that ends a body is not told from none.

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/dialect.h"

struct TranscriptSetup {
    std::vector<const service::Dialect*> dialects;
    std::function<void(db::Tx&, World&)> seed;
    // The header by which `# caller NAME` is known, and what stands before NAME in it.
    std::string credential_header = "Authorization";
    std::string credential_prefix = "Bearer ";
    // What dialects need that have threads of their own; it ends before the database does.
    std::function<std::shared_ptr<void>(db::Database&, World&)> start = {};
};

enum class Transport { in_process, socket };

// All *.http files below a folder of tests/api, as paths below it, in alphabetical order.
std::vector<std::string> list_transcripts(const std::string& folder);

// "accounts/create.http" -> "accounts_create", to name a test by.
std::string name_of_transcript(const std::string& path);

// A request of a file and the answer that stands below it, as they are written: {{...}} stays.
struct WrittenExchange {
    std::string place;  // "admin/accounts/list.http:12"
    http::Request request;
    http::Response response;
};

std::vector<WrittenExchange> read_exchanges(const std::string& folder, const std::string& path);

// Plays the file of that folder and path, and fails the running test where an answer is not as written. Rewrites the
// file instead if told so by the environment.
void check_transcript(const TranscriptSetup&, const std::string& folder, const std::string& path, Transport);
