import Checkpoints
import Foundation
import TestSupport
import Testing

private let first = "model-00001-of-00002.safetensors"
private let second = "model-00002-of-00002.safetensors"
private let index = "model.safetensors.index.json"

/// A copy of the sharded fixture, to be spoilt.
private func copyOfShards() throws -> TemporaryDirectory {
  let directory = try TemporaryDirectory()
  for name in [first, second, index] {
    try directory.write(try fixtureBytes("sharded/\(name)"), to: name)
  }
  return directory
}

private func refusal(index text: String) throws -> String {
  let directory = try copyOfShards()
  try directory.write(text.utf8, to: index)
  return checkpointError { _ = try SafetensorsCheckpoint(directory: directory.path) }?.description
    ?? "no error"
}

@Test func shardsReadAsOneCheckpoint() throws {
  let checkpoint = try SafetensorsCheckpoint(directory: "\(fixtures)/sharded")
  #expect(checkpoint.tensorNames == ["a", "b", "c"])
  #expect(floats(checkpoint.tensor(named: "a")) == [0, 1, 2, 3])
  #expect(checkpoint.tensor(named: "b")?.shape == [2, 3])
  #expect(floats(checkpoint.tensor(named: "c")) == [0, 1, 2, 3, 4, 5, 6, 7])
  #expect(checkpoint.tensor(named: "d") == nil)
  #expect(checkpoint.shards.map(\.metadata) == [["format": "pt"], ["format": "pt"]])
}

@Test func theSingleFileWinsOverTheIndex() throws {
  let directory = try copyOfShards()
  try directory.write(try fixtureBytes("plain.safetensors"), to: "model.safetensors")
  let checkpoint = try SafetensorsCheckpoint(directory: directory.path)
  #expect(checkpoint.tensor(named: "f32") != nil && checkpoint.tensor(named: "a") == nil)
  #expect(checkpoint.tensorDescriptions.contains { $0.typeName == "I64" })
}

@Test func aDirectoryWithoutWeightsIsNamed() throws {
  let directory = try TemporaryDirectory()
  for path in [directory.path, directory.file("nowhere")] {
    let error = checkpointError { _ = try SafetensorsCheckpoint(directory: path) }
    #expect(error?.description.hasPrefix(path) == true)
    #expect(error?.description.contains("model.safetensors") == true)
  }
}

@Test func aShardNameMayNotLeaveTheDirectory() throws {
  for name in [
    "../\(second)", "/etc/passwd", "a/../../b.safetensors", "sub/b.safetensors", "..", ".", "",
    "\(second)\\u0000", "\\u002e\\u002e/x",
  ] {
    let text = try refusal(index: #"{"weight_map":{"a":"\#(first)","c":"\#(name)"}}"#)
    #expect(text.contains("weight_map of 'c'") && text.contains(index), "\(name): \(text)")
  }
}

@Test func aMissingShardIsNamed() throws {
  let directory = try copyOfShards()
  try FileManager.default.removeItem(atPath: directory.file(second))
  let error = checkpointError { _ = try SafetensorsCheckpoint(directory: directory.path) }
  #expect(error?.description.contains(directory.file(second)) == true)
  #expect(error?.description.contains(index) == true)
}

@Test func aTensorMustBeInItsShard() throws {
  let wrong = try refusal(
    index: #"{"weight_map":{"a":"\#(second)","c":"\#(second)","b":"\#(first)"}}"#)
  #expect(wrong.contains("'a'") && wrong.contains(second))
  let absent = try refusal(index: #"{"weight_map":{"a":"\#(first)","zz":"\#(first)"}}"#)
  #expect(absent.contains("'zz'") && absent.contains(first))
}

@Test func aTensorMayNotBeInTwoShards() throws {
  let directory = try copyOfShards()
  try directory.write(try fixtureBytes("sharded/\(first)"), to: second)
  try directory.write(#"{"weight_map":{"a":"\#(first)","b":"\#(second)"}}"#.utf8, to: index)
  let error = checkpointError { _ = try SafetensorsCheckpoint(directory: directory.path) }
  #expect(error?.description.contains("'a'") == true)
  #expect(error?.description.contains(first) == true && error?.description.contains(second) == true)
}

@Test func anIndexThatIsNoIndexIsRefused() throws {
  for text in [
    "", "[]", "{}", "null", #"{"weight_map":[]}"#, #"{"weight_map":{"a":1}}"#,
    #"{"weight_map":{"a":null}}"#,
    #"{"weight_map":{}} {}"#, #"{"weight_map":{},"weight_map":{}}"#, #"{"weight_map":{}"#,
    #"{"weight_map":{"a":"x","a":"x"}}"#, String(repeating: "[", count: 100_000),
    #"{"metadata":"# + String(repeating: "[", count: 100_000),
  ] {
    #expect(try refusal(index: text).contains(index), "\(text.prefix(60))")
  }
}

@Test func everyTruncationOfAnIndexIsRefused() throws {
  let bytes = try fixtureBytes("sharded/\(index)")
  // The last byte is a newline.
  for count in 0..<bytes.count - 1 {
    let error = checkpointError {
      _ = try SafetensorsCheckpoint(
        directory: "\(fixtures)/sharded", index: mapped(Array(bytes[..<count]), "test.index.json"))
    }
    #expect(message(error), "\(count) bytes")
  }
}
