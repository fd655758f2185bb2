import Dispatch
import Inference
import Kernels
import Serving
import Synchronization

/// Serves a model until a signal ends it.
struct ServerRun {
  private let server: HTTPServer
  private let host: String
  private let console: Console

  /// One for connections, one for the decoder.
  private static let threadCount = 2

  init(
    _ options: ServeOptions, apiKey: String?, model: Model, console: Console
  ) throws(CommandFailure) {
    // Swift's own threads, of which connections need one, are waited for without end where none can be had.
    guard ComputePool.canStart(Self.threadCount) else {
      throw .failure(
        "serving needs \(Self.threadCount) threads beside the first, and they can't be started; raise the limits on "
          + "processes (ulimit -u) and memory")
    }
    let engine = try reportingFailure {
      try Engine(
        model, limits: SchedulerLimits(sequenceCount: options.parallel),
        requestLimit: options.queue)
    }
    var endpoint = EndpointOptions()
    endpoint.apiKey = apiKey
    endpoint.corsOrigin = options.corsOrigin
    endpoint.modelName = options.servedModelName
    endpoint.log = { console.detail($0) }
    do throws(ServingError) {
      server = try HTTPServer(
        host: options.host, port: options.port, limits: options.httpLimits,
        service: Endpoint(model: model, engine: engine, options: endpoint))
    } catch { throw .failure("\(error)") }
    host = options.host
    self.console = console
  }

  /// Serves until SIGTERM, after which what runs is finished, or SIGINT, which cuts it off.
  func run() throws(CommandFailure) {
    Interruption.listen()
    Interruption.listenForTermination()
    let address = host.contains(":") ? "[\(host)]" : host
    console.note("listening on http://\(address):\(server.port)")
    let done = DispatchSemaphore(value: 0)
    let server = server
    let outcome = Outcome()
    Task {
      do throws(ServingError) { try await server.run() } catch { outcome.fail(error) }
      done.signal()
    }
    var isStopping = false
    while done.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
      if Interruption.isRequested {
        server.stop(immediately: true)
      } else if Interruption.isTerminationRequested, !isStopping {
        isStopping = true
        console.note("finishing what runs")
        server.stop()
      }
    }
    if let error = outcome.error { throw .failure("\(error)") }
    if Interruption.isRequested { throw .interrupted }
  }
}

/// How serving ended.
private final class Outcome: Sendable {
  private let state = Mutex<ServingError?>(nil)

  var error: ServingError? { state.withLock { $0 } }

  func fail(_ error: ServingError) { state.withLock { $0 = error } }
}
