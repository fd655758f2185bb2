import ArgumentParser
import Sweeps

extension Shard {
  /// Reads the value of `--shard`.
  static func parsed(_ argument: String) throws -> Shard {
    guard let shard = Shard(argument) else {
      throw ValidationError(
        "“\(argument)” is no part of the prompts; write I/N with I from 1 to N and N at most "
          + "\(countLimit), such as 2/8")
    }
    return shard
  }
}
