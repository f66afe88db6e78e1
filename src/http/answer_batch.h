// Answers that are given one after the other on a thread which is none of the server's, as after a commit of many:
// while an AnswerBatch lives on that thread, each I/O thread is woken once, at the end, and not for the first answer
// and again for those that came while it wrote that one. Used by whoever wires a database to the server; nest none.

#pragma once

#include <memory>
#include <vector>

namespace http {

class Mailbox;

class AnswerBatch {
public:
    AnswerBatch();
    ~AnswerBatch();
    AnswerBatch(const AnswerBatch&) = delete;

private:
    friend class Mailbox;
    static thread_local AnswerBatch* current;

    std::vector<std::shared_ptr<Mailbox>> to_wake_;
};

}  // namespace http
