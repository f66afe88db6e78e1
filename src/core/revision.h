// Revision: the published document under which an account was opened, or in whose words a caller wants its answers. The
// numbers are stored: never renumber.

#pragma once

enum class Revision {
    partnership_reference = 1,  // 1Password Partnership API, the vendor's reference page ("rev A")
    partnership_openapi = 2,    // 1Password Partnership API, the OpenAPI 3.1 file ("rev B")
    signalmind = 3,             // SignalMind REST v2
    activeplatform = 4,         // ActivePlatform API v3
    admin = 5,                  // our own operator API and CLI
};
