public import ArgumentParser
public import Transformer

/// A flag's value by the type's own names.
extension ComputeType: ExpressibleByArgument {}
