// The threads that run handlers. Internal to the room.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/admission.hpp"
#include "http/counters.hpp"
#include "http/exchange.hpp"
#include "http/statistics.hpp"

namespace revisiond::http {

// Which connection a request came from. The serial tells it from a later one on the same
// descriptor.
struct Origin {
    int fd = -1;
    std::uint64_t serial = 0;
};

// A request for a worker.
struct Job {
    Origin from;
    std::string head;  // as rewrite_head made it
    std::string body;
    std::string address;
    Admitted admitted;
};

struct Finished {
    Origin from;
    Outcome outcome;
};

// What a pool tells.
struct WorkerHooks {
    std::function<void(Finished)> finished;
    std::function<void(const std::string&)> report;
    std::function<void(const Served&)> observe;
};

// A fixed number of threads and a bounded queue. A handler that throws is answered with a 500 that
// says nothing of the exception.
class WorkerPool {
  public:
    WorkerPool(std::size_t workers, std::size_t queue, Counters& counters, WorkerHooks hooks);
    ~WorkerPool();  // waits for what runs; what is queued is dropped

    // False, and the job unchanged, when the queue is full. Any thread.
    bool submit(Job& job);

  private:
    void run();
    Outcome serve(Exchange& exchange, Job& job) const;

    const std::size_t longest_queue_;
    Counters& counters_;
    const WorkerHooks hooks_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Job> queue_;  // protected by mutex_
    bool ending_ = false;    // protected by mutex_
    std::vector<std::thread> threads_;
};

}  // namespace revisiond::http
