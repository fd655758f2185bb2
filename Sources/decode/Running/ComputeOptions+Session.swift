import Kernels
import LanguageModeling

extension ComputeOptions {
  /// How sessions compute.
  var sessionOptions: SessionOptions {
    SessionOptions(threads: threads, contextLength: contextLength, cacheType: cacheType)
  }

  /// The threads that were asked for, or the physical cores, as far as there are threads to be had.
  var resolvedThreads: Int { threads ?? ComputePool.startableThreadCount }
}
