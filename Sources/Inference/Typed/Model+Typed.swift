public import Constraints
import Decoding
public import Generation
import JSON

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Model {
  /// Continues a prompt with a value of a type.
  ///
  /// ```swift
  /// struct Recipe: Decodable, Sendable, SchemaDescribing {
  ///   let title: String
  ///   let steps: [String]
  ///   static let schema = SchemaDescription.object([
  ///     "title": .string(), "steps": .array(of: .string(), count: 1...8),
  ///   ])
  /// }
  /// let recipe = try model.generate("A recipe for bread, as JSON:", as: Recipe.self)
  /// ```
  ///
  /// The text is bound to the type's schema, so that what ends within the limit decodes, whatever the model.
  ///
  /// - Parameters:
  ///   - prompt: what to continue. It should ask for JSON: a model that isn't told writes poor values.
  ///   - type: what to write.
  ///   - settings: how, over what the model's own files recommend; they hold no constraint.
  /// - Throws: ``InferenceError/unfinishedValue(text:)`` where the value doesn't end within the limit of tokens,
  ///   ``InferenceError/undecodableValue(type:text:reason:)`` where the schema allows what the type refuses, and as
  ///   ``generate(_:_:report:)-(Prompt,_,_)`` does. Of several sequences the first counts.
  public func generate<Value: Decodable & Sendable & SchemaDescribing>(
    _ prompt: Prompt, as type: Value.Type, _ settings: GenerationSettings? = nil
  ) throws(InferenceError) -> Value {
    let result = try generate(prompt, typed(type, settings))
    guard let sequence = result.sequences.first, sequence.isComplete == true else {
      throw .unfinishedValue(text: result.text)
    }
    return try TypedText.decode(sequence.text, as: type)
  }

  /// Continues a prompt with a value of a type, and gives what there is of it as it is written.
  ///
  /// ```swift
  /// for try await part in try model.stream("A recipe for bread, as JSON:", as: Recipe.self) {
  ///   show(part.json)                          // {"title": "Brea"}
  ///   if part.isComplete { keep(part.value) }  // a Recipe
  /// }
  /// ```
  ///
  /// - Throws: as ``generate(_:as:_:)``; what comes of the text itself is thrown by the stream.
  public func stream<Value: Decodable & Sendable & SchemaDescribing>(
    _ prompt: Prompt, as type: Value.Type, _ settings: GenerationSettings? = nil
  ) throws(InferenceError) -> TypedStream<Value> {
    let settings = try typed(type, settings)
    guard settings.returnSequenceCount == 1 else {
      throw .severalSequences(count: settings.returnSequenceCount)
    }
    return TypedStream(try events(of: prompt, settings))
  }

  /// Settings under which the text is a value of a type.
  private func typed<Value: SchemaDescribing>(
    _ type: Value.Type, _ settings: GenerationSettings?
  ) throws(InferenceError) -> GenerationSettings {
    var settings = try resolve(settings)
    if let other = settings.parameters.constraintSetting {
      throw .constraintBesideType(name: other.key, type: "\(type)")
    }
    settings.jsonSchema = Value.schema.json.text
    return settings
  }
}

/// Text to values.
enum TypedText {
  static func decode<Value: Decodable>(
    _ text: String, as type: Value.Type
  ) throws(InferenceError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw .undecodableValue(type: "\(type)", text: text, reason: "\(error)")
    }
  }

  /// What a text that may not be whole holds of a value; `nil` where it doesn't make one yet.
  static func part<Value: Decodable>(_ json: JSONValue, as type: Value.Type) -> Value? {
    try? JSONDecoder().decode(type, from: Data(json.text.utf8))
  }
}
