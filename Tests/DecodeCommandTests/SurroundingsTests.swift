import Foundation
import TestSupport
import Testing

#if os(Linux)
  /// What is around the program: threads, memory, descriptors, limits, odd files and signals. None may take it down: each
  /// ends in an exit code of the program's own, one sentence, and nothing unfinished.
  @Suite struct Surroundings {
    /// Whether a run ended as the program ends, and not by a signal of a fault.
    private func isOrderly(_ result: ProcessResult) -> Bool {
      guard !result.isSignal, result.code == 1 else { return result.code == 0 }
      return result.errors.hasPrefix("error: ") && result.errors.split(separator: "\n").count == 1
    }

    /// Whether the loader ended it, before there was a program.
    private func isLoader(_ result: ProcessResult) -> Bool {
      result.code == 127 && result.errors.contains("while loading shared libraries")
    }

    // MARK: - Threads

    /// Runs `decode` where no second thread can be started.
    private func alone(_ arguments: String) throws -> ProcessResult? {
      // The limit isn't for root, and another account has to reach the program.
      let limit =
        getuid() == 0
        ? "setpriv --reuid=61234 --regid=61234 --clear-groups prlimit --nproc=1"
        : "prlimit --nproc=1"
      guard try DecodeProcess.shell("\(limit) test -x $D").code == 0 else { return nil }
      return try DecodeProcess.shell("timeout -s KILL 60 \(limit) $D \(arguments)")
    }

    @Test func itRunsOnTheThreadsThatThereAre() throws {
      let whole = try DecodeProcess.run("generate a -n 8 -s 1")
      guard let one = try alone("generate a -n 8 -s 1 -t 1") else { return }
      #expect(one.code == 0 && one.output == whole.output && one.errors.isEmpty)
      let free = try #require(try alone("generate a -n 8 -s 1 --json"))
      #expect(free.code == 0)
      let timings = try #require(free.object()["timings"] as? [String: Any])
      #expect(timings["threads"] as? Int == 1)
      let two = try #require(try alone("generate a -n 8 -s 1 -t 2"))
      #expect(two.code == 64 && two.errors.contains("can't start 2 threads"))
    }

    @Test func aServerWithoutThreadsIsASentence() throws {
      guard let result = try alone("serve --port 0") else { return }
      #expect(result.code == 1 && isOrderly(result), "\(result)")
      #expect(result.errors.contains("serving needs 2 threads beside the first"))
    }

    // MARK: - Memory

    @Test(arguments: [0, 1])
    func littleMemoryIsASentence(part: Int) throws {
      var codes: Set<Int32> = []
      for kilobytes in stride(from: 60_000 + part * 15_000, to: 400_000, by: 30_000) {
        let result = try DecodeProcess.shell(
          "ulimit -v \(kilobytes); exec timeout -s KILL 60 $D generate a -n 2 -s 1")
        // `timeout` itself ends with 126 or more where it can't start anything.
        #expect(
          isOrderly(result) || isLoader(result), "\(kilobytes): \(result.code) \(result.errors)")
        codes.insert(result.code)
      }
      #expect(codes.contains(0))
    }

    @Test func whatARequestNeedsIsKnownBeforeItStarts() throws {
      let result = try DecodeProcess.shell(
        "ulimit -v 400000; exec $D a -n 400 --num-return-sequences 1024 -s 1 --ignore-eos")
      #expect(
        result.errors.hasPrefix("error: 1,024 sequences of up to 402 tokens need")
          && result.errors.contains("may be used here"), "\(result.errors)")
      #expect(isOrderly(result))
    }

    // MARK: - Paths

    private func modelDirectory(without name: String) throws -> TemporaryDirectory {
      let directory = try TemporaryDirectory()
      let model = try EmbeddedAdapter.modelPath()
      for file in try FileManager.default.contentsOfDirectory(atPath: model) where file != name {
        try FileManager.default.copyItem(
          atPath: "\(model)/\(file)", toPath: directory.file(file))
      }
      return directory
    }

    @Test(arguments: [
      "generation_config.json", "tokenizer_config.json", "tokenizer.model", "config.json",
      "model.safetensors",
    ])
    func aFileThatIsThereAndCantBeReadIsNamed(name: String) throws {
      for (make, reason) in [
        ("ln -s nowhere", "it is a link to a file that isn't there"),
        ("ln -s \(name)", "symbolic links"), ("mkdir", "it is a directory"),
        ("mkfifo", "it is not a regular file"), ("ln -s /dev/zero", "it is not a regular file"),
      ] {
        let directory = try modelDirectory(without: name)
        let result = try DecodeProcess.shell(
          "cd \(directory.path); \(make) \(name); timeout -s KILL 60 $D generate -m . a -n 2 -s 1")
        #expect(result.code == 1 && isOrderly(result), "\(make): \(result)")
        #expect(result.errors.contains(name) && result.errors.contains(reason), "\(result.errors)")
      }
    }

    @Test func aHugeVocabularyIsRefusedBySize() throws {
      for name in ["tokenizer.model", "tokenizer.json"] {
        let directory = try modelDirectory(without: name)
        let path = try directory.write([], to: name)
        try #require(truncate(path, 1 << 33) == 0)
        let result = try DecodeProcess.run(["tokenize", "-m", directory.path, "a"])
        #expect(result.code == 1 && isOrderly(result))
        #expect(result.errors.contains("\(name): size: 8589934592 bytes; a vocabulary has at most"))
      }
    }

    @Test func textsAndSettingsMayBePipes() throws {
      let directory = try TemporaryDirectory()
      try #require(mkfifo(directory.file("p"), 0o600) == 0)
      func piped(_ text: String, _ arguments: String) throws -> ProcessResult {
        try DecodeProcess.shell(
          "cd \(directory.path); printf '%s' '\(text)' > p & timeout 60 $D \(arguments)")
      }
      let text = try piped("Once upon", "tokenize -f p")
      #expect(try text.output == DecodeProcess.run(["tokenize", "Once upon"]).output)
      let settings = try piped("{\"temperature\": 0.25}", "a --explain --config p")
      #expect(settings.output.contains("0.25"))
      let schema = try piped("{\"const\": 7}", "a -s 1 --json-schema p")
      #expect(schema.output == "7\n")
      let prompts = try piped("\"a\"", "--prompts p -n 2 -s 1 -q")
      #expect(prompts.lines.count == 1 && prompts.code == 0)
    }

    @Test func namesAreBytes() throws {
      let directory = try TemporaryDirectory()
      let result = try DecodeProcess.shell(
        """
        cd \(directory.path); n=$(printf 'a\\377o'); $D generate a -n 2 -s 1 --out "$n" && cat "$n"
        $D generate a -n 2 -s 1 "--out=$n.2" && cmp "$n" "$n.2" && ls | wc -l
        $D tokenize -f "$n.3"
        """)
      let lines = result.lines
      #expect(lines.count == 2 && lines.last == "2", "\(result)")
      #expect(result.errors.contains("a\\xffo.3: can't be opened: No such file"))
      let text = try DecodeProcess.shell("$D tokenize \"$(printf 'a\\377')\"")
      #expect(try text.output == DecodeProcess.run(["tokenize", "a\u{FFFD}"]).output)
      #expect(text.errors.contains("not all of it is UTF-8; what isn't was read as U+FFFD"))
    }

    // MARK: - Writes

    @Test func aLimitOfFileSizesIsASentence() throws {
      let directory = try TemporaryDirectory()
      let adapter = try EmbeddedAdapter.make()
      for command in [
        "generate a -n 200 -s 1 --ignore-eos --json --logprobs 20 --out x.json",
        "merge -m \(try EmbeddedAdapter.modelPath()) --lora \(adapter.path) --out m",
        "inspect \(try EmbeddedAdapter.modelPath()) --json --out i.json",
      ] {
        let result = try DecodeProcess.shell(
          "cd \(directory.path); ulimit -f 4; exec $D \(command)")
        #expect(result.code == 1 && isOrderly(result), "\(command): \(result)")
        #expect(result.errors.contains("can't be written: File too large"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
      }
    }

    @Test func linesThatAreWholeStayAndTornOnesGo() throws {
      let directory = try TemporaryDirectory()
      try directory.write(
        Array((0..<40).map { "\"Tale \($0)\"\n" }.joined().utf8), to: "p.jsonl")
      let command = "--prompts p.jsonl -n 60 --ignore-eos -s 1 --out x.jsonl"
      let result = try DecodeProcess.shell("cd \(directory.path); ulimit -f 16; exec $D \(command)")
      #expect(result.code == 1 && isOrderly(result) && result.errors.contains("File too large"))
      let kept = try String(contentsOfFile: directory.file("x.jsonl"), encoding: .utf8)
      #expect(kept.hasSuffix("}\n") && kept.split(separator: "\n").count < 40)
      let again = try DecodeProcess.shell("cd \(directory.path); $D \(command) --resume")
      #expect(again.code == 0)
      let all = try String(contentsOfFile: directory.file("x.jsonl"), encoding: .utf8)
      #expect(all.hasPrefix(kept) && all.split(separator: "\n").count == 40)
    }

    @Test func aFileOfBeforeStaysWhereTheNewOneFails() throws {
      let directory = try TemporaryDirectory()
      try directory.write(Array("old".utf8), to: "x")
      let result = try DecodeProcess.shell(
        "cd \(directory.path); ulimit -f 1; exec $D generate a -n 400 --ignore-eos -s 1 --out x")
      #expect(result.code == 1 && isOrderly(result))
      #expect(try String(contentsOfFile: directory.file("x"), encoding: .utf8) == "old")
    }

    @Test(arguments: ["--help", "--version", "help generate", "sweep --help"])
    func helpThatCantBeWrittenIsAFailure(arguments: String) throws {
      let result = try DecodeProcess.shell("$D \(arguments) > /dev/full")
      #expect(result.code == 1 && isOrderly(result))
      #expect(result.errors.contains("standard output: can't be written: No space left"))
      let whole = try DecodeProcess.run(arguments)
      #expect(whole.code == 0 && !whole.output.isEmpty && whole.errors.isEmpty)
    }

    @Test func fewDescriptorsAreASentence() throws {
      var codes: Set<Int32> = []
      for count in 3...12 {
        let result = try DecodeProcess.shell(
          "ulimit -n \(count); exec $D generate a -n 2 -s 1")
        #expect(isOrderly(result) || isLoader(result), "\(count): \(result)")
        codes.insert(result.code)
      }
      #expect(codes.isSuperset(of: [0, 1]))
    }

    // MARK: - Mapped files that change

    @Test func aModelThatIsCutShortIsNamed() throws {
      let directory = try modelDirectory(without: "")
      let running = try DecodeProcess.Running(
        executable: DecodeProcess.path,
        ["-m", directory.path, "-n", "400", "--ignore-eos", "-s", "1", "-t", "1", "Once"],
        input: nil, environment: [:])
      while running.output.isEmpty, running.process.isRunning { usleep(500) }
      try #require(truncate(directory.file("model.safetensors"), 4096) == 0)
      let result = try running.finish()
      #expect(result.code == 1 && isOrderly(result), "\(result)")
      #expect(result.errors.contains("model.safetensors: changed while it was in use"))
    }

    // MARK: - Signals

    @Test func aMergeThatIsStoppedLeavesNothing() throws {
      let directory = try TemporaryDirectory()
      let adapter = try EmbeddedAdapter.make()
      let model = try EmbeddedAdapter.modelPath()
      var stopped = 0
      for (index, name) in ["INT", "TERM", "HUP", "PIPE", "INT", "TERM"].enumerated() {
        let running = try DecodeProcess.Running(
          executable: DecodeProcess.path,
          ["merge", "-m", model, "--lora", adapter.path, "--out", directory.file("m")],
          input: nil, environment: [:])
        // Not before it has begun, and not always at the same place.
        while running.process.isRunning,
          try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty
        {
          usleep(200)
        }
        usleep(UInt32(index) * 700)
        kill(
          running.process.processIdentifier,
          ["INT": SIGINT, "TERM": SIGTERM, "HUP": SIGHUP][name] ?? SIGPIPE)
        let result = try running.finish()
        if result.isSignal { stopped += 1 }
        #expect(result.isSignal || result.code == 0, "\(name): \(result)")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names == (result.isSignal ? [] : ["m"]), "\(name)")
        try? FileManager.default.removeItem(atPath: directory.file("m"))
      }
      #expect(stopped > 0)
    }

    @Test func aTextThatIsStoppedLeavesNoFile() throws {
      let directory = try TemporaryDirectory()
      let running = try DecodeProcess.Running(
        executable: DecodeProcess.path,
        [
          "a", "-n", "400", "--ignore-eos", "-s", "1", "--num-return-sequences", "256", "--out",
          directory.file("x"),
        ], input: nil, environment: [:])
      while running.process.isRunning,
        try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty
      {
        usleep(200)
      }
      running.process.terminate()
      let result = try running.finish()
      #expect(result.isSignal && result.code == SIGTERM && result.errors.isEmpty, "\(result)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }
  }
#endif
