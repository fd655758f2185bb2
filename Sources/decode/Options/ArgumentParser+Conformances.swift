public import ArgumentParser
public import Constraints
public import LanguageModeling
public import Transformer

/// A flag's value by the type's own names.
extension ComputeType: ExpressibleByArgument {}

/// A flag's value by the type's own names.
extension CacheType: ExpressibleByArgument {}

/// A flag's value by the type's own names.
extension JSONWhitespace: ExpressibleByArgument {}
