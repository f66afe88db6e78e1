#include "http/tls_identity.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "core/crypto.h"
#include "core/time.h"

namespace http {

namespace {

constexpr std::time_t ticket_keys_kept_s = 12 * 3600;
constexpr std::size_t file_bytes_max = 1024 * 1024;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Error refuse(std::string sentence) { return {Reason::invalid, std::move(sentence)}; }

Result<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in.is_open() || in.bad() || text.empty()) return refuse(path + " cannot be read, or is empty");
    if (text.size() > file_bytes_max) return refuse(path + " is too large for a certificate or a key");
    return text;
}

Bio open(const std::string& text) { return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free}; }

// Nobody is there to type one in.
int no_passphrase(char*, int, int, void*) { return 0; }

// What OpenSSL has against it, in its own words.
std::string last_reason() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason != nullptr ? reason : "it is not accepted";
}

// HTTP/1.1 is all that is spoken here. Whoever offers other protocols only is told so, as RFC 7301 3.2 has it.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned int offered_length, void*) {
    constexpr std::string_view spoken = "http/1.1";
    for (unsigned int i = 0; i < offered_length; i += offered[i] + 1u) {
        const std::string_view name(reinterpret_cast<const char*>(offered + i + 1), offered[i]);
        if (i + 1 + name.size() > offered_length || name != spoken) continue;
        *chosen = offered + i + 1;
        *length = offered[i];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

TlsIdentity::Context make_context() {
    TlsIdentity::Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!context) throw std::bad_alloc();
    SSL_CTX* const ssl = context.get();
    SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(ssl, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set1_groups_list(ssl, "X25519:P-256:P-384");
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);      // idle connections hold next to nothing
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);  // the clients keep their sessions, in tickets
    SSL_CTX_set_alpn_select_cb(ssl, choose_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(ssl, no_passphrase);
    return context;
}

std::time_t to_time(const ASN1_TIME* time) {
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

std::string show(std::time_t time) { return format_rfc3339(from_milliseconds(std::int64_t{time} * 1000)); }

}  // namespace

struct TlsIdentity::Texts {
    std::string chain, key, digest;
};

Result<TlsIdentity::Texts> TlsIdentity::read(const TlsFiles& files) {
    Texts texts;
    texts.chain = TRY(read_file(files.certificate));
    texts.key = TRY(read_file(files.key));
    texts.digest = sha256_hex(texts.chain) + sha256_hex(texts.key);
    return texts;
}

Result<TlsIdentity::Loaded> TlsIdentity::parse(const TlsFiles& files, const Texts& texts, std::time_t now) {
    ERR_clear_error();

    const Bio certificates = open(texts.chain);
    const Certificate own(PEM_read_bio_X509_AUX(certificates.get(), nullptr, no_passphrase, nullptr), X509_free);
    if (!own) return refuse(files.certificate + " does not begin with a certificate in PEM");
    const Bio key_bytes = open(texts.key);
    const Key key(PEM_read_bio_PrivateKey(key_bytes.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free);
    if (!key) return refuse(files.key + " holds no private key in PEM that can be read without a passphrase");

    Loaded loaded{.context = make_context(),
                  .digest = texts.digest,
                  .not_before = to_time(X509_get0_notBefore(own.get())),
                  .not_after = to_time(X509_get0_notAfter(own.get())),
                  .loaded_at = now};
    SSL_CTX* const ssl = loaded.context.get();
    if (SSL_CTX_use_certificate(ssl, own.get()) != 1) return refuse(files.certificate + ": " + last_reason());
    for (;;) {
        const Certificate next(PEM_read_bio_X509(certificates.get(), nullptr, no_passphrase, nullptr), X509_free);
        if (!next) break;
        if (SSL_CTX_add1_chain_cert(ssl, next.get()) != 1) return refuse(files.certificate + ": " + last_reason());
    }
    const bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (!is_at_end) return refuse(files.certificate + " has a certificate in it that cannot be read");
    ERR_clear_error();
    if (X509_check_private_key(own.get(), key.get()) != 1 || SSL_CTX_use_PrivateKey(ssl, key.get()) != 1)
        return refuse("the key in " + files.key + " is not that of the certificate in " + files.certificate);
    return loaded;
}

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::load(TlsFiles files, std::time_t now) {
    const Texts texts = TRY(read(files));
    Loaded loaded = TRY(parse(files, texts, now));
    return std::shared_ptr<TlsIdentity>(new TlsIdentity(std::move(files), std::move(loaded)));
}

Result<bool> TlsIdentity::renew(std::time_t now) {
    const Texts texts = TRY(read(files_));
    {
        // Nearly always: nothing is parsed.
        const std::lock_guard lock(mutex_);
        if (texts.digest == loaded_.digest && now - loaded_.loaded_at < ticket_keys_kept_s) return false;
    }
    Loaded loaded = TRY(parse(files_, texts, now));
    const std::lock_guard lock(mutex_);
    const bool is_other = loaded.digest != loaded_.digest;
    if (const std::string fault = find_date_fault(loaded, now); is_other && !fault.empty()) return refuse(fault);
    loaded_ = std::move(loaded);
    return is_other;
}

std::string TlsIdentity::find_date_fault(const Loaded& loaded, std::time_t now) const {
    if (now < loaded.not_before)
        return "the certificate in " + files_.certificate + " is valid only from " + show(loaded.not_before) + " on";
    if (now > loaded.not_after)
        return "the certificate in " + files_.certificate + " expired at " + show(loaded.not_after);
    return {};
}

std::string TlsIdentity::find_date_fault(std::time_t now) const {
    const std::lock_guard lock(mutex_);
    return find_date_fault(loaded_, now);
}

std::time_t TlsIdentity::not_after() const {
    const std::lock_guard lock(mutex_);
    return loaded_.not_after;
}

TlsIdentity::Context TlsIdentity::context() const {
    const std::lock_guard lock(mutex_);
    return loaded_.context;
}

}  // namespace http
