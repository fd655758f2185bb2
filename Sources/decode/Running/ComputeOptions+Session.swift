import Kernels
import LanguageModeling

extension ComputeOptions {
  /// How sessions compute.
  var sessionOptions: SessionOptions {
    SessionOptions(threads: resolvedThreads, contextLength: contextLength, cacheType: cacheType)
  }

  /// The threads that were asked for, or the physical cores.
  var resolvedThreads: Int { threads ?? ComputePool.physicalCoreCount }
}
