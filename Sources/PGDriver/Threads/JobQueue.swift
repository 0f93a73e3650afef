/// The jobs that wait for an executor's threads, first come, first served; not locked by itself.
struct JobQueue<Job: Sendable>: Sendable {
  private var jobs: [Job] = []
  private var next = 0

  var isEmpty: Bool { next == jobs.count }

  mutating func append(_ job: Job) { jobs.append(job) }

  /// Takes the job that came first; the memory is kept for those to come.
  mutating func takeFirst() -> Job? {
    guard !isEmpty else { return nil }
    defer {
      next += 1
      if next == jobs.count {
        jobs.removeAll(keepingCapacity: true)
        next = 0
      }
    }
    return jobs[next]
  }
}
