using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DecisionBenchmarks;

// In process: a build of its own per benchmark would not find its way through the shared artifacts folder.
var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(7).WithWarmupCount(5);
var config = DefaultConfig.Instance
    .AddJob(args.Contains("--quick") ? Job.Dry.WithToolchain(InProcessEmitToolchain.Instance) : job)
    .HideColumns(Column.Job, Column.Error, Column.RatioSD);
BenchmarkSwitcher.FromAssembly(typeof(ReadingBenchmarks).Assembly).Run([.. args.Where(arg => arg != "--quick").DefaultIfEmpty("--filter=*")], config);
