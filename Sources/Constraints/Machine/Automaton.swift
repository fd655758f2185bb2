import Synchronization

/// The automaton of a language, which grows as it is used. Shared by matchers, on any number of threads.
final class Automaton: Sendable {
  let machine: Mutex<Machine>
  /// How many of the language there were before it.
  let generation: Int
  let start: StateID

  init(_ machine: Machine, generation: Int) {
    var machine = machine
    machine.makeRoom()
    start = machine.start
    self.machine = Mutex(machine)
    self.generation = generation
  }
}
