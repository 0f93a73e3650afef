package import PGMeasuring

/// One of the questions that a comparison of two variants is made of: a quantity, what is allowed of it, and
/// its part of the comparison's error rate.
///
/// "Within tolerance" is true of what a user waits for only when all of them are.
package struct Question: Sendable, Hashable {
  /// What is compared.
  package let quantity: Quantity
  /// What is allowed.
  package let tolerance: Tolerance
  /// Its part of the comparison's error rates: a fraction.
  package let share: Double

  /// The questions about what an operation takes, whatever is compared.
  ///
  /// - Parameter tolerance: By how much the typical time may be above the reference's.
  package static func aboutOperations(_ tolerance: Tolerance, _ changes: [QuestionChange] = []) -> [Question]
  {
    shared(ofOperations(tolerance), changes)
  }

  /// The questions of two builds of the same, which also start and allocate alike, and which nothing disturbs
  /// more often than the other.
  ///
  /// Two drivers are not the same to what disturbs them: one has a thread more, and waits in another way.
  package static func aboutBuilds(_ tolerance: Tolerance, _ changes: [QuestionChange] = []) -> [Question] {
    shared(
      ofOperations(tolerance) + [
        (.disturbedBlocks, .percent(0)),
        (.connecting, .percent(25).atLeast(.microseconds(500))),
        (.firstOperation, .percent(25).atLeast(.microseconds(200))),
        (.metric(.allocations), allocations),
        (.metric(.allocatedBytes), .percent(2).atLeast(64)),
        (.metric(.residentGrowth), .percent(0).atLeast(1024)),
      ], changes)
  }

  /// The one question about the highest rate that a variant holds, whose inverse is the time of an operation.
  ///
  /// What else is asked of operations would be of different rates.
  package static func aboutRate(_ tolerance: Tolerance) -> [Question] {
    [Question(quantity: .time, tolerance: tolerance, share: 1)]
  }

  /// By how much a figure may be above the reference's where neither its gate nor its test says.
  ///
  /// Near the edge whether a rate holds is a matter of chance: a pause of some milliseconds decides it. On a
  /// virtual machine with 2 CPUs the highest rate of one session had a standard deviation of 2 to 17 %, by
  /// the hour, so that it may always differ by 25 %.
  ///
  /// - Parameter usual: What the run allows.
  package static func tolerance(_ usual: Tolerance, goal: RateGoal?) -> Tolerance {
    goal != nil && usual.percent < 25 ? .percent(25) : usual
  }

  /// A question before it has its share.
  private typealias Unshared = (quantity: Quantity, tolerance: Tolerance)

  private static func ofOperations(_ tolerance: Tolerance) -> [Unshared] {
    [
      (.time, tolerance),
      (.wholeTime, wider(tolerance)),
      (.slowOperations, .percent(tolerance.percent).atLeast(slowOperations)),
      (.slowSessions, wider(tolerance)),
    ]
  }

  /// The shares of the error rate that the typical time and each of the others have.
  ///
  /// Half of it is the typical time's, which is to show the smallest changes. The others have equal parts of
  /// the rest.
  package static func shares(hasTime: Bool, others: Int) -> (time: Double, other: Double) {
    let time = !hasTime ? 0 : others > 0 ? 0.5 : 1
    return (time, (1 - time) / Double(max(1, others)))
  }

  /// The questions that a test leaves, with its tolerances, each with its share of the error rate.
  private static func shared(_ questions: [Unshared], _ changes: [QuestionChange]) -> [Question] {
    let asked = questions.compactMap { question -> Unshared? in
      guard let change = changes.last(where: { $0.quantity == question.quantity }) else { return question }
      return change.tolerance.map { (question.quantity, $0) }
    }
    let hasTime = asked.contains { $0.quantity == .time }
    let shares = shares(hasTime: hasTime, others: asked.count - (hasTime ? 1 : 0))
    return asked.map { quantity, tolerance in
      Question(
        quantity: quantity, tolerance: tolerance, share: quantity == .time ? shares.time : shares.other)
    }
  }

  /// By how much the whole time may be above the reference's at least, and a session off: 5 %.
  ///
  /// What interrupts a machine is in the whole time, and alone makes it differ by more than the typical time
  /// may.
  private static func wider(_ tolerance: Tolerance) -> Tolerance {
    tolerance.percent >= 5 ? tolerance : Tolerance.percent(5).atLeast(tolerance.floor)
  }

  /// How many more of a thousand operations may be slow: ten, as many as the reference has.
  private static let slowOperations = 10.0

  /// By how much a case's allocations may differ: half an allocation an operation, so that one more is too
  /// many, while a buffer that grows now and then is none.
  ///
  /// Of operations that make many, on threads that take turns as they like, more than that comes and goes:
  /// from 250 allocations on it is one in five hundred.
  private static let allocations = Tolerance.percent(0.2).atLeast(0.5)
}

/// What a test says of a question: that it allows another change than usual, or that it doesn't ask.
package struct QuestionChange: Sendable, Hashable, Codable {
  /// Which question.
  package let quantity: Quantity
  /// What is allowed; nil where the question is irrelevant.
  package let tolerance: Tolerance?
  /// Why it is irrelevant; nil where it isn't.
  package let reason: String?

  /// Allows another change than usual.
  package init(_ quantity: Quantity, allowing tolerance: Tolerance) {
    self.quantity = quantity
    self.tolerance = tolerance
    reason = nil
  }

  /// Leaves a question out.
  package init(_ quantity: Quantity, irrelevantBecause reason: String) {
    self.quantity = quantity
    tolerance = nil
    self.reason = reason
  }
}

extension Gate {
  /// The gates of all questions that this one asks: of the typical time held against another variant's, those
  /// about what an operation takes, since "not slower" is true only if each is answered.
  ///
  /// One that asks for less time than the reference's asks for nothing else.
  package func questions(_ changes: [QuestionChange]) -> [(gate: Gate, share: Double)] {
    guard quantity == .time, case .reference(let reference, let tolerance?) = bound, tolerance.percent >= 0
    else {
      return [(self, 1)]
    }
    let questions = Question.aboutOperations(tolerance, changes.filter { $0.quantity != .time })
    return questions.map { question in
      let isOwn = question.quantity == .time
      return (
        isOwn ? self : Gate(variant, question.quantity, .reference(reference, question.tolerance)),
        question.share
      )
    }
  }
}
