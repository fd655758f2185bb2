import CKernels

/// A copy of a weight matrix in the layout of the integer kernels: panels of 16 rows, blocks of 32 columns
/// (`CKernels/packing.h`). Quantised types keep the exact values that they stand for; floats are rounded to 8 bits, to
/// within half of a scale that is a block's largest magnitude / 127.
///
/// Immutable: the memory is written by the initialiser alone, so any thread may read it.
package final class PackedMatrix: Sendable {
  private nonisolated(unsafe) let memory: UnsafeMutablePointer<UInt8>
  private let rows: Int
  private let columns: Int
  private let type: StorageType
  /// Bytes of memory.
  package let byteCount: Int

  /// Packs `source`, which must not be packed.
  package init(_ source: WeightMatrix, with packer: WeightPacker) throws(KernelError) {
    let size = ck_packed_bytes(
      ck_packing_for(source.type.ckType), Int64(source.rows), Int64(source.columns))
    guard size >= 0, let count = Int(exactly: size) else { throw .outOfMemory(bytes: .max) }
    memory = try AlignedBuffer<UInt8>.allocate(count: count)
    (rows, columns, type, byteCount) = (source.rows, source.columns, source.type, count)
    packer.pack(source, into: memory)
  }

  deinit {
    AlignedBuffer<UInt8>.deallocate(memory)
  }

  /// The matrix for the kernels; valid as long as this object lives.
  package var matrix: WeightMatrix {
    WeightMatrix(packed: memory, rows: rows, columns: columns, type: type)
  }
}

/// Threads that pack weights while a model is loaded.
package final class WeightPacker {
  private let pool: OpaquePointer
  private let table = InstructionSet.bestTable
  private let maximumColumns: Int

  /// Starts threads, one for each physical core.
  ///
  /// - Parameter maximumColumns: the widest matrix that will be packed.
  package init(maximumColumns: Int) throws(KernelError) {
    let threads = ck_physical_cores()
    guard let pool = ck_pool_create(threads, Int64(maximumColumns)) else {
      throw .cannotStartThreads(Int(threads))
    }
    self.pool = pool
    self.maximumColumns = maximumColumns
  }

  deinit {
    ck_pool_destroy(pool)
  }

  fileprivate func pack(_ source: WeightMatrix, into memory: UnsafeMutablePointer<UInt8>) {
    precondition(!source.isPacked && source.columns <= maximumColumns)
    var matrix = source.ckMatrix
    ck_pool_pack(pool, table, &matrix, memory)
  }
}
