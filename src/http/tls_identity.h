// What a server shows to those who want a secure connection: a certificate (with the chain behind it) and its key, from
// two PEM files, and how it speaks TLS. The files may be replaced while it serves: what stands in them is checked as a
// whole before it takes the place of what was there, and connections that are open keep what they began with. TLS 1.2
// (RFC 5246) with ECDHE and authenticated ciphers only, TLS 1.3 (RFC 8446); no renegotiation, no compression.
//
// Made by server/; http/connection.cc takes a context from it for each connection.

#pragma once

#include <ctime>
#include <memory>
#include <mutex>
#include <string>

#include "core/result.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace http {

struct TlsFiles {
    std::string certificate;  // the server's own first, then what leads to its root
    std::string key;          // without a passphrase
};

class TlsIdentity {
public:
    using Context = std::shared_ptr<ssl_ctx_st>;

    // Refuses (invalid), with one sentence that names the file: a file that cannot be read; none with a certificate or
    // a key in it; a key that is not the certificate's, or too weak. A certificate that has expired is taken: see
    // find_date_fault.
    static Result<std::shared_ptr<TlsIdentity>> load(TlsFiles, std::time_t now);

    // Reads the files again. True: they hold something else, which counts from now on; the keys of session tickets are
    // new then, and each half day. Refuses as load does, and what is not valid yet, or not any more: nothing changes.
    Result<bool> renew(std::time_t now);

    // In one sentence; empty: the certificate is valid at that time.
    std::string find_date_fault(std::time_t now) const;
    std::time_t not_after() const;

    Context context() const;
    const TlsFiles& files() const { return files_; }

private:
    struct Loaded {
        Context context;
        std::string digest;  // of both files
        std::time_t not_before = 0;
        std::time_t not_after = 0;
        std::time_t loaded_at = 0;
    };

    TlsIdentity(TlsFiles files, Loaded loaded) : files_(std::move(files)), loaded_(std::move(loaded)) {}
    struct Texts;
    static Result<Texts> read(const TlsFiles&);
    static Result<Loaded> parse(const TlsFiles&, const Texts&, std::time_t now);
    std::string find_date_fault(const Loaded&, std::time_t now) const;

    const TlsFiles files_;
    mutable std::mutex mutex_;
    Loaded loaded_;
};

}  // namespace http
