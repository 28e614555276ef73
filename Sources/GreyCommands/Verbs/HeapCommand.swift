// `heap show`: the spans of every node, drawn. (`heap snapshot` is in a folder of its own.)

import ArgumentParser
import GreyBasics
import GreyEvents

package struct HeapCommand: ParsableCommand {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "heap", abstract: "Look into the heaps.",
      discussion: """
          $ greywave heap show
        """,
      subcommands: [HeapShowCommand.self, HeapSnapshotCommand.self])
  }
  package init() {}
}

package struct HeapShowCommand: RequestVerb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "show", abstract: "Draw the spans of every node.",
      discussion: """
          $ greywave heap show --node 2
          $ watch --color -n1 greywave heap show --colour
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  @Option(help: "Only this node.")
  package var node: UInt16?
  @Flag(help: "In colour even where stdout is no terminal.")
  package var colour = false
  package init() {}
  package var request: ControlVerb { .heapShow(node: node.map { NodeID(rawValue: $0) }) }
  package func render(_ answer: HeapShowResult, _ style: Style) -> String {
    Render.heap(answer, Style(colours: style.colours || colour, width: style.width))
  }
}
