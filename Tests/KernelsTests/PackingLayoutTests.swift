import CKernels
import Kernels
import Testing

/// The bytes of packed matrices, against the layout of `packing.h` and the types' own, written out value by value.
@Suite struct PackingLayoutTests {
  /// One row's block of 32 columns.
  struct Block {
    var scale: [UInt8] = []
    var minimum: [UInt8] = []
    var groupScales: [UInt8] = []
    var groupMinima: [UInt8] = []
    var values: [UInt8] = []
  }

  @Test(arguments: StorageType.allCases)
  func everyByteIsWhereTheLayoutSays(_ type: StorageType) throws {
    var noise = Noise(seed: UInt64(type.number) + 77)
    let unit = type.block
    let widths =
      unit.elements == 1 ? [1, 31, 32, 33, 269] : [1, 2, 3, 5].map { $0 * unit.elements }
    for columns in widths {
      for rows in [1, 3, 15, 16, 17, 37] {
        let rowBytes = columns / unit.elements * unit.bytes
        let bytes = try Self.bytes(type, count: rows * rowBytes, &noise)
        let matrix = WeightMatrix(
          data: bytes.pointer, rows: rows, columns: columns, rowBytes: rowBytes, type: type)
        let packed = try #require(try PackedMatrix.pack([matrix]).first)
        let expected = Self.reference(Array(bytes.elements), rows: rows, columns: columns, type)
        let ours = UnsafeRawBufferPointer(start: packed.matrix.data, count: packed.byteCount)
        #expect(ours.elementsEqual(expected), "\(rows) × \(columns)")
      }
    }
  }

  /// Matrices of many sizes, packed together and by way of copies, are what each is alone.
  @Test func matricesPackedTogetherAreThoseOfEachAlone() throws {
    var noise = Noise(seed: 5)
    // The widest has panels too large to be copied, and the whole is several tasks.
    let shapes: [(StorageType, Int, Int)] = [
      (.q4_1, 1000, 576), (.q8_0, 17, 32), (.float32, 40, 70_000), (.q6_K, 333, 1536),
      (.q4_0, 16, 64), (.bfloat16, 5, 7), (.q4_1, 3000, 1536),
    ]
    var buffers: [AlignedBuffer<UInt8>] = []
    var matrices: [WeightMatrix] = []
    for (type, rows, columns) in shapes {
      let rowBytes = columns / type.block.elements * type.block.bytes
      buffers.append(try Self.bytes(type, count: rows * rowBytes, &noise))
      matrices.append(
        WeightMatrix(
          data: buffers[buffers.count - 1].pointer, rows: rows, columns: columns,
          rowBytes: rowBytes, type: type))
    }
    let alone = try matrices.map { try #require(try PackedMatrix.pack([$0]).first) }
    let sources = buffers.map { Array($0.elements) }
    let copied = try PackedMatrix.pack(matrices) { index, offset, bytes in
      bytes.copyBytes(from: sources[index][offset..<offset + bytes.count])
      return true
    }
    for together in [try PackedMatrix.pack(matrices), copied] {
      #expect(together.count == matrices.count)
      for (one, other) in zip(together, alone) {
        #expect(
          UnsafeRawBufferPointer(start: one.matrix.data, count: one.byteCount).elementsEqual(
            UnsafeRawBufferPointer(start: other.matrix.data, count: other.byteCount)))
        #expect(UInt(bitPattern: one.matrix.data) % 64 == 0)
      }
    }
    #expect(try PackedMatrix.pack([]).isEmpty)
  }

  @Test func whatNoMemoryHoldsIsRefused() {
    var element: Float = 0
    withUnsafePointer(to: &element) { element in
      let matrix = WeightMatrix(
        data: UnsafeRawPointer(element), rows: 1 << 30, columns: 1 << 30, rowBytes: 4 << 30,
        type: .float32)
      #expect(throws: KernelError.self) { try PackedMatrix.pack([matrix, matrix]) }
      let empty = WeightMatrix(
        data: UnsafeRawPointer(element), rows: 0, columns: 1, rowBytes: 4, type: .float32)
      #expect(throws: KernelError.self) { try PackedMatrix.pack([empty]) }
    }
  }

