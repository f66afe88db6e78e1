// Request bodies: a payload with its replacements, encoded by its content type: JSON, forms, multipart, XML, text.
// Called by request.cc.

#pragma once

#include "core/result.h"
#include "workflow/document/document.h"
#include "workflow/run/files.h"

namespace workflow {

struct EncodedBody {
    std::string content_type;  // with the boundary of a multipart body
    std::string bytes;
    json::value value;  // as $request.body sees it: JSON as a value, anything else as text
};

// Refuses (invalid): a value is missing inside a text, a replacement's target is not there, the payload's shape does
// not fit the content type, a file cannot be read. files: null, nothing is read from the disk.
Result<EncodedBody> build_body(const Body&, const std::string& content_type, const Operation&, const Scope&,
                               const Files* files, std::vector<std::string>& notes);

// Sets a value at a JSON Pointer; the last token may name a new member, or "-" or the size of an array. False: no such
// place.
bool set_at_pointer(json::value& in, const std::vector<std::string>& pointer, json::value value);

}  // namespace workflow
