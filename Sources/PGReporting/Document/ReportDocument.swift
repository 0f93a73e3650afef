/// What a report says, block by block, in the order in which it is read.
///
/// All that is computed has been computed before; how a block looks is left to what renders it. So the texts
/// are plain: nothing in them is markup or colour, nothing is padded, and names are as they came, which may
/// be with characters that would act on a terminal.
package struct ReportDocument: Sendable, Hashable {
  /// The blocks, from the first to the last.
  package var blocks: [Block]

  /// Takes the blocks in their order.
  package init(_ blocks: [Block]) { self.blocks = blocks }

  /// All charts in it, those within folded parts as well.
  package var charts: [Chart] { Self.charts(in: blocks) }

  private static func charts(in blocks: [Block]) -> [Chart] {
    blocks.flatMap { block -> [Chart] in
      switch block.content {
      case .chart(let chart): [chart]
      case .folded(_, let blocks): charts(in: blocks)
      default: []
      }
    }
  }

  /// A piece of a report.
  package struct Block: Sendable, Hashable {
    /// What it says.
    package let content: Content
    /// In which forms of the report it is shown.
    package let form: Form

    /// Makes a block.
    package init(_ content: Content, in form: Form = .both) {
      self.content = content
      self.form = form
    }
  }

  /// How much of a report is shown.
  package enum Form: Sendable, Hashable {
    /// The block is always shown.
    case both
    /// The block is shown only in the whole report, such as a file or a page.
    case full
    /// The block is shown only in the short report at the end of a run, which a terminal shows.
    case brief
  }

  /// What a block says.
  package enum Content: Sendable, Hashable {
    /// A heading; 1 is the level of the report's own.
    case heading(String, level: Int)
    /// The sentence that answers what the reader wants to know first.
    case answer(Answer)
    /// Sentences.
    case paragraph(String)
    /// A sentence that a reader must not miss.
    case note(Note, String)
    /// Sentences that stand for themselves.
    case list([String])
    /// Figures in rows and columns, and what to show instead where there is no room for so many columns.
    case table(Table, narrow: Table? = nil)
    /// What is said of one thing after the other.
    case remarks(Remarks)
    /// A picture of figures.
    case chart(Chart)
    /// What most readers don't need, below a title that says what it is; the brief form leaves it out.
    case folded(String, [Block])
  }

  /// What a note is about.
  package enum Note: Sendable, Hashable {
    /// Why the run isn't whole.
    case incomplete
    /// What a reader should know before the first figure.
    case warning
  }

  /// What a text means to its reader; what counts most comes last.
  package enum Tone: Sendable, Hashable, Comparable {
    /// It judges nothing.
    case none
    /// All is as it should be.
    case good
    /// Something could not be decided, or needs attention.
    case undecided
    /// Something regressed or failed.
    case bad
  }
}

extension ReportDocument {
  /// Rows of texts below the headings of their columns.
  package struct Table: Sendable, Hashable {
    /// The columns, from the left.
    package let columns: [Column]
    /// The rows, each with a cell for each column.
    package var rows: [Row]
    /// What the table shows, for those who come to it without what stands above; nil where the heading says
    /// it.
    package var caption: String?
    /// Whether each row stands for itself, so that they may be put into another order.
    package let isSortable: Bool
    /// How many of the first cells say what a row belongs to, so that they need not be said again in the
    /// next; 0 where each row stands for itself.
    package let leading: Int

    /// Makes a table.
    package init(
      columns: [Column], rows: [Row] = [], caption: String? = nil, isSortable: Bool = false, leading: Int = 0
    ) {
      self.leading = leading
      self.columns = columns
      self.rows = rows
      self.caption = caption
      self.isSortable = isSortable
    }

    /// A column of a table.
    package struct Column: Sendable, Hashable {
      /// What a column holds.
      package enum Kind: Sendable, Hashable {
        /// Words.
        case text
        /// Names that may be cut short where a line has no room for them.
        case name
        /// Numbers, with their units.
        case number
      }

      /// What stands above it.
      package let heading: String
      /// What it holds.
      package let kind: Kind

      /// A column of words.
      static func text(_ heading: String) -> Column { Column(heading: heading, kind: .text) }
      /// A column of names that may be cut short.
      static func name(_ heading: String) -> Column { Column(heading: heading, kind: .name) }
      /// A column of numbers.
      static func number(_ heading: String) -> Column { Column(heading: heading, kind: .number) }
    }

    /// A text with its meaning.
    package struct Cell: Sendable, Hashable {
      /// The text; empty where there is nothing to say.
      package let text: String
      /// What it means.
      package let tone: Tone

      /// Makes a cell.
      package init(_ text: String, _ tone: Tone = .none) {
        self.text = text
        self.tone = tone
      }
    }

    /// A row of a table.
    package struct Row: Sendable, Hashable {
      /// A cell for each column.
      package let cells: [Cell]
      /// What the row belongs to, with others of the same title next to it; nil where the cells say it.
      package let group: String?
      /// What is to be said besides the cells, each in a line.
      package let remarks: [String]
      /// By which name other parts of the document point to the row; nil where none do.
      package let anchor: String?

      /// Makes a row.
      package init(_ cells: [Cell], group: String? = nil, remarks: [String] = [], anchor: String? = nil) {
        self.cells = cells
        self.group = group
        self.remarks = remarks
        self.anchor = anchor
      }

      /// Makes a row of texts that judge nothing.
      package init(_ texts: [String], group: String? = nil, anchor: String? = nil) {
        self.init(texts.map { Cell($0) }, group: group, anchor: anchor)
      }

      /// What the row as a whole means: what counts most in it.
      package var tone: Tone { cells.map(\.tone).max() ?? .none }
    }
  }

  /// What is said of one thing after the other, such as of each gate or of each test that failed.
  package struct Remarks: Sendable, Hashable {
    /// The remarks in their order.
    package let remarks: [Remark]

    /// Makes a block of remarks.
    package init(_ remarks: [Remark]) { self.remarks = remarks }
  }

  /// What is said of one thing.
  package struct Remark: Sendable, Hashable {
    /// What it is about.
    package let subject: String
    /// The row that tells more of it (`Table.Row.anchor`); nil where none does.
    package let anchor: String?
    /// Where that is; nil where it helps no reader.
    package let place: String?
    /// The command that shows it again; nil where there is none.
    package let command: String?
    /// What is said, which may have several lines.
    package let text: String
    /// What else is said of the same, a sentence each.
    package let further: [String]
    /// What it means; what is good is left out of the brief form.
    package let tone: Tone

    /// Makes a remark.
    package init(
      of subject: String, anchor: String? = nil, place: String? = nil, command: String? = nil, _ text: String,
      further: [String] = [], _ tone: Tone
    ) {
      self.subject = subject
      self.anchor = anchor
      self.place = place
      self.command = command
      self.text = text
      self.further = further
      self.tone = tone
    }
  }
}

extension Sequence<ReportDocument.Remark> {
  /// With what is said of one case in one remark: where it is and how it is seen again are told once.
  package var bySubject: [ReportDocument.Remark] {
    reduce(into: []) { remarks, next in
      guard let last = remarks.last, last.subject == next.subject, last.place == next.place,
        last.command == next.command, last.tone == next.tone
      else {
        remarks.append(next)
        return
      }
      remarks[remarks.count - 1] = ReportDocument.Remark(
        of: last.subject, anchor: last.anchor, place: last.place, command: last.command, last.text,
        further: last.further + [next.text] + next.further, last.tone)
    }
  }
}