  /// Random bytes; floats among them are of all sizes, and some are no numbers.
  private static func bytes(
    _ type: StorageType, count: Int, _ noise: inout Noise
  ) throws -> AlignedBuffer<UInt8> {
    let bytes = try AlignedBuffer<UInt8>(count: count)
    for index in 0..<count { bytes.pointer[index] = UInt8(truncatingIfNeeded: noise.next()) }
    // Rows of ordinary floats, so that not every scale is NaN.
    let raw = UnsafeMutableRawPointer(bytes.pointer)
    for index in 0..<count / 4 where type == .float32 && index % 700 != 0 {
      raw.storeBytes(of: noise.float(), toByteOffset: 4 * index, as: Float.self)
    }
    for index in 0..<count / 2 where type == .bfloat16 && index % 700 != 0 {
      let high = UInt16(noise.float().bitPattern >> 16)
      raw.storeBytes(of: high, toByteOffset: 2 * index, as: UInt16.self)
    }
    return bytes
  }

  // MARK: - The reference

  private static func reference(
    _ bytes: [UInt8], rows: Int, columns: Int, _ type: StorageType
  ) -> [UInt8] {
    let unit = type.block
    let rowBytes = bytes.count / rows
    let blockCount = (columns + 31) / 32
    let isWide = [.q5_0, .q5_1, .q8_0, .q5_K, .q6_K].contains(type) || unit.elements == 1
    let hasMinima = [.q4_1, .q5_1, .q2_K, .q4_K, .q5_K].contains(type)
    let groups = [.q2_K, .q3_K, .q6_K].contains(type) ? 2 : 1
    let hasTwoLevels = unit.elements == 256
    var out: [UInt8] = []
    for first in stride(from: 0, to: rows, by: 16) {
      for index in 0..<blockCount {
        let blocks = (first..<first + 16).map { row in
          row < rows
            ? block(Array(bytes[row * rowBytes..<(row + 1) * rowBytes]), index, columns, type)
            : Block(
              scale: [0, 0], minimum: [0, 0], groupScales: [0, 0], groupMinima: [0, 0],
              values: Array(repeating: 0, count: 32))
        }
        if !hasTwoLevels || index % 8 == 0 {
          out += blocks.flatMap(\.scale)
          if hasMinima { out += blocks.flatMap(\.minimum) }
        }
        if hasTwoLevels {
          for group in 0..<groups { out += blocks.map { $0.groupScales[group] } }
          for group in 0..<groups where hasMinima { out += blocks.map { $0.groupMinima[group] } }
        }
        for g in 0..<(isWide ? 8 : 4) {
          for block in blocks {
            out += (4 * g..<4 * g + 4).map {
              isWide ? block.values[$0] : block.values[$0] | block.values[16 + $0] << 4
            }
          }
        }
      }
    }
    return out
  }

