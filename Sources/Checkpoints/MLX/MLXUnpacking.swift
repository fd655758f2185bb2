/// From mlx's packed words to other element types. Elements stand in a word from its lowest bits on.
enum MLXUnpacking {
  /// The elements of a tensor of plain floats.
  static func floats(_ view: TensorView) -> [Float] {
    view.withUnsafeBytes { bytes in
      switch view.elementType {
      case .float32:
        (0..<bytes.count / 4).map { index in
          let bits = bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
          return Float(bitPattern: UInt32(littleEndian: bits))
        }
      case .float16:
        halves(bytes).map { Float(Float16(bitPattern: $0)) }
      default:
        halves(bytes).map { Float(bitPattern: UInt32($0) << 16) }
      }
    }
  }

  private static func halves(_ bytes: UnsafeRawBufferPointer) -> [UInt16] {
    (0..<bytes.count / 2).map {
      UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self))
    }
  }

  /// Four bits as blocks of 32: a scale, a bias, and 16 bytes that hold element i and, in the high half, element i + 16.
  static func blocks(
    _ packed: UnsafeRawBufferPointer, scales: [Float], biases: [Float], groupSize: Int,
    into out: UnsafeMutableRawBufferPointer
  ) {
    let blockBytes = ElementType.q4_1.blockBytes
    let blocksInGroup = groupSize / 32
    for block in 0..<out.count / blockBytes {
      let start = block * blockBytes
      let group = block / blocksInGroup
      out.storeBytes(
        of: Float16(scales[group]).bitPattern.littleEndian, toByteOffset: start, as: UInt16.self)
      out.storeBytes(
        of: Float16(biases[group]).bitPattern.littleEndian, toByteOffset: start + 2,
        as: UInt16.self)
      // 32 elements are 16 bytes, two in each.
      let source = packed[block * 16..<block * 16 + 16]
      for index in 0..<16 {
        let low = nibble(source, index)
        let high = nibble(source, index + 16)
        out[start + 4 + index] = low | high << 4
      }
    }
  }

  private static func nibble(_ bytes: Slice<UnsafeRawBufferPointer>, _ index: Int) -> UInt8 {
    let byte = bytes[bytes.startIndex + index / 2]
    return index % 2 == 0 ? byte & 15 : byte >> 4
  }

  /// scale · q + bias as 32-bit floats.
  static func elements(
    _ packed: UnsafeRawBufferPointer, scales: [Float], biases: [Float],
    format: MLXQuantization.Format, into out: UnsafeMutableRawBufferPointer
  ) {
    for index in 0..<out.count / 4 {
      let group = index / format.groupSize
      let byte = packed[index * format.bits / 8]
      let quantum =
        format.bits == 8 ? byte : index % 2 == 0 ? byte & 15 : byte >> 4
      let value = scales[group] * Float(quantum) + biases[group]
      out.storeBytes(
        of: value.bitPattern.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
    }
  }
}
