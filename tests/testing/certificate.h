// A certificate that signs itself, for tests of secure connections: as values of OpenSSL and as PEM files, which are
// gone at the end.

#pragma once

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

struct Certificate {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    std::unique_ptr<X509, decltype(&X509_free)> x509{X509_new(), X509_free};
    std::string file;      // PEM
    std::string key_file;  // PEM

    // For the names given ("DNS:localhost,IP:127.0.0.1"), valid from so many seconds ago on, for so many from now.
    explicit Certificate(const std::string& names, long valid_s = 3600, long since_s = 7200) {
        X509_set_version(x509.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), ++last_serial);
        X509_gmtime_adj(X509_getm_notBefore(x509.get()), -since_s);
        X509_gmtime_adj(X509_getm_notAfter(x509.get()), valid_s);
        X509_set_pubkey(x509.get(), key.get());
        X509_NAME* const name = X509_get_subject_name(x509.get());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
        X509_set_issuer_name(x509.get(), name);
        X509_EXTENSION* const alternative = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
        X509_add_ext(x509.get(), alternative, -1);
        X509_EXTENSION_free(alternative);
        X509_sign(x509.get(), key.get(), EVP_sha256());
        file = write([&](FILE* out) { return PEM_write_X509(out, x509.get()); });
        key_file = write(
            [&](FILE* out) { return PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    }
    ~Certificate() {
        std::filesystem::remove(file);
        std::filesystem::remove(key_file);
    }
    Certificate(const Certificate&) = delete;

    long serial() const { return ASN1_INTEGER_get(X509_get0_serialNumber(x509.get())); }

private:
    static inline long last_serial = 0;

    template <class Write>
    static std::string write(Write write) {
        std::string path = std::filesystem::temp_directory_path() / "partnerd-pem-XXXXXX";
        FILE* const out = ::fdopen(::mkstemp(path.data()), "w");
        const bool is_written = out != nullptr && write(out) == 1;
        if (out != nullptr) std::fclose(out);
        if (!is_written) throw std::runtime_error("no file can be written for a certificate");
        return path;
    }
};