  private static func block(
    _ row: [UInt8], _ index: Int, _ columns: Int, _ type: StorageType
  ) -> Block {
    let unit = type.block
    if unit.elements == 1 { return rounded(row, index, columns, type) }
    let p = Array(row[index * 32 / unit.elements * unit.bytes..<row.count])
    let part = index % 8
    func nibbles(_ at: Int) -> [UInt8] {
      (0..<16).map { p[at + $0] & 15 } + (0..<16).map { p[at + $0] >> 4 }
    }
    func fifth(_ at: Int) -> [UInt8] { (0..<32).map { p[at + $0 / 8] >> UInt8($0 % 8) & 1 } }
    /// 32 bytes' bits from `shift` on.
    func bits(_ at: Int, _ shift: Int, _ mask: UInt8) -> [UInt8] {
      (0..<32).map { p[at + $0] >> UInt8(shift) & mask }
    }
    var block = Block(scale: Array(p[0..<2]))
    switch type {
    case .q4_0, .iq4_NL: block.values = nibbles(2)
    case .q4_1:
      block.minimum = Array(p[2..<4])
      block.values = nibbles(4)
    case .q5_0: block.values = zip(nibbles(6), fifth(2)).map { ($0 | $1 << 4) + 112 }
    case .q5_1:
      block.minimum = Array(p[2..<4])
      block.values = zip(nibbles(8), fifth(4)).map { $0 | $1 << 4 }
    case .q8_0: block.values = p[2..<34].map { $0 &+ 128 }
    case .q2_K:
      block.scale = Array(p[80..<82])
      block.minimum = Array(p[82..<84])
      block.groupScales = [p[2 * part] & 15, p[2 * part + 1] & 15]
      block.groupMinima = [p[2 * part] >> 4, p[2 * part + 1] >> 4]
      block.values = bits(16 + 32 * (part / 4), 2 * (part % 4), 3)
    case .q3_K:
      block.scale = Array(p[108..<110])
      block.groupScales = (2 * part..<2 * part + 2).map { group in
        let low = group < 8 ? p[96 + group] & 15 : p[96 + group - 8] >> 4
        return (low | (p[104 + group % 4] >> UInt8(2 * (group / 4)) & 3) << 4) &- 32
      }
      block.values = zip(bits(32 + 32 * (part / 4), 2 * (part % 4), 3), bits(0, part, 1)).map {
        $0 | $1 << 2
      }
    case .q4_K, .q5_K:
      block.minimum = Array(p[2..<4])
      let s = Array(p[4..<16])
      block.groupScales = [
        part < 4 ? s[part] & 63 : (s[part + 4] & 15) | (s[part - 4] >> 6) << 4
      ]
      block.groupMinima = [
        part < 4 ? s[part + 4] & 63 : s[part + 4] >> 4 | (s[part] >> 6) << 4
      ]
      block.values = bits((type == .q4_K ? 16 : 48) + 32 * (part / 2), 4 * (part % 2), 15)
      if type == .q5_K { block.values = zip(block.values, bits(16, part, 1)).map { $0 | $1 << 4 } }
    case .q6_K:
      block.scale = Array(p[208..<210])
      block.groupScales = [p[192 + 2 * part], p[192 + 2 * part + 1]]
      let low = bits(64 * (part / 4) + 32 * (part % 2), part % 4 < 2 ? 0 : 4, 15)
      block.values = zip(low, bits(128 + 32 * (part / 4), 2 * (part % 4), 3)).map { $0 | $1 << 4 }
    case .float32, .float16, .bfloat16: break
    }
    return block
  }

  /// Floats: multiples of the block's largest magnitude / 127 as a half; NaN for a scale where there is none.
  private static func rounded(
    _ row: [UInt8], _ index: Int, _ columns: Int, _ type: StorageType
  ) -> Block {
    var floats = [Float](repeating: 0, count: columns)
    row.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      InstructionSet.best.dequantize(type, base, count: columns, into: &floats)
    }
    let x = (32 * index..<32 * index + 32).map { $0 < columns ? floats[$0] : 0 }
    let (half, scale) = nearestHalf((x.map(abs).max() ?? 0) / 127)
    guard x.allSatisfy(\.isFinite), half < 0x7C00 else {
      return Block(scale: [0x00, 0x7E], values: Array(repeating: 128, count: 32))
    }
    let inverse = scale > 0 ? 1 / scale : 0
    return Block(
      scale: [UInt8(half & 0xFF), UInt8(half >> 8)],
      values: x.map {
        UInt8(128 + min(max($0 * inverse, -127), 127).rounded(.toNearestOrEven))
      })
  }

  /// The nearest half of a float that is not negative: its bits, and its value.
  private static func nearestHalf(_ value: Float) -> (bits: UInt16, value: Float) {
    guard value < 65_520 else { return (0x7C00, .infinity) }
    let exponent = value == 0 ? -14 : max(Int(value.exponent), -14)
    let unit = Float(sign: .plus, exponent: exponent - 10, significand: 1)
    let steps = (value / unit).rounded(.toNearestOrEven)
    return (UInt16((exponent + 14) * 1024 + Int(steps)), steps * unit)
  }
}
