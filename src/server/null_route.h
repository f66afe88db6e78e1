// GET and POST /null: read a request, answer with fixed bytes. The unit in which bench/ measures everything else.

#pragma once

#include "http/message.h"

http::Service with_null_route(http::Service);
